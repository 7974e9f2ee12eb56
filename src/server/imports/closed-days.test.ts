/** Closed days: no kind of write changes one, wherever it comes from; what is posted later is booked later; and why is kept. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closingRoutes } from '#server/close/routes.ts';
import { importRoutes } from '#server/imports/routes.ts';
import type { Client } from '#test/http.ts';
import { startTestApp, type TestApp } from '#test/http.ts';
import { csv, type CsvFiles, type CsvRow, importFiles } from '#test/import-files.ts';
import { invoiceRow, invoices, orderRow, orders, places, receiptRow, receipts } from '#test/purchase-rows.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp((app, { pool }) => {
    closingRoutes(app, { pool });
    importRoutes(app, { pool });
  });
});
afterAll(() => site.close());

const stock = { 'stock_movements.csv': csv([movement('M1')]), 'stock_counts.csv': csv([count('C1')]) };
function movement(movement_id: string, more: CsvRow = {}): CsvRow {
  const row = {
    storage_unit_code: 'S',
    item_code: 'RIB',
    kind: 'ISSUE',
    occurred_at: '2026-03-05',
    qty: -1,
    unit: 'lb',
  };
  return { movement_id, ...row, void: null, ...more };
}
function count(count_ref: string, more: CsvRow = {}): CsvRow {
  return {
    count_ref,
    storage_unit_code: 'S',
    item_code: 'RIB',
    counted_at: '2026-03-20',
    counted_qty: 4,
    unit: 'lb',
    void: null,
    ...more,
  };
}
const item = { item_code: 'RIB', units_per_order_unit: 10 };

/** March 2026 booked, every kind of it, and closed. */
async function closedMarch(policy = 'refuse') {
  const company = await site.company({ timeZone: 'Europe/Berlin' });
  const { client } = await site.member(company, 'manager');
  const send = async (files: CsvFiles, query = '') => importFiles(client, company.id, files, query);
  const march: CsvFiles = {
    ...places,
    ...orders(orderRow('1', 'A', 1, item), orderRow('1', 'A', 2, item), orderRow('2', 'A', 1, item)),
    ...receipts(
      receiptRow('R1', '1', 1),
      receiptRow('R2', '2', 1, { received_at: '2026-03-30', posted_at: '2026-04-02' }),
    ),
    ...invoices(invoiceRow('I1', 1, { quantity: 7 })),
    ...stock,
  };
  expect((await send(march, '&receipts_move_stock=true')).body).toMatchObject({ dry_run: false });
  expect(
    (await client.put(`/api/v1/companies/${company.id}/closing`, { closed_until: '2026-03-31', policy })).status,
  ).toBe(200);
  const rows = async (select: string): Promise<Record<string, string>[]> =>
    (await site.pool.pool.query(select.replaceAll('$company', company.id))).rows as Record<string, string>[];
  return { company, client, send, march, rows };
}

const everything = `SELECT md5(string_agg(x, ';' ORDER BY x)) AS all FROM (
  SELECT to_jsonb(t)::text AS x FROM receipt_lines t WHERE company_id = $company UNION ALL SELECT to_jsonb(t)::text FROM receipts t WHERE company_id = $company
  UNION ALL SELECT to_jsonb(t)::text FROM stock_movements t WHERE company_id = $company UNION ALL SELECT to_jsonb(t)::text FROM stock_counts t WHERE company_id = $company
  UNION ALL SELECT to_jsonb(t)::text FROM invoices t WHERE company_id = $company UNION ALL SELECT to_jsonb(t)::text FROM invoice_lines t WHERE company_id = $company) all_rows`;

test('each kind of row that would change a closed day is refused with its file, row and day, in a dry run as well; nothing stays', async () => {
  const { send, rows, march } = await closedMarch();
  const before = await rows(everything);
  type Named = [file: string, row: number, day: string];
  const refusals: [what: string, files: CsvFiles, named: Named[], query?: string][] = [
    [
      'new rows, beside those of open days, and others than they were',
      {
        ...receipts(
          receiptRow('R9', '1', 2),
          receiptRow('R8', '1', 2, { received_at: '2026-04-01' }),
          receiptRow('R1', '1', 1, { unit_price: '26' }),
          receiptRow('R7', '2', 1, { received_at: '2026-03-31T23:30:00+02:00' }),
        ),
        ...invoices(
          invoiceRow('I2', 1),
          invoiceRow('I1', 1, { quantity: 8 }),
          invoiceRow('I3', 1, { posted_on: '2026-04-01' }),
        ),
        'stock_movements.csv': csv([
          movement('M2'),
          movement('M3', { occurred_at: '2026-04-01' }),
          movement('M1', { qty: -2 }),
        ]),
        'stock_counts.csv': csv([count('C2', { counted_qty: 3 }), count('C1', { counted_qty: 5 })]),
      },
      [
        ['receipts.csv', 2, '2026-03-02'],
        ['receipts.csv', 4, '2026-03-02'],
        ['receipts.csv', 5, '2026-03-31'],
        ['invoices.csv', 2, '2026-03-04'],
        ['invoices.csv', 3, '2026-03-04'],
        ['stock_movements.csv', 2, '2026-03-05'],
        ['stock_movements.csv', 4, '2026-03-05'],
        ['stock_counts.csv', 2, '2026-03-20'],
        ['stock_counts.csv', 3, '2026-03-20'],
      ],
    ],
    [
      'rows taken back',
      {
        ...receipts(receiptRow('R1', '1', 1, { void: true })),
        ...invoices(invoiceRow('I1', 1, { void: true })),
        'stock_movements.csv': csv([movement('M1', { void: true })]),
        'stock_counts.csv': csv([count('C1', { void: true })]),
      },
      [
        ['receipts.csv', 2, '2026-03-02'],
        ['invoices.csv', 2, '2026-03-04'],
        ['stock_movements.csv', 2, '2026-03-05'],
        ['stock_counts.csv', 2, '2026-03-20'],
      ],
    ],
    [
      'rows moved out, and one whose posting day moves in',
      {
        ...receipts(
          receiptRow('R1', '1', 1, { received_at: '2026-04-09' }),
          receiptRow('R2', '2', 1, { received_at: '2026-03-30', posted_at: '2026-03-31' }),
        ),
        'stock_movements.csv': csv([movement('M1', { occurred_at: '2026-04-05' })]),
      },
      [
        ['receipts.csv', 2, '2026-03-02'],
        ['receipts.csv', 3, '2026-03-31'],
        ['stock_movements.csv', 2, '2026-03-05'],
      ],
    ],
    [
      'an order moved with what was received',
      orders(...[1, 2].map((line) => orderRow('1', 'A', line, { ...item, delivery_location_code: 'M' }))),
      [['purchase_orders.csv', 2, '2026-03-02']],
      '&change=order_location',
    ],
    [
      'stock of a delivery that was posted later',
      receipts(receiptRow('R2', '2', 1, { received_at: '2026-03-30', posted_at: '2026-04-02', received_qty: 3 })),
      [['receipts.csv', 2, '2026-03-30']],
    ],
  ];
  for (const [index, [what, files, named, query = '']] of refusals.entries()) {
    // most in a dry run, which must say the same as the import itself
    for (const dry of index === 0 ? ['', '&dry_run=true'] : [index % 2 === 0 ? '' : '&dry_run=true']) {
      const { status, body } = await send(files, query + dry);
      const errors = body.errors as unknown as { file: string; row: number; day: string }[] | undefined;
      const found = errors?.map(({ file, row, day }) => [file, row, day]);
      expect([what, dry, status, body.code, found]).toEqual([what, dry, 409, 'period_closed', named]);
      expect(body).toMatchObject({ closed_until: '2026-03-31', policy: 'refuse', error_count: named.length });
      const [file, row, day] = named[0] ?? [];
      expect(body.detail).toContain(`${file} row ${row}, ${day}`);
    }
  }
  // the same again changes nothing, and open days are open
  expect((await send(march, '&receipts_move_stock=true')).status).toBe(200);
  expect(await rows(everything)).toEqual(before);
  const open = {
    'vendors.csv': csv([{ code: 'A', name: 'Other' }]),
    'stock_movements.csv': csv([movement('M3', { occurred_at: '2026-04-01' })]),
  };
  expect((await send(open)).status).toBe(200);
});

test('a late document is posted in the open period: its delivery day stays, its stock moves when it is posted, also after the next close', async () => {
  const { send, rows, client, company } = await closedMarch();
  const late = receipts(
    receiptRow('R9', '1', 2, { received_at: '2026-03-29T09:00:00+02:00', posted_at: '2026-04-07' }),
  );
  expect((await send(late, '&receipts_move_stock=true')).status).toBe(200);
  const moved = `SELECT l.received_on, d.posted_on, m.occurred_on, m.occurred_at FROM receipt_lines l JOIN receipts d ON d.id = l.receipt_id
    JOIN stock_movements m ON m.movement_ref = 'derived:receipt:' || l.id WHERE l.company_id = $company ORDER BY d.receipt_number, m.occurred_on`;
  const days = [
    { received_on: '2026-03-02', posted_on: null, occurred_on: '2026-03-02' },
    { received_on: '2026-03-30', posted_on: '2026-04-02', occurred_on: '2026-03-30' },
    { received_on: '2026-03-29', posted_on: '2026-04-07', occurred_on: '2026-04-07', occurred_at: null },
  ];
  expect(await rows(moved)).toMatchObject(days);
  const next = await client.put(`/api/v1/companies/${company.id}/closing`, { closed_until: '2026-04-30' });
  expect(next.status).toBe(200);
  expect((await send(late, '&receipts_move_stock=true')).status).toBe(200);
  expect(await rows(moved)).toMatchObject(days);
});

test('with policy reason a reason lets it through, and is kept with who, how many rows and which days', async () => {
  const { send, rows, client, company } = await closedMarch('reason');
  const files = receipts(receiptRow('R9', '1', 2), receiptRow('R8', '2', 1, { received_at: '2026-03-10' }));
  const refused = await send(files);
  expect([refused.status, refused.body.code, (refused.body as unknown as { policy: string }).policy]).toEqual([
    409,
    'period_closed',
    'reason',
  ]);
  const why = 'Note found behind the till';
  const { status, body } = await send(files, `&reason=${encodeURIComponent(why)}`);
  expect(status).toBe(200);
  expect(body.warning_kinds[0]).toMatchObject({ kind: 'closed_day', rank: 'grave', count: 2 });
  const { body: kept } = await client.get<{ total: number; results: object[] }>(
    `/api/v1/companies/${company.id}/closing/writes`,
  );
  expect(kept).toMatchObject({
    total: 1,
    results: [{ reason: why, rows: 2, date_from: '2026-03-02', date_to: '2026-03-10', closed_until: '2026-03-31' }],
  });
  expect(
    await rows(
      `SELECT details -> 'closed_days' ->> 'reason' AS why FROM audit_events WHERE company_id = $company AND action = 'import.completed' AND details ? 'closed_days'`,
    ),
  ).toEqual([{ why }]);
});

test('undoing what was booked on days that were closed since is refused by its day, and let through with a reason', async () => {
  const { client, company, rows } = await closedMarch();
  const base = `/api/v1/companies/${company.id}/data-versions`;
  const {
    body: { results },
  } = await client.get<{ results: { version: number; lines: number }[] }>(base);
  const last = results.find(({ lines }) => lines > 0)?.version ?? 0;
  const before = await rows('SELECT count(*)::int AS n FROM receipt_lines WHERE company_id = $company');
  const refused = await client.post<{ code: string; errors: { message: string }[] }>(`${base}/${last}/undo`);
  expect([refused.status, refused.body.code]).toEqual([409, 'period_closed']);
  expect(refused.body.errors[0]?.message).toMatch(/^2026-03-\d\d is closed$/);
  expect((await client.post(`${base}/${last}/undo?reason=Booked%20twice`)).status).toBe(409);
  expect(await rows('SELECT count(*)::int AS n FROM receipt_lines WHERE company_id = $company')).toEqual(before);
  await client.put(`/api/v1/companies/${company.id}/closing`, { policy: 'reason' });
  expect((await client.post(`${base}/${last}/undo`)).status).toBe(409);
  expect((await client.post(`${base}/${last}/undo?reason=Booked%20twice`)).status).toBe(201);
  expect(await rows('SELECT reason FROM closed_writes WHERE company_id = $company')).toEqual([
    { reason: 'Booked twice' },
  ]);
});

test('by hand as by file: taking back, bringing back and correcting closed lines is refused, and let through with a reason of its own', async () => {
  const { client, company, rows } = await closedMarch();
  const [line] = await rows(
    `SELECT l.id, l.receipt_id FROM receipt_lines l JOIN receipts d ON d.id = l.receipt_id WHERE l.company_id = $company AND d.receipt_number = 'R1'`,
  );
  const [stocked] = await rows(
    `SELECT m.id AS movement, c.id AS count FROM stock_movements m, stock_counts c WHERE m.company_id = $company AND m.movement_ref = 'M1' AND c.company_id = $company`,
  );
  const verbs: [string, object][] = [
    [`receipt/${line?.['receipt_id']}/void`, { reason: 'Wrong' }],
    [
      `receipt/${line?.['receipt_id']}/correct`,
      { reason: 'Wrong', line_id: line?.['id'], values: { received_qty: '1' } },
    ],
    [`stock_movement/${stocked?.['movement']}/void`, { reason: 'Wrong' }],
    [`stock_count/${stocked?.['count']}/void`, { reason: 'Wrong' }],
  ];
  const ask = async (client_: Client, query: string): Promise<unknown[]> => {
    const statuses: unknown[] = [];
    for (const [path, body] of verbs) {
      const answer = await client_.post<{ code?: string }>(
        `/api/v1/documents/${path}?company_id=${company.id}${query}`,
        body,
      );
      statuses.push(answer.body.code ?? answer.status);
    }
    return statuses;
  };
  const closed = verbs.map(() => 'period_closed');
  expect(await ask(client, '&reason=Found')).toEqual(closed);
  await client.put(`/api/v1/companies/${company.id}/closing`, { policy: 'reason' });
  expect(await ask(client, '')).toEqual(closed);
  verbs.splice(0, 1);
  expect(await ask(client, '&reason=Found')).toEqual([200, 200, 200]);
});

test('a writer that asks nobody is refused by the database itself, bulk loads without row-by-row checks too', async () => {
  const { rows } = await closedMarch();
  const statements = [
    `UPDATE receipt_lines SET net_amount = net_amount + 0.01 WHERE company_id = $company AND received_on = '2026-03-02'`,
    `DELETE FROM stock_movements WHERE company_id = $company AND movement_ref = 'M1'`,
    `UPDATE stock_counts SET counted_qty = 9 WHERE company_id = $company`,
    `UPDATE invoice_lines SET quantity = 9 WHERE company_id = $company`,
    `UPDATE receipts SET posted_on = '2026-04-09' WHERE company_id = $company AND receipt_number = 'R1'`,
    `BEGIN; SET LOCAL session_replication_role = 'replica'; UPDATE stock_movements SET qty = -2 WHERE company_id = $company AND movement_ref = 'M1'; COMMIT`,
  ];
  for (const statement of statements) {
    const outcome = await rows(statement).then(
      () => 'written',
      (error: { code: string }) => error.code,
    );
    expect([statement, outcome]).toEqual([statement, 'MC001']);
    await rows('ROLLBACK');
  }
  await rows(`UPDATE receipt_lines SET invoice_number = 'LATER' WHERE company_id = $company`);
});
