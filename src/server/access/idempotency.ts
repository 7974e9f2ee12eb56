/**
 * Idempotency-Keys, for everything that makes something. For a day the same person's same key and question answer with
 * what the first made, however many ask at once and whatever has become of it; another question under the key is refused.
 * A request that is refused or fails uses no key up.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { principalOf } from './guard.ts';

/** Who asks what, under which key. */
export interface Asked {
  /** Null for the operator. */
  readonly userId: string | null;
  /** Null: no key was sent. */
  readonly key: string | null;
  /** Equal for equal questions: `questionOf`. */
  readonly question: string;
}

export interface Made<T> {
  readonly id: string;
  readonly value: T;
  /** Of the answer, what cannot be read again from what was made; no secret. */
  readonly kept?: Record<string, unknown>;
  /** False: it was there already. */
  readonly isNew?: boolean;
}

export interface Making<T> {
  /** What takes long or may refuse, before anything is locked. */
  readonly before?: () => Promise<void>;
  /** In the transaction that also writes the key down. */
  readonly make: (tx: DatabaseTransaction) => Promise<Made<T>>;
  /** What was made, as it is now; null, or access_denied, when it is there no more. */
  readonly read: (db: Queryable, id: string, kept: Record<string, unknown> | null) => Promise<T | null>;
}

/** In a route's schema, for the OpenAPI document. */
export const keyHeader = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .describe(
      'Makes the request safe to repeat for a day: the same key and question answer with the first result (200).',
    ),
});

/** @throws ProductError invalid_input for a key that cannot be one. */
export function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw invalidField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters without spaces');
}

/** The whole request as its question; where some of it does not matter, a route asks with a question of its own. */
export const askedBy = (request: FastifyRequest): Asked => ({
  userId: principalOf(request).userId,
  key: keyOf(request),
  question: questionOf({
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    params: request.params,
    query: request.query,
    body: request.body,
  }),
});

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, canonical(member)]),
  );
};

/** Lower-case hex SHA-256, whatever the order of keys. */
export const questionOf = (question: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(question)))
    .digest('hex');

/**
 * Makes it, or answers with what the first request under this key made.
 * @throws ProductError idempotency_key_reused, idempotency_result_deleted, and what `before` and `make` throw.
 */
export async function onlyOnce<T>(
  db: Database,
  asked: Asked,
  { before, make, read }: Making<T>,
): Promise<{ value: T; isNew: boolean }> {
  const { key, userId, question } = asked;
  const known =
    key === null
      ? undefined
      : await rowOf(db, asked, key)
          .where(sql<boolean>`NOT ${isOld}`)
          .executeTakeFirst();
  if (known) return { value: await answerAgain(db, known, question, read), isNew: false };
  await before?.();
  return db.transaction().execute(async (tx) => {
    if (key !== null && !(await claim(tx, asked, key))) {
      const first = await rowOf(tx, asked, key).executeTakeFirstOrThrow();
      return { value: await answerAgain(tx, first, question, read), isNew: false };
    }
    const { id, value, kept, isNew = true } = await make(tx);
    if (key !== null) {
      await tx
        .updateTable('idempotency_keys')
        .set({ job_id: id, kept: kept ? JSON.stringify(kept) : null })
        .where(isOf(userId))
        .where('key', '=', key)
        .execute();
    }
    return { value, isNew };
  });
}

/** What became of it after it was made, for whoever asks again. */
export async function keep(db: Database, { userId, key }: Asked, kept: Record<string, unknown>): Promise<void> {
  if (key === null) return;
  await db
    .updateTable('idempotency_keys')
    .set({ kept: JSON.stringify(kept) })
    .where(isOf(userId))
    .where('key', '=', key)
    .execute();
}

/** Who asks under which key, where the question is known only when all of it has arrived. */
export interface AskedAtLength {
  readonly userId: string | null;
  readonly key: string;
}

/**
 * For what takes long and tells its question only at its end. `on` is one connection that is used for nothing else and
 * ended afterwards: the claim is a lock of its session, so it goes with a process that dies, and no key stays behind.
 * @returns true if something was made under the key: ask `madeBefore`. False: make it, then `writeDown`.
 * @throws ProductError in_progress while somebody else makes it and has no result to show.
 */
export async function claimAtLength(on: Database, asked: AskedAtLength): Promise<boolean> {
  const name = JSON.stringify(['under an Idempotency-Key', asked.userId, asked.key]);
  const { rows } = await sql<{
    free: boolean;
  }>`SELECT pg_try_advisory_lock(hashtextextended(${name}, 0)) AS free`.execute(on);
  // looked for after the lock: who had it before has committed by now
  const known = await rowOf(on, asked, asked.key)
    .where(sql<boolean>`NOT ${isOld}`)
    .executeTakeFirst();
  if (known) return true;
  if (rows[0]?.free) return false;
  throw stillUnderWay();
}

export const stillUnderWay = (): ProductError =>
  new ProductError(
    'in_progress',
    'A request with this Idempotency-Key is still under way. Send it again in a moment for its result.',
    { retryAfterSeconds: 5 },
  );

/** @throws ProductError idempotency_key_reused, idempotency_result_deleted. */
export async function madeBefore<T>(
  on: Database,
  asked: AskedAtLength,
  question: string,
  read: Making<T>['read'],
): Promise<T> {
  return answerAgain(on, await rowOf(on, asked, asked.key).executeTakeFirst(), question, read);
}

/**
 * In the transaction that makes it.
 * @throws ProductError idempotency_key_reused if something else was made under the key meanwhile.
 */
export async function writeDown(
  tx: Database,
  asked: AskedAtLength,
  question: string,
  { id, kept }: { readonly id: string | null; readonly kept: Record<string, unknown> },
): Promise<void> {
  if (!(await claim(tx, { ...asked, question }, asked.key))) throw reused();
  await tx
    .updateTable('idempotency_keys')
    .set({ job_id: id, kept: JSON.stringify(kept) })
    .where(isOf(asked.userId))
    .where('key', '=', asked.key)
    .execute();
}

const isOld = sql<boolean>`(idempotency_keys.created_at < clock_timestamp() - interval '1 day')`;
const isOf = (userId: string | null) =>
  userId === null ? sql<boolean>`user_id IS NULL` : sql<boolean>`user_id = ${userId}`;

const rowOf = (db: Queryable, { userId }: Pick<Asked, 'userId'>, key: string) =>
  db.selectFrom('idempotency_keys').select(['question', 'job_id', 'kept']).where(isOf(userId)).where('key', '=', key);

/** The row of a key is its lock: whoever comes second waits here until the first has committed, or has failed. */
async function claim(tx: Queryable, { userId, question }: Omit<Asked, 'key'>, key: string): Promise<boolean> {
  const claimed = await tx
    .insertInto('idempotency_keys')
    .values({ user_id: userId, key, question })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'key'])
        .doUpdateSet({ question, job_id: null, kept: null, created_at: sql`clock_timestamp()` })
        .where(isOld),
    )
    .returning('key')
    .executeTakeFirst();
  return claimed !== undefined;
}

interface KeyRow {
  readonly question: string | null;
  readonly job_id: string | null;
  readonly kept: Record<string, unknown> | null;
}

const reused = (): ProductError =>
  new ProductError('idempotency_key_reused', 'This Idempotency-Key was used for another request. Use a new key.', {
    fields: [{ field: 'Idempotency-Key', message: 'was used for another request' }],
  });

async function answerAgain<T>(
  db: Queryable,
  row: KeyRow | undefined,
  question: string,
  read: Making<T>['read'],
): Promise<T> {
  if (row && row.question !== question) throw reused();
  // a row that aged away between two looks is one whose result is gone
  const value = row ? await read(db, row.job_id ?? '', row.kept).catch(nothingIfDenied) : null;
  if (value !== null) return value;
  throw new ProductError(
    'idempotency_result_deleted',
    'What was made under this Idempotency-Key has been removed since. To make it again, send the request with a new key.',
  );
}

function nothingIfDenied(error: unknown): null {
  if (error instanceof ProductError && error.code === 'access_denied') return null;
  throw error;
}
