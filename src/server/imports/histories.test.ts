/**
 * Random histories of imports by vendors that share numbers: corrections, rows taken back and brought back, deliveries
 * that come late, invoices that come alone. What counts afterwards is held against a model written for this test, which
 * knows nothing of tables: rows by their keys, and the rule of which invoice stands for a delivery.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#test/http.ts';
import { csv, type CsvRow, importFiles } from '#test/import-files.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
});
afterAll(() => app.close());

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
type Below = ReturnType<typeof random>;
const shuffled = <T>(list: readonly T[], below: Below): T[] =>
  list
    .map((item) => [below(1_000_000), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);

const vendors = ['Ä-1', '供應商', 'V3'];
const numbers = ['1001', '1002', '007'];
const articles = ['00-A', 'B', 'C'];
const price = { '00-A': 200, B: 350, C: 999 } as const;

/** A receipt row or an invoice row as it was last said, and whether it counts. */
interface Said {
  readonly row: CsvRow;
  readonly isVoid: boolean;
}
const receiptKey = (row: CsvRow): string =>
  ['receipt_number', 'kind', 'vendor_code', 'po_number', 'line_no', 'lot'].map((name) => row[name] ?? '').join('|');
const invoiceKey = (row: CsvRow): string =>
  ['vendor_code', 'invoice_number', 'kind', 'line_no'].map((name) => row[name] ?? '').join('|');

const amountOf = (row: CsvRow): number => Math.round(Number(row['net_amount']) * 100);

/** What must count: vendor, document, order, article and cents of every line, sorted. */
function expected(receipts: ReadonlyMap<string, Said>, invoices: ReadonlyMap<string, Said>): string[] {
  const live = [...receipts.values()].filter(({ isVoid }) => !isVoid).map(({ row }) => row);
  const counted = live.map((row) =>
    [row['vendor_code'], row['receipt_number'], row['po_number'], row['line_no'], amountOf(row)].join(' '),
  );
  for (const { row, isVoid } of invoices.values()) {
    if (isVoid) continue;
    const isOf = (receipt: CsvRow): boolean => {
      if (receipt['vendor_code'] !== row['vendor_code']) return false;
      if ((row['kind'] === 'credit') !== (receipt['kind'] !== 'receipt')) return false;
      if (row['receipt_number'] && receipt['receipt_number'] !== row['receipt_number']) return false;
      if (row['po_number'] && receipt['po_number'] !== row['po_number']) return false;
      if (row['receipt_number'] || receipt['document_number'] === row['invoice_number']) return true;
      return Boolean(row['po_number']) && !receipt['document_number'];
    };
    if (live.some(isOf)) continue;
    counted.push([row['vendor_code'], row['invoice_number'], row['po_number'] ?? '', 'alone', amountOf(row)].join(' '));
  }
  return counted.sort();
}

const base = {
  'delivery_locations.csv': csv([{ code: 'L', name: 'مطبخ' }]),
  'vendors.csv': csv(vendors.map((code) => ({ code, name: 'Same name', currency: 'EUR' }))),
  'purchase_orders.csv': csv(
    vendors.flatMap((vendor_code) =>
      numbers.flatMap((po_number) =>
        articles.map((article_number, index) => ({
          po_number,
          vendor_code,
          delivery_location_code: 'L',
          status: 'sent',
          line_no: index + 1,
          article_number,
          description: article_number,
          order_unit: 'box',
          ordered_qty: 10,
          unit_price: (price[article_number as keyof typeof price] / 100).toFixed(2),
        })),
      ),
    ),
  ),
};

const pick = <T>(list: readonly T[], below: Below): T => list[below(list.length)] as T;

/** Documents that agree with themselves: what a number says of day and invoice follows from it. */
function receiptRow(below: Below, edition: number): CsvRow {
  const [vendor_code, po_number] = [pick(vendors, below), pick(numbers, below)];
  const [line, note] = [below(articles.length), below(3)];
  const kind = below(6) === 0 ? 'return' : 'receipt';
  const quantity = (1 + below(9)) * (kind === 'return' ? -1 : 1);
  return {
    receipt_number: `R${note}`,
    kind,
    vendor_code,
    po_number,
    line_no: line + 1,
    lot: below(5) === 0 ? 'second' : null,
    received_at: `2026-0${1 + note}-10`,
    document_number: note === 0 ? null : `INV${note}`,
    received_qty: quantity,
    net_amount: ((quantity * (price[articles[line] as keyof typeof price] + edition)) / 100).toFixed(2),
    void: null,
  };
}

function invoiceRow(below: Below, edition: number): CsvRow {
  const vendor_code = pick(vendors, below);
  const number = below(4);
  const line = below(articles.length);
  const kind = below(5) === 0 ? 'credit' : 'invoice';
  const quantity = (1 + below(9)) * (kind === 'credit' ? -1 : 1);
  // what a line names follows from its number, so that a correction names the same
  const names = (number + line) % 3;
  return {
    vendor_code,
    invoice_number: `INV${number}`,
    kind,
    invoice_date: `2026-0${1 + number}-12`,
    line_no: line + 1,
    po_number: names === 1 ? numbers[(number + line) % numbers.length] : null,
    receipt_number: names === 2 ? `R${number % 3}` : null,
    article_number: articles[line],
    description: articles[line],
    quantity,
    unit: 'box',
    net_amount: ((quantity * (price[articles[line] as keyof typeof price] + edition)) / 100).toFixed(2),
    void: null,
  };
}

const once = (rows: readonly CsvRow[], key: (row: CsvRow) => string): CsvRow[] => [
  ...new Map(rows.map((row) => [key(row), row])).values(),
];

const counting = `SELECT v.code || ' ' || d.receipt_number || ' ' || coalesce(r.po_number, '') || ' '
    || CASE d.source WHEN 'invoice' THEN 'alone' ELSE r.line_no::text END || ' ' || round(r.net_amount * 100) AS line
  FROM receipt_lines r JOIN receipts d ON d.id = r.receipt_id JOIN vendors v ON v.id = r.vendor_id
  WHERE r.company_id = $1 AND r.void_id IS NULL`;

async function companyWithOrders() {
  const company = await app.company();
  const { client } = await app.member(company, 'manager');
  const first = await importFiles(client, company.id, base, '&other_vendor=new_orders');
  expect([first.status, first.body.errors]).toEqual([200, undefined]);
  return {
    send: async (files: Record<string, readonly CsvRow[]>) => {
      const given = Object.fromEntries(
        Object.entries(files)
          .filter(([, rows]) => rows.length > 0)
          .map(([name, rows]) => [name, csv(rows)]),
      );
      if (Object.keys(given).length === 0) return undefined;
      const { status, body } = await importFiles(client, company.id, given);
      expect([status, body.errors]).toEqual([200, undefined]);
      return body;
    },
    counts: async (): Promise<string[]> =>
      (await app.pool.pool.query<{ line: string }>(counting, [company.id])).rows.map(({ line }) => line).sort(),
    all: async (table: 'receipt_lines' | 'invoice_lines'): Promise<number> =>
      (await app.pool.pool.query(`SELECT FROM ${table} WHERE company_id = $1`, [company.id])).rowCount ?? 0,
  };
}

/** One step of a history: what it sends, and what the model makes of it. */
function step(
  below: Below,
  edition: number,
  said: Map<string, Said>,
  make: typeof receiptRow,
  key: (row: CsvRow) => string,
): CsvRow[] {
  const known = [...said.values()];
  const taken = once(
    Array.from({ length: known.length > 0 ? below(4) : 0 }, () => ({ ...pick(known, below).row, void: true })),
    key,
  );
  const back = once(
    known.filter(({ isVoid }) => isVoid && below(3) === 0).map(({ row }) => ({ ...row, void: false })),
    key,
  );
  const fresh = Array.from({ length: below(7) }, () => make(below, edition));
  const rows = once([...fresh, ...taken, ...back], key);
  for (const row of rows) {
    const before = said.get(key(row));
    if (row['void'] === true) {
      if (before) said.set(key(row), { ...before, isVoid: true });
    } else if (before?.isVoid && row['void'] === null) continue;
    else said.set(key(row), { row, isVoid: false });
  }
  return rows;
}

/** Two dozen imports each, on a machine that may have other work. */
const patience = { timeout: 120_000 };

describe.each([1, 2, 3])('history %i', patience, (seed) => {
  test('no line is counted twice or lost, and sent again nothing changes', async () => {
    const below = random(seed * 7919);
    const { send, counts, all } = await companyWithOrders();
    const [receipts, invoices] = [new Map<string, Said>(), new Map<string, Said>()];
    for (let edition = 0; edition < 12; edition += 1) {
      const files = {
        'receipts.csv': step(below, edition, receipts, receiptRow, receiptKey),
        'invoices.csv': step(below, edition, invoices, invoiceRow, invoiceKey),
      };
      await send(files);
      expect([edition, await counts()]).toEqual([edition, expected(receipts, invoices)]);
      const kept = await all('receipt_lines');
      const again = await send(files);
      for (const { file, created, updated } of again?.files ?? [])
        expect([edition, file, created, updated]).toEqual([edition, file, 0, 0]);
      expect([await counts(), await all('receipt_lines')]).toEqual([expected(receipts, invoices), kept]);
    }
    expect(await all('invoice_lines')).toBe(invoices.size);
    // what pages add up is kept by the same statements
    const { rows } = await app.pool.pool.query(
      `(SELECT * FROM receipt_sums EXCEPT ALL SELECT * FROM receipt_sums_recounted) UNION ALL
       (SELECT * FROM receipt_sums_recounted EXCEPT ALL SELECT * FROM receipt_sums)`,
    );
    expect(rows).toEqual([]);
  });

  test('the order of rows and of files does not matter', async () => {
    const below = random(seed * 104_729);
    const receipts = once(
      Array.from({ length: 25 }, () => receiptRow(below, 0)),
      receiptKey,
    );
    const invoices = once(
      Array.from({ length: 20 }, () => invoiceRow(below, 0)),
      invoiceKey,
    );
    // whole documents, in any order, in one file or in several
    const byDocument = (rows: readonly CsvRow[], name: string) => [
      ...Map.groupBy(
        rows,
        (row) => `${row['vendor_code']} ${row[name]} ${row['kind']} ${row['po_number'] ?? ''}`,
      ).values(),
    ];
    const parts = [
      ...byDocument(receipts, 'receipt_number').map((rows) => ({ 'receipts.csv': rows })),
      ...[
        ...Map.groupBy(invoices, (row) => `${row['vendor_code']} ${row['invoice_number']} ${row['kind']}`).values(),
      ].map((rows) => ({ 'invoices.csv': rows })),
    ];
    const one = await companyWithOrders();
    await one.send({ 'receipts.csv': receipts, 'invoices.csv': invoices });
    const other = await companyWithOrders();
    for (const part of shuffled(parts, below)) {
      await other.send(Object.fromEntries(Object.entries(part).map(([name, rows]) => [name, shuffled(rows, below)])));
    }
    const said = (rows: readonly CsvRow[], key: (row: CsvRow) => string) =>
      new Map(rows.map((row) => [key(row), { row, isVoid: false }]));
    const model = expected(said(receipts, receiptKey), said(invoices, invoiceKey));
    expect(await one.counts()).toEqual(model);
    expect(await other.counts()).toEqual(model);
  });
});
