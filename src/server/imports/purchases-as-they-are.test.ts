/** Two vendors with one number, what is asked for by name, rows taken back, prices by weight, and invoices beside deliveries. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csv } from '#test/import-files.ts';
import {
  byText,
  invoiceRow,
  invoices,
  orderRow,
  orders,
  purchaseKitchen,
  receiptRow,
  receipts,
} from '#test/purchase-rows.ts';
import { type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
beforeAll(async () => {
  site = await startReportSite();
});
afterAll(() => site.close());

const kitchen = () => purchaseKitchen(site);

test('a number that another vendor has is refused row by row, then an order of its own, and receipts must say whose', async () => {
  const { send, reasons, nets } = await kitchen();
  await send({ ...orders(orderRow('1', 'A', 1)), ...receipts(receiptRow('R', '1', 1)) });
  const other = orders(orderRow('1', 'B', 1, { unit_price: '900' }), orderRow('1', 'B', 2, { unit_price: '7' }));
  const refusal = '1 is an order of A. If B has an order of this number too, import with other_vendor=new_orders';
  expect(await reasons(other)).toEqual([
    [2, 'vendor_code', refusal],
    [3, 'vendor_code', refusal],
  ]);
  expect((await send(other, '&other_vendor=new_orders')).files?.[0]).toMatchObject({ created: 2, updated: 0 });
  expect(await nets()).toEqual([['A', '1', '50.00', 'EUR']]);
  expect(await reasons(receipts(receiptRow('R', '1', 1)))).toEqual([
    [2, 'vendor_code', '1 is an order of A and of B: say which in vendor_code'],
  ]);
  await send(receipts(receiptRow('R', '1', 1, { vendor_code: 'B' })));
  expect((await nets()).toSorted(byText)).toEqual([
    ['A', '1', '50.00', 'EUR'],
    ['B', '1', '1800', 'JPY'],
  ]);
  // known to both by now: nothing to ask
  expect((await send(other)).files?.[0]).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
});

test('currency and place of what was received change only when asked for by name, with the lines and money they move', async () => {
  const { send, reasons, nets, report } = await kitchen();
  await send({ ...orders(orderRow('1', 'A', 1)), ...receipts(receiptRow('R', '1', 1)) });
  const moved = orders(orderRow('1', 'A', 1, { delivery_location_code: 'M' }));
  expect(await reasons(moved)).toEqual([
    [
      2,
      'delivery_location_code',
      '1 was received elsewhere: 1 line, 50.00 EUR. To change that, import with change=order_location',
    ],
  ]);
  expect((await send(moved, '&change=order_location')).moved).toEqual([
    { change: 'order_location', lines: 1, totals: [{ currency: 'EUR', net_amount: '50.00' }] },
  ]);
  expect((await report('delivery_location')).groups.map(({ group }) => group)).toEqual(['Бар']);
  const dollars = orders({ ...orderRow('1', 'A', 1, { delivery_location_code: 'M' }), currency: 'USD' });
  expect(await reasons(dollars)).toEqual([
    [2, 'currency', '1 has receipts in EUR: 1 line, 50.00 EUR. To change that, import with change=order_currency'],
  ]);
  expect((await send(dollars, '&change=order_currency')).moved).toMatchObject([{ change: 'order_currency', lines: 1 }]);
  expect(await nets()).toEqual([['A', '1', '50.00', 'USD']]);
  expect(await reasons({ 'vendors.csv': csv([{ code: 'A', name: 'Same', currency: 'CHF' }]) })).toEqual([
    [2, 'currency', expect.stringContaining('A was invoiced in EUR: 1 line, 50.00 USD')],
  ]);
});

test('rows of one document that differ are refused whatever their order; another order is another document', async () => {
  const { send, reasons, rows } = await kitchen();
  await send(orders(orderRow('1', 'A', 1), orderRow('1', 'A', 2), orderRow('2', 'A', 1)));
  const [one, two] = [
    receiptRow('R', '1', 1, { posted_at: '2026-03-03', document_number: 'X' }),
    receiptRow('R', '1', 2, { posted_at: '2026-04-01', document_number: 'X' }),
  ];
  for (const given of [
    [one, two],
    [two, one],
  ])
    expect(await reasons(receipts(...given))).toMatchObject([
      [3, 'posted_at', expect.stringMatching(/ in row 2: a document has one$/)],
    ]);
  await send(receipts(one, { ...two, posted_at: '2026-03-03' }));
  await send(receipts(receiptRow('R', '2', 1, { received_at: '2026-03-20' })));
  expect(await rows('SELECT received_on, posted_on FROM receipts WHERE company_id = $company ORDER BY 1')).toEqual([
    { received_on: '2026-03-02', posted_on: '2026-03-03' },
    { received_on: '2026-03-20', posted_on: null },
  ]);
  expect(await reasons(receipts(receiptRow('R', '1', 1, { received_at: '2026-02-28' })))).toMatchObject([
    [2, 'received_at', expect.stringContaining('has other lines (2) that are not in this file')],
  ]);
});

test('what is taken back counts in no report, moves no stock, stays so when its file comes again, and comes back by name', async () => {
  const { send, reasons, nets, report, rows } = await kitchen();
  const order = orders(orderRow('1', 'A', 1, { item_code: 'RIB', units_per_order_unit: '40' }));
  const delivered = receipts(receiptRow('R', '1', 1));
  await send({ ...order, ...delivered }, '&receipts_move_stock=true');
  const stock = async () => (await report('inventory')).results.map(({ on_hand }) => on_hand);
  expect([await nets(), await stock()]).toEqual([[['A', '1', '50.00', 'EUR']], ['80']]);
  expect(await reasons(orders(orderRow('1', 'A', 1, { void: true })))).toMatchObject([
    [2, 'void', expect.stringContaining('1 line, 50.00 EUR')],
  ]);
  const key = {
    receipt_number: 'R',
    kind: 'receipt',
    po_number: '1',
    line_no: 1,
    received_at: null,
    received_qty: null,
    void: true,
  };
  expect((await send(receipts(key))).files?.[0]).toMatchObject({ created: 0, updated: 1 });
  for (const type of ['delivery_location', 'vendor', 'item', 'order_lines', 'price_changes', 'three_way'])
    expect([type, (await report(type)).total]).toEqual([type, 0]);
  expect((await stock()).filter((quantity) => quantity !== '0')).toEqual([]);
  expect((await report('inventory_movements')).total).toBe(0);
  const again = await send(delivered);
  expect([again.files?.[0], again.warnings.map(({ reason }) => reason)]).toMatchObject([
    { unchanged: 1 },
    [expect.stringMatching(/^receipt R of 1 line 1 was taken back on .* and stays so/)],
  ]);
  expect(await nets()).toEqual([]);
  await send(receipts(receiptRow('R', '1', 1, { void: false })));
  expect([await nets(), await stock()]).toEqual([[['A', '1', '50.00', 'EUR']], ['80']]);
  expect(
    await rows(
      `SELECT c.kind, c.user_id IS NOT NULL AS by FROM booked_changes c WHERE c.company_id = $company ORDER BY c.id`,
    ),
  ).toEqual([
    { kind: 'void', by: true },
    { kind: 'restore', by: true },
  ]);
  expect(await reasons(receipts({ ...key, line_no: 9 }))).toMatchObject([[2, 'line_no', '1 has only line 1']]);
});

test('a file of rows that are taken back has no other columns than their key; any other row in it is told what it lacks', async () => {
  const { send, reasons, nets } = await kitchen();
  await send({
    ...orders(orderRow('1', 'A', 1), orderRow('1', 'A', 2)),
    ...receipts(receiptRow('R', '1', 1), receiptRow('R', '1', 2)),
  });
  const key = { receipt_number: 'R', kind: 'receipt', po_number: '1', line_no: 1 };
  expect(await reasons(receipts({ ...key, void: true }, { ...key, line_no: 2, void: null }))).toEqual([
    [3, 'received_at', 'Required'],
    [3, 'received_qty', 'Required'],
  ]);
  expect((await send(receipts({ ...key, void: true }))).files?.[0]).toMatchObject({ created: 0, updated: 1 });
  expect(await nets()).toEqual([['A', '1', '50.00', 'EUR']]);
  expect(await reasons(receipts({ receipt_number: 'R', kind: 'receipt', line_no: 1, void: true }))).toMatchObject([
    [1, 'po_number', 'This column is required and missing'],
    [1, 'received_at', expect.anything()],
    [1, 'received_qty', expect.anything()],
  ]);
  expect((await send(orders({ po_number: '1', vendor_code: 'A', line_no: 1, void: true }))).files?.[0]).toMatchObject({
    updated: 1,
  });
});

test('a case priced by weight: both quantities, the price per pound, base units by what was weighed', async () => {
  const { send, report } = await kitchen();
  const priced = { item_code: 'RIB', units_per_order_unit: '40', price_unit: 'lb', unit_price: '8.50' };
  await send({
    ...orders(orderRow('1', 'A', 1, priced), orderRow('2', 'A', 1, priced)),
    ...receipts(
      receiptRow('R1', '1', 1, { price_quantity: '81.3' }),
      receiptRow('R2', '2', 1, { received_at: '2026-03-09', received_qty: 1, price_quantity: '38.2', unit_price: '9' }),
    ),
  });
  const lines = (await report('order_lines')).results;
  expect(
    lines.map((row) =>
      ['accepted', 'unit', 'price_quantity', 'price_unit', 'unit_price', 'base_quantity', 'net'].map((key) => row[key]),
    ),
  ).toEqual([
    ['2', 'case', '81.3', 'lb', '8.50', '81.3', '691.05'],
    ['1', 'case', '38.2', 'lb', '9.00', '38.2', '343.80'],
  ]);
  expect(
    (await report('delivery_location')).results.map(({ unit_price, total_price }) => [unit_price, total_price]),
  ).toEqual([
    ['345.525', '691.05'],
    ['343.80', '343.80'],
  ]);
  const [item] = (await report('item')).results;
  expect([item?.['quantity'], item?.['lowest_price'], item?.['highest_price']]).toEqual(['119.5', '8.50', '9.00']);
  const [change] = (await report('price_changes')).results;
  expect([change?.['unit'], change?.['first_price'], change?.['last_price'], change?.['quantity']]).toEqual([
    'lb',
    '8.50',
    '9.00',
    '119.5',
  ]);
});

test('lines of an order have days and places of their own', async () => {
  const { send, report } = await kitchen();
  await send({
    ...orders(
      { ...orderRow('1', 'A', 1), expected_on: '2026-03-01' },
      {
        ...orderRow('1', 'A', 2, { line_expected_on: '2026-03-05', line_delivery_location_code: 'M' }),
        expected_on: '2026-03-01',
      },
    ),
    ...receipts(receiptRow('R', '1', 1), receiptRow('R', '1', 2)),
  });
  expect((await report('receiving_variance')).results.map(({ location, days_late }) => [location, days_late])).toEqual([
    ['Küche', '1'],
    ['Бар', '-3'],
  ]);
  expect((await report('delivery_location')).groups.map(({ group }) => group)).toEqual(['Küche', 'Бар']);
});

test('ordered, received and invoiced side by side, with what the differences cost; an invoice alone stands for its delivery', async () => {
  const { send, report, nets } = await kitchen();
  await send({
    ...orders(orderRow('1', 'A', 1, { description: 'Thing' }), orderRow('1', 'A', 2, { description: 'Other' })),
    ...receipts(receiptRow('R', '1', 1, { document_number: 'I1' }), receiptRow('R', '1', 2, { document_number: 'I1' })),
    ...invoices(
      invoiceRow('I1', 1, { quantity: 3, unit_price: '26' }),
      invoiceRow('I1', 2, { description: 'Never came', quantity: 1, unit_price: '4' }),
      invoiceRow('I2', 1, {
        quantity: 1,
        unit_price: '11.90',
        prices_include_tax: true,
        tax_rate: '0.19',
        description: 'Alone',
      }),
    ),
  });
  const states = (await report('three_way')).results.map((row) =>
    [
      'product',
      'ordered',
      'received',
      'invoiced',
      'invoiced_less_received',
      'of_it_quantity',
      'of_it_price',
      'state',
    ].map((key) => row[key]),
  );
  expect(states.toSorted(byText)).toEqual([
    ['Alone', null, '1', '1', '0.00', '0.00', '0.00', 'invoice_only'],
    ['Never came', null, null, '1', '4.00', '4.00', '0.00', 'not_received'],
    ['Other', '2', '2', null, '-50.00', '-50.00', '0.00', 'not_invoiced'],
    ['Thing', '2', '2', '3', '28.00', '25.00', '3.00', 'quantity'],
  ]);
  expect((await nets()).map(([, order, net]) => [order, net])).toEqual([
    ['1', '50.00'],
    ['1', '50.00'],
    [null, '10.00'],
  ]);
  // the delivery behind it is booked after all: counted once
  await send({
    ...orders(orderRow('7', 'A', 1)),
    ...receipts(receiptRow('R7', '7', 1, { received_qty: 1, net_amount: '10.00', document_number: 'I2' })),
  });
  expect((await nets()).map(([, order, net]) => [order, net])).toEqual([
    ['1', '50.00'],
    ['1', '50.00'],
    ['7', '10.00'],
  ]);
});
