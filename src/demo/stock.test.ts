import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTieOut, type TieOutQuestion } from '#server/close/tie-out.ts';
import type { PartSource } from '#server/reports/definition.ts';
import { LoadedDemo } from '#test/loaded-demo.ts';

let demo: LoadedDemo;
beforeAll(async () => {
  demo = await LoadedDemo.make();
});
afterAll(() => demo.drop());

test('was never below zero, in quantity or in value', async () => {
  const running = `(SELECT sum(qty) OVER w AS qty, sum(value) OVER w AS value FROM stock_movements
    WINDOW w AS (PARTITION BY company_id, storage_unit_id, item_id ORDER BY occurred_at, id)) running`;
  expect(await demo.count(`${running} WHERE qty < 0 OR value < 0`)).toBe(0);
});

test('a snapshot is the sum of the movements to its day', async () => {
  expect(await demo.count('stock_snapshots')).toBeGreaterThan(3 * 190);
  expect(
    await demo.count(`stock_snapshots s WHERE (s.qty, s.value) <> (SELECT coalesce(sum(qty), 0), coalesce(sum(value), 0) FROM stock_movements m
      WHERE m.company_id = s.company_id AND m.storage_unit_id = s.storage_unit_id AND m.item_id = s.item_id AND m.occurred_on <= s.as_of)`),
  ).toBe(0);
});

test('a count knows the book quantity of its instant, and its difference is one adjustment', async () => {
  expect(
    await demo.count(`stock_counts c WHERE book_qty <> (SELECT coalesce(sum(qty), 0) FROM stock_movements m
      WHERE m.storage_unit_id = c.storage_unit_id AND m.item_id = c.item_id AND m.occurred_at < c.counted_at)`),
  ).toBe(0);
  const adjusted = `stock_counts c LEFT JOIN stock_movements m ON m.company_id = c.company_id AND m.kind = 'ADJUSTMENT'
    AND m.source_ref = c.count_ref AND m.storage_unit_id = c.storage_unit_id AND m.item_id = c.item_id`;
  expect(await demo.count(`${adjusted} WHERE coalesce(m.qty, 0) <> c.counted_qty - c.book_qty`)).toBe(0);
  expect(await demo.count(`stock_movements WHERE kind = 'ADJUSTMENT' AND source_type <> 'count'`)).toBe(0);
});

test('is counted every Sunday, and all of it at the end of a month; counts find less than the books say', async () => {
  const nights = await demo.select(
    `SELECT extract(isodow FROM counted_on)::int AS weekday, counted_on = (date_trunc('month', counted_on) + interval '1 month - 1 day')::date AS end_of_month,
            count(DISTINCT item_id)::int AS items FROM stock_counts WHERE company_id = $1 AND counted_on > '2026-08-22' GROUP BY counted_on ORDER BY counted_on`,
    [demo.result.companies[0]?.id],
  );
  expect(nights.length).toBeGreaterThanOrEqual(15);
  for (const { weekday, end_of_month, items } of nights) {
    expect(items).toBe(end_of_month ? 190 : 80);
    expect(end_of_month || weekday === 7).toBe(true);
  }
  const [found] = await demo.select(
    `SELECT sum(value)::float8 AS value FROM stock_movements WHERE kind = 'ADJUSTMENT' AND note IS DISTINCT FROM 'Opening stock'`,
  );
  const [used] = await demo.select(`SELECT sum(value)::float8 AS value FROM stock_movements WHERE kind = 'ISSUE'`);
  const lost = Number(found?.['value']) / Number(used?.['value']);
  expect(lost).toBeGreaterThan(0.002);
  expect(lost).toBeLessThan(0.012);
});

test('every kind of movement is there; transfers leave one unit and enter another at the same worth', async () => {
  const kinds = await demo.select('SELECT DISTINCT kind FROM stock_movements ORDER BY 1');
  expect(kinds.map((one) => one['kind'])).toEqual([
    'ADJUSTMENT',
    'ISSUE',
    'RECEIPT',
    'TRANSFER_IN',
    'TRANSFER_OUT',
    'WASTE',
  ]);
  const transfers = `(SELECT sum(qty) AS qty, sum(value) AS value, count(*) AS legs FROM stock_movements
    WHERE source_type = 'transfer' GROUP BY company_id, source_ref, item_id) transfers`;
  expect(await demo.count(`${transfers} WHERE qty <> 0 OR value <> 0 OR legs <> 2`)).toBe(0);
  expect(await demo.count(`stock_movements WHERE abs(value - qty * unit_cost) > 0.02`)).toBe(0);
  expect(
    await demo.count(
      'stock_movements m JOIN companies c ON c.id = m.company_id WHERE (occurred_at AT TIME ZONE time_zone)::date <> occurred_on',
    ),
  ).toBe(0);
});

test('about 1.5 % is wasted, more of fish and produce', async () => {
  const wasted = await demo.select(
    `SELECT coalesce(category, 'all') AS category, sum(value) FILTER (WHERE m.kind = 'WASTE') / sum(value) FILTER (WHERE m.kind = 'ISSUE') AS share
     FROM stock_movements m JOIN items i ON i.id = m.item_id GROUP BY ROLLUP (category)`,
  );
  const of = (category: string): number => Number(wasted.find((row) => row['category'] === category)?.['share']);
  expect(of('all')).toBeGreaterThan(0.01);
  expect(of('all')).toBeLessThan(0.025);
  expect(Math.min(of('Fish'), of('Produce'))).toBeGreaterThan(1.5 * of('all'));
});

test('what came in is what was bought, in every month of every company', async () => {
  const companies = await demo.select(
    `SELECT id::text AS "companyId", name AS "companyName", currency, time_zone AS "timeZone", locale FROM companies`,
  );
  const months = [
    { from: '2026-09-01', to: '2026-09-30' },
    { from: '2026-10-01', to: '2026-10-31' },
    { from: '2026-11-01', to: '2026-11-22' },
  ];
  const read: PartSource = async (statement) => {
    const types = { getTypeParser: () => (text: string) => text } as never;
    return (await demo.client.query<Record<string, string | null>>({ text: statement, types })).rows;
  };
  for (const company of companies as unknown as Omit<TieOutQuestion, 'from' | 'to'>[]) {
    for (const month of months) {
      const { rules } = await readTieOut(read, { ...company, ...month }, '2026-11-23T00:00:00Z');
      expect({ month, differing: rules.filter(({ status }) => status === 'differs') }).toEqual({
        month,
        differing: [],
      });
    }
  }
});
