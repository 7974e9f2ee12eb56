/** The close of a month: each item from the data, the press with its reason, reopening, its history, and the group's view. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeKeys, type CloseKey, type CloseList, type Closing, type CompanyMonths } from '#contract/closing.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { startTestApp, type TestApp } from '#test/http.ts';
import { csv, type CsvFiles, importFiles } from '#test/import-files.ts';
import { invoiceRow, invoices, orderRow, orders, places, receiptRow, receipts } from '#test/purchase-rows.ts';
import { closeRoutes } from './close-routes.ts';
import { closingRoutes } from './routes.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp((app, { pool }) => {
    closingRoutes(app, { pool });
    closeRoutes(app, { pool, reportsPool: pool });
    importRoutes(app, { pool });
  });
});
afterAll(() => site.close());

const item = { item_code: 'RIB', units_per_order_unit: 10 };
const april: CsvFiles = {
  ...places,
  ...orders(
    { ...orderRow('1', 'A', 1, item), expected_on: '2026-04-02' },
    { ...orderRow('1', 'A', 2), expected_on: '2026-04-02' },
    { ...orderRow('2', 'A', 1, item), expected_on: '2026-04-20' },
    { ...orderRow('3', 'A', 1, item), expected_on: '2026-05-02' },
  ),
  ...receipts(
    receiptRow('R1', '1', 1, { received_at: '2026-04-02', document_number: 'I1' }),
    receiptRow('R1', '1', 2, { received_at: '2026-04-02', document_number: 'I1' }),
  ),
  ...invoices(
    invoiceRow('I1', 1, { invoice_date: '2026-04-02', po_number: '1' }),
    invoiceRow('I9', 1, { invoice_date: '2026-04-11', description: 'Other', quantity: 3 }),
  ),
  'stock_movements.csv': csv([
    {
      movement_id: 'M1',
      storage_unit_code: 'S',
      item_code: 'RIB',
      kind: 'ISSUE',
      occurred_at: '2026-04-01',
      qty: -31,
      unit: 'lb',
      unit_cost: '2.5',
    },
  ]),
};

async function kitchen() {
  const company = await site.company({ timeZone: 'Europe/Berlin', currency: 'EUR' });
  const { client } = await site.member(company, 'finance', { granted: ['import_data'] });
  expect((await importFiles(client, company.id, april, '&receipts_move_stock=true')).body).toMatchObject({
    dry_run: false,
  });
  const base = `/api/v1/companies/${company.id}`;
  return {
    company,
    client,
    base,
    send: (files: CsvFiles, query = '') => importFiles(client, company.id, files, query),
    list: async (month = '2026-04') => (await client.get<CloseList>(`${base}/close?month=${month}`)).body,
    closing: async () => (await client.get<Closing>(`${base}/closing`)).body,
  };
}
const itemsOf = ({ items }: CloseList) =>
  Object.fromEntries(
    items
      .filter(({ count }) => count > 0)
      .map(({ key, state, count, amount, currency }) => [key, [state, count, amount, currency]]),
  );

test('every item counts its rows and leads to them', async () => {
  const { list, client, base, send } = await kitchen();
  const before = await list();
  expect(before.items.map(({ key }) => key)).toEqual(closeKeys);
  expect(before.closed_until).toBeNull();
  expect(itemsOf(before)).toEqual({
    not_received: ['blocking', 1, '50.00', 'EUR'],
    invoiced_not_received: ['attention', 1, '75.00', 'EUR'],
    unmapped: ['attention', 2, '125.00', 'EUR'],
    not_counted: ['blocking', 1, null, null],
    negative_stock: ['blocking', 1, '-27.50', 'EUR'],
    late_imports: ['attention', 1, '175.00', 'EUR'],
  });
  for (const { key, count } of before.items) {
    const { status, body } = await client.get<{ total: number; results: { name: string; link: string }[] }>(
      `${base}/close/${key}?month=2026-04`,
    );
    expect([key, status, body.total, body.results.length]).toEqual([key, 200, count, count]);
    for (const row of body.results) expect(row.link).toMatch(/^\/(reports|documents)[/?]/);
  }
  // and each ticks itself when the data do
  await send({
    ...orders(orderRow('2', 'A', 1, { ...item, status: 'cancelled' })),
    'stock_counts.csv': csv([
      {
        count_ref: 'C',
        storage_unit_code: 'S',
        item_code: 'RIB',
        counted_at: '2026-04-30',
        counted_qty: 2,
        unit: 'lb',
      },
    ]),
  });
  expect(Object.keys(itemsOf(await list()))).toEqual(['invoiced_not_received', 'unmapped', 'late_imports']);
  await send(receipts(receiptRow('R7', '3', 1, { received_at: '2026-05-02', received_qty: 2, rejected_qty: 1 })));
  expect(itemsOf(await list('2026-05'))).toMatchObject({
    not_invoiced: ['attention', 1, '25.00', 'EUR'],
    uncredited: ['attention', 1, '25.00', 'EUR'],
  });
  await send({
    ...orders(
      orderRow('4', 'A', 1, { article_number: 'X', expected_on: null }),
      orderRow('5', 'A', 1, { article_number: 'X' }),
    ),
    ...receipts(
      receiptRow('R8', '4', 1, { received_at: '2026-05-03' }),
      receiptRow('R9', '5', 1, { received_at: '2026-06-03', unit_price: '250' }),
    ),
  });
  expect(itemsOf(await list('2026-06'))).toMatchObject({ out_of_proportion: ['attention', 1, '500.00', 'EUR'] });
});

test('the press closes the month and keeps what stood against it; a reason is needed for that; reopening has its trail', async () => {
  const { client, base, closing, list, send, company } = await kitchen();
  const press = (body: object) =>
    client.post<{ code?: string; errors?: { field: string }[]; closed_until?: string }>(`${base}/close`, body);
  expect((await press({ month: '2026-04' })).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'reason' }],
  });
  expect((await press({ month: '2026-13' })).status).toBe(400);
  expect((await press({ month: '2200-01' })).body.errors?.[0]?.field).toBe('month');
  expect(await closing()).toEqual({ closed_until: null, policy: 'refuse', closed_by: null, closed_at: null });
  const closed = await press({ month: '2026-04', reason: 'Counted on Monday' });
  expect([closed.status, closed.body]).toEqual([201, { closed_until: '2026-04-30', pack: null }]);
  expect((await press({ month: '2026-04', reason: 'Again' })).status).toBe(409);
  expect((await press({ month: '2026-03', reason: 'Before' })).status).toBe(409);
  expect(await closing()).toMatchObject({
    closed_until: '2026-04-30',
    closed_by: { name: 'finance' },
    closed_at: expect.any(String) as string,
  });
  expect((await send(receipts(receiptRow('R8', '3', 1, { received_at: '2026-04-30' })))).body).toMatchObject({
    code: 'period_closed',
  });
  expect(itemsOf(await list())).not.toHaveProperty('changed_since_close');
  await client.put(`${base}/closing`, { policy: 'reason' });
  expect((await send(receipts(receiptRow('R8', '3', 1, { received_at: '2026-04-30' })), '&reason=Late')).status).toBe(
    200,
  );
  expect(itemsOf(await list())).toMatchObject({ changed_since_close: ['attention', 1, '50.00', 'EUR'] });
  const { client: admin } = await site.member(company, 'admin');
  const view = async (): Promise<CompanyMonths | undefined> => {
    const { body } = await admin.get<{ results: CompanyMonths[] }>(
      `/api/v1/organizations/${company.organizationId}/close?months=24`,
    );
    return body.results[0];
  };
  const cell = async (month: string) => (await view())?.months.find((one) => one.month === month);
  expect(await cell('2026-04')).toMatchObject({
    state: 'changed',
    changes: [{ currency: 'EUR', net_difference: '50.00' }],
    closed_by: { name: 'finance' },
    days_late: 0,
    exports: 0,
  });
  expect(await cell('2026-03')).toMatchObject({ state: 'closed' });
  expect(await cell('2026-05')).toMatchObject({ state: 'open', closed_at: null });
  expect((await client.delete(`${base}/close?month=2026-04`)).status).toBe(400);
  expect((await client.delete(`${base}/close?month=2026-04&reason=Forgot%20one`)).body).toEqual({
    closed_until: '2026-03-31',
    pack: null,
  });
  expect((await client.delete(`${base}/close?month=2026-04&reason=Forgot%20one`)).status).toBe(409);
  expect((await cell('2026-04'))?.state).toBe('open');
  expect((await cell('2026-04'))?.days_late).toBeGreaterThan(0);
  const { body: history } = await client.get<{
    results: { kind: string; reason: string | null; month: string | null; blocking: CloseKey[] }[];
  }>(`${base}/closing/history`);
  expect(history.results).toMatchObject([
    { kind: 'reopened', reason: 'Forgot one', closed_until_before: '2026-04-30', closed_until: '2026-03-31' },
    { kind: 'policy', policy: 'reason' },
    {
      kind: 'closed',
      reason: 'Counted on Monday',
      month: '2026-04',
      blocking: ['not_received', 'not_counted', 'negative_stock'],
      by: { name: 'finance' },
    },
  ]);
});

test('under one Idempotency-Key a month is closed once, and answered again', async () => {
  const { client, base } = await kitchen();
  const press = () =>
    client.ask('POST', `${base}/close`, {
      body: { month: '2026-04', reason: 'Yes' },
      headers: { 'idempotency-key': 'april' },
    });
  const answers = [await press(), await press()];
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  expect(answers[0]?.body).toEqual(answers[1]?.body);
});

test('who may close: owner, admin, manager and finance; a day set by hand is validated, and reopened', async () => {
  const { company, base, closing, client } = await kitchen();
  for (const role of ['owner', 'admin', 'manager', 'finance', 'buyer', 'staff', 'viewer'] as const) {
    const { client: somebody } = await site.member(company, role);
    const may = ['owner', 'admin', 'manager', 'finance'].includes(role);
    const put = await somebody.put(`${base}/closing`, { closed_until: '2026-01-31', policy: 'refuse' });
    expect([role, put.status, (await somebody.get(`${base}/closing`)).status]).toEqual([
      role,
      may ? 200 : 403,
      may ? 200 : 403,
    ]);
    expect([role, (await somebody.post(`${base}/close`, { month: '2026-01' })).status]).toEqual([
      role,
      may ? 409 : 403,
    ]);
  }
  for (const body of [
    {},
    { closed_until: '2026-02-30' },
    { policy: 'maybe' },
    { closed_until: '2026-01-31', more: 1 },
  ]) {
    expect((await client.put(`${base}/closing`, body)).status).toBe(400);
  }
  expect((await site.anonymous.put(`${base}/closing`, { closed_until: null })).status).toBe(401);
  const other = await site.company();
  expect((await client.put(`/api/v1/companies/${other.id}/closing`, { closed_until: null })).status).toBe(403);
  expect((await client.put(`${base}/closing`, { closed_until: null, reason: 'New zone' })).status).toBe(200);
  expect((await closing()).closed_until).toBeNull();
});
