/** The purchase reports on a month worked out by hand (test/report-kitchen.ts). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client, TestCompany } from '#test/http.ts';
import { csv } from '#test/import-files.ts';
import { askReport, cellsOfRows, purchases, type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
let company: TestCompany;
let client: Client;
let ids: (table: string, name: string) => Promise<string>;
const march = { date_from: '2026-03-01', date_to: '2026-03-31' };

beforeAll(async () => {
  site = await startReportSite();
  ({ company, client, ids } = await site.kitchen(purchases));
});
afterAll(() => site.close());

const ask = (type: string, query: Readonly<Record<string, string>> = {}) =>
  askReport(client, type, { company_id: company.id, ...march, ...query });

test('vendor: each line is a purchase, a return, a credit or a charge, and the largest spend comes first', async () => {
  const report = await ask('vendor');
  expect(cellsOfRows(report)).toEqual([
    ['Nordkai', 'NK', '2', '2', '7', '498.00', '-24.00', '-10.00', '9.90', '41.56', '515.46', '90.5', 'EUR'],
    // 150.00 of another currency are not more than 50.00 of this one
    ['Elbe Fish', 'EF', '1', '1', '1', '50.00', '0.00', '0.00', '0.00', '3.50', '53.50', '9.5', 'EUR'],
    ['Nordkai', 'NK', '1', '1', '1', '150.00', '0.00', '0.00', '0.00', '10.50', '160.50', '100.0', 'USD'],
  ]);
  const dearest = await ask('vendor', { ordering: '-net_purchases' });
  expect(dearest.results.map(({ vendor, currency }) => `${vendor} ${currency}`)).toEqual([
    'Nordkai EUR',
    'Elbe Fish EUR',
    'Nordkai USD',
  ]);
  expect(report.totals).toEqual([
    expect.objectContaining({ currency: 'EUR', rows: 2, net_purchases: '548.00', total_incl_tax: '568.96' }),
    expect.objectContaining({ currency: 'USD', rows: 1, net_purchases: '150.00', total_incl_tax: '160.50' }),
  ]);
});

test('every report answers for all time, as a page, a summary and a file', async () => {
  const { body } = await client.get<{ results: { type: string }[] }>('/api/v1/reports');
  for (const { type } of body.results) {
    const query = `company_id=${company.id}&date_from=1900-01-01&date_to=9999-12-31`;
    for (const path of [`?${query}`, `/summary?${query}`, `/download?${query}&file_format=xlsx`]) {
      const { status } = await client.get(`/api/v1/reports/${type}${path}`);
      expect([type, path, status]).toEqual([type, path, 200]);
    }
  }
});

test('vendor: the four parts add up to the net of the Purchase Orders Report, for one location too', async () => {
  for (const location of [
    '',
    await ids('delivery_locations', 'Main Kitchen'),
    await ids('delivery_locations', 'Bar'),
  ]) {
    const query: Record<string, string> = location ? { delivery_location_ids: location } : {};
    const delivered = await ask('delivery_location', query);
    const spent = await ask('vendor', query);
    expect(
      spent.totals.map(({ currency, net_purchases, returns, credits, charges }) => ({
        currency,
        net: (Number(net_purchases) + Number(returns) + Number(credits) + Number(charges)).toFixed(2),
      })),
    ).toEqual(delivered.totals.map(({ currency, total_price }) => ({ currency, net: total_price })));
  }
});

test('item: base units and prices by ingredient; unmapped articles and charges are not lost', async () => {
  const report = await ask('item');
  expect(cellsOfRows(report)).toEqual([
    ['Charges', '', 'Delivery', 'trip', '1', '9.90', '9.90', '9.90', '9.90', '9.90', '2026-03-02', '1', 'EUR'],
    ['Dry goods', 'OIL', 'Olive oil', 'L', '25', '212.00', '8.48', '8.90', '8.90', '8.90', '2026-03-02', '1', 'EUR'],
    [
      'Dry goods',
      'OIL',
      'Olive oil',
      'L',
      '15',
      '150.00',
      '10.00',
      '10.00',
      '10.00',
      '10.00',
      '2026-03-13',
      '1',
      'USD',
    ],
    ['Produce', 'TOM', 'Tomatoes', 'kg', '110', '242.00', '2.20', '2.00', '2.50', '2.50', '2026-03-11', '2', 'EUR'],
    ['Unmapped', '0042', 'Truffle', 'jar', '2', '60.00', '30.00', '30.00', '30.00', '30.00', '2026-03-02', '1', 'EUR'],
  ]);
  expect(report.groups).toEqual([
    { group: 'Charges', currency: 'EUR', rows: 1, net_purchases: '9.90' },
    { group: 'Dry goods', currency: 'EUR', rows: 1, net_purchases: '212.00' },
    { group: 'Dry goods', currency: 'USD', rows: 1, net_purchases: '150.00' },
    { group: 'Produce', currency: 'EUR', rows: 1, net_purchases: '242.00' },
    { group: 'Unmapped', currency: 'EUR', rows: 1, net_purchases: '60.00' },
  ]);
  expect(report.totals).toEqual([
    { currency: 'EUR', rows: 4, net_purchases: '523.90' },
    { currency: 'USD', rows: 1, net_purchases: '150.00' },
  ]);
});

test('order_lines: every line of every document, by day, with all that is known of it', async () => {
  const report = await ask('order_lines');
  expect(report.results.map((row) => `${row['receipt_number']} ${row['order_number']} ${row['line']}`)).toEqual([
    'R1 PO-1 1',
    'R1 PO-1 2',
    'R1 PO-1 3',
    'R1 PO-1 4',
    'RT1 PO-1 1',
    'R2 PO-2 1',
    'R3 PO-3 1',
    'R6 PO-6 1',
    'CR1 PO-1 4',
  ]);
  expect(report.results[0]).toEqual({
    company: expect.any(String),
    delivery_location_code: 'MK',
    delivery_location: 'Main Kitchen',
    delivery_date: '2026-03-02',
    posted_date: '2026-03-03',
    order_date: '2026-02-27',
    expected_date: '2026-03-02',
    vendor_code: 'NK',
    vendor: 'Nordkai',
    customer_number: 'C-1',
    order_number: 'PO-1',
    line: '1',
    document_kind: 'receipt',
    receipt_number: 'R1',
    vendor_document: 'INV-R1',
    line_type: 'item',
    article_number: '007',
    product: 'Tomatoes, box',
    item_code: 'TOM',
    category: 'Produce',
    unit: 'box',
    units_per_order_unit: '6',
    base_unit: 'kg',
    ordered: '10',
    received: '10',
    refused: '1',
    accepted: '9',
    base_quantity: '54',
    unit_price: '12.00',
    price_unit: 'box',
    price_quantity: '9',
    net: '108.00',
    tax_rate: '7',
    tax: '7.56',
    gross: '115.56',
    currency: 'EUR',
    order_status: 'received',
    note: 'One box crushed',
  });
  // an article without an ingredient, freight, the invoice that is 50 cents off, the return, the credit
  const shown = report.results.map(({ item_code, category, base_quantity, net, tax }) => [
    item_code,
    category,
    base_quantity,
    net,
    tax,
  ]);
  expect(shown.slice(1, 5)).toEqual([
    [null, null, '2', '60.00', '11.40'],
    [null, 'Charges', '1', '9.90', '1.88'],
    ['OIL', 'Dry goods', '25', '222.00', '15.54'],
    ['TOM', 'Produce', '-12', '-24.00', '-1.68'],
  ]);
  expect(shown[8]).toEqual(['OIL', 'Dry goods', '0', '-10.00', '-0.70']);
  const delivered = await ask('delivery_location');
  expect(report.totals.map(({ currency, rows, net, tax, gross }) => [currency, rows, net, tax, gross])).toEqual(
    delivered.totals.map(({ currency, rows, total_price, tax, total_incl_tax }) => [
      currency,
      rows,
      total_price,
      tax,
      total_incl_tax,
    ]),
  );
});

test('price_changes: articles that came at two prices, by what it cost', async () => {
  const report = await ask('price_changes');
  expect(cellsOfRows(report)).toEqual([
    [
      'Nordkai',
      '007',
      'Tomatoes, box',
      'box',
      '12.00',
      '13.50',
      '1.50',
      '12.5',
      '12.00',
      '13.50',
      '12.80',
      '1',
      '15',
      '22.50',
      'EUR',
    ],
  ]);
  expect(report.totals).toEqual([{ currency: 'EUR', rows: 1, effect: '22.50' }]);
  expect((await ask('price_changes', { date_to: '2026-03-08' })).results).toEqual([]);
});

test('yen have no decimals, in no report, and halves are rounded away from zero', async () => {
  const head = {
    po_number: 'PO-J',
    vendor_code: 'T',
    delivery_location_code: 'K',
    status: 'received',
    currency: 'JPY',
    expected_on: '2026-03-01',
  };
  const kitchen = await site.kitchen(
    {
      'delivery_locations.csv': csv([{ code: 'K', name: 'Kitchen' }]),
      'vendors.csv': csv([{ code: 'T', name: 'Tsukiji' }]),
      'purchase_orders.csv': csv([
        {
          ...head,
          line_no: 1,
          article_number: '9',
          description: '醤油',
          order_unit: 'L',
          ordered_qty: 3,
          unit_price: '105.5',
          tax_rate: '0.08',
        },
        {
          ...head,
          line_no: 2,
          article_number: '9',
          description: '醤油',
          order_unit: 'L',
          ordered_qty: 1,
          unit_price: '110',
          tax_rate: '0.08',
        },
      ]),
      'receipts.csv': csv([
        {
          receipt_number: 'A',
          kind: 'receipt',
          po_number: 'PO-J',
          line_no: 1,
          received_at: '2026-03-01',
          received_qty: 3,
        },
        {
          receipt_number: 'B',
          kind: 'receipt',
          po_number: 'PO-J',
          line_no: 2,
          received_at: '2026-03-02',
          received_qty: 1,
        },
      ]),
    },
    { currency: 'JPY', timeZone: 'Asia/Tokyo' },
  );
  const of = (type: string) => askReport(kitchen.client, type, { company_id: kitchen.company.id, ...march });
  expect(cellsOfRows(await of('vendor'))[0]?.slice(5)).toEqual(['427', '0', '0', '0', '34', '461', '100.0', 'JPY']);
  expect(
    (await of('order_lines')).results.map(({ net, tax, gross, unit_price }) => [net, tax, gross, unit_price]),
  ).toEqual([
    ['317', '25', '342', '105.50'],
    ['110', '9', '119', '110.00'],
  ]);
  expect((await of('item')).totals).toEqual([{ currency: 'JPY', rows: 1, net_purchases: '427' }]);
  // 4.5 x 4
  expect((await of('price_changes')).totals).toEqual([{ currency: 'JPY', rows: 1, effect: '18' }]);
  expect((await of('receiving_variance')).totals).toEqual([
    { currency: 'JPY', rows: 2, variance_value: '0', price_variance: '0' },
  ]);
});

test('a period without deliveries is an empty page with no totals', async () => {
  for (const type of ['vendor', 'item', 'order_lines', 'receiving_variance', 'price_changes']) {
    const report = await ask(type, { date_from: '2020-01-01', date_to: '2020-12-31' });
    expect(report).toMatchObject({ results: [], total: 0, totals: [], groups: [] });
  }
});

test('filters by vendor, ingredient and location narrow a report, and strangers are refused', async () => {
  const fish = await ids('vendors', 'Elbe Fish');
  const oil = await ids('items', 'Olive oil');
  const bar = await ids('delivery_locations', 'Bar');
  expect((await ask('order_lines', { vendor_ids: fish })).total).toBe(1);
  expect((await ask('order_lines', { item_ids: oil })).total).toBe(3);
  expect((await ask('item', { delivery_location_ids: bar })).results.map(({ item: name }) => name)).toEqual([
    'Olive oil',
    'Tomatoes',
  ]);
  const other = await site.kitchen({ 'vendors.csv': csv([{ code: 'X', name: 'Elsewhere' }]) });
  const stranger = await other.ids('vendors', 'Elsewhere');
  for (const id of [stranger, '999999999', 'x']) {
    expect(await client.get(`/api/v1/reports/item?company_id=${company.id}&vendor_ids=${id}`)).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_input',
        errors: [{ field: 'vendor_ids', message: 'must be ids of vendors of this company' }],
      },
    });
  }
});
