/**
 * The passwords of the demo company are public: a database that holds accounts with them is served on this machine alone,
 * whatever DEMO says. Whoever has given those accounts other passwords, or closed them, may serve it anywhere.
 */
import { verifyPassword } from '#server/access/passwords.ts';
import { StartupError } from '#server/config/startup-error.ts';
import { DatabasePool } from '#server/database/database.ts';
import { demoAccounts, demoPassword } from '#demo/accounts.ts';

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export const isLoopback = (host: string): boolean => loopback.has(host);

/** @throws StartupError naming the first such account. */
export async function refuseDemoPasswords(databaseUrl: string, host: string): Promise<void> {
  if (isLoopback(host)) return;
  const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 1 });
  try {
    const accounts = await pool.db
      .selectFrom('users')
      .select(['email', 'password_hash'])
      .where(
        'email',
        'in',
        demoAccounts.map(({ email }) => email),
      )
      .where('disabled_at', 'is', null)
      .execute();
    for (const { email, password_hash } of accounts) {
      if (!(await verifyPassword(demoPassword, password_hash))) continue;
      throw new StartupError(
        `This database has demo accounts, whose password is public (${email}); HOST is ${host}. Leave HOST out, or use another database.`,
      );
    }
  } finally {
    await pool.close();
  }
}
