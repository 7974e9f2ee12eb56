import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#test/http.ts';
import { type CsvFiles, csv, type CsvRow, importFiles } from '#test/import-files.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
});
afterAll(() => app.close());

const lines = (...rows: string[]): string => `${rows.join('\n')}\n`;
const base: CsvFiles = {
  'storage_units.csv': lines('code,name', 'COLD,Cold store', 'DRY,Dry store'),
  'delivery_locations.csv': lines('code,name,storage_unit_code', 'L,Kitchen,COLD', 'N,Nowhere,'),
  'vendors.csv': lines('code,name', 'A,Vendor A'),
  'items.csv': lines('code,name,base_unit,standard_cost', 'T,Tomatoes,kg,', 'U,Onions,kg,0.95'),
};
const movements = (...rows: string[]): string =>
  lines('movement_id,storage_unit_code,item_code,kind,occurred_at,qty,unit,unit_cost', ...rows);
const stockCounts = (...rows: string[]): string =>
  lines('count_ref,storage_unit_code,item_code,counted_at,counted_qty,unit,unit_cost', ...rows);

async function freshCompany(values: Parameters<TestApp['company']>[0] = {}) {
  const company = await app.company(values);
  const person = await app.member(company, 'manager');
  const rows = async (select: string): Promise<Record<string, unknown>[]> =>
    (await app.pool.pool.query(select.replaceAll('$company', company.id))).rows;
  return {
    send: async (files: CsvFiles, query = '') => {
      const answer = await importFiles(person.client, company.id, files, query);
      expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
      return Object.fromEntries(
        answer.body.files.map(({ kind, created, updated, unchanged }) => [kind, [created, updated, unchanged]]),
      );
    },
    send422: (files: CsvFiles) => importFiles(person.client, company.id, files),
    warnings: async (files: CsvFiles, query = '') =>
      (await importFiles(person.client, company.id, files, query)).body.warnings.map(({ row, reason }) => [
        row,
        reason,
      ]),
    rows,
    /** Every movement, without ids, in the order of the ledger. */
    ledger: () =>
      rows(`SELECT u.code AS unit, i.code AS item, m.kind, m.occurred_on AS day, trim_scale(m.qty)::text AS qty,
          trim_scale(m.unit_cost)::text AS cost, trim_scale(m.value)::text AS value, m.source_type AS source
        FROM stock_movements m JOIN storage_units u ON u.id = m.storage_unit_id JOIN items i ON i.id = m.item_id
        WHERE m.company_id = $company
        ORDER BY u.code, i.code, m.occurred_on, m.occurred_at, m.kind, m.qty, m.source_ref`),
    books: () =>
      rows(`SELECT c.count_ref AS ref, trim_scale(c.book_qty)::text AS book, trim_scale(c.counted_qty)::text AS counted,
          trim_scale(c.unit_cost)::text AS cost
        FROM stock_counts c WHERE c.company_id = $company ORDER BY 1, c.storage_unit_id, c.item_id`),
  };
}

test('a count sets the stock at its instant; a count with a day alone at the end of that day', async () => {
  const { send, ledger, books } = await freshCompany();
  const files = {
    ...base,
    'stock_movements.csv': movements(
      'M1,COLD,T,RECEIPT,2026-09-01T08:00:00+02:00,30,kg,2',
      'M2,COLD,T,ISSUE,2026-09-01T20:00:00+02:00,-5,kg,',
      // at the very instant of the count: after it
      'M3,COLD,T,ISSUE,2026-09-02T10:00:00+02:00,-4,kg,',
      'M4,COLD,T,WASTE,2026-09-03,-1,kg,',
      'M5,COLD,T,ISSUE,2026-09-03T23:59:59+02:00,-2,kg,',
    ),
    'stock_counts.csv': stockCounts('C1,COLD,T,2026-09-02T08:00:00Z,24,kg,', 'C2,COLD,T,2026-09-03,18,kg,'),
  };
  expect(await send(files)).toMatchObject({ stock_movements: [5, 0, 0], stock_counts: [2, 0, 0] });
  expect(await books()).toEqual([
    { ref: 'C1', book: '25', counted: '24', cost: '2' },
    { ref: 'C2', book: '17', counted: '18', cost: '2' },
  ]);
  expect((await ledger()).map(({ kind, qty, value, source }) => [kind, qty, value, source])).toEqual([
    ['RECEIPT', '30', '60', null],
    ['ISSUE', '-5', '-10', null],
    ['ADJUSTMENT', '-1', '-2', 'count'],
    ['ISSUE', '-4', '-8', null],
    ['ISSUE', '-2', '-4', null],
    ['ADJUSTMENT', '1', '2', 'count'],
    ['WASTE', '-1', '-2', null],
  ]);
  const before = await ledger();
  expect(await send(files)).toMatchObject({ stock_movements: [0, 0, 5], stock_counts: [0, 0, 2] });
  expect(await ledger()).toEqual(before);
});

test('movements that come later change what an earlier count had in its books', async () => {
  const { send, books, ledger } = await freshCompany();
  await send({
    ...base,
    'stock_counts.csv': stockCounts('C1,COLD,T,2026-09-02,24,kg,', 'C2,COLD,T,2026-09-09,20,kg,'),
  });
  expect(await books()).toMatchObject([
    { book: '0', cost: '0' },
    { book: '24', cost: '0' },
  ]);
  expect(
    await send({
      'stock_movements.csv': movements('M1,COLD,T,RECEIPT,2026-09-01,30,kg,2', 'M2,COLD,T,ISSUE,2026-09-05,-3,kg,'),
    }),
  ).toEqual({ stock_movements: [2, 0, 0] });
  expect(await books()).toMatchObject([
    { book: '30', cost: '2' },
    { book: '21', cost: '2' },
  ]);
  expect((await ledger()).map(({ kind, qty, value }) => [kind, qty, value])).toEqual([
    ['RECEIPT', '30', '60'],
    ['ADJUSTMENT', '-6', '-12'],
    ['ISSUE', '-3', '-6'],
    ['ADJUSTMENT', '-1', '-2'],
  ]);
  // a corrected movement moves the books again, and a corrected count its own difference
  expect(await send({ 'stock_movements.csv': movements('M2,COLD,T,ISSUE,2026-09-05,-4,kg,') })).toEqual({
    stock_movements: [0, 1, 0],
  });
  expect(await books()).toMatchObject([{ book: '30' }, { book: '20' }]);
  expect(await send({ 'stock_counts.csv': stockCounts('C1,COLD,T,2026-09-02,28,kg,') })).toEqual({
    stock_counts: [0, 1, 0],
  });
  expect(await books()).toMatchObject([{ book: '30' }, { book: '24' }]);
});

test('the moving average: receipts change it, issues use it, returns leave at their cost, standard cost before all', async () => {
  const { send, ledger } = await freshCompany();
  await send({
    ...base,
    'stock_movements.csv': movements(
      'M0,DRY,U,ISSUE,2026-08-31,-1,kg,',
      'M1,COLD,T,RECEIPT,2026-09-01,10,kg,2',
      'M2,COLD,T,RECEIPT,2026-09-02,30,kg,4',
      'M3,COLD,T,ISSUE,2026-09-03,-20,kg,',
      'M4,COLD,T,RECEIPT,2026-09-04,-10,kg,4',
      'M5,COLD,T,ISSUE,2026-09-05,-1,kg,',
      'M6,COLD,T,TRANSFER_OUT,2026-09-06,-1,kg,9',
      'M7,COLD,T,ISSUE,2026-09-07,-1,kg,',
      'M8,DRY,T,TRANSFER_IN,2026-09-06,1,kg,',
    ),
  });
  expect((await ledger()).map(({ unit, kind, qty, cost, value }) => [unit, kind, qty, cost, value])).toEqual([
    ['COLD', 'RECEIPT', '10', '2', '20'],
    ['COLD', 'RECEIPT', '30', '4', '120'],
    ['COLD', 'ISSUE', '-20', '3.5', '-70'],
    ['COLD', 'RECEIPT', '-10', '4', '-40'],
    // 20 at 3.50 less 10 at 4.00 leaves 10 worth 30.00
    ['COLD', 'ISSUE', '-1', '3', '-3'],
    ['COLD', 'TRANSFER_OUT', '-1', '9', '-9'],
    ['COLD', 'ISSUE', '-1', '3', '-3'],
    ['DRY', 'TRANSFER_IN', '1', '0', '0'],
    ['DRY', 'ISSUE', '-1', '0.95', '-0.95'],
  ]);
});

test('in whatever pieces and order a ledger is imported, it ends the same', async () => {
  let state = 11;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const when = (): string => {
    const day = `2026-09-${String(1 + below(20)).padStart(2, '0')}`;
    return below(2) === 0
      ? day
      : `${day}T${String(below(24)).padStart(2, '0')}:${String(below(60)).padStart(2, '0')}:${String(below(60)).padStart(2, '0')}Z`;
  };
  const moved: CsvRow[] = Array.from({ length: 160 }, (_, n) => {
    const kind = ['RECEIPT', 'ISSUE', 'ISSUE', 'WASTE', 'TRANSFER_IN', 'TRANSFER_OUT', 'ADJUSTMENT'][
      below(7)
    ] as string;
    const sign = kind === 'RECEIPT' || kind === 'TRANSFER_IN' || (kind === 'ADJUSTMENT' && below(2) === 0) ? 1 : -1;
    return {
      // refs of rows on the same day sort as the rows were first made
      movement_id: `M${n}`,
      storage_unit_code: ['COLD', 'DRY'][below(2)],
      item_code: ['T', 'U'][below(2)],
      kind,
      occurred_at: when(),
      qty: (sign * (1 + below(40_000))) / 1000,
      unit: 'kg',
      unit_cost: kind === 'RECEIPT' || below(6) === 0 ? (1 + below(9000)) / 1000 : '',
    };
  }).map((row, n) =>
    row.occurred_at.length === 10
      ? { ...row, occurred_at: `${row.occurred_at}T12:00:00.${String(n).padStart(3, '0')}Z` }
      : row,
  );
  const counted: CsvRow[] = Array.from({ length: 24 }, (_, n) => ({
    count_ref: `C${n}`,
    storage_unit_code: ['COLD', 'DRY'][n % 2],
    item_code: ['T', 'U'][below(2)],
    counted_at:
      n % 3 === 0
        ? `2026-09-${String(1 + n).padStart(2, '0')}`
        : when()
            .slice(0, 10)
            .concat(`T06:${String(n).padStart(2, '0')}:00Z`),
    counted_qty: below(60_000) / 1000,
    unit: 'kg',
    unit_cost: n % 4 === 0 ? (1 + below(9000)) / 1000 : '',
  }));

  const whole = await freshCompany();
  await whole.send({ ...base, 'stock_movements.csv': csv(moved), 'stock_counts.csv': csv(counted) });
  const [ledger, books] = [await whole.ledger(), await whole.books()];
  expect(ledger.filter(({ source }) => source === 'count')).toHaveLength(counted.length);

  const pieces = await freshCompany();
  await pieces.send(base);
  for (let from = 0; from < counted.length; from += 8) {
    await pieces.send({ 'stock_counts.csv': csv(counted.toReversed().slice(from, from + 8)) });
  }
  for (let from = 0; from < moved.length; from += 40) {
    await pieces.send({ 'stock_movements.csv': csv(moved.toReversed().slice(from, from + 40)) });
  }
  expect(await pieces.books()).toEqual(books);
  expect(await pieces.ledger()).toEqual(ledger);

  // and a count leaves exactly what was found
  const { rows } = whole;
  const [wrong] = await rows(
    `SELECT count(*)::int AS n FROM stock_counts c WHERE c.company_id = $company AND c.counted_at IS NULL AND c.counted_qty <> (
       SELECT sum(m.qty) FROM stock_movements m WHERE m.company_id = c.company_id AND m.storage_unit_id = c.storage_unit_id
         AND m.item_id = c.item_id AND m.occurred_on <= c.counted_on)
     AND NOT EXISTS (SELECT FROM stock_counts o WHERE o.storage_unit_id = c.storage_unit_id AND o.item_id = c.item_id
       AND o.counted_on = c.counted_on AND o.id <> c.id)`,
  );
  expect(wrong).toEqual({ n: 0 });
});

const orders = lines(
  'po_number,vendor_code,delivery_location_code,status,line_no,line_type,item_code,description,order_unit,units_per_order_unit,ordered_qty,unit_price,currency',
  'P1,A,L,received,1,item,T,Tomatoes,box,6,10,12,EUR',
  'P1,A,L,received,2,freight,,Freight,once,1,1,5,EUR',
  'P1,A,L,received,3,item,,Not mapped,box,1,1,5,EUR',
  'P2,A,N,received,1,item,T,Tomatoes,box,6,10,12,EUR',
  'P3,A,L,received,1,item,T,Tomatoes,box,6,10,12,USD',
);
const receipts = (...rows: string[]): string =>
  lines(
    'receipt_number,kind,po_number,line_no,received_at,received_qty,rejected_qty,net_amount,storage_unit_code',
    ...rows,
  );

test('receipts move stock only when asked, at their net cost per base unit, and then stay in step', async () => {
  const { send, ledger, warnings } = await freshCompany();
  const delivered = receipts(
    'R1,receipt,P1,1,2026-09-02,10,1,,',
    'R1,receipt,P1,2,2026-09-02,1,,,',
    'R1,receipt,P1,3,2026-09-02,1,,,',
    'R2,return,P1,1,2026-09-03,-2,,,',
    'R3,credit,P1,1,2026-09-04,0,,-6.00,',
    'R4,receipt,P2,1,2026-09-05,1,,,',
    'R5,receipt,P2,1,2026-09-05,1,,,DRY',
    'R6,receipt,P3,1,2026-09-06,1,,,',
  );
  await send({ ...base, 'purchase_orders.csv': orders, 'receipts.csv': delivered });
  expect(await ledger()).toEqual([]);
  expect(await warnings({ 'receipts.csv': delivered }, '&receipts_move_stock=true&dry_run=true')).toContainEqual([
    7,
    'Moves no stock: neither the row nor its delivery location names a storage unit',
  ]);
  expect(await send({ 'receipts.csv': delivered }, '&receipts_move_stock=true')).toEqual({ receipts: [0, 0, 8] });
  const moved = [
    ['COLD', 'RECEIPT', '2026-09-02', '54', '2', '108'],
    ['COLD', 'RECEIPT', '2026-09-03', '-12', '2', '-24'],
    // in another currency than the company's: the average goes on
    ['COLD', 'RECEIPT', '2026-09-06', '6', '2', '12'],
    ['DRY', 'RECEIPT', '2026-09-05', '6', '2', '12'],
  ];
  const shown = async () =>
    (await ledger()).map(({ unit, kind, day, qty, cost, value }) => [unit, kind, day, qty, cost, value]);
  expect(await shown()).toEqual(moved);
  await send({ 'receipts.csv': delivered }, '&receipts_move_stock=true');
  expect(await shown()).toEqual(moved);
  // without the option nothing new moves, but what has moved follows
  await send({
    'receipts.csv': receipts(
      'R1,receipt,P1,1,2026-09-01,10,,,',
      'R1,receipt,P1,2,2026-09-01,1,,,',
      'R1,receipt,P1,3,2026-09-01,1,,,',
      'R7,receipt,P1,1,2026-09-09,1,,,',
    ),
  });
  expect(await shown()).toEqual([['COLD', 'RECEIPT', '2026-09-01', '60', '2', '120'], ...moved.slice(1)]);
});

test('snapshots of levels go when the days before them change, and a base unit with stock stays', async () => {
  const { send, send422, rows } = await freshCompany();
  await send({ ...base, 'stock_movements.csv': movements('M1,COLD,T,RECEIPT,2026-09-10,1,kg,2') });
  await rows(`INSERT INTO stock_snapshots SELECT m.company_id, m.storage_unit_id, m.item_id, day, 0, 0
    FROM stock_movements m, unnest('{2026-08-31,2026-09-30}'::date[]) day WHERE m.company_id = $company`);
  await send({ 'stock_movements.csv': movements('M2,COLD,T,ISSUE,2026-09-20,-1,kg,') });
  expect(await rows('SELECT as_of FROM stock_snapshots WHERE company_id = $company')).toEqual([
    { as_of: '2026-08-31' },
  ]);
  const { body } = await send422({ 'items.csv': lines('code,name,base_unit', 'T,Tomatoes,g') });
  expect(body.errors?.map(({ column, reason }) => [column, reason])).toEqual([
    [
      'base_unit',
      'The base unit of T is kg and it has stock movements or counts (2). If only its name changes, import with change=item_unit',
    ],
  ]);
});
