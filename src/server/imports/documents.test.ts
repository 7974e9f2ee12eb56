/** Documents found and changed by hand, and warnings in the order in which a person would want them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DocumentDetails, FoundDocuments } from '#contract/documents.ts';
import { csv } from '#test/import-files.ts';
import { invoiceRow, invoices, orderRow, orders, purchaseKitchen, receiptRow, receipts } from '#test/purchase-rows.ts';
import { type ReportSite, startReportSite } from '#test/report-kitchen.ts';
import { correctByHand, linesByHandMax } from './by-hand.ts';

let site: ReportSite;
beforeAll(async () => {
  site = await startReportSite();
});
afterAll(() => site.close());

const kitchen = () => purchaseKitchen(site);

test('documents are found by any number, and taken back, brought back and corrected by hand with why', async () => {
  const { send, nets, rows, client, id } = await kitchen();
  await send(
    {
      ...orders(orderRow('PO-%1', 'A', 1, { item_code: 'RIB', units_per_order_unit: '40' }), orderRow('PO-%1', 'A', 2)),
      ...receipts(
        receiptRow('LS-7', 'PO-%1', 1, { document_number: 'INV_9' }),
        receiptRow('LS-7', 'PO-%1', 2, { document_number: 'INV_9' }),
      ),
      ...invoices(invoiceRow('INV_9', 1), invoiceRow('Lone', 1, { invoice_date: '2026-03-05' })),
    },
    '&receipts_move_stock=true',
  );
  const find = async (number: string) =>
    (
      await client.get<FoundDocuments>(`/api/v1/documents?company_id=${id}&number=${encodeURIComponent(number)}`)
    ).body.results.map((found) => found);
  const names = async (number: string) => (await find(number)).map((found) => `${found.type} ${found.number}`);
  expect(await names('po-%')).toEqual(['order PO-%1']);
  expect(await names('PO-_')).toEqual([]);
  expect((await names('inv_')).toSorted()).toEqual(['invoice INV_9', 'receipt LS-7']);
  const [receipt] = await find('LS-7');
  const path = (verb: string, type = 'receipt', of = receipt?.id) =>
    `/api/v1/documents/${type}/${of}${verb}?company_id=${id}`;
  const read = async () => (await client.get<DocumentDetails>(path(''))).body;
  const details = await read();
  expect(details.line_list.map(({ line_no, net_amount }) => [line_no, net_amount])).toEqual([
    [1, '50.00'],
    [2, '50.00'],
  ]);
  expect(details.related.map(({ type, number }) => [type, number])).toEqual([
    ['order', 'PO-%1'],
    ['invoice', 'INV_9'],
  ]);
  const [line] = details.line_list;
  const post = (verb: string, body: object, type?: string, of?: string) =>
    client.ask('POST', path(verb, type, of), { body });
  const corrected = await post('/correct', {
    reason: 'Wrongly typed',
    line_id: line?.id,
    values: { received_qty: '3' },
  });
  expect([corrected.status, corrected.body]).toMatchObject([200, { lines: 1 }]);
  expect(await nets()).toEqual([
    ['A', 'PO-%1', '75.00', 'EUR'],
    ['A', 'PO-%1', '50.00', 'EUR'],
    ['A', null, '50.00', 'EUR'],
  ]);
  expect(await rows('SELECT trim_scale(qty)::text AS qty FROM stock_movements WHERE company_id = $company')).toEqual([
    { qty: '120' },
  ]);
  expect((await post('/correct', { reason: 'x', line_id: line?.id, values: { received_qty: '-3' } })).status).toBe(422);
  expect((await post('/void', { reason: 'Never came', line_ids: [line?.id] })).status).toBe(200);
  expect((await nets()).length).toBe(2);
  expect((await read()).line_list[0]?.taken_back).toMatchObject({ reason: 'Never came' });
  expect((await read()).changes.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['void', 'Never came'],
    ['correction', 'Wrongly typed'],
  ]);
  // the order cannot go before what was received of it
  const order = (await find('PO-'))[0]?.id;
  expect((await post('/void', { reason: 'x' }, 'order', order)).status).toBe(422);
  // with the whole delivery gone, its invoice stands for it; that one is changed by its invoice
  expect((await post('/void', { reason: 'All of it' })).status).toBe(200);
  expect(await nets()).toEqual([
    ['A', null, '50.00', 'EUR'],
    ['A', null, '50.00', 'EUR'],
  ]);
  const standing = (await find('Lone')).find(({ type }) => type === 'receipt');
  expect((await post('/void', { reason: 'x' }, 'receipt', standing?.id)).status).toBe(409);
  expect((await post('/restore', { reason: 'It came' })).status).toBe(200);
  expect((await nets()).map(([, number, net]) => [number, net])).toEqual([
    ['PO-%1', '75.00'],
    ['PO-%1', '50.00'],
    [null, '50.00'],
  ]);
  const byHand = `SELECT count(*)::int AS n, count(user_id)::int AS people FROM audit_events
    WHERE company_id = $company AND action = 'import.completed' AND details ->> 'by_hand' = 'true' AND subject_type = 'import'`;
  expect(await rows(byHand)).toEqual([{ n: 4, people: 4 }]);
  expect((await post('/void', { reason: 'x' }, 'receipt', '0')).status).toBe(404);
  expect((await post('/void', { reason: '' })).status).toBe(400);
  const stranger = await site.member(await site.company(), 'manager');
  expect((await stranger.client.ask('POST', path('/void'), { body: { reason: 'x' } })).status).toBe(403);
});

test('what begins alike does not hide the number that was looked for', async () => {
  const { send, client, id } = await kitchen();
  const alike = Array.from({ length: 120 }, (_, n) => `N-1${n}`);
  await send({
    ...orders(...[...alike, 'N-1'].map((number) => orderRow(number, 'A', 1))),
    ...receipts(
      ...alike.map((number) => receiptRow(`${number}r`, number, 1, { document_number: `${number}d` })),
      receiptRow('N-1', 'N-1', 1, { document_number: 'n-1' }),
    ),
    ...invoices(...[...alike, 'N-1'].map((number) => invoiceRow(number, 1))),
  });
  await site.pool.pool.query('ANALYZE purchase_orders, receipts, invoices');
  const { results, more } = (await client.get<FoundDocuments>(`/api/v1/documents?company_id=${id}&number=n-1`)).body;
  const first = results.slice(0, 4).map(({ type, number }) => `${type} ${number}`);
  // the second receipt is what the invoice stands on, which names no order
  expect(first.toSorted()).toEqual(['invoice N-1', 'order N-1', 'receipt N-1', 'receipt N-1']);
  expect([results.length, more]).toEqual([50, true]);
});

test('a correction leaves what somebody else corrected between the look and the deed', async () => {
  const { send, rows, client, id } = await kitchen();
  await send({ ...orders(orderRow('P', 'A', 1)), ...receipts(receiptRow('R', 'P', 1)) });
  const [receipt] = (await client.get<FoundDocuments>(`/api/v1/documents?company_id=${id}&number=R`)).body.results;
  const path = `/api/v1/documents/receipt/${receipt?.id}?company_id=${id}`;
  const lineOf = async () => (await client.get<DocumentDetails>(path)).body.line_list[0];
  const line = await lineOf();
  const other = await site.pool.pool.connect();
  try {
    await other.query(`BEGIN; UPDATE receipt_lines SET note = 'φθαρμένο' WHERE id = ${line?.id}`);
    const corrected = correctByHand(
      {
        pool: site.pool,
        companyId: id,
        principal: { userId: null, name: 'operator', email: '', via: 'operator', credentialId: null },
        origin: { address: null, requestId: 'corrects', receivedAt: performance.now() },
        type: 'receipt',
        id: receipt?.id ?? '',
        lineIds: [line?.id ?? ''],
        reason: 'Counted again',
      },
      { received_qty: '5' },
    );
    const waits = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'mathership import'`;
    await expect.poll(async () => (await site.pool.pool.query(waits)).rows, { timeout: 10_000 }).toEqual([{ n: 1 }]);
    await other.query('COMMIT');
    expect((await corrected).files[0]).toMatchObject({ updated: 1 });
  } finally {
    other.release(true);
  }
  expect(await lineOf()).toMatchObject({ quantity: '5', note: 'φθαρμένο' });
  expect(await rows('SELECT count(*)::int AS n FROM receipt_lines WHERE company_id = $company')).toEqual([{ n: 1 }]);
});

test('what a person would stop at is said first, however many harmless warnings there are', async () => {
  const { send } = await kitchen();
  const harmless = Array.from({ length: 1500 }, (_, n) => orderRow('9', 'A', n + 1));
  const { warnings, warning_kinds, warning_count } = await send({
    'vendors.csv': csv([
      { code: 'SYSCO', name: 'MÃ¼ller' },
      { code: 'Sysco\u200b', name: 'Broken \ufffd' },
    ]),
    ...orders(orderRow('1', 'A', 1), orderRow('1', 'A', 2), orderRow('1', 'A', 3), ...harmless),
    'vendor_items.csv': csv(
      Array.from({ length: 1500 }, (_, n) => ({
        vendor_code: 'A',
        article_number: `N${n}`,
        name: 'x',
        order_unit: 'case',
      })),
    ),
    ...receipts(
      receiptRow('R', '1', 1, { net_amount: '500.00', received_at: '2062-03-02' }),
      receiptRow('R2', '1', 2, { net_amount: '-50.00' }),
      { ...receiptRow('R3', '1', 3), tax_amount: '51.00' },
    ),
  });
  expect(warning_kinds.map(({ kind, rank, count }) => [kind, rank, count])).toEqual([
    ['ten_times_price', 'grave', 1],
    ['opposite_sign', 'grave', 1],
    ['tax_above_net', 'grave', 1],
    ['far_day', 'grave', 1],
    ['near_twin', 'grave', 2],
    ['damaged_text', 'grave', 2],
    ['no_ingredient', 'harmless', 1501],
  ]);
  expect([warning_count, warnings.length]).toEqual([1509, 1000]);
  expect(warnings.slice(0, 8).map(({ kind }) => kind)).not.toContain('no_ingredient');
});

test('a document of very many lines is changed with a file, and says so', async () => {
  const { send, rows, client, id } = await kitchen();
  await send(orders(orderRow('PO-9', 'A', 1)));
  await rows(`INSERT INTO purchase_order_lines (company_id, purchase_order_id, line_no, line_type, description, order_unit, units_per_order_unit, ordered_qty, unit_price, tax_rate)
    SELECT l.company_id, purchase_order_id, n, line_type, description, order_unit, units_per_order_unit, ordered_qty, unit_price, tax_rate
    FROM purchase_order_lines l, generate_series(2, ${linesByHandMax + 1}) n WHERE l.company_id = $company`);
  const [order] = await rows('SELECT id FROM purchase_orders WHERE company_id = $company');
  const answer = await client.post<{ detail: string }>(
    `/api/v1/documents/order/${order?.['id']}/void?company_id=${id}`,
    { reason: 'x' },
  );
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining('more than 10,000 lines')]);
});
