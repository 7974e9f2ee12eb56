import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayIn } from '#contract/calendar.ts';
import { startTestApp, type TestApp } from '#test/http.ts';
import { type CsvFiles, csv, type CsvRow, importFiles } from '#test/import-files.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
});
afterAll(() => app.close());

const lines = (...rows: string[]): string => `${rows.join('\n')}\n`;

async function freshCompany(values: Parameters<TestApp['company']>[0] = {}) {
  const company = await app.company(values);
  const person = await app.member(company, 'manager');
  return {
    send: (files: CsvFiles, query = '') => importFiles(person.client, company.id, files, query),
    rows: async (select: string): Promise<Record<string, unknown>[]> =>
      (await app.pool.pool.query(select.replaceAll('$company', company.id))).rows,
  };
}
const counts = ({ body }: Awaited<ReturnType<typeof importFiles>>) =>
  Object.fromEntries(body.files.map(({ kind, created, updated, unchanged }) => [kind, [created, updated, unchanged]]));

/** Exact arithmetic of the test's own: a decimal text as a whole number of 10^-10. */
const scaled = (text: string): bigint => {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(10, '0')}`);
};
/** value / 10^20 to `digits` decimals, half away from zero, in units of the last digit. */
function rounded(product: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(20 - digits);
  const magnitude = product < 0n ? -product : product;
  const result = (magnitude + unit / 2n) / unit;
  return product < 0n ? -result : result;
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const decimals: Readonly<Record<string, number>> = { EUR: 2, JPY: 0, KWD: 3 };

/** A company's year in small, and what it must add up to by location, vendor, currency, day, kind and type. */
function makeYear(seed: number, timeZone: string) {
  const below = random(seed);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const currencies = Object.keys(decimals);
  const locations = ['MAIN', 'BAR', 'Ünïcode, "quoted"'];
  const vendors = Array.from({ length: 5 }, (_, n) => ({
    code: `V${n}`,
    name: `Vendor ${n}`,
    currency: pick(currencies),
  }));
  const orders: CsvRow[] = [];
  const receipts: CsvRow[] = [];
  const expected = new Map<string, { net: bigint; tax: bigint; lines: number }>();
  const receive = (
    line: { order: string; no: number; price: string; tax: string; type: string },
    vendor: (typeof vendors)[number],
    location: string,
    kind: string,
    qty: string,
    refused: string,
    givenNet: string,
  ): void => {
    const digits = decimals[vendor.currency] ?? 2;
    const price = below(4) === 0 ? (below(100_000) / 1000).toString() : '';
    const instant = new Date(Date.UTC(2026, below(12), 1 + below(28), below(24), below(60)));
    const shape = below(3);
    const day = shape === 0 ? instant.toISOString().slice(0, 10) : dayIn(timeZone, instant);
    receipts.push({
      receipt_number: `R${receipts.length}`,
      kind,
      po_number: line.order,
      line_no: line.no,
      received_at: shape === 0 ? day : shape === 1 ? instant.toISOString() : inOffset(instant, below(27) - 12),
      received_qty: qty,
      rejected_qty: refused,
      unit_price: price,
      net_amount: givenNet,
      tax_amount: '',
      note: pick(['', 'plain', 'with, comma', 'with "quote"', 'two\nlines', 'Łódź 醤油']),
    });
    const accepted = scaled(qty) - scaled(refused || '0');
    const net =
      givenNet === ''
        ? rounded(accepted * scaled(price || line.price), digits)
        : scaled(givenNet) / 10n ** BigInt(10 - digits);
    const tax = rounded(net * 10n ** BigInt(10 - digits) * scaled(line.tax), digits);
    const key = [location, vendor.code, vendor.currency, day, kind, line.type].join('|');
    const sum = expected.get(key) ?? { net: 0n, tax: 0n, lines: 0 };
    expected.set(key, { net: sum.net + net, tax: sum.tax + tax, lines: sum.lines + 1 });
  };
  for (let n = 0; n < 60; n += 1) {
    const vendor = pick(vendors);
    const location = pick(locations);
    const digits = decimals[vendor.currency] ?? 2;
    for (let no = 1; no <= 1 + below(6); no += 1) {
      const line = {
        order: `PO-${n}`,
        no,
        price: (below(1_000_000) / 10_000).toString(),
        tax: pick(['0', '0.07', '0.19', '0.08875']),
        type: pick(['item', 'item', 'item', 'fee', 'freight', 'deposit', 'discount']),
      };
      const qty = (1 + below(90_000)) / 1000;
      orders.push({
        po_number: line.order,
        vendor_code: vendor.code,
        delivery_location_code: location,
        status: 'received',
        line_no: no,
        line_type: line.type,
        description: 'Thing',
        order_unit: 'box',
        ordered_qty: qty,
        unit_price: line.price,
        tax_rate: line.tax,
      });
      const net = below(5) === 0 ? (below(100_000) / 10 ** digits).toFixed(digits) : '';
      receive(line, vendor, location, 'receipt', String(qty), below(6) === 0 ? (qty / 4).toFixed(4) : '', net);
      if (below(6) === 0) receive(line, vendor, location, 'return', '-0.25', '', '');
      if (below(8) === 0)
        receive(line, vendor, location, 'credit', '0', '', `-${(1 + below(5000) / 10 ** digits).toFixed(digits)}`);
    }
  }
  const files = {
    'delivery_locations.csv': csv(locations.map((code) => ({ code, name: code }))),
    'vendors.csv': csv(vendors),
    'purchase_orders.csv': csv(orders),
    'receipts.csv': csv(receipts),
  };
  return { files, receipts, orders, expected };
}

function inOffset(instant: Date, hours: number): string {
  const shifted = new Date(instant.getTime() + hours * 3_600_000).toISOString().slice(0, 19);
  return `${shifted}${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
}

const totals = `SELECT l.code, v.code AS vendor, r.currency, r.received_on AS day, r.kind, r.line_type, count(*)::int AS lines,
    sum(r.net_amount)::text AS net, sum(r.tax_amount)::text AS tax
  FROM receipt_lines r JOIN delivery_locations l ON l.id = r.delivery_location_id JOIN vendors v ON v.id = r.vendor_id
  WHERE r.company_id = $company GROUP BY 1, 2, 3, 4, 5, 6`;

describe.each([
  [1, 'Europe/Berlin'],
  [2, 'America/New_York'],
  [3, 'Asia/Kathmandu'],
])('a year made up with seed %i in %s', (seed, timeZone) => {
  test('adds up to the minor unit in every group, and again from shuffled rows changes nothing', async () => {
    const year = makeYear(seed, timeZone);
    const { send, rows } = await freshCompany({ timeZone });
    const first = await send(year.files);
    expect([first.status, first.body.errors]).toEqual([200, undefined]);
    const found = new Map(
      (await rows(totals)).map((row) => [
        [row['code'], row['vendor'], row['currency'], row['day'], row['kind'], row['line_type']].join('|'),
        row,
      ]),
    );
    expect([...found.keys()].sort()).toEqual([...year.expected.keys()].sort());
    for (const [key, { net, tax, lines: count }] of year.expected) {
      const digits = decimals[key.split('|')[2] ?? ''] ?? 2;
      const row = found.get(key);
      const minor = (amount: unknown): bigint => scaled(String(amount)) / 10n ** BigInt(10 - digits);
      expect([key, minor(row?.['net']), minor(row?.['tax']), row?.['lines']]).toEqual([key, net, tax, count]);
    }
    const again = await send({ ...year.files, 'receipts.csv': csv(year.receipts.toReversed()) });
    expect(counts(again)).toMatchObject({
      purchase_orders: [0, 0, year.orders.length],
      receipts: [0, 0, year.receipts.length],
    });
    expect(again.body.received).toEqual(first.body.received);
  });
});

const order = (...rows: string[]): string =>
  lines(
    'po_number,vendor_code,delivery_location_code,status,line_no,line_type,article_number,description,order_unit,ordered_qty,unit_price,tax_rate',
    ...rows,
  );
const receipt = (...rows: string[]): string =>
  lines(
    'receipt_number,kind,po_number,line_no,received_at,received_qty,rejected_qty,unit_price,net_amount,document_number',
    ...rows,
  );
const base: CsvFiles = {
  'delivery_locations.csv': lines('code,name', 'L,Kitchen', 'M,Bar'),
  'vendors.csv': lines('code,name', 'A,Vendor A', 'B,Vendor B'),
  'items.csv': lines('code,name,category,base_unit', 'T,Tomatoes,Produce,kg', 'U,Onions,Roots,kg'),
  'vendor_items.csv': lines(
    'vendor_code,article_number,item_code,name,order_unit',
    'A,007,T,Tomatoes,box',
    'A,008,,Cod,box',
  ),
  'purchase_orders.csv': order(
    'P1,A,L,received,1,,007,Tomatoes,box,10,12.5,0.07',
    'P1,A,L,received,2,,008,Cod,box,10,9,0.07',
    'P1,A,L,received,3,freight,,Freight,once,1,5,0.19',
    'P2,B,M,cancelled,1,,,Wine,bottle,6,5,0.19',
  ),
};
const lineFacts = `SELECT r.po_number || ' ' || r.line_no AS line, r.received_on AS day, i.code AS item, r.category,
    r.description, trim_scale(r.unit_price)::text AS price, trim_scale(r.net_amount)::text AS net
  FROM receipt_lines r LEFT JOIN items i ON i.id = r.item_id WHERE r.company_id = $company ORDER BY r.po_number, r.line_no, r.received_on`;

test('half a cent goes away from zero, in both directions', async () => {
  const { send, rows } = await freshCompany();
  await send({
    ...base,
    'purchase_orders.csv': order(
      'P,A,L,sent,1,,,Thing,box,1,0.005,0',
      'P,A,L,sent,2,,,Thing,box,1,1.005,0',
      'P,A,L,sent,3,,,Thing,box,1,2.675,0',
    ),
    'receipts.csv': receipt(
      'R,receipt,P,1,2026-09-01,1,,,,',
      'R,return,P,2,2026-09-01,-1,,,,',
      'R,receipt,P,3,2026-09-01,3,2,,,',
    ),
  });
  expect((await rows(lineFacts)).map(({ net }) => net)).toEqual(['0.01', '-1.01', '2.68']);
});

test('partial deliveries, returns and credits of one line stand beside each other; warnings stop nothing', async () => {
  const { send, rows } = await freshCompany();
  const { status, body } = await send({
    ...base,
    'receipts.csv': receipt(
      'R1,receipt,P1,1,2026-09-02,8,,,,',
      'R2,receipt,P1,1,2026-09-03,3,,,,',
      'R3,return,P1,1,2026-09-04,-2,,,,',
      'R4,receipt,P1,1,2026-09-05,4,,,,',
      'C1,credit,P1,1,2026-09-09,0,,,-7.50,CN-1',
      'R1,receipt,P1,2,2026-09-02,1,,,,',
      'R1,receipt,P2,1,2026-09-02,1,,,,',
    ),
  });
  expect(status).toBe(200);
  expect(body.warnings.filter(({ file }) => file === 'receipts.csv').map(({ row, reason }) => [row, reason])).toEqual([
    [5, 'Over-delivery: 13 accepted in all, 10 ordered on P1 line 1'],
    [8, 'The order is cancelled'],
    [8, 'Also used for a delivery of another vendor: kept as two documents'],
    [7, 'Article 008 has no ingredient: it moves no stock'],
    [8, 'Article "Wine" has no ingredient: it moves no stock'],
  ]);
  expect((await rows(lineFacts)).map(({ line, day, net }) => [line, day, net])).toEqual([
    ['P1 1', '2026-09-02', '100'],
    ['P1 1', '2026-09-03', '37.5'],
    ['P1 1', '2026-09-04', '-25'],
    ['P1 1', '2026-09-05', '50'],
    ['P1 1', '2026-09-09', '-7.5'],
    ['P1 2', '2026-09-02', '9'],
    ['P2 1', '2026-09-02', '5'],
  ]);
  // a later file that brings more of the same line counts what is there
  const more = await send({ 'receipts.csv': receipt('R5,receipt,P1,2,2026-09-06,10,,,,') });
  expect(more.body.warnings.map(({ reason }) => reason)).toContain(
    'Over-delivery: 11 accepted in all, 10 ordered on P1 line 2',
  );
});

test('a corrected row changes that line alone, and a document field changes its lines', async () => {
  const { send, rows } = await freshCompany();
  const first = [
    'R1,receipt,P1,1,2026-09-02,8,,,,',
    'R1,receipt,P1,2,2026-09-02,2,,,,',
    'R1,receipt,P1,3,2026-09-02,1,,,,',
  ];
  await send({ ...base, 'receipts.csv': receipt(...first) });
  const corrected = ['R1,receipt,P1,1,2026-09-02,8,1,,,', ...first.slice(1)];
  expect(counts(await send({ 'receipts.csv': receipt(...corrected) }))).toEqual({ receipts: [0, 1, 2] });
  expect((await rows(lineFacts)).map(({ net }) => net)).toEqual(['87.5', '18', '5']);
  const numbered = corrected.map((row) => `${row}INV-1`);
  expect(counts(await send({ 'receipts.csv': receipt(...numbered) }))).toEqual({ receipts: [0, 3, 0] });
  expect(counts(await send({ 'receipts.csv': receipt(...numbered) }))).toEqual({ receipts: [0, 0, 3] });
  expect(counts(await send({ 'receipts.csv': receipt(...corrected) }))).toEqual({ receipts: [0, 0, 3] });
});

test('renaming rewrites no history; a mapping made later is filled in; charges are called charges', async () => {
  const { send, rows } = await freshCompany();
  const delivered = {
    'receipts.csv': receipt(
      'R1,receipt,P1,1,2026-09-02,8,,,,',
      'R1,receipt,P1,2,2026-09-02,2,,,,',
      'R1,receipt,P1,3,2026-09-02,1,,,,',
    ),
  };
  await send({ ...base, ...delivered });
  const before = await rows(lineFacts);
  expect(before.map(({ item, category }) => [item, category])).toEqual([
    ['T', 'Produce'],
    [null, null],
    [null, 'Charges'],
  ]);
  await send({
    'items.csv': lines('code,name,category,base_unit', 'T,Pomodori,Vegetables,kg'),
    'vendor_items.csv': lines(
      'vendor_code,article_number,item_code,name,order_unit',
      'A,007,,Pomodori,box',
      'A,008,U,Cod,box',
    ),
  });
  expect(await rows(lineFacts)).toEqual(before);
  expect(counts(await send(delivered))).toEqual({ receipts: [0, 1, 2] });
  expect((await rows(lineFacts)).map(({ item, category }) => [item, category])).toEqual([
    ['T', 'Produce'],
    ['U', 'Roots'],
    [null, 'Charges'],
  ]);
});

test('a date without a time is that day in every zone; an instant is the day its clocks showed', async () => {
  for (const [timeZone, day] of [
    ['Europe/Berlin', '2026-10-26'],
    ['America/New_York', '2026-10-25'],
    ['Asia/Kathmandu', '2026-10-26'],
  ]) {
    const { send, rows } = await freshCompany({ timeZone });
    await send({
      ...base,
      'receipts.csv': receipt(
        'R1,receipt,P1,1,2026-10-25,1,,,,',
        'R2,receipt,P1,2,2026-10-25T23:30:00Z,1,,,,',
        'R3,receipt,P1,3,2026-10-25 23:30,1,,,,',
      ),
    });
    expect((await rows(lineFacts)).map((row) => row['day'])).toEqual(['2026-10-25', day, '2026-10-25']);
  }
});
