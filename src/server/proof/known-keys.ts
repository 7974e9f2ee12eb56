/**
 * Every public key this installation has signed with. A new secret makes a new key; what the old one signed stays
 * proven, until its row is deleted.
 */
import type { SigningKey } from '#contract/verification.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { type VerifyingKey, pemOf, publicKeyOf } from './signing-key.ts';

export interface KnownKey extends VerifyingKey {
  /** RFC 3339. */
  readonly firstUsedAt: string;
}

/** Before anything is signed with it. */
export async function rememberKey(db: Database, key: VerifyingKey): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({ key_id: key.keyId, public_key: pemOf(key.publicKey) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The newest first. */
export async function knownKeys(db: Queryable): Promise<KnownKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('first_used_at', 'desc')
    .orderBy('key_id')
    .execute();
  return rows.map((row) => ({ ...publicKeyOf(row.public_key), firstUsedAt: row.first_used_at }));
}

/** As it is served to whoever wants to check for themselves. */
export function servedKey(key: KnownKey, currentKeyId: string): SigningKey {
  return {
    kty: 'OKP',
    crv: 'Ed25519',
    x: key.publicKey.export({ format: 'jwk' }).x ?? '',
    kid: key.keyId,
    use: 'sig',
    alg: 'EdDSA',
    pem: pemOf(key.publicKey),
    first_used_at: key.firstUsedAt,
    is_current: key.keyId === currentKeyId,
  };
}
