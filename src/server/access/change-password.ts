/**
 * A new password, for somebody who knows the old one. Every other session of the person ends with it; wrong guesses
 * count as failed sign-ins.
 */
import { invalidField } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import type { Principal } from './decide.ts';
import { refuseWhenTooMany } from './failures.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

/** @throws ProductError invalid_input for a wrong current password, too_many_requests after ten of them. */
export async function changePassword(
  db: Database,
  owner: Principal & { userId: string },
  origin: Origin,
  input: { current: string; new: string },
): Promise<void> {
  const address = origin.address ?? 'unknown';
  await refuseWhenTooMany(db, owner.email, address);
  const stored = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', owner.userId)
    .executeTakeFirstOrThrow();
  if (!(await verifyPassword(input.current, stored.password_hash))) {
    await db.insertInto('sign_in_failures').values({ account: owner.email, address }).execute();
    await audit(db, owner, origin, { action: 'password.refused', subjectType: 'user', subjectId: owner.userId });
    throw invalidField('current', 'is not your password');
  }
  const passwordHash = await hashPassword(input.new);
  await db.transaction().execute(async (tx) => {
    await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', owner.userId).execute();
    const kept = owner.via === 'session' ? owner.credentialId : null;
    await tx
      .deleteFrom('sessions')
      .where('user_id', '=', owner.userId)
      .where('id', '<>', kept ?? '0')
      .execute();
    await audit(tx, owner, origin, { action: 'password.changed', subjectType: 'user', subjectId: owner.userId });
  });
}
