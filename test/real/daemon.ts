/**
 * A server of this machine's distribution, run as an ordinary user in a temporary folder: started, waited for until it
 * answers, and ended with everything it started. Root gives the folder to `nobody`, which is what servers refuse root for.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const accountOf = (name: string): Account => {
  const [uid = 0, gid = 0] = ['-u', '-g'].map((word) => Number(execFileSync('id', [word, name], { encoding: 'utf8' })));
  return { uid, gid };
};

export interface Folder {
  readonly path: string;
  /** Whose it is, by name. */
  readonly user: string;
  /** A file of the owner's, readable by nobody else. */
  write(name: string, text: string): Promise<string>;
  /** Runs a program to its end as the folder's owner; rejects with what it printed. */
  run(program: string, args: readonly string[]): Promise<string>;
  /** A server; resolves when it takes connections on `port`. It says what it printed when it ends before. */
  serve(program: string, args: readonly string[], port: number): Promise<Daemon>;
  remove(): Promise<void>;
}

export interface Daemon {
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export async function temporaryFolder(name: string): Promise<Folder> {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? 'nobody' : userInfo().username;
  const account = isRoot ? accountOf(user) : undefined;
  const path = await mkdtemp(join(tmpdir(), `${name}-`));
  if (account) await chown(path, account.uid, account.gid);
  const options = { cwd: path, ...account, env: { PATH: process.env['PATH'] ?? '', HOME: path, LC_ALL: 'C' } };
  return {
    path,
    user,
    async write(name, text) {
      const file = join(path, name);
      await writeFile(file, text, { mode: 0o600 });
      if (account) await chown(file, account.uid, account.gid);
      return file;
    },
    run: async (program, args) => (await promisify(execFile)(program, [...args], options)).stdout,
    async serve(program, args, port) {
      const log = join(path, `${port}.log`);
      // a group of its own: what it forks ends with it
      const child = spawn(program, [...args], { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      const file = createWriteStream(log, { flags: 'a' });
      child.stdout.pipe(file, { end: false });
      child.stderr.pipe(file, { end: false });
      const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
      const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => end(child, signal);
      try {
        await Promise.race([answers(child, port), failed]);
      } catch (error) {
        await stop('SIGKILL');
        throw new Error(`${program}: ${(error as Error).message}\n${await readFile(log, 'utf8')}`, { cause: error });
      }
      return { stop };
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function answers(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await delay(50);
  }
  throw new Error(`nothing answers on port ${port} after 30 s`);
}

/** In order, by force after ten seconds, the whole group. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const { pid } = child;
  const exited = once(child, 'exit');
  child.kill(signal);
  const over = new AbortController();
  await Promise.race([exited, delay(10_000, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // the group has ended
  }
  await exited;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
