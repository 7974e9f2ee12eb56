import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { readPage } from './pages.ts';

let database: TestDatabase;
let pool: DatabasePool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new DatabasePool({ url: database.url, connectionsMax: 2 });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test('a page and its total are of one moment, whatever is written between the two', async () => {
  const beside = await connectAlone({ url: database.url });
  const add = (name: string) => beside.query('INSERT INTO organizations (name) VALUES ($1)', [name]);
  await add('Hearth');
  await beside.query('SELECT pg_advisory_lock(77)');
  // the count begins, and waits; what comes in meanwhile is none of this page
  const asked = readPage(pool.db, { page: 0, page_size: 20 }, (tx) =>
    tx
      .selectFrom('organizations')
      .select('name')
      .where(sql<boolean>`(SELECT true FROM pg_advisory_xact_lock_shared(77))`)
      .orderBy('id'),
  );
  const itWaits = async (): Promise<void> => {
    const waiting = await beside.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 77`,
    );
    expect(waiting.rows).toHaveLength(1);
  };
  await vi.waitFor(itWaits, { timeout: 10_000 });
  await add('Kitchen');
  await beside.query('SELECT pg_advisory_unlock(77)');
  expect(await asked).toEqual({ results: [{ name: 'Hearth' }], page: 0, page_size: 20, total: 1, total_pages: 1 });
  await beside.end();
});
