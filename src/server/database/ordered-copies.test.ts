import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { connectAlone, type Connection } from './connection.ts';
import { OrderedCopies } from './ordered-copies.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** What is really held: what was let go of before, here or by another file of this process, is not counted. */
function heldBytes(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

let database: TestDatabase;
let clients: Connection[];
beforeAll(async () => {
  database = await createTestDatabase();
  clients = await Promise.all([1, 2, 3].map(() => connectAlone({ url: database.url })));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  await database.drop();
});

const numbers = (from: number, to: number): string => `SELECT n FROM generate_series(${from}, ${to}) n`;
/** Parts of very different sizes, some empty, together 0 … 99,999. */
const bounds = [0, 0, 10, 11, 60_000, 60_000, 60_001, 90_000, 100_000];
const statements = bounds.slice(1).map((to, at) => numbers(bounds[at] ?? 0, to - 1));
const expected = Array.from({ length: 100_000 }, (_, n) => `${n}\n`).join('');

const read = async (copies: OrderedCopies): Promise<{ text: string; rows: number }> => {
  const chunks: Buffer[] = [];
  let rows = 0;
  for await (const batch of copies.batches()) {
    chunks.push(batch.bytes);
    rows += batch.count;
  }
  return { text: Buffer.concat(chunks).toString(), rows };
};

describe('parts read over several connections', () => {
  test.each([1, 2, 3])('come whole and in order over %i', async (connections) => {
    const copies = new OrderedCopies(statements, 'csv');
    const lent = clients.slice(0, connections).map((client) => copies.readOver(client));
    const { text, rows } = await read(copies);
    expect(rows).toBe(100_000);
    expect(text === expected).toBe(true);
    await Promise.all(lent);
    // lent, not spent: each is ready for the next question
    for (const client of clients) expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('nothing is waited for when there are no parts', async () => {
    const copies = new OrderedCopies([], 'csv');
    await copies.readOver(clients[0] as Connection);
    expect((await read(copies)).rows).toBe(0);
  });

  test('what is read ahead is bounded, however much there is', async () => {
    const wide = `SELECT repeat('x', 1000) FROM generate_series(1, 40000)`;
    const copies = new OrderedCopies([wide, wide, wide, wide], 'csv');
    const [first, second] = [await connectAlone({ url: database.url }), await connectAlone({ url: database.url })];
    const lent = [copies.readOver(first), copies.readOver(second)];
    const before = heldBytes();
    let peak = 0;
    let rows = 0;
    let batches = 0;
    for await (const batch of copies.batches()) {
      rows += batch.count;
      batches += 1;
      if (batches % 16 === 0) peak = Math.max(peak, heldBytes() - before);
    }
    expect(batches).toBeGreaterThan(100);
    await Promise.all(lent);
    await Promise.all([first.end(), second.end()]);
    expect(rows).toBe(160_000);
    // of 160 MB
    expect(peak).toBeLessThan(64_000_000);
  });

  test('whoever is not read from stops reading ahead', async () => {
    const [first, second] = [await connectAlone({ url: database.url }), await connectAlone({ url: database.url })];
    const wide = (rows: number): string => `SELECT repeat('x', 1000) FROM generate_series(1, ${rows})`;
    const copies = new OrderedCopies([wide(2000), wide(60_000), wide(5)], 'csv');
    const lent = [copies.readOver(first), copies.readOver(second)];
    const [watch] = clients as [Connection];
    const state = `SELECT p.tuples_processed::int AS rows, a.wait_event AS waits_for, a.query LIKE 'COPY%' AS has_begun FROM pg_stat_activity a
      LEFT JOIN pg_stat_progress_copy p USING (pid) WHERE a.pid = ${(second as unknown as { processID: number }).processID}`;
    let before = -1;
    const stood = await vi.waitFor(
      async () => {
        const { rows } = await watch.query<{ rows: number | null; waits_for: string; has_begun: boolean }>(state);
        const [found] = rows;
        expect(found?.has_begun).toBe(true);
        // no longer copying: all of it was read
        const count = found?.rows ?? Infinity;
        const stands = count === Infinity || (count === before && found?.waits_for === 'ClientWrite');
        before = count;
        expect(stands).toBe(true);
        return count;
      },
      { timeout: 15_000, interval: 50 },
    );
    // what is allowed to wait here, and what the two sockets hold
    expect(stood).toBeLessThan(40_000);
    expect((await read(copies)).rows).toBe(62_005);
    await Promise.all(lent);
    await Promise.all([first.end(), second.end()]);
  });

  test('a part that fails fails the whole, and nothing goes on being read', async () => {
    const [first, second] = [await connectAlone({ url: database.url }), await connectAlone({ url: database.url })];
    const copies = new OrderedCopies([numbers(1, 5_000_000), 'SELECT 1/0', numbers(1, 5)], 'csv');
    const lent = [copies.readOver(first), copies.readOver(second)];
    await expect(read(copies)).rejects.toMatchObject({ code: '22012' });
    await Promise.all(lent);
    await second.end();
  });

  test('a reader that leaves early ends what is being read, with its connection', async () => {
    const client = await connectAlone({ url: database.url });
    const copies = new OrderedCopies([numbers(1, 5_000_000)], 'csv');
    const lent = copies.readOver(client);
    for await (const batch of copies.batches()) {
      expect(batch.count).toBeGreaterThan(0);
      break;
    }
    await lent;
    await expect(client.query('SELECT 1')).rejects.toThrow(/Connection terminated|not queryable/);
  });
});
