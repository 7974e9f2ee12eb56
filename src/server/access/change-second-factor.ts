/**
 * Setting up, renewing and giving up one's second factor. Each begins with the password, so that a browser left open is
 * not enough; giving up and renewing take a code as well. Other browsers are signed out when it is set up.
 */
import { sql } from 'kysely';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { SecondFactor, SecondFactorSecret } from '#contract/sign-in.ts';
import type { Database } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import type { Principal } from './decide.ts';
import { refuseWhenTooMany } from './failures.ts';
import { verifyPassword } from './passwords.ts';
import {
  hasSecondFactor,
  newSecret,
  recoveryCodesLeft,
  removeSecondFactor,
  requireCode,
  sealContext,
  stepOfCode,
  totpOf,
  writeRecoveryCodes,
} from './second-factor.ts';
import type { SecretKeys } from './secret-keys.ts';

type Owner = Principal & { userId: string };

export async function readSecondFactor(db: Database, owner: Owner): Promise<SecondFactor> {
  const row = await db
    .selectFrom('users as u')
    .leftJoin('second_factors as f', 'f.user_id', 'u.id')
    .select(['f.confirmed_at', sql<boolean>`u.password_hash IS NOT NULL`.as('has_password')])
    .where('u.id', '=', owner.userId)
    .executeTakeFirstOrThrow();
  const isEnabled = row.confirmed_at !== null;
  return {
    enabled: isEnabled,
    since: row.confirmed_at,
    recovery_codes_left: isEnabled ? await recoveryCodesLeft(db, owner.userId) : 0,
    has_password: row.has_password,
  };
}

/** @throws ProductError conflict without a password, invalid_input for a wrong one, too_many_requests. */
async function requirePassword(db: Database, owner: Owner, origin: Origin, password: string): Promise<void> {
  const address = origin.address ?? 'unknown';
  await refuseWhenTooMany(db, owner.email, address);
  const { password_hash } = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', owner.userId)
    .executeTakeFirstOrThrow();
  if (password_hash === null) {
    throw new ProductError('conflict', 'Your account has no password: its second step is where you sign in.');
  }
  if (await verifyPassword(password, password_hash)) return;
  await db.insertInto('sign_in_failures').values({ account: owner.email, address }).execute();
  throw invalidField('password', 'is not your password');
}

/**
 * A new secret, which is worth nothing until a code of it has been sent; one begun before is replaced.
 * @throws ProductError conflict when there is a second factor already.
 */
export async function beginSecondFactor(
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  password: string,
): Promise<SecondFactorSecret> {
  await requirePassword(db, owner, origin, password);
  const secret = newSecret();
  const sealed = keys.seal(secret, sealContext(owner.userId));
  const written = await db
    .insertInto('second_factors')
    .values({ user_id: owner.userId, secret: sealed, confirmed_at: null })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({ secret: sealed }).where('second_factors.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .executeTakeFirst();
  if (!written) throw new ProductError('conflict', 'You sign in with a code already. Switch that off first.');
  const totp = totpOf(secret, owner.email);
  return { uri: totp.toString(), secret: totp.secret.base32 };
}

/** @returns the recovery codes, this once. @throws ProductError invalid_input for a wrong code, conflict when not begun. */
export async function confirmSecondFactor(
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  code: string,
): Promise<string[]> {
  const address = origin.address ?? 'unknown';
  const codes = await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('second_factors')
      .select(['secret', 'confirmed_at'])
      .where('user_id', '=', owner.userId)
      .forUpdate()
      .executeTakeFirst();
    if (!row || row.confirmed_at !== null) throw new ProductError('conflict', 'Begin setting it up first.');
    await refuseWhenTooMany(tx, owner.email, address);
    const secret = keys.open(row.secret, sealContext(owner.userId));
    const step = secret && stepOfCode(secret, code.replaceAll(/\s/g, ''), 0);
    if (!step) {
      await tx.insertInto('sign_in_failures').values({ account: owner.email, address }).execute();
      return null;
    }
    await tx
      .updateTable('second_factors')
      .set({ confirmed_at: sql`now()`, last_step: String(step) })
      .where('user_id', '=', owner.userId)
      .execute();
    const kept = owner.via === 'session' ? owner.credentialId : null;
    await tx
      .deleteFrom('sessions')
      .where('user_id', '=', owner.userId)
      .where('id', '<>', kept ?? '0')
      .execute();
    await audit(tx, owner, origin, { action: 'second_factor.enabled', subjectType: 'user', subjectId: owner.userId });
    return writeRecoveryCodes(tx, keys, owner.userId);
  });
  if (!codes) throw invalidField('code', 'is not the code of this moment: check the clock of your phone');
  return codes;
}

async function requireBoth(
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  input: { password: string; code: string },
): Promise<void> {
  if (!(await hasSecondFactor(db, owner.userId))) throw new ProductError('conflict', 'You sign in without a code.');
  await requirePassword(db, owner, origin, input.password);
  try {
    await requireCode(db, keys, { id: owner.userId, email: owner.email }, origin, input.code);
  } catch (error) {
    // the session is as good as it was: this is a wrong field, not a lost sign-in
    if (error instanceof ProductError && error.code === 'wrong_second_factor') {
      throw invalidField('code', 'is wrong or was used already');
    }
    throw error;
  }
}

/** Ten new ones; none of the old is worth anything afterwards. */
export async function renewRecoveryCodes(
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  input: { password: string; code: string },
): Promise<string[]> {
  await requireBoth(db, keys, owner, origin, input);
  return db.transaction().execute(async (tx) => {
    await audit(tx, owner, origin, { action: 'recovery_codes.renewed', subjectType: 'user', subjectId: owner.userId });
    return writeRecoveryCodes(tx, keys, owner.userId);
  });
}

export async function disableSecondFactor(
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  input: { password: string; code: string },
): Promise<void> {
  await requireBoth(db, keys, owner, origin, input);
  await db.transaction().execute((tx) => removeSecondFactor(tx, owner, origin, owner.userId));
}
