/** The account that `--user EMAIL` means on the server's machine; where the address has several, `--organization NAME` chooses. */
import { type Account, accountsAt } from '#server/access/accounts.ts';
import type { Database } from '#server/database/database.ts';
import { UsageError } from './output.ts';

export interface WhichAccount {
  readonly user: string;
  /** Of an account that belongs to one organization alone. */
  readonly organization?: string;
}

/** @throws UsageError for none, and for several with the names to choose from. */
export async function accountOf(db: Database, { user, organization }: WhichAccount): Promise<Account> {
  const all = await accountsAt(db, user.trim().toLowerCase());
  const fitting = organization === undefined ? all : all.filter(({ home }) => home === organization);
  const [only] = fitting;
  if (!only)
    throw new UsageError(`There is no account ${user}${organization === undefined ? '' : ` of ${organization}`}.`);
  if (fitting.length === 1) return only;
  const names = all.map(({ home, id }) => home ?? `(its own, id ${id})`).join(', ');
  throw new UsageError(`${user} has several accounts: ${names}. Choose one with --organization NAME.`);
}
