/**
 * Setting up, renewing and giving up one's second factor. Each begins with the password, so that a browser left open is
 * not enough; giving up and renewing take a code as well. Other browsers are signed out when it is set up.
 */
import { sql } from 'kysely';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { SecondFactor, SecondFactorSecret } from '#contract/sign-in.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { doors, guess, refuseWhenTooMany, Wrong } from './attempts.ts';
import { audit, type Origin } from './audit.ts';
import type { Principal } from './decide.ts';
import { hashingTurns } from './hashing-turns.ts';
import { holdOwnAccount } from './hold-account.ts';
import { verifyPassword } from './passwords.ts';
import {
  hasSecondFactor,
  newSecret,
  recoveryCodesLeft,
  removeSecondFactor,
  sealContext,
  stepOfCode,
  takeCode,
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

/**
 * The password first, by its hash as it stands, then `act` under the account's row if that is still the hash: what is
 * proven and what is done are one transaction.
 * @throws ProductError conflict without a password, invalid_input for a wrong one, too_many_requests.
 */
async function withPassword<T>(
  db: Database,
  owner: Owner,
  origin: Origin,
  password: string,
  act: (tx: DatabaseTransaction) => Promise<T | Wrong>,
): Promise<T> {
  const attempt = { account: owner.email, origin };
  await refuseWhenTooMany(db, doors.guess, attempt);
  const judge = async (): Promise<T | Wrong> => {
    const { password_hash: proven } = await db
      .selectFrom('users')
      .select('password_hash')
      .where('id', '=', owner.userId)
      .executeTakeFirstOrThrow();
    if (proven === null) {
      throw new ProductError('conflict', 'Your account has no password: its second step is where you sign in.');
    }
    const wrong = refused(owner, origin, 'password', 'is not your password');
    if (!(await verifyPassword(password, proven))) return wrong;
    return db
      .transaction()
      .execute(async (tx) => ((await holdOwnAccount(tx, owner, 'change', proven)) ? act(tx) : wrong));
  };
  return hashingTurns.take(`user ${owner.userId}`, () => guess(db, attempt, judge));
}

/** The session is as good as it was: this is a wrong field, not a lost sign-in. */
const refused = (owner: Owner, origin: Origin, field: 'password' | 'code', message: string): Wrong =>
  new Wrong(invalidField(field, message), (tx) =>
    audit(tx, owner, origin, {
      action: 'second_factor.refused',
      subjectType: 'user',
      subjectId: owner.userId,
      details: { step: field },
    }),
  );

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
  const secret = newSecret();
  const sealed = keys.seal(secret, sealContext(owner.userId));
  await withPassword(db, owner, origin, password, async (tx) => {
    const written = await tx
      .insertInto('second_factors')
      .values({ user_id: owner.userId, secret: sealed, confirmed_at: null })
      .onConflict((conflict) =>
        conflict.column('user_id').doUpdateSet({ secret: sealed }).where('second_factors.confirmed_at', 'is', null),
      )
      .returning('user_id')
      .executeTakeFirst();
    if (!written) throw new ProductError('conflict', 'You sign in with a code already. Switch that off first.');
  });
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
  const judge = (): Promise<string[] | Wrong> =>
    db.transaction().execute(async (tx) => {
      await holdOwnAccount(tx, owner, 'change');
      const row = await tx
        .selectFrom('second_factors')
        .select(['secret', 'confirmed_at'])
        .where('user_id', '=', owner.userId)
        .forUpdate()
        .executeTakeFirst();
      if (!row || row.confirmed_at !== null) throw new ProductError('conflict', 'Begin setting it up first.');
      const secret = keys.open(row.secret, sealContext(owner.userId));
      const step = secret && stepOfCode(secret, code.replaceAll(/\s/g, ''), 0);
      if (!step) return refused(owner, origin, 'code', 'is not the code of this moment: check the clock of your phone');
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
  return guess(db, { account: owner.email, origin }, judge);
}

/** Password and code, and what they are for, as one: of several at once each finds what the one before it left. */
async function withBoth<T>(
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  input: { password: string; code: string },
  act: (tx: DatabaseTransaction) => Promise<T>,
): Promise<T> {
  return withPassword(db, owner, origin, input.password, async (tx) => {
    if (!(await hasSecondFactor(tx, owner.userId))) throw new ProductError('conflict', 'You sign in without a code.');
    const method = await takeCode(tx, keys, owner.userId, input.code);
    return method ? act(tx) : refused(owner, origin, 'code', 'is wrong or was used already');
  });
}

/** Ten new ones; none of the old is worth anything afterwards. */
export const renewRecoveryCodes = (
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  input: { password: string; code: string },
): Promise<string[]> =>
  withBoth(db, keys, owner, origin, input, async (tx) => {
    await audit(tx, owner, origin, { action: 'recovery_codes.renewed', subjectType: 'user', subjectId: owner.userId });
    return writeRecoveryCodes(tx, keys, owner.userId);
  });

export const disableSecondFactor = async (
  db: Database,
  keys: SecretKeys,
  owner: Owner,
  origin: Origin,
  input: { password: string; code: string },
): Promise<void> => {
  await withBoth(db, keys, owner, origin, input, (tx) => removeSecondFactor(tx, owner, origin, owner.userId));
};
