/**
 * `COPY (…) TO STDOUT`, read at the database's speed: whole rows in batches of about 256 KiB, counted by the protocol's
 * own messages (one CopyData each), with back-pressure down to the socket. Memory does not grow with the table.
 */
import type pg from 'pg';

export interface CopyBatch {
  /** Rows in `bytes`. */
  readonly count: number;
  /** Whole rows in COPY's form, each ended by LF. */
  readonly bytes: Buffer;
}

const batchBytes = 256 * 1024;
const batchesAhead = 2;
const headerBytes = 5;
const code = { copyData: 0x64, copyOutResponse: 0x48, notice: 0x4e, parameter: 0x53, notification: 0x41 } as const;

type Socket = NodeJS.ReadWriteStream & {
  pause(): void;
  resume(): void;
  destroy(): void;
  listeners(event: 'data'): ((chunk: Buffer) => void)[];
};
/** The part of node-postgres's connection that a submitted query is given. */
interface ProtocolConnection {
  readonly stream: Socket;
  query(text: string): void;
}

/** One COPY on one connection; node-postgres drives it as the active query. */
class CopyOut {
  private readonly statement: string;
  private socket: Socket | null = null;
  private protocol: ((chunk: Buffer) => void) | null = null;
  private rest: Buffer = Buffer.alloc(0);
  private batch = Buffer.allocUnsafe(batchBytes);
  private used = 0;
  private rows = 0;
  private readonly ready: CopyBatch[] = [];
  private failure: Error | null = null;
  private ended = false;
  private wake: (() => void) | null = null;

  constructor(statement: string) {
    this.statement = statement;
  }

  // — what node-postgres calls —

  submit(connection: ProtocolConnection): void {
    this.socket = connection.stream;
    const [protocol] = this.socket.listeners('data');
    if (!protocol) throw new Error('the connection has no reader to stand in for');
    this.protocol = protocol;
    this.socket.removeListener('data', protocol);
    this.socket.on('data', this.read);
    this.socket.on('close', this.closed);
    connection.query(this.statement);
  }

  handleError(error: Error): void {
    this.failure ??= error;
    this.finish();
  }

  handleCommandComplete(): void {
    this.emit();
  }

  handleReadyForQuery(): void {
    this.finish();
  }

  // — the protocol —

  private readonly closed = (): void => {
    if (!this.ended)
      this.handleError(Object.assign(new Error('the connection closed during COPY'), { code: 'ECONNRESET' }));
  };

  private readonly read = (chunk: Buffer): void => {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const size = bytes.readInt32BE(at + 1) + 1;
      if (bytes.length - at < size) break;
      const kind = bytes[at];
      if (kind === code.copyData) this.append(bytes, at + headerBytes, at + size);
      else if (kind === code.notice || kind === code.parameter || kind === code.notification) {
        this.protocol?.(bytes.subarray(at, at + size));
      } else if (kind !== code.copyOutResponse) {
        // the end, or an error: node-postgres reads on from here
        this.detach();
        this.protocol?.(bytes.subarray(at));
        return;
      }
      at += size;
    }
    this.rest = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  };

  private append(source: Buffer, from: number, to: number): void {
    const size = to - from;
    if (this.used + size > this.batch.length) {
      this.emit();
      if (size > this.batch.length) this.batch = Buffer.allocUnsafe(size);
    }
    source.copy(this.batch, this.used, from, to);
    this.used += size;
    this.rows += 1;
  }

  private emit(): void {
    if (this.rows === 0) return;
    this.ready.push({ count: this.rows, bytes: this.batch.subarray(0, this.used) });
    this.batch = Buffer.allocUnsafe(batchBytes);
    this.used = 0;
    this.rows = 0;
    if (this.ready.length >= batchesAhead && !this.ended) this.socket?.pause();
    this.notify();
  }

  private detach(): void {
    this.socket?.removeListener('data', this.read);
    if (this.protocol) this.socket?.on('data', this.protocol);
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.socket?.removeListener('close', this.closed);
    this.notify();
  }

  private notify(): void {
    this.wake?.();
    this.wake = null;
  }

  // — the reader —

  async *batches(): AsyncGenerator<CopyBatch> {
    try {
      for (;;) {
        const batch = this.ready.shift();
        if (batch) {
          if (this.ready.length < batchesAhead) this.socket?.resume();
          yield batch;
        } else if (this.failure) {
          throw this.failure;
        } else if (this.ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
        }
      }
    } finally {
      // abandoned in the middle: the connection is of no further use
      if (!this.ended) this.socket?.destroy();
    }
  }
}

/**
 * Runs `COPY (select) TO STDOUT` in the given form. The generator must be read to its end or returned from; when it is
 * left early the connection is destroyed with it.
 */
export function copyOut(client: pg.ClientBase, select: string, form: 'csv' | 'text'): AsyncGenerator<CopyBatch> {
  const query = new CopyOut(`COPY (${select}) TO STDOUT WITH (FORMAT ${form})`);
  client.query(query as unknown as pg.Submittable);
  return query.batches();
}

/** Decodes COPY's text form: cells in column order, null for `\N`. */
export function cellsOf(bytes: Buffer): (string | null)[][] {
  const lines = bytes.toString('utf8').split('\n');
  lines.pop();
  return lines.map((line) => line.split('\t').map(line.includes('\\') ? unescapeCell : plainCell));
}

const plainCell = (cell: string): string => cell;

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescapeCell(cell: string): string | null {
  if (cell === '\\N') return null;
  if (!cell.includes('\\')) return cell;
  return cell.replace(/\\(.)/gs, (_, next: string) => escapes[next] ?? next);
}
