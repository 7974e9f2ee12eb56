/**
 * A new password, for somebody who knows the old one. Whatever the old one had opened ends with it: other sessions, a
 * sign-in half done, links for a new password, and API keys unless they are asked to stay. Wrong guesses count as failed
 * sign-ins.
 */
import { invalidField } from '#contract/errors.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { doors, forgetGuesses, guess, refuseWhenTooMany, Wrong } from './attempts.ts';
import { audit, type Origin } from './audit.ts';
import type { Principal } from './decide.ts';
import { hashingTurns } from './hashing-turns.ts';
import { holdOwnAccount } from './hold-account.ts';
import { refuseWeakPassword } from './password-rules.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

type Owner = Principal & { userId: string };

/**
 * @throws ProductError invalid_input for a wrong current password and for a new one that will not do, too_many_requests
 *   after ten wrong ones.
 */
export async function changePassword(
  db: Database,
  owner: Owner,
  origin: Origin,
  input: { current: string; new: string; endApiKeys: boolean },
): Promise<void> {
  await refuseWeakPassword('new', input.new, owner.email);
  const attempt = { account: owner.email, origin };
  await refuseWhenTooMany(db, doors.guess, attempt);
  const wrong = new Wrong(invalidField('current', 'is not your password'), (tx) =>
    audit(tx, owner, origin, { action: 'password.refused', subjectType: 'user', subjectId: owner.userId }),
  );
  const judge = async (): Promise<Wrong | undefined> => {
    const { password_hash: proven } = await db
      .selectFrom('users')
      .select('password_hash')
      .where('id', '=', owner.userId)
      .executeTakeFirstOrThrow();
    if (!(await verifyPassword(input.current, proven))) return wrong;
    if (input.new === input.current) throw invalidField('new', 'is the one you have: choose another');
    const passwordHash = await hashPassword(input.new, proven);
    return db.transaction().execute(async (tx) => {
      if (!(await holdOwnAccount(tx, owner, 'change', proven))) return wrong;
      const kept = owner.via === 'session' ? owner.credentialId : null;
      const ended = await setPassword(tx, owner.userId, passwordHash, { session: kept, apiKeys: !input.endApiKeys });
      await audit(tx, owner, origin, {
        action: 'password.changed',
        subjectType: 'user',
        subjectId: owner.userId,
        details: ended,
      });
      return undefined;
    });
  };
  await hashingTurns.take(`user ${owner.userId}`, () => guess(db, attempt, judge));
}

/**
 * Under the account's row, which the caller holds. Ends what the password before had opened; a second factor stays.
 * @param kept the session that asks, if any, and whether API keys go on working
 * @returns how many sessions and API keys ended.
 */
export async function setPassword(
  tx: DatabaseTransaction,
  userId: string,
  passwordHash: string,
  kept: { session: string | null; apiKeys: boolean },
): Promise<{ sessions_ended: number; api_keys_ended: number }> {
  const { email } = await tx
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('id', '=', userId)
    .returning('email')
    .executeTakeFirstOrThrow();
  const sessions = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '<>', kept.session ?? '0')
    .returning('id')
    .execute();
  const keys = kept.apiKeys
    ? []
    : await tx.deleteFrom('api_keys').where('user_id', '=', userId).returning('id').execute();
  await tx.deleteFrom('sign_in_steps').where('user_id', '=', userId).execute();
  await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute();
  await forgetGuesses(tx, email);
  return { sessions_ended: sessions.length, api_keys_ended: keys.length };
}
