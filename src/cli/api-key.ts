/** `mathership api-key create`: prints the key alone on the last line of standard output. */
import { createApiKey } from '#server/access/api-keys.ts';
import { DatabasePool } from '#server/database/database.ts';
import { accountOf, type WhichAccount } from './account.ts';
import { attachDatabase } from './attach.ts';
import { complain, say } from './output.ts';

export async function createKey(options: WhichAccount & { name: string; json?: boolean }): Promise<void> {
  const { databaseUrl } = await attachDatabase();
  const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 1 });
  try {
    const user = await accountOf(pool.db, options);
    const owner = { userId: user.id, name: user.name, email: user.email, via: 'operator', credentialId: null } as const;
    const input = { name: options.name, expiresAt: null };
    const key = await pool.db
      .transaction()
      .execute((tx) => createApiKey(tx, owner, { address: null, requestId: null }, input));
    if (options.json) return say(JSON.stringify(key));
    complain(`A key of ${user.name}; it is shown this once:`);
    say(key.key);
  } finally {
    await pool.close();
  }
}
