/** API keys: shown once, stored as a hash, never wider than the person they belong to. */
import type { Page } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { audit, type Origin } from './audit.ts';
import { type Principal, asId } from './decide.ts';
import { holdOwnAccount } from './hold-account.ts';
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
  tx: DatabaseTransaction,
  owner: Principal & { userId: string },
  origin: Origin,
  input: { name: string; expiresAt: string | null },
): Promise<ApiKey & { key: string }> {
  const token = newToken(scheme);
  // made by a session that ends with the password, it would outlive it
  await holdOwnAccount(tx, owner, 'use');
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
}

/** Never with the key itself, which is nowhere; null when it has been deleted. */
export async function readApiKey(db: Queryable, userId: string, id: string): Promise<ApiKey | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(columns)
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export function listApiKeys(db: Database, userId: string, page: PageOf): Promise<Page<ApiKey>> {
  return readPage(db, page, (tx) =>
    tx
      .selectFrom('api_keys')
      .select(columns)
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc'),
  );
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
