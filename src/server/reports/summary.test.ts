/** The summary above a report: it adds up to the report's own totals, and nobody sees it who may not see the report. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportSummary, ReportTotals } from '#contract/report-summaries.ts';
import { type Client, type TestApp, type TestCompany, startTestApp } from '#test/http.ts';
import { stepOf } from './charts.ts';
import { addDecimals } from './decimal.ts';
import { allReports } from './registry.ts';
import { reportRoutes } from './routes.ts';
import { periodBefore } from './comparison.ts';

let site: TestApp;
let company: TestCompany;
let finance: Client;
let vendors: string[];
let location: string;

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
  location = await newLocation(company, 'Main Kitchen');
  vendors = await Promise.all(Array.from({ length: 12 }, (_, n) => newVendor(company, `Vendor ${n + 1}`)));
});

afterAll(() => site.close());

async function newLocation({ id }: TestCompany, name: string): Promise<string> {
  const row = await site.db
    .insertInto('delivery_locations')
    .values({ company_id: id, code: name, name })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

async function newVendor({ id }: TestCompany, name: string): Promise<string> {
  const row = await site.db
    .insertInto('vendors')
    .values({ company_id: id, code: name, name })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

let made = 0;

/** One delivery of one line on an order of its own. */
async function deliver(line: { day: string; vendor: string; net: string; currency?: string; at?: string }) {
  made += 1;
  await site.pool.pool.query(
    `WITH bought AS (
       INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, currency)
       VALUES ($1, $2, $3, $4, 'received', $5) RETURNING *),
     wanted AS (
       INSERT INTO purchase_order_lines (purchase_order_id, line_no, description, order_unit, ordered_qty, unit_price)
       SELECT id, 1, 'Tomatoes', 'box', 1, $6 FROM bought RETURNING *),
     arrived AS (
       INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on)
       VALUES ($1, $2, 'receipt', $3, $4, $7) RETURNING *)
     INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, po_number,
       line_no, line_type, kind, description, order_unit, ordered_qty, received_qty, unit_price, net_amount, tax_amount, currency)
     SELECT $1, $7, $4, $3, arrived.id, wanted.id, $2, 1, 'item', 'receipt', 'Tomatoes', 'box', 1, 1, $6, $6, 0.10, $5
     FROM wanted, arrived`,
    [company.id, `PO-${made}`, line.vendor, line.at ?? location, line.currency ?? 'EUR', line.net, line.day],
  );
}

const path = (query: Record<string, string> = {}): string =>
  `/api/v1/reports/delivery_location/summary?${new URLSearchParams({ company_id: company.id, ...query }).toString()}`;

const pointsOf = ({ charts }: ReportSummary, key: string) => charts.find((chart) => chart.key === key)?.points ?? [];
const sum = (summary: ReportSummary, key: string, currency: string): string =>
  pointsOf(summary, key)
    .filter((point) => point.currency === currency)
    .reduce((total, { values }) => addDecimals(total, values['net'] ?? ''), '0');
const countOf = ({ counts }: ReportSummary, key: string) => counts.find((count) => count.key === key)?.value;

test('bars and ranking add up to the totals of the report, per currency', async () => {
  for (const [n, vendor] of vendors.entries()) await deliver({ day: `2026-03-${10 + n}`, vendor, net: `${n + 1}.25` });
  await deliver({ day: '2026-03-10', vendor: vendors[0] ?? '', net: '100.00', currency: 'USD' });
  await deliver({ day: '2026-02-28', vendor: vendors[0] ?? '', net: '40.00' });
  const period = { date_from: '2026-03-01', date_to: '2026-03-31' };

  const { body, status } = await finance.get<ReportSummary>(path(period));
  const report = await finance.get<{ totals: ReportTotals[] }>(path(period).replace('/summary', ''));

  expect(status).toBe(200);
  expect(report.body.totals).toHaveLength(2);
  for (const { currency, total_price } of report.body.totals) {
    expect(sum(body, 'by_day', currency)).toBe(total_price);
    expect(sum(body, 'by_vendor', currency)).toBe(total_price);
  }
  expect(['orders', 'vendors', 'vendors_on_file'].map((key) => countOf(body, key))).toEqual([13, 12, 12]);
  const euros = pointsOf(body, 'by_vendor').filter(({ currency }) => currency === 'EUR');
  expect(euros[0]).toEqual({
    day: null,
    label: 'Vendor 12',
    of: 1,
    currency: 'EUR',
    values: { net: '12.25' },
    filters: { vendor_ids: vendors[11] },
  });
  expect(euros.at(-1)).toMatchObject({ label: null, of: 2, values: { net: '3.50' }, filters: {} });
  expect(euros).toHaveLength(11);
  expect(body.previous).toEqual({
    date_from: '2026-02-01',
    date_to: '2026-02-28',
    totals: [{ currency: 'EUR', rows: 1, total_price: '40.00', tax: '0.10', total_incl_tax: '40.10' }],
    data_begins: '2026-02-28',
  });
});

test('a row says what it leads to, and what is there is the same money', async () => {
  const period = { date_from: '2026-03-01', date_to: '2026-03-31' };
  const of = (type: string, query: Record<string, string>) =>
    `/api/v1/reports/${type}?${new URLSearchParams({ company_id: company.id, ...period, ...query }).toString()}`;
  interface Led {
    results: Record<string, string>[];
    leads: { report_type: string; filters: Record<string, string>[] };
  }
  const { body } = await finance.get<Led>(of('vendor', {}));
  expect(body.results).toHaveLength(13);
  for (const [at, row] of body.results.entries()) {
    const filters = body.leads.filters[at] ?? {};
    const lines = await finance.get<{ totals: ReportTotals[] }>(of(body.leads.report_type, filters));
    const same = lines.body.totals.find(({ currency }) => currency === row['currency']);
    expect(same?.['gross']).toBe(row['total_incl_tax']);
  }
});

test('only the chosen locations count', async () => {
  const bar = await newLocation(company, 'Bar');
  await deliver({ day: '2025-05-05', vendor: vendors[0] ?? '', net: '7.00', at: bar });
  await deliver({ day: '2025-05-05', vendor: vendors[0] ?? '', net: '9.00' });
  const period = { date_from: '2025-05-05', date_to: '2025-05-05' };
  const { body } = await finance.get<ReportSummary>(path({ ...period, delivery_location_ids: bar, page: '3' }));
  expect(pointsOf(body, 'by_day')).toMatchObject([{ day: '2025-05-05', values: { net: '7.00' } }]);
  expect(countOf(body, 'orders')).toBe(1);
});

test('a long period is cut into weeks or months that begin inside it', async () => {
  await deliver({ day: '2024-01-03', vendor: vendors[0] ?? '', net: '5.00' });
  const chartOf = async (period: Record<string, string>) =>
    (await finance.get<ReportSummary>(path(period))).body.charts[0];
  const weeks = await chartOf({ date_from: '2024-01-02', date_to: '2024-12-31' });
  expect(weeks).toMatchObject({ step: 'week', points: [{ day: '2024-01-02', values: { net: '5.00' } }] });
  const months = await chartOf({ date_from: '2021-01-01', date_to: '2024-12-31' });
  expect(months).toMatchObject({ step: 'month', points: [{ day: '2024-01-01', values: { net: '5.00' } }] });
});

test('a period without deliveries has no bars and no vendors', async () => {
  const { body } = await finance.get<ReportSummary>(path({ date_from: '2020-01-01', date_to: '2020-01-31' }));
  expect(body.charts.map(({ points }) => points)).toEqual([[], []]);
  expect(countOf(body, 'orders')).toBe(0);
});

test('every report has something above its rows, for nothing at all too', async () => {
  const empty = await site.company();
  const { client } = await site.member(empty, 'finance');
  for (const { type } of allReports()) {
    const { status, body } = await client.get<ReportSummary>(`/api/v1/reports/${type}/summary?company_id=${empty.id}`);
    expect([type, status]).toEqual([type, 200]);
    expect([type, body.charts.length > 0, body.previous.data_begins]).toEqual([type, true, null]);
  }
});

test('bad input is named, and a report that is not there is none', async () => {
  const wrong = await finance.get(path({ date_from: '2026-13-01', date_to: '2026-01-01' }));
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'date_from' }] } });
  const turned = await finance.get(path({ date_from: '2026-02-01', date_to: '2026-01-01' }));
  expect(turned).toMatchObject({ status: 400, body: { code: 'invalid_date_range' } });
  const unknown = await finance.get(path({ delivery_location_ids: '999999' }));
  expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'delivery_location_ids' }] } });
  const none = await finance.get(path().replace('delivery_location', 'gossip'));
  expect(none).toMatchObject({ status: 404, body: { code: 'no_such_route' } });
});

test('nobody without financial viewing sees it, and another company is like none', async () => {
  const buyer = (await site.member(company, 'buyer')).client;
  const stranger = (await site.member(await site.company(), 'finance')).client;
  expect((await site.anonymous.get(path())).status).toBe(401);
  expect(await buyer.get(path())).toMatchObject({ status: 403, body: { code: 'missing_capability' } });
  expect(await stranger.get(path())).toMatchObject({ status: 403, body: { code: 'company_access_denied' } });
});

test('the period before is as long, and whole months stand before whole months', () => {
  expect(periodBefore({ from: '2026-10-24', to: '2026-11-22' })).toEqual({ from: '2026-09-24', to: '2026-10-23' });
  expect(periodBefore({ from: '2026-03-01', to: '2026-03-31' })).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(periodBefore({ from: '2026-01-01', to: '2026-03-31' })).toEqual({ from: '2025-10-01', to: '2025-12-31' });
  expect(periodBefore({ from: '2026-03-29', to: '2026-03-29' })).toEqual({ from: '2026-03-28', to: '2026-03-28' });
});

test('before a period of centuries stands what the calendar has', async () => {
  for (const [from, to] of [
    ['1900-01-01', '3800-12-31'],
    ['1900-01-01', '2999-12-31'],
    ['1900-01-02', '9999-12-31'],
  ] as const) {
    expect(periodBefore({ from, to }).from).toMatch(/^\d{4}-\d\d-\d\d$/);
    const query = new URLSearchParams({ company_id: company.id, date_from: from, date_to: to });
    expect((await finance.get(`/api/v1/reports/delivery_location/summary?${query}`)).status).toBe(200);
    const page = await finance.get(`/api/v1/reports/vendor?${query}&compare_to=previous_period`);
    expect(page).toMatchObject({ status: 200, body: { comparison: { date_from: periodBefore({ from, to }).from } } });
  }
});

test('a chart never has more than about a hundred bars for two years', () => {
  expect(stepOf({ from: '2026-07-01', to: '2026-09-30' })).toBe('day');
  expect(stepOf({ from: '2025-07-01', to: '2026-09-30' })).toBe('week');
  expect(stepOf({ from: '2022-07-01', to: '2026-09-30' })).toBe('month');
});

test('the list of reports says how many rows a PDF may have', async () => {
  const { body } = await finance.get('/api/v1/reports');
  expect(body).toMatchObject({ row_limits: { pdf: { direct: 10, background: 100 } } });
});
