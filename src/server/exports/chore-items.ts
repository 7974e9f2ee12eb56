/**
 * The items of a chore, one after the other, each with an outcome of its own: what fails is written down, skipped, and
 * tried again later and later; what then succeeds is forgotten. Nothing that fails keeps the others from their turn.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#server/database/database.ts';

const retrySeconds = 60;
const retrySecondsMax = 6 * 3600;

export interface ChoreTally {
  done: number;
  failed: number;
}

export interface ChoreItemsOptions {
  readonly db: Database;
  readonly chore: string;
  readonly onError: (error: Error, chore: string) => void;
  /** When the round is over; the item that is being worked on then has failed. */
  readonly signal?: AbortSignal | undefined;
  /** When this process ends; the item that is being worked on is the last. */
  readonly ending?: AbortSignal | undefined;
}

export class ChoreItems {
  readonly tally: ChoreTally = { done: 0, failed: 0 };
  readonly options: ChoreItemsOptions;

  constructor(options: ChoreItemsOptions) {
    this.options = options;
  }

  /** SQL: whether this item's turn has come, for the query that finds items. `item` is SQL for its name. */
  isDue(item: RawBuilder<unknown>): RawBuilder<boolean> {
    return sql<boolean>`NOT EXISTS (SELECT FROM chore_failures f
      WHERE f.chore = ${this.options.chore} AND f.item = ${item} AND f.retry_at > now())`;
  }

  /** Resolves to how many were done. Rejects only when the database cannot be told what failed. */
  async each<T>(items: readonly T[], nameOf: (item: T) => string, act: (item: T) => Promise<unknown>): Promise<number> {
    const { signal, ending } = this.options;
    const waiting = await this.#dueAmong(items.map(nameOf));
    let done = 0;
    for (const item of items) {
      const name = nameOf(item);
      if (waiting.get(name) === false) continue;
      if (signal?.aborted || ending?.aborted) break;
      try {
        await (signal ? Promise.race([act(item), over(signal)]) : act(item));
        done += 1;
      } catch (error) {
        this.tally.failed += 1;
        await this.#fail(name, error as Error);
        continue;
      }
      if (waiting.has(name)) await this.#forget(name);
    }
    this.tally.done += done;
    return done;
  }

  /**
   * The same for what can be done for many at once: only when that fails, one by one, to know which it is. `isWell`
   * rejects when it is none of them but what they all need.
   */
  async together<T>(
    items: readonly T[],
    nameOf: (item: T) => string,
    act: (items: readonly T[]) => Promise<unknown>,
    isWell: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<number> {
    if (items.length === 0) return 0;
    const { signal } = this.options;
    try {
      await (signal ? Promise.race([act(items), over(signal)]) : act(items));
    } catch (error) {
      if (signal?.aborted) throw error;
      await isWell();
      return this.each(items, nameOf, (item) => act([item]));
    }
    for (const name of (await this.#dueAmong(items.map(nameOf))).keys()) await this.#forget(name);
    this.tally.done += items.length;
    return items.length;
  }

  /** Of these, those that failed before, and whether they are due again. */
  async #dueAmong(names: readonly string[]): Promise<Map<string, boolean>> {
    const { rows } = await sql<{ item: string; due: boolean }>`SELECT item, retry_at <= now() AS due FROM chore_failures
      WHERE chore = ${this.options.chore} AND item = ANY(${names}::text[])`.execute(this.options.db);
    return new Map(rows.map(({ item, due }) => [item, due]));
  }

  async #fail(item: string, error: Error): Promise<void> {
    const { db, chore, onError } = this.options;
    onError(new Error(`${item}: ${error.message}`, { cause: error }), chore);
    await sql`INSERT INTO chore_failures (chore, item, detail, retry_at)
      VALUES (${chore}, ${item}, ${error.message}, now() + ${retrySeconds} * interval '1 second')
      ON CONFLICT (chore, item) DO UPDATE SET times = chore_failures.times + 1, detail = excluded.detail, last_at = now(),
        retry_at = now() + least(${retrySecondsMax}, ${retrySeconds} * power(2, least(chore_failures.times, 20))) * interval '1 second'`.execute(
      db,
    );
  }

  async #forget(item: string): Promise<void> {
    const { db, chore } = this.options;
    await sql`DELETE FROM chore_failures WHERE chore = ${chore} AND item = ${item}`.execute(db);
  }
}

/** Rejects when the signal aborts. */
const over = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const late = (): void => reject(new Error('it had not ended when the time of its round was over'));
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
