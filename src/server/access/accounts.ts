/**
 * Whose an account is. An address that was proven has one account, which may belong to any number of organizations. An
 * account that a link made, and whose address nobody has proven, belongs to one organization alone: there may be one in
 * each, and none of them keeps the address from anybody else.
 */
import { ProductError } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly password_hash: string | null;
  /** Of an account that belongs to one organization alone. */
  readonly home_organization_id: string | null;
  readonly home: string | null;
}

/** All that are open under this address, the proven one first. */
export const accountsAt = (db: Queryable, email: string): Promise<Account[]> =>
  db
    .selectFrom('users as u')
    .leftJoin('organizations as o', 'o.id', 'u.home_organization_id')
    .select(['u.id', 'u.email', 'u.name', 'u.password_hash', 'u.home_organization_id', 'o.name as home'])
    .where('u.email', '=', email)
    .where('u.disabled_at', 'is', null)
    .orderBy('u.home_organization_id', (order) => order.nullsFirst())
    .execute();

/** A hash under this address, for its salt; null while there is none. */
export async function hashOf(db: Queryable, email: string): Promise<string | null> {
  const row = await db
    .selectFrom('users')
    .select('password_hash')
    .where('email', '=', email)
    .where('password_hash', 'is not', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.password_hash ?? null;
}

/** @throws ProductError conflict for an account that belongs to one organization alone. */
export async function requireProven(db: Queryable, userId: string): Promise<void> {
  const bound = await db
    .selectFrom('users as u')
    .innerJoin('organizations as o', 'o.id', 'u.home_organization_id')
    .select('o.name')
    .where('u.id', '=', userId)
    .executeTakeFirst();
  if (!bound) return;
  throw new ProductError(
    'conflict',
    `Your account belongs to ${bound.name} alone, since its e-mail address was never proven. Once this installation sends mail, “Forgot password?” proves it.`,
  );
}
