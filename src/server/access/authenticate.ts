/**
 * From a cookie or key to a person, at every request. A dead credential is the same as none.
 * Sessions slide: used within 12 hours they live on, up to 30 days in all.
 */
import { timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { SessionMethod } from '#contract/sign-in.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import type { Principal } from './decide.ts';
import { hashToken, newToken, sessionLife } from './tokens.ts';

const personColumns = ['u.id as user_id', 'u.name', 'u.email'] as const;
/** How stale `last_seen_at` may get before a request pays for a write. */
const touchAfterSeconds = 60;

export async function principalOfSession(db: Database, token: string): Promise<Principal | null> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select([
      's.id',
      ...personColumns,
      sql<boolean>`s.last_seen_at < now() - ${touchAfterSeconds} * interval '1 second'`.as('stale'),
    ])
    .where('s.token_hash', '=', hashToken(token))
    .where('u.disabled_at', 'is', null)
    .where(sql<boolean>`s.expires_at > now()`)
    .where(sql<boolean>`s.last_seen_at > now() - ${sessionLife.idleSeconds} * interval '1 second'`)
    .executeTakeFirst();
  if (!row) return null;
  if (row.stale) {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: sql`now()` })
      .where('id', '=', row.id)
      .execute();
  }
  return { userId: row.user_id, name: row.name, email: row.email, via: 'session', credentialId: row.id };
}

export async function principalOfApiKey(db: Database, key: string): Promise<Principal | null> {
  const row = await db
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select([
      'k.id',
      ...personColumns,
      sql<boolean>`coalesce(k.last_used_at < now() - ${touchAfterSeconds} * interval '1 second', true)`.as('stale'),
    ])
    .where('k.key_hash', '=', hashToken(key))
    .where('u.disabled_at', 'is', null)
    .where(sql<boolean>`coalesce(k.expires_at > now(), true)`)
    .executeTakeFirst();
  if (!row) return null;
  if (row.stale)
    await db
      .updateTable('api_keys')
      .set({ last_used_at: sql`now()` })
      .where('id', '=', row.id)
      .execute();
  return { userId: row.user_id, name: row.name, email: row.email, via: 'api_key', credentialId: row.id };
}

/** The person at the server's own machine, who can read the 0600 token file in DATA_DIR. */
export function principalOfOperator(token: string, expected: string | undefined): Principal | null {
  if (expected === undefined) return null;
  const a = hashToken(token);
  return timingSafeEqual(a, hashToken(expected))
    ? { userId: null, name: 'Operator', email: '', via: 'operator', credentialId: null }
    : null;
}

export interface StartedSession {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string;
}

/** Always a new token: nothing that existed before sign-in is worth anything after it. */
export async function startSession(
  db: Queryable,
  userId: string,
  from: { address: string | null; userAgent: string | null; method?: SessionMethod },
): Promise<StartedSession> {
  const token = newToken();
  const row = await db
    .insertInto('sessions')
    .values({
      token_hash: token.hash,
      user_id: userId,
      expires_at: sql`now() + ${sessionLife.absoluteSeconds} * interval '1 second'` as unknown as string,
      address: from.address,
      user_agent: from.userAgent?.slice(0, 400) ?? null,
      method: from.method ?? 'password',
    })
    .returning(['id', 'expires_at'])
    .executeTakeFirstOrThrow();
  return { id: row.id, token: token.text, expiresAt: row.expires_at };
}
