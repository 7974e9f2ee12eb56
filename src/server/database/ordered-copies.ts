/**
 * Several COPYs whose rows come one after another, in order, read over one connection or more: while the first is handed
 * on, the others read ahead. What waits is bounded in bytes, so memory does not grow with the table.
 */
import type pg from 'pg';
import { type CopyBatch, copyOut } from './copy-out.ts';
import { cutConnection } from './connection.ts';

/** What may wait for its turn, over all connections together. */
const aheadBytesMax = 6 * 1024 * 1024;
/** Of the part that is being handed on, whatever else waits. */
const currentBatchesMax = 2;

interface Part {
  readonly batches: CopyBatch[];
  ended: boolean;
}

/** Starts at once; `batches()` is read once, to its end or returned from. */
export class OrderedCopies {
  private readonly statements: readonly string[];
  private readonly form: 'csv' | 'text';
  private readonly parts: Part[];
  private readonly busy = new Set<pg.ClientBase>();
  /** The part that is handed on, and the first that nobody has begun. */
  private current = 0;
  private next = 0;
  private waitingBytes = 0;
  private failure: { readonly error: unknown } | null = null;
  private stopped = false;
  private readonly sleepers = new Set<() => void>();

  constructor(statements: readonly string[], form: 'csv' | 'text') {
    this.statements = statements;
    this.form = form;
    this.parts = statements.map(() => ({ batches: [], ended: false }));
  }

  /** Lends a connection, in its transaction, until the last part is read; it must do nothing else meanwhile. */
  async readOver(client: pg.ClientBase): Promise<void> {
    try {
      for (let at = this.next; at < this.parts.length && !this.stopped; at = this.next) {
        this.next += 1;
        this.busy.add(client);
        await this.readPart(client, at);
      }
    } catch (error) {
      this.failure ??= { error };
    }
    this.wake();
  }

  private async readPart(client: pg.ClientBase, at: number): Promise<void> {
    const part = this.parts[at] as Part;
    for await (const batch of copyOut(client, this.statements[at] ?? '', this.form)) {
      while (!this.stopped && !this.hasRoom(at, part)) await this.change();
      if (this.stopped) return;
      part.batches.push(batch);
      this.waitingBytes += batch.bytes.length;
      this.wake();
    }
    this.busy.delete(client);
    part.ended = true;
    this.wake();
  }

  private hasRoom(at: number, part: Part): boolean {
    return at === this.current ? part.batches.length < currentBatchesMax : this.waitingBytes < aheadBytesMax;
  }

  async *batches(): AsyncGenerator<CopyBatch> {
    try {
      while (this.current < this.parts.length) {
        const part = this.parts[this.current] as Part;
        const batch = part.batches.shift();
        if (this.failure) throw this.failure.error;
        if (batch) {
          this.waitingBytes -= batch.bytes.length;
          this.wake();
          yield batch;
        } else if (part.ended) {
          this.current += 1;
          this.wake();
        } else {
          await this.change();
        }
      }
    } finally {
      this.stop();
    }
  }

  /** Ends what is still being read, with its connection. After the last row there is nothing to end. */
  stop(): void {
    this.stopped = true;
    for (const client of this.busy) cutConnection(client);
    this.wake();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.sleepers.add(resolve);
    });
  }

  private wake(): void {
    for (const sleeper of this.sleepers) sleeper();
    this.sleepers.clear();
  }
}
