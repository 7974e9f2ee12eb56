/**
 * Chores go their rounds: each in a loop of its own with a deadline of its own, one process at a time (an advisory lock
 * each), and writes down how its rounds end. One that hangs or fails keeps no other from its work, nor itself from its next
 * round.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { DatabasePool } from '#server/database/database.ts';
import { ChoreItems } from './chore-items.ts';

export interface Chore {
  readonly secondsMax: number;
  /** Not done while somebody holds `choresLock` (a backup that reads files). */
  readonly removesFiles?: boolean;
  run(items: ChoreItems): Promise<unknown>;
}

export interface RoundOptions {
  readonly pool: DatabasePool;
  readonly onError: (error: Error, chore: string) => void;
  readonly everySeconds?: number;
}

/** Shared by whoever removes files; held alone by whoever must not be disturbed by that. */
export const choresLock = 7_263_116;
/** First half of the lock of each chore; the second is a hash of its name. */
const roundLock = 7_263_119;

/** Each chore goes its rounds until the function that is answered has ended. */
export function startRounds(chores: Readonly<Record<string, Chore>>, options: RoundOptions): () => Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const loops = Object.entries(chores).map(async ([name, chore]) => {
    while (!signal.aborted) {
      await delay((options.everySeconds ?? 15) * 1000, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await doRound(name, chore, options, signal);
    }
  });
  return async () => {
    ending.abort();
    await Promise.all(loops);
  };
}

/** One round, unless another process does it. Rejects never. */
export async function doRound(
  name: string,
  chore: Chore,
  { pool, onError }: RoundOptions,
  ending?: AbortSignal,
): Promise<void> {
  const failed = (error: Error): void => onError(error, name);
  const client = await pool.pool.connect().catch((error: Error) => {
    failed(error);
    return null;
  });
  if (!client) return;
  let keep = false;
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_lock($1, hashtext($2)) AND (NOT $3 OR pg_try_advisory_lock_shared($4)) AS mine`,
      [roundLock, name, chore.removesFiles ?? false, choresLock],
    );
    if (rows[0]?.mine) {
      const signal = AbortSignal.timeout(chore.secondsMax * 1000);
      await workRound(name, chore, new ChoreItems({ db: pool.db, chore: name, onError, signal, ending }), signal);
    }
    await client.query('SELECT pg_advisory_unlock_all()');
    keep = true;
  } catch (error) {
    failed(error as Error);
  } finally {
    client.release(!keep);
  }
}

async function workRound(name: string, chore: Chore, items: ChoreItems, signal: AbortSignal): Promise<void> {
  const { db, onError } = items.options;
  await sql`INSERT INTO chores (name, started_at, outcome) VALUES (${name}, now(), 'running')
    ON CONFLICT (name) DO UPDATE SET started_at = now(), ended_at = NULL, outcome = 'running'`.execute(db);
  let detail: string | null = null;
  const work = chore.run(items).catch((error: Error) => {
    detail = error.message;
    onError(error, name);
  });
  // what hangs is left behind: its item is written down, and the next round has others
  await Promise.race([work, aborted(signal).then(() => delay(1000))]);
  const { done, failed } = items.tally;
  const outcome = signal.aborted ? 'late' : detail !== null ? 'failed' : failed > 0 ? 'some_failed' : 'well';
  await sql`UPDATE chores SET ended_at = now(), outcome = ${outcome}, detail = ${detail}, done = done + ${done}, failed = failed + ${failed},
    well_at = CASE WHEN ${outcome} = 'well' THEN now() ELSE well_at END WHERE name = ${name}`.execute(db);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

interface Figures {
  readonly name: string;
  readonly done: number;
  readonly failed: number;
  readonly failing: number;
  /** Since the newest round in which nothing failed. */
  readonly seconds: number | null;
}

/** Figures of all processes together: they are read from the database, at each visit. */
export function choreMetrics(registry: Registry, { db }: DatabasePool): void {
  const figures = async (): Promise<Figures[]> => {
    const read = sql<Figures>`SELECT name, done::float8 AS done, failed::float8 AS failed,
      extract(epoch FROM now() - well_at)::float8 AS seconds,
      (SELECT count(*)::int FROM chore_failures f WHERE f.chore = name) AS failing FROM chores`;
    // a database that is away has a figure of its own
    return (await read.execute(db).catch(() => ({ rows: [] }))).rows;
  };
  const named = (name: string, help: string) => ({ name: `mathership_chore_${name}`, help, registers: [] });
  const items = new Counter({
    ...named('items_total', 'Items by outcome, ever'),
    labelNames: ['chore', 'outcome'],
    async collect() {
      const all = await figures();
      this.reset();
      for (const { name: chore, done, failed } of all) {
        this.inc({ chore, outcome: 'done' }, done);
        this.inc({ chore, outcome: 'failed' }, failed);
      }
    },
  });
  const failing = new Gauge({
    ...named('items_failing', 'Items that failed and are tried again'),
    labelNames: ['chore'],
    async collect() {
      for (const { name: chore, failing } of await figures()) this.set({ chore }, failing);
    },
  });
  const since = new Gauge({
    ...named('seconds_since_well', 'Since the newest round of a chore in which nothing failed'),
    labelNames: ['chore'],
    async collect() {
      for (const { name: chore, seconds } of await figures()) if (seconds !== null) this.set({ chore }, seconds);
    },
  });
  for (const metric of [items, failing, since]) registry.registerMetric(metric);
}
