/** The inventory reports on a few movements worked out by hand (test/report-kitchen.ts). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client, TestCompany } from '#test/http.ts';
import { csv } from '#test/import-files.ts';
import {
  askReport,
  cellsOfRows,
  type ReportRows,
  type ReportSite,
  startReportSite,
  stock,
} from '#test/report-kitchen.ts';

let site: ReportSite;
let company: TestCompany;
let client: Client;
let ids: (table: string, name: string) => Promise<string>;

beforeAll(async () => {
  site = await startReportSite();
  ({ company, client, ids } = await site.kitchen(stock));
});
afterAll(() => site.close());

const ask = (type: string, from: string, to: string, query: Readonly<Record<string, string>> = {}) =>
  askReport(client, type, { company_id: company.id, date_from: from, date_to: to, ...query });

test('inventory: on hand is the latest state at moving average cost, movements are those of the period', async () => {
  const report = await ask('inventory', '2026-03-02', '2026-03-05');
  expect(cellsOfRows(report)).toEqual([
    ['OIL', 'Olive oil', 'Dry goods', 'L', '8', '9.50', '76.00', '0', '0', '0', '0', '0', '0', '', 'Inactive'],
    ['SALT', 'Salt', '', 'kg', '0', '', '0.00', '0', '0', '0', '0', '0', '0', '', 'Inactive'],
    // 7.5 kg at 2.375 in the cold store, 3.5 kg at 2.50 in the bar
    [
      'TOM',
      'Tomatoes',
      'Produce',
      'kg',
      '11',
      '2.414773',
      '26.56',
      '8',
      '4',
      '1',
      '0',
      '5',
      '5',
      '2026-03-05',
      'Active',
    ],
  ]);
  expect(report.totals).toEqual([
    {
      currency: 'EUR',
      rows: 3,
      inventory_value: '102.56',
      receipts: '24.00',
      issues: '10.00',
      waste: '2.50',
      adjustments: '0.00',
      transfers_in: '12.50',
      transfers_out: '12.50',
    },
  ]);
});

test('inventory: a storage unit shows what it holds and what moved there, whether chosen itself or by its location', async () => {
  const bar = [
    ['TOM', 'Tomatoes', 'Produce', 'kg', '3.5', '2.50', '8.75', '0', '0', '0', '0', '5', '0', '2026-03-04', 'Active'],
  ];
  const period = ['2026-03-02', '2026-03-05'] as const;
  const unit = await ids('storage_units', 'Bar Cellar');
  const location = await ids('delivery_locations', 'Bar');
  expect(cellsOfRows(await ask('inventory', ...period, { storage_unit_ids: unit }))).toEqual(bar);
  expect(cellsOfRows(await ask('inventory', ...period, { delivery_location_ids: location }))).toEqual(bar);
});

test('inventory: filters by activity, ingredient, category, transaction type and ranges', async () => {
  const codes = async (query: Readonly<Record<string, string>>): Promise<unknown> =>
    (await ask('inventory', '2026-03-02', '2026-03-05', query)).results.map(({ item_code }) => item_code);
  expect(await codes({ activity: 'all' })).toEqual(['OIL', 'SALT', 'TOM']);
  expect(await codes({ activity: 'active' })).toEqual(['TOM']);
  expect(await codes({ activity: 'inactive' })).toEqual(['OIL', 'SALT']);
  expect(await codes({ ingredient: 'OLIVE' })).toEqual(['OIL']);
  expect(await codes({ ingredient: 'sal' })).toEqual(['SALT']);
  expect(await codes({ ingredient: '100%_' })).toEqual([]);
  expect(await codes({ item_ids: await ids('items', 'Tomatoes') })).toEqual(['TOM']);
  expect(await codes({ categories: 'Produce,Dry goods' })).toEqual(['OIL', 'TOM']);
  expect(await codes({ movement_types: 'waste,adjustment' })).toEqual(['TOM']);
  expect(await codes({ movement_types: 'adjustment' })).toEqual([]);
  expect(await codes({ inventory_value_min: '26.57' })).toEqual(['OIL']);
  expect(await codes({ inventory_value_min: '26.56', inventory_value_max: '76' })).toEqual(['OIL', 'TOM']);
  expect(await codes({ issues_min: '4', issues_max: '4' })).toEqual(['TOM']);
  for (const wrong of [
    'activity=asleep',
    'movement_types=gift',
    'on_hand_min=much',
    'storage_unit_ids=999999',
    'spice=hot',
  ]) {
    const answer = await client.get(`/api/v1/reports/inventory?company_id=${company.id}&${wrong}`);
    expect([wrong, answer.status]).toEqual([wrong, 400]);
  }
});

test('inventory: without a period it is about yesterday', async () => {
  const { body } = await client.get<ReportRows>(`/api/v1/reports/inventory?company_id=${company.id}`);
  expect(body.date_from).toBe(body.date_to);
  expect(new Date(`${body.date_to}T12:00:00Z`).getTime()).toBeLessThan(Date.now());
});

test('inventory_levels: the end of the last day, whenever the period begins', async () => {
  const early = await ask('inventory_levels', '2026-03-04', '2026-03-04');
  expect(cellsOfRows(early)).toEqual([
    ['Bar Cellar', 'TOM', 'Tomatoes', 'Produce', 'kg', '5', '2.50', '2.50', '12.50', '', '', '0'],
    ['Cold Store', 'OIL', 'Olive oil', 'Dry goods', 'L', '6', '9.00', '', '54.00', '', '', '3'],
    ['Cold Store', 'TOM', 'Tomatoes', 'Produce', 'kg', '10', '2.50', '3.00', '25.00', '', '', '0'],
  ]);
  const late = await ask('inventory_levels', '2026-03-31', '2026-03-31');
  expect(cellsOfRows(late)).toEqual([
    ['Bar Cellar', 'TOM', 'Tomatoes', 'Produce', 'kg', '3.5', '2.50', '2.50', '8.75', '', '', '2'],
    ['Cold Store', 'OIL', 'Olive oil', 'Dry goods', 'L', '8', '9.50', '11.00', '76.00', '', '', '23'],
    ['Cold Store', 'TOM', 'Tomatoes', 'Produce', 'kg', '7.5', '2.375', '3.00', '17.81', '2026-03-06', '7.5', '25'],
  ]);
  expect(late.groups).toEqual([
    { group: 'Bar Cellar', currency: 'EUR', rows: 1, value: '8.75' },
    { group: 'Cold Store', currency: 'EUR', rows: 2, value: '93.81' },
  ]);
  expect(late.totals).toEqual([{ currency: 'EUR', rows: 3, value: '102.56' }]);
  expect((await ask('inventory_levels', '2020-01-01', '2026-03-31')).results).toEqual(late.results);
  expect((await ask('inventory_levels', '2020-01-01', '2026-02-28')).results).toEqual([]);
});

test('inventory_levels: a snapshot in between changes nothing', async () => {
  const before = await ask('inventory_levels', '2026-03-31', '2026-03-31');
  await site.pool.pool.query(
    `INSERT INTO stock_snapshots (company_id, storage_unit_id, item_id, as_of, qty, value)
     SELECT $1, u.id, i.id, '2026-03-04', 10, 25 FROM storage_units u, items i
     WHERE u.company_id = $1 AND u.code = 'COLD' AND i.company_id = $1 AND i.code = 'TOM'`,
    [company.id],
  );
  expect(await ask('inventory_levels', '2026-03-31', '2026-03-31')).toMatchObject({ results: before.results });
  expect(cellsOfRows(await ask('inventory_movements', '2026-03-05', '2026-03-05'))[2]?.[10]).toBe('10');
  await site.pool.pool.query('DELETE FROM stock_snapshots WHERE company_id = $1', [company.id]);
});

test('inventory_movements: from the opening balance of each ingredient and storage unit to the closing one', async () => {
  const report = await ask('inventory_movements', '2026-03-04', '2026-03-07');
  const [bar, oil, tomatoes] = [
    ['Bar Cellar', 'TOM', 'Tomatoes'],
    ['Cold Store', 'OIL', 'Olive oil'],
    ['Cold Store', 'TOM', 'Tomatoes'],
  ];
  expect(cellsOfRows(report)).toEqual([
    ['2026-03-04', '', ...bar!, 'OPENING', '', 'kg', '', '', '0', '', ''],
    ['2026-03-04', '10:00:00+01:00', ...bar!, 'TRANSFER_IN', '5', 'kg', '2.50', '12.50', '5', '', ''],
    ['2026-03-07', '23:30:00+01:00', ...bar!, 'ISSUE', '-1', 'kg', '2.50', '-2.50', '4', '', ''],
    // nothing moved, but something is there
    ['2026-03-04', '', ...oil!, 'OPENING', '', 'L', '', '', '6', '', ''],
    ['2026-03-04', '', ...tomatoes!, 'OPENING', '', 'kg', '', '', '15', '', ''],
    ['2026-03-04', '10:00:00+01:00', ...tomatoes!, 'TRANSFER_OUT', '-5', 'kg', '2.50', '-12.50', '10', '', ''],
    ['2026-03-05', '08:00:00+01:00', ...tomatoes!, 'RECEIPT', '-2', 'kg', '3.00', '-6.00', '8', '', ''],
    ['2026-03-06', '', ...tomatoes!, 'ADJUSTMENT', '-0.5', 'kg', '2.375', '-1.19', '7.5', 'count C1', ''],
  ]);
  expect(report.totals).toEqual([{ currency: 'EUR', rows: 8, value: '-9.69' }]);
});

test('inventory_movements: times are of the company, also after the clocks went forward; sources and notes stay', async () => {
  const dst = await ask('inventory_movements', '2026-03-29', '2026-03-29', { movement_types: 'issue' });
  expect(dst.results.filter(({ type }) => type === 'ISSUE').map(({ time }) => time)).toEqual(['03:30:00+02:00']);
  const second = await ask('inventory_movements', '2026-03-02', '2026-03-03', { movement_types: 'issue,waste' });
  expect(
    second.results
      .filter(({ type }) => type !== 'OPENING')
      .map(({ time, source, note, balance_after }) => [time, source, note, balance_after]),
  ).toEqual([
    ['22:00:00+01:00', 'recipe R-88', null, '16'],
    [null, null, 'Spoiled', '15'],
  ]);
  const newYork = await site.kitchen(stock, { timeZone: 'America/St_Johns' });
  const { results } = await askReport(newYork.client, 'inventory_movements', {
    company_id: newYork.company.id,
    date_from: '2026-03-01',
    date_to: '2026-03-01',
  });
  expect(results.find(({ type }) => type === 'RECEIPT')?.['time']).toBe('03:30:00-03:30');
});

test('cost_of_goods: usage is what the stock at both ends and what came in leave, and says what was counted', async () => {
  const report = await ask('cost_of_goods', '2026-03-03', '2026-03-06');
  const [oil, tomatoes] = cellsOfRows(report);
  expect(oil).toEqual([
    ...['Dry goods', 'OIL', 'Olive oil', 'L', '6', '54.00', '0', '0.00', '0', '0.00', '6', '54.00'],
    ...['0', '0.00', '0', '0.00', '0', '0.00', '0', '0.00', '', 'computed', 'computed'],
  ]);
  expect(tomatoes).toEqual([
    ...['Produce', 'TOM', 'Tomatoes', 'kg', '16', '40.00', '-2', '-6.00', '0', '0.00', '12.5', '30.31'],
    // the bar was not counted
    ...['1.5', '3.69', '0', '0.00', '1', '2.50', '0.5', '1.19', '33.3', 'computed', 'computed'],
  ]);
  expect(report.totals).toEqual([expect.objectContaining({ currency: 'EUR', rows: 2, actual_usage_value: '3.69' })]);
  const cold = await ask('cost_of_goods', '2026-03-03', '2026-03-06', {
    storage_unit_ids: await ids('storage_units', 'Cold Store'),
  });
  expect(cellsOfRows(cold)[1]?.slice(4)).toEqual([
    ...['16', '40.00', '-2', '-6.00', '-5', '-12.50', '7.5', '17.81'],
    ...['1.5', '3.69', '0', '0.00', '1', '2.50', '0.5', '1.19', '33.3', 'computed', 'counted'],
  ]);
});

test('the average of reports is the average that imports wrote, however the costs were given', async () => {
  const kinds = ['RECEIPT', 'ISSUE', 'WASTE', 'ADJUSTMENT', 'TRANSFER_IN', 'TRANSFER_OUT'] as const;
  // a fixed, awkward sequence: costs given and not, stock below nothing, returns, counts with and without a cost
  const movements = Array.from({ length: 240 }, (_, n) => {
    const kind = kinds[(n * 7) % 6]!;
    const out = kind === 'ISSUE' || kind === 'WASTE' || kind === 'TRANSFER_OUT' || (kind === 'RECEIPT' && n % 11 === 0);
    const size = ((n * 37) % 90) / 10 + 0.5;
    return {
      movement_id: `R${n}`,
      storage_unit_code: n % 3 === 0 ? 'BAR' : 'COLD',
      item_code: n % 5 === 0 ? 'OIL' : 'TOM',
      kind,
      occurred_at: `2026-04-${String(1 + Math.floor(n / 9)).padStart(2, '0')}${n % 4 === 0 ? '' : `T${String(8 + (n % 9)).padStart(2, '0')}:00:00+02:00`}`,
      qty: out ? -size : size,
      unit: n % 5 === 0 ? 'L' : 'kg',
      unit_cost: n % 2 === 0 ? (1 + ((n * 13) % 50) / 7).toFixed(6) : null,
    };
  });
  const counts = [3, 9, 15, 21].flatMap((day, n) =>
    ['BAR', 'COLD'].map((unit) => ({
      count_ref: `C${day}`,
      storage_unit_code: unit,
      item_code: 'TOM',
      counted_at:
        n % 2 === 0
          ? `2026-04-${String(day).padStart(2, '0')}`
          : `2026-04-${String(day).padStart(2, '0')}T12:00:00+02:00`,
      counted_qty: 4 + n,
      unit: 'kg',
      unit_cost: n === 1 ? '5.25' : null,
    })),
  );
  const kitchen = await site.kitchen({
    ...stock,
    'stock_movements.csv': csv(movements),
    'stock_counts.csv': csv(counts),
  });
  // what a movement without a cost is booked at is the average at that moment
  const { rows } = await site.pool.pool.query<{ unit: string; item: string; day: string; average: string }>(
    `SELECT DISTINCT ON (u.name, i.code, m.occurred_on) u.name AS unit, i.code AS item, m.occurred_on::text AS day, m.unit_cost::text AS average, m.cost_derived
     FROM stock_movements m JOIN storage_units u ON u.id = m.storage_unit_id JOIN items i ON i.id = m.item_id
     WHERE m.company_id = $1 ORDER BY u.name, i.code, m.occurred_on, m.occurred_at DESC, m.id DESC`,
    [kitchen.company.id],
  );
  const derived = rows.filter((row) => (row as { cost_derived?: boolean }).cost_derived && Number(row.average) > 0);
  expect(derived.length).toBeGreaterThan(10);
  for (const { unit, item, day, average } of derived) {
    const level = await askReport(kitchen.client, 'inventory_levels', {
      company_id: kitchen.company.id,
      date_from: day,
      date_to: day,
    });
    const found = level.results.find((row) => row['storage_unit'] === unit && row['item_code'] === item);
    expect([unit, item, day, Number(found?.['average_cost'])]).toEqual([unit, item, day, Number(average)]);
  }
});
