/** What an operator does for somebody who cannot sign in any more, on the server's own machine; each is in the audit log. */
import type { Account } from '#server/access/accounts.ts';
import { makeReset, resetLimits } from '#server/access/password-reset.ts';
import { resetLink } from '#server/access/password-reset-routes.ts';
import { removeSecondFactor } from '#server/access/second-factor.ts';
import { readInstance } from '#server/config/state-files.ts';
import { DatabasePool } from '#server/database/database.ts';
import { accountOf, type WhichAccount } from './account.ts';
import { type AttachedDatabase, attachDatabase } from './attach.ts';
import { complain, say, UsageError } from './output.ts';

const operator = { userId: null, name: 'Operator', email: '', via: 'operator', credentialId: null } as const;
const nowhere = { address: null, requestId: null };

async function withPerson(
  which: WhichAccount,
  act: (pool: DatabasePool, person: Account, attached: AttachedDatabase) => Promise<void>,
): Promise<void> {
  const attached = await attachDatabase();
  const pool = new DatabasePool({ url: attached.databaseUrl, connectionsMax: 1 });
  try {
    await act(pool, await accountOf(pool.db, which), attached);
  } finally {
    await pool.close();
  }
}

/** `mathership password-reset --user EMAIL`: the link alone on the last line of standard output. */
export const makeResetLink = (options: WhichAccount & { json?: boolean }): Promise<void> =>
  withPerson(options, async ({ db }, person, { settings }) => {
    const site = settings.publicUrl ?? (await readInstance(settings.dataDir))?.address;
    if (!site) throw new UsageError('Set PUBLIC_URL to the address that people use: the link begins with it.');
    const link = resetLink(site, await makeReset(db, operator, nowhere, person.id));
    if (options.json) return say(JSON.stringify({ link, expires_in_minutes: resetLimits.minutes }));
    complain(`A link with which ${person.name} chooses a new password, once, within ${resetLimits.minutes} minutes:`);
    return say(link);
  });

/** `mathership second-factor remove --user EMAIL`: for somebody who has lost phone and recovery codes. */
export const removeFactor = (options: WhichAccount & { json?: boolean }): Promise<void> =>
  withPerson(options, async ({ db }, person) => {
    const removed = await db.transaction().execute((tx) => removeSecondFactor(tx, operator, nowhere, person.id));
    if (options.json) return say(JSON.stringify({ removed }));
    return say(removed ? `${person.name} signs in by password alone now.` : `${person.name} has no second factor.`);
  });
