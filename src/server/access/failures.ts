/** Failed sign-ins, counted per account and per address; passwords and codes alike. Successes are not counted. */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';

export const signInLimits = { perAccount: 10, accountSeconds: 900, perAddress: 100, addressSeconds: 60 } as const;

/** @throws ProductError too_many_requests, with the seconds to wait. */
export async function refuseWhenTooMany(db: Queryable, account: string, address: string): Promise<void> {
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
