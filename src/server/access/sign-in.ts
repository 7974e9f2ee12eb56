/**
 * Sign-in by e-mail and password, and where the account has one by a code as well. Failures are counted per account and
 * per address, successes are not; an unknown account takes as long and is answered in the same words as a wrong password.
 * Between password and code there is only a step: a secret of five minutes and five tries that opens nothing but the code.
 * A session is made while the account is held, by the password it has then.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { SessionMethod } from '#contract/sign-in.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { type Account, accountsAt } from './accounts.ts';
import { doors, guess, refuseWhenTooMany, Wrong } from './attempts.ts';
import { audit, type Origin } from './audit.ts';
import { type StartedSession, startSession } from './authenticate.ts';
import { hashingTurns } from './hashing-turns.ts';
import { holdAccount } from './hold-account.ts';
import { networkOf } from './network.ts';
import { verifyPasswords } from './passwords.ts';
import { hasSecondFactor, takeCode } from './second-factor.ts';
import type { SecretKeys } from './secret-keys.ts';
import { stepSeconds } from './session-cookie.ts';
import { hashToken, newToken } from './tokens.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export interface SignedIn {
  readonly user: Person;
  readonly session: StartedSession;
}

/** The password (or the provider's word) was right; `step` is what the code is sent with. */
export interface CodeWanted {
  readonly step: string;
}

type From = Origin & { userAgent: string | null };
const stepFailuresMax = 5;

/**
 * @param input.organization_id which account, where several of this address have this password; null: the proven one
 * @throws ProductError wrong_credentials, wrong_second_factor for a code that came with them and is wrong,
 *   organization_required with the accounts to choose from, too_many_requests.
 */
export async function signIn(
  db: Database,
  keys: SecretKeys,
  input: {
    email: string;
    password: string;
    code?: string | undefined;
    organization_id?: string | null | undefined;
  },
  origin: From,
): Promise<SignedIn | CodeWanted> {
  const attempt = { account: input.email.trim().toLowerCase(), origin };
  await refuseWhenTooMany(db, doors.guess, attempt);
  const judge = async (): Promise<SignedIn | CodeWanted | Wrong> => {
    const accounts = await accountsAt(db, attempt.account);
    const user = await accountWith(accounts, input);
    if (!user) return wrongPassword(accounts, origin);
    return admitByPassword(db, keys, user, input.code, origin);
  };
  return hashingTurns.take(networkOf(origin.address), () => guess(db, attempt, judge));
}

/** The account with this password; none is the same work as one. @throws ProductError organization_required. */
async function accountWith(
  accounts: readonly Account[],
  { password, organization_id }: { password: string; organization_id?: string | null | undefined },
): Promise<Account | null> {
  const right = await verifyPasswords(
    password,
    accounts.map(({ password_hash }) => password_hash),
  );
  const fitting = accounts
    .filter((_account, index) => right[index])
    .filter(({ home_organization_id }) => organization_id === undefined || home_organization_id === organization_id);
  if (fitting.length > 1) {
    throw new ProductError('organization_required', 'Choose for which organization: there is an account in each.', {
      extra: {
        accounts: fitting.map((one) => ({ organization_id: one.home_organization_id, organization: one.home })),
      },
    });
  }
  return fitting[0] ?? null;
}

/** @param user with the hash that the password was right by */
async function admitByPassword(
  db: Database,
  keys: SecretKeys,
  user: Account,
  code: string | undefined,
  origin: From,
): Promise<SignedIn | CodeWanted | Wrong> {
  return db.transaction().execute(async (tx) => {
    if (!(await holdAccount(tx, user.id, 'use', user.password_hash))) return wrongPassword([user], origin);
    if (!(await hasSecondFactor(tx, user.id))) return admit(tx, user, 'password', origin);
    if (code === undefined) return askForCode(tx, user, 'password');
    const method = await takeCode(tx, keys, user.id, code);
    return method ? admit(tx, user, method, origin) : wrongCode(user.id, origin);
  });
}

/** What follows a provider's word. Null for an account that was closed meanwhile. */
export async function admitOrAskForCode(
  db: Database,
  user: Person,
  method: 'single_sign_on',
  origin: From,
): Promise<SignedIn | CodeWanted | null> {
  return db.transaction().execute(async (tx) => {
    if (!(await holdAccount(tx, user.id, 'use'))) return null;
    return (await hasSecondFactor(tx, user.id)) ? askForCode(tx, user, method) : admit(tx, user, method, origin);
  });
}

async function askForCode(
  tx: DatabaseTransaction,
  user: Person,
  method: 'password' | 'single_sign_on',
): Promise<CodeWanted> {
  const token = newToken();
  await tx
    .insertInto('sign_in_steps')
    .values({
      token_hash: token.hash,
      user_id: user.id,
      method,
      expires_at: sql<string>`now() + ${stepSeconds} * interval '1 second'`,
    })
    .execute();
  return { step: token.text };
}

/**
 * The second step of two.
 * @throws ProductError sign_in_step_over for one that is unknown, too old or was tried too often, and when the password has
 *   changed since; wrong_second_factor; too_many_requests.
 */
export async function signInByCode(
  db: Database,
  keys: SecretKeys,
  input: { step: string; code: string },
  origin: From,
): Promise<SignedIn> {
  const over = (): ProductError =>
    new ProductError(
      'sign_in_step_over',
      'This took too long or was tried too often. Sign in with your password again.',
    );
  const hash = hashToken(input.step);
  const found = await db
    .updateTable('sign_in_steps as s')
    .from('users as u')
    // counted before it is judged: tries at the same moment are each one try
    .set((on) => ({ failures: on('s.failures', '+', 1) }))
    .whereRef('u.id', '=', 's.user_id')
    .where('s.token_hash', '=', hash)
    .where('s.failures', '<', stepFailuresMax)
    .where(sql<boolean>`s.expires_at > now()`)
    .where('u.disabled_at', 'is', null)
    .returning(['u.id', 'u.email', 'u.name'])
    .executeTakeFirst();
  if (!found) throw over();
  const judge = (): Promise<SignedIn | Wrong> =>
    db.transaction().execute(async (tx) => {
      if (!(await holdAccount(tx, found.id, 'use'))) throw over();
      const method = await takeCode(tx, keys, found.id, input.code);
      if (!method) return wrongCode(found.id, origin);
      const spent = await tx
        .deleteFrom('sign_in_steps')
        .where('token_hash', '=', hash)
        .returning('user_id')
        .executeTakeFirst();
      if (!spent) throw over();
      return admit(tx, found, method, origin);
    });
  return guess(db, { account: found.email, origin }, judge);
}

/** @param accounts of the address, none of which has this password: of several, none is told from where it was tried */
function wrongPassword(accounts: readonly Account[], origin: Origin): Wrong {
  const from = accounts.length > 1 ? { ...origin, address: null } : origin;
  return new Wrong(new ProductError('wrong_credentials', 'E-mail or password is wrong.'), async (tx) => {
    for (const { id } of accounts)
      await audit(tx, null, from, { action: 'sign_in.failed', subjectType: 'user', subjectId: id });
  });
}

function wrongCode(userId: string, origin: Origin): Wrong {
  const error = new ProductError(
    'wrong_second_factor',
    'This code is wrong or was used already. Wait for the next one.',
  );
  const details = { step: 'code' };
  return new Wrong(error, (tx) =>
    audit(tx, null, origin, { action: 'sign_in.failed', subjectType: 'user', subjectId: userId, details }),
  );
}

async function admit(
  tx: DatabaseTransaction,
  { id, email, name }: Person,
  method: SessionMethod,
  origin: From,
): Promise<SignedIn> {
  const session = await startSession(tx, id, { ...origin, method });
  const principal = { userId: id, name, email, via: 'session', credentialId: session.id } as const;
  await audit(tx, principal, origin, {
    action: 'sign_in.succeeded',
    subjectType: 'user',
    subjectId: id,
    details: { method },
  });
  return { user: { id, email, name }, session };
}
