/**
 * `server.log`, what PostgreSQL itself has to say: appended by its processes directly, so that nobody waits for us to
 * read it, and kept below a limit by moving it aside.
 */
import { closeSync, openSync } from 'node:fs';
import { copyFile, open, rename, stat, truncate } from 'node:fs/promises';

const bytesMax = 4 * 1024 * 1024;
const checkEverySeconds = 30;

/** A line PostgreSQL ended with. */
export interface FatalLine {
  /** SQLSTATE; empty if it had come so early that it has none. */
  readonly code: string;
  readonly message: string;
}

/** `log_line_prefix` is `%m [%p] %e `; before there is a log, PostgreSQL only says its name. */
const fatalPattern = /^(?:.*\] ([0-9A-Z]{5}) (?:FATAL|PANIC): {2}|postgres: )(.*)$/gm;

export class ServerLog {
  readonly path: string;
  /** For the server's stdout and stderr. */
  readonly file: number;
  readonly #startBytes: number;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, file: number, startBytes: number) {
    this.path = path;
    this.file = file;
    this.#startBytes = startBytes;
    this.#timer = setInterval(() => void this.keepSmall().catch(() => undefined), checkEverySeconds * 1000).unref();
  }

  static async open(path: string): Promise<ServerLog> {
    const size = await sizeOf(path);
    if (size > bytesMax) await rename(path, `${path}.1`);
    return new ServerLog(path, openSync(path, 'a', 0o600), size > bytesMax ? 0 : size);
  }

  /** What was fatal since this log was opened, oldest first. */
  async fatalLines(): Promise<FatalLine[]> {
    const log = await open(this.path);
    try {
      const length = Math.min(bytesMax, Math.max(0, (await log.stat()).size - this.#startBytes));
      const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, this.#startBytes);
      const text = buffer.toString('utf8', 0, bytesRead);
      return [...text.matchAll(fatalPattern)].map(([, code = '', message = '']) => ({ code, message }));
    } finally {
      await log.close();
    }
  }

  /** The server keeps its file open, so the text is copied away and the same file cut; it appends from there. */
  async keepSmall(): Promise<void> {
    if ((await sizeOf(this.path)) <= bytesMax) return;
    await copyFile(this.path, `${this.path}.1`);
    await truncate(this.path);
  }

  close(): void {
    clearInterval(this.#timer);
    closeSync(this.file);
  }
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;
