/**
 * What the races share: many at once, many rounds, and a look at everything that must hold afterwards. Each test of this
 * folder names a verb that writes and says what is true of it however many run together: as if one after another.
 */
import { expect, inject } from 'vitest';
import type { Database } from '#server/database/database.ts';
import { invariants } from '#server/exports/invariants.ts';
import type { ObjectStore } from '#server/storage/store.ts';

/** How many at once: as many as a test application has connections, so that all are in the database together. */
export const crowd = 10;

/** Rounds of a race: a few in `npm test`, many in `npm run test:races`. */
export const rounds = (short: number, long = short * 20): number[] =>
  Array.from({ length: inject('thorough') ? long : short }, (_, at) => at);

/** All begin in the same turn; resolves when all have ended, in the order they began. One that rejects fails the race. */
export const atOnce = <T>(act: (at: number) => Promise<T>, n = crowd): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, at) => act(at)));

/** `[200, 200, 409]`: the statuses of answers, smallest first. */
export const statuses = (answers: readonly { readonly status: number }[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

/** `one` of the status, all others of `rest`. */
export const oneOf = (status: number, rest: number, n = crowd): number[] =>
  [status, ...Array.from({ length: n - 1 }, () => rest)].toSorted((a, b) => a - b);

/** The audit entries of one action about one subject: what was done is written down as often as it was done. */
export async function audited(db: Database, action: string, subjectId: string): Promise<number> {
  const entries = await db
    .selectFrom('audit_events')
    .select('id')
    .where('action', '=', action)
    .where('subject_id', '=', subjectId)
    .execute();
  return entries.length;
}

/** Everything that `doctor --deep` looks at. */
export async function expectWell(db: Database, store: ObjectStore): Promise<void> {
  const broken: Record<string, string[]> = {};
  for (const { id, check } of invariants) {
    const found = await check(db, store);
    if (found.length > 0) broken[id] = found;
  }
  expect(broken).toEqual({});
}
