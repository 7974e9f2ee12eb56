/**
 * An account held while a transaction acts on what was proven about it. A password is judged before the transaction, since
 * that takes long; whether it is still the one, and whether the session or key that asks still lives, is looked at again
 * under the account's row. Whoever holds more holds this row first.
 */
import { ProductError } from '#contract/errors.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import type { Principal } from './decide.ts';

/** `use`: to make something that a change of the account ends; any number at once. `change`: nobody else meanwhile. */
type Hold = 'use' | 'change';

/**
 * @param proven the stored hash that a password was found right by; undefined where none was asked for
 * @returns false when the account is closed, or its password is another one by now.
 */
export async function holdAccount(
  tx: DatabaseTransaction,
  userId: string,
  hold: Hold,
  proven?: string | null,
): Promise<boolean> {
  const row = await tx
    .selectFrom('users')
    .select(['password_hash', 'disabled_at'])
    .where('id', '=', userId)
    .$if(hold === 'use', (query) => query.forShare())
    // not FOR UPDATE: rows that refer to the account may be written meanwhile
    .$if(hold === 'change', (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  return row !== undefined && row.disabled_at === null && (proven === undefined || row.password_hash === proven);
}

async function credentialLives(tx: DatabaseTransaction, { via, credentialId }: Principal): Promise<boolean> {
  // whoever operates the server asks with neither, and nothing can end that
  if (via === 'operator') return true;
  const row = await tx
    .selectFrom(via === 'api_key' ? 'api_keys' : 'sessions')
    .select('id')
    .where('id', '=', credentialId ?? '0')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * One's own account.
 * @returns false when the password is another one by now.
 * @throws ProductError not_signed_in when the session or key that asks has ended since the request began.
 */
export async function holdOwnAccount(
  tx: DatabaseTransaction,
  owner: Principal & { userId: string },
  hold: Hold,
  proven?: string | null,
): Promise<boolean> {
  const isProven = await holdAccount(tx, owner.userId, hold, proven);
  if (!(await credentialLives(tx, owner))) {
    throw new ProductError('not_signed_in', 'You have been signed out meanwhile. Sign in to continue.');
  }
  return isProven;
}
