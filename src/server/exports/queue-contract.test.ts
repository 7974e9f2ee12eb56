/**
 * What this product relies on in pg-boss, held against the version that is installed: its tables as our triggers read them,
 * its states, its words for a lost worker, its fences. A newer pg-boss is taken when this passes, and looked at when not.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatabasePool } from '#server/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';

// a name our triggers do not look at
const name = 'contract';
let database: TestDatabase;
let pool: DatabasePool;
let boss: PgBoss;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new DatabasePool({ url: database.url, connectionsMax: 2 });
  boss = new PgBoss({
    connectionString: database.url,
    schema: 'pgboss',
    migrate: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    schedule: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue(name, { policy: 'singleton', heartbeatSeconds: 10, retryLimit: 1, retryDelay: 0 });
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await pool.close();
  await database.drop();
});

interface Row {
  readonly state: string;
  readonly retry_count: number;
  readonly output: Record<string, unknown> | null;
}

async function rowOf(id: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`SELECT state::text, retry_count, output FROM pgboss.job WHERE id = ${id}`.execute(
    pool.db,
  );
  return rows[0];
}
const send = async (singletonKey: string): Promise<string> =>
  (await boss.send(name, {}, { id: randomUUID(), singletonKey })) ?? '';
const take = async (): Promise<string[]> => (await boss.fetch(name, { batchSize: 10 })).map(({ id }) => id);

describe('pg-boss', () => {
  it('is the version that was looked at, exactly', async () => {
    const require = createRequire(import.meta.url);
    const manifest = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const main = require.resolve('pg-boss');
    const installed = JSON.parse(
      await readFile(`${main.slice(0, main.lastIndexOf('pg-boss/'))}pg-boss/package.json`, 'utf8'),
    ) as { version: string };
    expect([manifest.dependencies['pg-boss'], installed.version]).toEqual(['12.38.0', '12.38.0']);
    const { rows } = await sql<{ version: number }>`SELECT version FROM pgboss.version`.execute(pool.db);
    expect(rows).toEqual([{ version: 46 }]);
  });

  it('has the columns that our SQL reads and writes, and orders its states as we compare them', async () => {
    const { rows } = await sql<{ column: string }>`SELECT attname AS column FROM pg_attribute
      WHERE attrelid = 'pgboss.job'::regclass AND attnum > 0 AND NOT attisdropped`.execute(pool.db);
    expect(rows.map(({ column }) => column)).toEqual(
      expect.arrayContaining(
        'id name state retry_count retry_limit start_after heartbeat_on created_on started_on completed_on keep_until output singleton_key'.split(
          ' ',
        ),
      ),
    );
    const { rows: states } = await sql<{ state: string }>`
      SELECT unnest(enum_range(NULL::pgboss.job_state))::text AS state`.execute(pool.db);
    expect(states.map(({ state }) => state)).toEqual([
      'created',
      'retry',
      'active',
      'completed',
      'cancelled',
      'failed',
    ]);
    const { rows: workers } = await sql<{ column: string }>`SELECT attname AS column FROM pg_attribute
      WHERE attrelid = 'pgboss.instance'::regclass AND attnum > 0`.execute(pool.db);
    expect(workers.map(({ column }) => column)).toEqual(expect.arrayContaining(['name', 'stopped_on', 'heartbeat_on']));
  });

  it('never has two of one singleton key active, however many ask at once', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => send('company#0')));
    const taken = (await Promise.all(Array.from({ length: 8 }, take))).flat();
    expect(taken).toHaveLength(1);
    await boss.complete(name, taken);
    expect(await take()).toHaveLength(1);
    await boss.cancel(name, ids);
  });

  it('says that a worker was lost in the words we know, and gives the job another run', async () => {
    const id = await send('lost');
    expect(await take()).toEqual([id]);
    await sql`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 minute' WHERE id = ${id}`.execute(pool.db);
    await vi.waitFor(async () => expect((await rowOf(id))?.state).toBe('retry'), { timeout: 15_000 });
    expect((await rowOf(id))?.output).toEqual({ value: expect.objectContaining({ message: 'job heartbeat timeout' }) });
    expect(await take()).toEqual([id]);
    expect(await rowOf(id)).toMatchObject({ state: 'active', retry_count: 1 });
    await boss.cancel(name, id);
  }, 30_000);

  it('lets a transaction that is rolled back leave nothing', async () => {
    const id = randomUUID();
    const { fromKysely } = await import('pg-boss');
    await pool.db
      .transaction()
      .execute(async (tx) => {
        await boss.send(name, {}, { id, db: fromKysely(tx) });
        throw new Error('thought better of it');
      })
      .catch(() => undefined);
    expect(await rowOf(id)).toBeUndefined();
  });

  it('keeps what a job answered, and does not end one twice', async () => {
    const id = await send('answer');
    expect(await take()).toEqual([id]);
    await boss.complete(name, id, { file_key: 'a' });
    await boss.complete(name, id, { file_key: 'b' });
    await boss.fail(name, id, { code: 'late' });
    expect(await rowOf(id)).toMatchObject({ state: 'completed', output: { file_key: 'a' } });
  });
});
