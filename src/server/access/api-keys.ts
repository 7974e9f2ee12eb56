/** API keys: shown once, stored as a hash, never wider than the person they belong to. */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import { type Principal, asId } from './decide.ts';
import { newToken } from './tokens.ts';

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

const columns = ['id', 'name', 'prefix', 'created_at', 'last_used_at', 'expires_at'] as const;
const scheme = 'msk_';
const prefixLength = scheme.length + 6;

/** The only moment at which the key itself exists outside its owner's hands. */
export async function createApiKey(
  db: Database,
  owner: Principal & { userId: string },
  origin: Origin,
  input: { name: string; expiresAt: string | null },
): Promise<ApiKey & { key: string }> {
  const token = newToken(scheme);
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('api_keys')
      .values({
        user_id: owner.userId,
        name: input.name,
        prefix: token.text.slice(0, prefixLength),
        key_hash: token.hash,
        expires_at: input.expiresAt,
      })
      .returning(columns)
      .executeTakeFirstOrThrow();
    await audit(tx, owner, origin, { action: 'api_key.created', subjectType: 'api_key', subjectId: row.id });
    return { ...row, key: token.text };
  });
}

export async function listApiKeys(
  db: Database,
  userId: string,
  page: { page: number; pageSize: number },
): Promise<{ results: ApiKey[]; total: number }> {
  const results = await db
    .selectFrom('api_keys')
    .select(columns)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.pageSize)
    .offset(page.page * page.pageSize)
    .execute();
  const counted = await db
    .selectFrom('api_keys')
    .select(sql<number>`count(*)::int`.as('total'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return { results, total: counted.total };
}

/** @throws ProductError access_denied for a key that is not the principal's. */
export async function deleteApiKey(db: Database, owner: Principal, origin: Origin, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const gone = await tx
      .deleteFrom('api_keys')
      .where('id', '=', asId(id) ?? '0')
      .where('user_id', '=', owner.userId ?? '0')
      .returning('id')
      .executeTakeFirst();
    if (!gone) throw new ProductError('access_denied', 'You have access to no API key by this id.');
    await audit(tx, owner, origin, { action: 'api_key.deleted', subjectType: 'api_key', subjectId: gone.id });
  });
}
