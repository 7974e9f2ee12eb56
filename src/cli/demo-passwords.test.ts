/** A database with demo accounts is served on this machine alone, whatever the flag. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '#server/access/passwords.ts';
import { DatabasePool } from '#server/database/database.ts';
import { demoAccounts, demoPassword } from '#demo/accounts.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { runCommand } from '#test/faults/product-process.ts';
import { refuseDemoPasswords } from './demo-passwords.ts';

let database: TestDatabase;
let pool: DatabasePool;
const [{ email } = { email: '' }] = demoAccounts;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new DatabasePool({ url: database.url, connectionsMax: 2 });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test('any host but loopback is refused by start and by serve, until the password is another one', async () => {
  await expect(refuseDemoPasswords(database.url, '0.0.0.0')).resolves.toBeUndefined();
  const password_hash = await hashPassword(demoPassword);
  await pool.db.insertInto('users').values({ email, name: 'Amelie', password_hash }).execute();
  const environment = {
    DATABASE_URL: database.url,
    DEMO: 'false',
    HOST: '0.0.0.0',
    PORT: '0',
    AUTH_SECRET: 'x'.repeat(32),
  };
  for (const command of ['start', 'serve']) {
    const { status, output } = await runCommand([command], environment);
    expect(status).toBe(1);
    expect(output).toContain(`whose password is public (${email}); HOST is 0.0.0.0`);
  }
  for (const host of ['0.0.0.0', '::', '192.0.2.7', 'kitchen.example'])
    await expect(refuseDemoPasswords(database.url, host)).rejects.toThrow('demo accounts');
  for (const host of ['127.0.0.1', '::1', 'localhost'])
    await expect(refuseDemoPasswords(database.url, host)).resolves.toBeUndefined();
  await pool.db
    .updateTable('users')
    .set({ password_hash: await hashPassword('a phrase of their own') })
    .execute();
  await expect(refuseDemoPasswords(database.url, '0.0.0.0')).resolves.toBeUndefined();
});
