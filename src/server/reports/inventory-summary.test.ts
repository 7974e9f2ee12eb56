/** The summary above the Inventory Report is of the report's own ingredients and units, and adds up to its totals. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportSummary, ReportTotals } from '#contract/report-summaries.ts';
import { type Client, type TestApp, type TestCompany, startTestApp } from '#test/http.ts';
import { addDecimals } from './decimal.ts';
import { reportRoutes } from './routes.ts';

let site: TestApp;
let company: TestCompany;
let finance: Client;
/** Ids by code. */
const items = new Map<string, string>();
const units = new Map<string, string>();

beforeAll(async () => {
  site = await startTestApp((app, { pool }) => {
    reportRoutes(app, {
      pool,
      reportsPool: pool,
      downloadsPool: pool,
      rowLimits: { direct: { pdf: 10 }, background: { pdf: 100 } },
    });
  });
  company = await site.company();
  finance = (await site.member(company, 'finance')).client;
  for (const code of ['KITCHEN', 'BAR']) {
    const sql = 'INSERT INTO storage_units (company_id, code, name) VALUES ($1, $2, $2) RETURNING id';
    units.set(code, await newId(sql, [company.id, code]));
  }
  await addItem('TOMATO', 'Produce');
  await addItem('BEEF', 'Meat');
  await addItem('SALT', null);
  await move('TOMATO', 'KITCHEN', 'RECEIPT', '2026-03-02', 10, '2.00');
  await move('TOMATO', 'KITCHEN', 'ISSUE', '2026-03-10', -4, '2.00');
  await move('TOMATO', 'KITCHEN', 'WASTE', '2026-03-10', -1, '2.00');
  await move('BEEF', 'KITCHEN', 'RECEIPT', '2026-03-10', 3, '20.00');
  await move('BEEF', 'BAR', 'RECEIPT', '2026-03-10', 1, '20.00');
  await move('BEEF', 'KITCHEN', 'ISSUE', '2026-02-01', -1, '20.00');
  await count('TOMATO', 'KITCHEN', '2026-03-10', '5', '5');
  await count('BEEF', 'KITCHEN', '2026-03-10', '2', '3');
});

afterAll(() => site.close());

async function newId(statement: string, values: unknown[]): Promise<string> {
  const { rows } = await site.pool.pool.query<{ id: string }>(statement, values);
  return rows[0]?.id ?? '';
}

async function addItem(code: string, category: string | null): Promise<void> {
  const sql = `INSERT INTO items (company_id, code, name, category, base_unit) VALUES ($1, $2, $2, $3, 'kg') RETURNING id`;
  items.set(code, await newId(sql, [company.id, code, category]));
}

let made = 0;

async function move(item: string, unit: string, kind: string, day: string, qty: number, cost: string): Promise<void> {
  made += 1;
  await site.pool.pool.query(
    `INSERT INTO stock_movements (company_id, movement_ref, storage_unit_id, item_id, kind, occurred_on, qty, unit_cost, value)
     VALUES ($1, $2, $3, $4, $5, $6, $7::numeric, $8::numeric, $7::numeric * $8::numeric)`,
    [company.id, `M-${made}`, units.get(unit), items.get(item), kind, day, qty, cost],
  );
}

async function count(item: string, unit: string, day: string, counted: string, book: string): Promise<void> {
  await site.pool.pool.query(
    `INSERT INTO stock_counts (company_id, count_ref, storage_unit_id, item_id, counted_on, counted_qty, book_qty)
     VALUES ($1, 'C-1', $2, $3, $4, $5, $6)`,
    [company.id, units.get(unit), items.get(item), day, counted, book],
  );
}

async function ask(query: Record<string, string> = {}) {
  const asked = { company_id: company.id, date_from: '2026-03-10', date_to: '2026-03-10', ...query };
  const search = new URLSearchParams(asked).toString();
  const summary = await finance.get<ReportSummary>(`/api/v1/reports/inventory/summary?${search}`);
  const report = await finance.get<{ totals: ReportTotals[]; total: number }>(`/api/v1/reports/inventory?${search}`);
  expect([summary.status, report.status]).toEqual([200, 200]);
  const { charts, counts } = summary.body;
  return {
    bars: charts.find(({ key }) => key === 'movements'),
    categories: charts.find(({ key }) => key === 'by_category')?.points ?? [],
    counts: Object.fromEntries(counts.map(({ key, value }) => [key, value])),
    totals: report.body.totals[0],
    rows: report.body.total,
  };
}

test('movements and categories add up to the totals of the report', async () => {
  const { categories, counts, totals, bars } = await ask();
  expect(categories.reduce((sum, { values }) => addDecimals(sum, values['value'] ?? ''), '0')).toBe(
    totals?.['inventory_value'],
  );
  expect(categories.map(({ label, filters }) => [label, filters])).toEqual([
    ['Meat', { categories: 'Meat' }],
    ['Produce', { categories: 'Produce' }],
    [null, {}],
  ]);
  expect(bars?.points.at(-1)?.values).toEqual({ receipts: totals?.['receipts'], issues: '8.00', waste: '2.00' });
  expect(counts).toEqual({ active: 2, counted: 2, differing: 1 });
});

test('a short period is shown with the two weeks that end with it', async () => {
  const { bars } = await ask();
  expect(bars).toMatchObject({ step: 'day', date_from: '2026-02-25' });
  expect(bars?.points.map(({ day, values }) => ({ day, ...values }))).toEqual([
    { day: '2026-03-02', receipts: '20.00', issues: '0.00', waste: '0.00' },
    { day: '2026-03-10', receipts: '80.00', issues: '8.00', waste: '2.00' },
  ]);
  const { bars: longer } = await ask({ date_from: '2026-02-01' });
  expect(longer).toMatchObject({
    date_from: '2026-02-01',
    points: [{ day: '2026-02-01', values: { issues: '20.00' } }, {}, {}],
  });
});

test('filters narrow the figures and the bars alike', async () => {
  const { bars, counts, rows } = await ask({ storage_unit_ids: units.get('BAR') ?? '' });
  expect([rows, counts['counted']]).toEqual([1, 0]);
  expect(bars?.points).toMatchObject([{ day: '2026-03-10', values: { receipts: '20.00' } }]);
  const produce = await ask({ categories: 'Produce' });
  expect(produce.categories.map(({ label }) => label)).toEqual(['Produce']);
  expect(produce.counts).toMatchObject({ counted: 1, differing: 0 });
  expect(produce.bars?.points.map(({ values }) => values['receipts'])).toEqual(['20.00', '0.00']);
});

test('nothing that matches is nothing, not an error', async () => {
  const { bars, categories, counts, rows } = await ask({ ingredient: 'no such thing' });
  expect([rows, bars?.points, categories]).toEqual([0, [], []]);
  expect(counts).toEqual({ active: 0, counted: 0, differing: 0 });
});

test('nobody without financial viewing sees it', async () => {
  const viewer = (await site.member(company, 'viewer')).client;
  const path = `/api/v1/reports/inventory/summary?company_id=${company.id}`;
  expect((await site.anonymous.get(path)).status).toBe(401);
  expect(await viewer.get(path)).toMatchObject({ status: 403, body: { code: 'missing_capability' } });
  const stranger = (await site.member(await site.company(), 'finance')).client;
  expect(await stranger.get(path)).toMatchObject({ status: 403, body: { code: 'company_access_denied' } });
});
