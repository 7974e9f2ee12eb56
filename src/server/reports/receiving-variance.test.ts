/** Receiving variance, held against a month worked out by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client, TestCompany } from '#test/http.ts';
import { askReport, cellsOfRows, purchases, type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
let company: TestCompany;
let client: Client;
const march = { date_from: '2026-03-01', date_to: '2026-03-31' };

beforeAll(async () => {
  site = await startReportSite();
  ({ company, client } = await site.kitchen(purchases));
});
afterAll(() => site.close());

const ask = (type: string, query: Readonly<Record<string, string>> = {}) =>
  askReport(client, type, { company_id: company.id, ...march, ...query });

test('receiving_variance: what came of each order line, also of those that never came', async () => {
  const report = await ask('receiving_variance');
  const tomatoes = ['007', 'Tomatoes, box', 'box'];
  const main = ['Main Kitchen', 'Nordkai'];
  const days = ['02', '02', '02', '02', '09', '10', '11', '11', '12', '13', '14'].map((day) => `2026-03-${day}`);
  expect(report.results.map(({ date }) => date)).toEqual(days);
  expect(report.results.map(({ currency }) => currency)).toEqual(days.map((_, at) => (at === 9 ? 'USD' : 'EUR')));
  expect(cellsOfRows(report).map((cells) => cells.slice(1, -1))).toEqual([
    [...main, 'PO-1', ...tomatoes, '10', '10', '1', '1', '-1', '-12.00', '12.00', '12.00', '0.00', '0', 'refused'],
    [...main, 'PO-1', '0042', 'Truffle', 'jar', '2', '2', '0', '0', '0', '0.00', '30.00', '30.00', '0.00', '0', ''],
    [...main, 'PO-1', '', 'Delivery', 'trip', '1', '1', '0', '0', '0', '0.00', '9.90', '9.90', '0.00', '0', ''],
    [
      ...main,
      'PO-1',
      'OIL-5',
      'Olive oil, can',
      'can',
      '4',
      '5',
      '0',
      '0',
      '1',
      '44.50',
      '44.50',
      '44.50',
      '0.00',
      '0',
      'over',
    ],
    [...main, 'PO-2', ...tomatoes, '10', '8', '0', '2', '-2', '-26.00', '13.00', '13.50', '4.00', '0', 'short'],
    [
      'Bar',
      'Elbe Fish',
      'PO-3',
      '',
      'Cod',
      'kg',
      '5',
      '0',
      '0',
      '5',
      '-5',
      '-70.00',
      '14.00',
      '',
      '0.00',
      '21',
      'open',
    ],
    [
      'Bar',
      'Elbe Fish',
      'PO-3',
      'T-1',
      'Tomatoes, loose',
      'kg',
      '20',
      '20',
      '0',
      '0',
      '0',
      '0.00',
      '2.50',
      '2.50',
      '0.00',
      '1',
      '',
    ],
    [...main, 'PO-4', ...tomatoes, '5', '0', '0', '0', '-5', '-65.00', '13.00', '', '0.00', '', 'cancelled'],
    [...main, 'PO-5', ...tomatoes, '8', '0', '0', '8', '-8', '-104.00', '13.00', '', '0.00', '19', 'open'],
    [
      'Bar',
      'Nordkai',
      'PO-6',
      'OIL-5',
      'Olive oil, can',
      'can',
      '3',
      '3',
      '0',
      '0',
      '0',
      '0.00',
      '50.00',
      '50.00',
      '0.00',
      '0',
      '',
    ],
    [...main, 'PO-7', ...tomatoes, '1', '0', '0', '1', '-1', '-13.00', '13.00', '', '0.00', '17', 'open'],
  ]);
  expect(report.totals).toEqual([
    { currency: 'EUR', rows: 10, variance_value: '-245.50', price_variance: '4.00' },
    { currency: 'USD', rows: 1, variance_value: '0.00', price_variance: '0.00' },
  ]);
  const short = await ask('receiving_variance', { states: 'short,refused' });
  expect(short.results.map(({ order, state }) => [order, state])).toEqual([
    ['PO-1', 'refused'],
    ['PO-2', 'short'],
  ]);
});

test('receiving_variance: a line belongs to the day of its last receipt alone', async () => {
  const first = await ask('receiving_variance', { date_from: '2026-03-02', date_to: '2026-03-02' });
  expect(first.results.map(({ order }) => order)).toEqual(['PO-1', 'PO-1', 'PO-1', 'PO-1']);
  await site.pool.pool.query(
    `WITH made AS (INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on)
       SELECT company_id, 'R1b', kind, vendor_id, delivery_location_id, '2026-04-01' FROM receipts WHERE company_id = $1 AND receipt_number = 'R1' RETURNING *)
     INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, po_number, line_no, line_type, kind,
       description, order_unit, ordered_qty, received_qty, unit_price, net_amount, tax_amount, currency)
     SELECT r.company_id, '2026-04-01', r.delivery_location_id, r.vendor_id, made.id, r.po_line_id, r.po_number, r.line_no, r.line_type, r.kind,
       r.description, r.order_unit, r.ordered_qty, 1, 14, 14, 0, r.currency
     FROM receipt_lines r, made WHERE r.company_id = $1 AND r.kind = 'receipt' AND r.po_number = 'PO-1' AND r.line_no = 1`,
    [company.id],
  );
  const march2 = await ask('receiving_variance', { date_from: '2026-03-02', date_to: '2026-03-02' });
  expect(march2.results).toHaveLength(3);
  const april = await ask('receiving_variance', { date_from: '2026-04-01', date_to: '2026-04-01' });
  // both receipts: 9 accepted at 12.00 and 1 at 14.00, 30 days behind
  expect(cellsOfRows(april).map((cells) => cells.slice(7, -1))).toEqual([
    ['10', '11', '1', '0', '0', '0.00', '12.00', '12.20', '2.00', '30', 'refused'],
  ]);
  await site.pool.pool.query(`DELETE FROM receipt_lines WHERE company_id = $1 AND received_on = '2026-04-01'`, [
    company.id,
  ]);
});
