/**
 * Sign-in by e-mail and password, and where the account has one by a code as well. Failures are counted per account and
 * per address, successes are not; an unknown account takes as long and is answered in the same words as a wrong password.
 * Between password and code there is only a step: a secret of five minutes and five tries that opens nothing but the code.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { SessionMethod } from '#contract/sign-in.ts';
import type { Database } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import { type StartedSession, startSession } from './authenticate.ts';
import { refuseWhenTooMany } from './failures.ts';
import { verifyPassword } from './passwords.ts';
import { hasSecondFactor, requireCode } from './second-factor.ts';
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
 * @throws ProductError wrong_credentials, wrong_second_factor for a code that came with them and is wrong,
 *   too_many_requests.
 */
export async function signIn(
  db: Database,
  keys: SecretKeys,
  input: { email: string; password: string; code?: string | undefined },
  origin: From,
): Promise<SignedIn | CodeWanted> {
  const account = input.email.trim().toLowerCase();
  const address = origin.address ?? 'unknown';
  await refuseWhenTooMany(db, account, address);
  const user = await db
    .selectFrom('users')
    .select(['id', 'email', 'name', 'password_hash', 'disabled_at'])
    .where('email', '=', account)
    .executeTakeFirst();
  const right = await verifyPassword(input.password, user?.password_hash ?? null);
  if (!user || !right || user.disabled_at !== null) {
    await db.insertInto('sign_in_failures').values({ account, address }).execute();
    await audit(db, null, origin, { action: 'sign_in.failed', subjectType: 'user', subjectId: user?.id ?? 'unknown' });
    throw new ProductError('wrong_credentials', 'E-mail or password is wrong.');
  }
  if (input.code === undefined) return admitOrAskForCode(db, user, 'password', origin);
  const method = (await hasSecondFactor(db, user.id))
    ? await requireCode(db, keys, user, origin, input.code)
    : 'password';
  return admit(db, user, method, origin);
}

/** What follows a right password or a provider's word. */
export async function admitOrAskForCode(
  db: Database,
  user: Person,
  method: 'password' | 'single_sign_on',
  origin: From,
): Promise<SignedIn | CodeWanted> {
  if (!(await hasSecondFactor(db, user.id))) return admit(db, user, method, origin);
  const token = newToken();
  await db
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
 * @throws ProductError sign_in_step_over for one that is unknown, too old or was tried too often; wrong_second_factor;
 *   too_many_requests.
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
  const method = await requireCode(db, keys, found, origin, input.code);
  const spent = await db
    .deleteFrom('sign_in_steps')
    .where('token_hash', '=', hash)
    .returning('user_id')
    .executeTakeFirst();
  if (!spent) throw over();
  return admit(db, found, method, origin);
}

async function admit(
  db: Database,
  { id, email, name }: Person,
  method: SessionMethod,
  origin: From,
): Promise<SignedIn> {
  const session = await startSession(db, id, { ...origin, method });
  const principal = { userId: id, name, email, via: 'session', credentialId: session.id } as const;
  await audit(db, principal, origin, {
    action: 'sign_in.succeeded',
    subjectType: 'user',
    subjectId: id,
    details: { method },
  });
  return { user: { id, email, name }, session };
}
