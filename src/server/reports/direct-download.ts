/**
 * Files that are sent while they are read. Each has a connection for as long as its reader takes: one of a pool of their
 * own, so many of one person, and none for a reader who does not read.
 */
import { Readable } from 'node:stream';
import type { ControlTotals } from '#contract/reports.ts';
import { isPassing } from '#server/database/connection-loss.ts';
import type { Lender } from '#server/database/database.ts';
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

interface Begun<T> {
  readonly client: { release(isBroken: boolean): void };
  readonly snapshot: Snapshot;
  readonly found: T;
}

export class DirectDownloads {
  readonly #lender: Lender;
  readonly #pace: Pace;
  readonly #places = new AtOnce({ perPerson: ownDownloadsMax, perProcess: downloadsMax, what: 'downloads' });

  constructor(lender: Lender, pace: Pace) {
    this.#lender = lender;
    this.#pace = pace;
  }

  /** @throws ProductError too_many_requests */
  async open(
    person: string,
    { definition, scope, withTotals }: { definition: ReportDefinition; scope: ReportScope; withTotals: boolean },
  ): Promise<Download> {
    const leave = this.#places.take(person);
    try {
      const read = (snapshot: Snapshot): Promise<ControlTotals> | ControlTotals =>
        withTotals ? readTotals(definition, scope, snapshot.read) : noTotals;
      const { client, snapshot, found: totals } = await this.#begin(read);
      let isHealthy = false;
      let isOver = false;
      const over = (): void => {
        if (isOver) return;
        isOver = true;
        leave();
        client.release(!isHealthy);
      };
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
      leave();
      throw error;
    }
  }

  /** A snapshot and the first that is read in it; what a replica gave up is begun again on the primary. */
  async #begin<T>(read: (snapshot: Snapshot) => Promise<T> | T, from?: 'primary'): Promise<Begun<T>> {
    const { client, isReplica } = await this.#lender.lend(from);
    try {
      const snapshot = await openSnapshot(client);
      return { client, snapshot, found: await read(snapshot) };
    } catch (error) {
      client.release(true);
      if (isReplica && isPassing(error)) return this.#begin(read, 'primary');
      throw error;
    }
  }
}
