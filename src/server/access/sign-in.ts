/**
 * Sign-in by e-mail and password. Failures are counted per account and per address, successes are not; an unknown
 * account takes as long and is answered in the same words as a wrong password.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import { type StartedSession, startSession } from './authenticate.ts';
import { verifyPassword } from './passwords.ts';

export const signInLimits = { perAccount: 10, accountSeconds: 900, perAddress: 100, addressSeconds: 60 } as const;

export interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly session: StartedSession;
}

/** @throws ProductError too_many_requests or wrong_credentials. */
export async function signIn(
  db: Database,
  input: { email: string; password: string },
  origin: Origin & { userAgent: string | null },
): Promise<SignedIn> {
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
  const session = await startSession(db, user.id, origin);
  const principal = {
    userId: user.id,
    name: user.name,
    email: user.email,
    via: 'session',
    credentialId: session.id,
  } as const;
  await audit(db, principal, origin, { action: 'sign_in.succeeded', subjectType: 'user', subjectId: user.id });
  return { user: { id: user.id, email: user.email, name: user.name }, session };
}

/** @throws ProductError too_many_requests, with the seconds to wait. */
export async function refuseWhenTooMany(db: Database, account: string, address: string): Promise<void> {
  const { rows } = await sql<{ by_account: number; by_address: number; wait: number }>`
    SELECT
      (SELECT count(*)::int FROM sign_in_failures
        WHERE account = ${account} AND at > now() - ${signInLimits.accountSeconds} * interval '1 second') AS by_account,
      (SELECT count(*)::int FROM sign_in_failures
        WHERE address = ${address} AND at > now() - ${signInLimits.addressSeconds} * interval '1 second') AS by_address,
      (SELECT ceil(extract(epoch FROM min(at) + ${signInLimits.accountSeconds} * interval '1 second' - now()))::int
        FROM sign_in_failures
        WHERE account = ${account} AND at > now() - ${signInLimits.accountSeconds} * interval '1 second') AS wait`.execute(
    db,
  );
  const [counts] = rows;
  if (!counts) return;
  if (counts.by_account >= signInLimits.perAccount) {
    throw new ProductError('too_many_requests', 'Too many failed sign-ins for this account. Wait a few minutes.', {
      retryAfterSeconds: Math.max(1, counts.wait),
    });
  }
  if (counts.by_address >= signInLimits.perAddress) {
    throw new ProductError('too_many_requests', 'Too many failed sign-ins from this address. Wait a minute.', {
      retryAfterSeconds: signInLimits.addressSeconds,
    });
  }
}
