/**
 * Files that are sent while they are read. Each has a connection for as long as its reader takes: one of a pool of their
 * own, so many of one person, and none for a reader who does not read.
 */
import { Readable } from 'node:stream';
import type { ControlTotals } from '#contract/reports.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { AtOnce } from '#server/http/at-once.ts';
import { type Pace, toReader } from '#server/http/steady.ts';
import type { ReportDefinition, ReportScope } from './definition.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { readTotals } from './totals.ts';

/** In one process; as many as the pool of downloads has connections. */
export const downloadsMax = 10;
const ownDownloadsMax = 4;

const noTotals: ControlTotals = { rows: 0, currencies: [], groups: [] };

export interface Download {
  readonly snapshot: Snapshot;
  /** Of nothing, where the file prints none: its first byte need not wait for them. */
  readonly totals: ControlTotals;
  /** The file for its reader; what it holds is let go with it, read to the end or not. */
  send(file: AsyncIterable<Buffer>): Readable;
  /** Lets go of the place and the connection, which is closed: something may be left unread on it. */
  abandon(): void;
}

export class DirectDownloads {
  readonly #pool: DatabasePool;
  readonly #pace: Pace;
  readonly #places = new AtOnce({ perPerson: ownDownloadsMax, perProcess: downloadsMax, what: 'downloads' });

  constructor(pool: DatabasePool, pace: Pace) {
    this.#pool = pool;
    this.#pace = pace;
  }

  /** @throws ProductError too_many_requests */
  async open(
    person: string,
    { definition, scope, withTotals }: { definition: ReportDefinition; scope: ReportScope; withTotals: boolean },
  ): Promise<Download> {
    const leave = this.#places.take(person);
    let letGo = leave;
    try {
      const client = await this.#pool.pool.connect();
      let isHealthy = false;
      let isOver = false;
      letGo = () => {
        if (isOver) return;
        isOver = true;
        leave();
        client.release(!isHealthy);
      };
      const over = letGo;
      const snapshot = await openSnapshot(client);
      const totals = withTotals ? await readTotals(definition, scope, snapshot.read) : noTotals;
      const whole = async function* (file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        yield* file;
        await snapshot.end();
        isHealthy = true;
      };
      return {
        snapshot,
        totals,
        send: (file) => {
          const pieces = toReader(whole(file), this.#pace, () => stream.destroy());
          const stream: Readable = Readable.from(pieces, { objectMode: false, highWaterMark: 512 * 1024 });
          // also one that nobody began to read, which runs no part of its generator
          return stream.once('close', over);
        },
        abandon: over,
      };
    } catch (error) {
      letGo();
      throw error;
    }
  }
}
