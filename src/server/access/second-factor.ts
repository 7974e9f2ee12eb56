/**
 * The second factor: codes by time (RFC 6238: SHA-1, six digits, 30 seconds, one step either way) and ten recovery codes.
 * No code is taken twice: the newest step taken is remembered, a used recovery code is marked. Whoever takes a code holds
 * the row until the end of what the code was for.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import type { DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import type { Principal } from './decide.ts';
import type { SecretKeys } from './secret-keys.ts';

export const recoveryCodesCount = 10;
const stepSeconds = 30;
const secretBytes = 20;
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

export const sealContext = (userId: string): string => `second factor of ${userId}`;

export function totpOf(secret: Buffer, email = ''): TOTP {
  const bytes = new Uint8Array(secret);
  return new TOTP({
    issuer: 'Mathership',
    label: email,
    algorithm: 'SHA1',
    digits: 6,
    period: stepSeconds,
    secret: new Secret({ buffer: bytes.buffer }),
  });
}

export const newSecret = (): Buffer => randomBytes(secretBytes);

/** `k7m2p-9x4qd`: 49 bits each, without letters that look like figures. */
function newRecoveryCode(): string {
  const letters: string[] = [];
  while (letters.length < 10) {
    for (const byte of randomBytes(16)) {
      // what lies above the last whole alphabet would favour its beginning
      if (byte < 248 && letters.length < 10) letters.push(alphabet[byte % alphabet.length] ?? '');
    }
  }
  return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`;
}

const bare = (code: string): string => code.toLowerCase().replaceAll(/[\s-]/g, '');

/** Takes the place of all that were there. The only moment at which they can be read. */
export async function writeRecoveryCodes(tx: DatabaseTransaction, keys: SecretKeys, userId: string): Promise<string[]> {
  const codes = new Set<string>();
  while (codes.size < recoveryCodesCount) codes.add(newRecoveryCode());
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx
    .insertInto('recovery_codes')
    .values([...codes].map((code) => ({ user_id: userId, code_hash: keys.hashCode(userId, bare(code)) })))
    .execute();
  return [...codes];
}

export async function hasSecondFactor(db: Queryable, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('second_factors')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

export type CodeMethod = 'code' | 'recovery_code';

/** The step that a code of this secret is for; null for a wrong one and for one at or before the last taken. */
export function stepOfCode(secret: Buffer, code: string, lastStep: number, now = Date.now()): number | null {
  const delta = totpOf(secret).validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(now / 1000 / stepSeconds) + delta;
  return step > lastStep ? step : null;
}

/**
 * Uses a code up. The account is held by the caller; the row of the second factor is held here until the end of what the
 * code is for, so that guesses wait for each other.
 * @returns null when it is none of this person's, or was used already.
 */
export async function takeCode(
  tx: DatabaseTransaction,
  keys: SecretKeys,
  userId: string,
  given: string,
): Promise<CodeMethod | null> {
  const row = await tx
    .selectFrom('second_factors')
    .select(['secret', 'last_step'])
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return null;
  const code = bare(given);
  if (/^\d{6}$/.test(code)) {
    const secret = keys.open(row.secret, sealContext(userId));
    const step = secret && stepOfCode(secret, code, Number(row.last_step));
    if (!step) return null;
    await tx
      .updateTable('second_factors')
      .set({ last_step: String(step) })
      .where('user_id', '=', userId)
      .execute();
    return 'code';
  }
  const used = await tx
    .updateTable('recovery_codes')
    .set({ used_at: sql`now()` })
    .where('user_id', '=', userId)
    .where('code_hash', '=', keys.hashCode(userId, code))
    .where('used_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return used ? 'recovery_code' : null;
}

/** Recovery codes that are left. */
export async function recoveryCodesLeft(db: Queryable, userId: string): Promise<number> {
  const row = await db
    .selectFrom('recovery_codes')
    .select(sql<number>`count(*)::int`.as('left'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.left;
}

/** Without asking for a code: the operator's way, for somebody who has lost phone and recovery codes. */
export async function removeSecondFactor(
  tx: DatabaseTransaction,
  by: Principal,
  origin: Origin,
  userId: string,
): Promise<boolean> {
  const gone = await tx
    .deleteFrom('second_factors')
    .where('user_id', '=', userId)
    .returning(['user_id', 'confirmed_at'])
    .executeTakeFirst();
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx.deleteFrom('sign_in_steps').where('user_id', '=', userId).execute();
  if (!gone?.confirmed_at) return false;
  await audit(tx, by, origin, { action: 'second_factor.disabled', subjectType: 'user', subjectId: userId });
  return true;
}
