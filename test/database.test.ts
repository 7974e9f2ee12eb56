import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';

test('two test databases are migrated and know nothing of each other', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new Client(one.url);
  await client.connect();
  const { rows } = await client.query(`SELECT current_database() AS name, to_regclass('export_jobs') AS jobs`);
  expect(rows).toEqual([{ name: one.name, jobs: 'export_jobs' }]);
  expect(other.name).not.toBe(one.name);
  await client.end();
  await Promise.all([one.drop(), other.drop()]);
});
