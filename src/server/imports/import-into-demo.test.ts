/** The demo company takes imports as every other company does: its counts are found again, not booked twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabasePool } from '#server/database/database.ts';
import { LoadedDemo } from '#test/loaded-demo.ts';
import { usualOptions } from './kind.ts';
import { runImport } from './run-import.ts';

let demo: LoadedDemo;
let pool: DatabasePool;
beforeAll(async () => {
  demo = await LoadedDemo.make();
  pool = new DatabasePool({ url: demo.database.url });
});
afterAll(async () => {
  await pool.close();
  await demo.drop();
});

test('a forgotten issue before a count is found by that count: the level after it stays', async () => {
  const companyId = String(demo.result.companies[0]?.id);
  const [counted] = await demo.select(
    `SELECT c.id, u.code AS unit, i.code AS item, i.base_unit, c.counted_on::text AS counted_on, (c.counted_on - 2)::text AS before,
       c.counted_qty - c.book_qty AS difference, c.storage_unit_id, c.item_id
     FROM stock_counts c JOIN storage_units u ON u.id = c.storage_unit_id JOIN items i ON i.id = c.item_id
     WHERE c.company_id = $1 AND c.counted_qty <> c.book_qty AND c.book_qty > 5
       AND c.counted_on = (SELECT max(counted_on) FROM stock_counts WHERE company_id = $1) ORDER BY c.id LIMIT 1`,
    [companyId],
  );
  const level = async (): Promise<unknown> =>
    (
      await demo.select(
        `SELECT sum(qty) AS level FROM stock_movements WHERE company_id = $1 AND storage_unit_id = $2 AND item_id = $3`,
        [companyId, counted?.['storage_unit_id'], counted?.['item_id']],
      )
    )[0]?.['level'];
  const adjustment = async (): Promise<unknown> =>
    (
      await demo.select(
        `SELECT qty FROM stock_movements WHERE company_id = $1 AND movement_ref = 'derived:count:' || $2::text`,
        [companyId, counted?.['id']],
      )
    )[0]?.['qty'];
  const before = await level();
  expect(await adjustment()).toBe(counted?.['difference']);

  const row = [
    'FORGOTTEN-1',
    counted?.['unit'],
    counted?.['item'],
    'ISSUE',
    counted?.['before'],
    -1,
    counted?.['base_unit'],
  ].join(',');
  await runImport({
    pool,
    companyId,
    files: [{ name: 'stock_movements.csv', content: contentOf(row) }],
    options: usualOptions,
    principal: null,
    origin: { address: null, requestId: null },
  });

  expect(await level()).toBe(before);
  expect(Number(await adjustment())).toBeCloseTo(Number(counted?.['difference']) + 1, 4);
});

async function* contentOf(row: string): AsyncGenerator<Buffer> {
  yield Buffer.from(`movement_id,storage_unit_code,item_code,kind,occurred_at,qty,unit\n${row}\n`);
}
