/** The tie-out: a cent planted in each rule is found and named; what is right agrees, in every currency. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TieOut, TieOutRule } from '#contract/closing.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { type Client, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { csv, importFiles } from '#test/import-files.ts';
import { orderRow, orders, places, receiptRow, receipts } from '#test/purchase-rows.ts';
import { closeRoutes } from './close-routes.ts';
import { closingRoutes } from './routes.ts';
import { readTieOut, type TieOutQuery } from './tie-out.ts';

let site: TestApp;
let company: TestCompany;
let client: Client;
beforeAll(async () => {
  site = await startTestApp((app, { pool }) => {
    closingRoutes(app, { pool });
    closeRoutes(app, { pool, reportsPool: pool });
    importRoutes(app, { pool });
  });
  company = await site.company({ timeZone: 'Europe/Berlin', currency: 'EUR' });
  ({ client } = await site.member(company, 'manager'));
  const item = { item_code: 'RIB', units_per_order_unit: 10 };
  const files = {
    ...places,
    ...orders(
      orderRow('1', 'A', 1, item),
      orderRow('1', 'A', 2),
      orderRow('2', 'B', 1, { unit_price: '900' }),
      orderRow('3', 'A', 1, item),
    ),
    ...receipts(
      receiptRow('R1', '1', 1, { received_at: '2026-04-02', net_amount: '49.99' }),
      receiptRow('R1', '1', 2, { received_at: '2026-04-02' }),
      receiptRow('R2', '2', 1, { received_at: '2026-04-03' }),
      receiptRow('R3', '3', 1, { received_at: '2026-03-20' }),
    ),
    'stock_movements.csv': csv([
      {
        movement_id: 'M1',
        storage_unit_code: 'S',
        item_code: 'RIB',
        kind: 'ISSUE',
        occurred_at: '2026-04-09',
        qty: -3,
        unit: 'lb',
      },
    ]),
  };
  expect((await importFiles(client, company.id, files, '&receipts_move_stock=true')).status).toBe(200);
});
afterAll(() => site.close());

const april = 'date_from=2026-04-01&date_to=2026-04-30';
const ask = async (): Promise<TieOut> => {
  const { status, body } = await client.get<TieOut>(`/api/v1/companies/${company.id}/tie-out?${april}`);
  expect(status).toBe(200);
  return body;
};
const differing = ({ rules }: TieOut) =>
  rules
    .filter(({ status }) => status === 'differs')
    .map(({ key, difference, currency, lines }) => ({
      key,
      difference,
      currency,
      lines: lines.map(({ name, difference: apart }) => [name, apart]),
    }));
/** Raw, past every guard and reference; undone again. */
async function planted(statement: string, look: () => Promise<void>, back: string): Promise<void> {
  const run = (sql: string): Promise<unknown> =>
    site.pool.pool.query(
      `BEGIN; SET LOCAL session_replication_role = 'replica'; SET LOCAL mathership.rows_as_given = 'on'; ${sql.replaceAll('$company', company.id)}; COMMIT`,
    );
  await run(statement);
  try {
    await look();
  } finally {
    await run(back);
  }
}

test('what is right agrees: each rule in each currency, with both sides', async () => {
  const found = await ask();
  expect(found.status).toBe('agrees');
  const sums = [
    ['EUR', 'agrees', '99.99', '99.99', '0.00'],
    ['JPY', 'agrees', '1800', '1800', '0'],
  ];
  for (const key of ['vendor_sums', 'location_sums', 'item_sums'] as const) {
    const rules = found.rules.filter((rule) => rule.key === key);
    expect(rules.map((rule) => [rule.currency, rule.status, rule.expected, rule.found, rule.difference])).toEqual(sums);
  }
  expect(found.rules.filter(({ key }) => !key.endsWith('_sums'))).toMatchObject([
    { key: 'received_into_stock', status: 'agrees', currency: 'EUR', expected: '49.99', found: '49.99' },
    { key: 'opening_is_closing', status: 'agrees', currency: null, expected: '20', found: '20' },
    { key: 'opening_is_closing', status: 'not_applicable', currency: 'EUR' },
    { key: 'on_hand', status: 'agrees', currency: null, expected: '37', found: '37' },
  ]);
});

test('a cent planted in the lines of a vendor, a location or in stock is found and named', async () => {
  const line = `(SELECT r.id FROM receipt_lines r JOIN receipts d ON d.id = r.receipt_id WHERE r.company_id = $company AND d.receipt_number = 'R1' AND r.line_no = 2)`;
  const copy = (changed: string) =>
    `INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, item_id, receipt_id, po_line_id, po_number, line_no, line_type, kind,
       article_number, description, category, order_unit, units_per_order_unit, ordered_qty, received_qty, unit_price, net_amount, tax_amount, currency, lot)
     SELECT company_id, received_on, delivery_location_id, vendor_id, item_id, receipt_id, po_line_id, po_number, 77, line_type, kind, article_number,
       description, category, order_unit, units_per_order_unit, ordered_qty, received_qty, unit_price, 0.01, 0, currency, 'planted' FROM receipt_lines WHERE id = ${line};
     UPDATE receipt_lines SET ${changed} WHERE company_id = $company AND lot = 'planted'`;
  const remove = `DELETE FROM receipt_lines WHERE company_id = $company AND lot = 'planted'`;
  // a line of a vendor, or a place, that is not on file: the report of it leaves it out
  await planted(
    copy('vendor_id = -5'),
    async () => {
      const found = differing(await ask());
      expect(found).toContainEqual({
        key: 'vendor_sums',
        difference: '-0.01',
        currency: 'EUR',
        lines: [['-5: R1 77', '-0.01']],
      });
      expect(found.map(({ key }) => key)).toEqual(['vendor_sums', 'location_sums']);
    },
    remove,
  );
  await planted(
    copy('delivery_location_id = -5'),
    async () => {
      expect(differing(await ask())).toEqual([
        { key: 'location_sums', difference: '-0.01', currency: 'EUR', lines: [['-5: R1 77', '-0.01']] },
      ]);
    },
    remove,
  );
  await planted(
    `UPDATE stock_movements SET value = value + 0.01 WHERE company_id = $company AND source_type = 'receipt' AND occurred_on = '2026-04-02'`,
    async () => {
      expect(differing(await ask())).toEqual([
        { key: 'received_into_stock', difference: '0.01', currency: 'EUR', lines: [['R1 · Ribeye', '0.01']] },
      ]);
    },
    `UPDATE stock_movements SET value = value - 0.01 WHERE company_id = $company AND source_type = 'receipt' AND occurred_on = '2026-04-02'`,
  );
  const snapshot = (day: string, qty: string) =>
    `INSERT INTO stock_snapshots (company_id, storage_unit_id, item_id, as_of, qty, value)
     SELECT company_id, storage_unit_id, item_id, '${day}', ${qty}, 50 FROM stock_movements WHERE company_id = $company AND movement_ref = 'M1'`;
  const forget = 'DELETE FROM stock_snapshots WHERE company_id = $company';
  await planted(
    snapshot('2026-03-31', '20.01'),
    async () => {
      expect(differing(await ask())).toEqual([
        { key: 'opening_is_closing', difference: '0.01', currency: null, lines: [['Ribeye · Cella', '0.01']] },
      ]);
    },
    forget,
  );
  await planted(
    snapshot('2026-04-15', '36.99'),
    async () => {
      expect(differing(await ask())).toEqual([
        { key: 'on_hand', difference: '-0.01', currency: null, lines: [['Ribeye · Cella', '-0.01']] },
      ]);
    },
    forget,
  );
  expect(differing(await ask())).toEqual([]);
});

test('a report that prints a cent too much is found: the item report has nothing in the data that could be wrong alone', async () => {
  const cent = (key: TieOutRule): TieOutQuery => ({
    key,
    sides: {
      currency: 'EUR',
      sql: `SELECT 'Ribeye (RIB): R1 1' AS name, NULL AS link, 'EUR' AS currency, 49.99 AS expected, 50.00 AS found`,
    },
  });
  const read = async (select: string) => {
    const { rows } = await site.pool.pool.query<Record<string, string | null>>({
      text: select,
      types: { getTypeParser: () => (text: string) => text } as never,
    });
    return rows;
  };
  const question = {
    companyId: company.id,
    companyName: 'K',
    currency: 'EUR',
    timeZone: 'UTC',
    locale: 'en',
    from: '2026-04-01',
    to: '2026-04-30',
  };
  expect(differing(await readTieOut(read, question, '2026-05-01T00:00:00Z', () => [cent('item_sums')]))).toEqual([
    { key: 'item_sums', difference: '0.01', currency: 'EUR', lines: [['Ribeye (RIB): R1 1', '0.01']] },
  ]);
});

test('the value that a month was closed with is what the next one must open with', async () => {
  expect(
    (await client.post(`/api/v1/companies/${company.id}/close`, { month: '2026-03', reason: 'Nobody counted' })).status,
  ).toBe(201);
  const opening = async () =>
    (await ask()).rules.find(({ key, currency }) => key === 'opening_is_closing' && currency === 'EUR');
  expect(await opening()).toMatchObject({ status: 'agrees', expected: '50.00', found: '50.00' });
  const cheaper = (by: string) =>
    `UPDATE stock_movements SET unit_cost = unit_cost ${by} 0.0005 WHERE company_id = $company AND occurred_on = '2026-03-20'`;
  await planted(
    cheaper('-'),
    async () => {
      expect(await opening()).toMatchObject({
        status: 'differs',
        difference: '-0.01',
        lines: [{ name: 'Inventory value', difference: '-0.01' }],
      });
    },
    cheaper('+'),
  );
  expect((await client.delete(`/api/v1/companies/${company.id}/close?month=2026-03&reason=Test`)).status).toBe(200);
});

test('the sheet is a PDF or JSON, and only for those who may view financials', async () => {
  const base = `/api/v1/companies/${company.id}/tie-out`;
  const pdf = await client.ask('GET', `${base}/download?${april}`);
  expect([pdf.status, pdf.headers['content-type']]).toEqual([200, 'application/pdf']);
  expect(String(pdf.body).slice(0, 5)).toBe('%PDF-');
  const json = await client.get<TieOut>(`${base}/download?${april}&file_format=json`);
  expect(json.body.rules.length).toBe((await ask()).rules.length);
  const { client: viewer } = await site.member(company, 'viewer');
  expect((await viewer.get(`${base}?${april}`)).status).toBe(403);
  expect((await site.anonymous.get(`${base}?${april}`)).status).toBe(401);
  expect((await client.get(`${base}?date_from=2026-05-01&date_to=2026-04-01`)).body).toMatchObject({
    code: 'invalid_date_range',
  });
  expect((await client.get(`${base}?date_from=2026-05-01`)).status).toBe(400);
});
