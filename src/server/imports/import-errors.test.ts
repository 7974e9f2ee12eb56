import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { type CsvFiles, importFiles } from '#test/import-files.ts';
import { base, lines, movementHeader, orderHeader, receiptHeader } from '#test/import-base.ts';
import { workbookOf } from '#test/small-workbook.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
  company = await app.company();
  manager = await app.member(company, 'manager');
  await importFiles(manager.client, company.id, base);
});
afterAll(() => app.close());

type Place = readonly [file: string, row: number | null, column: string | null, value: string | null, reason: string];

async function errorsOf(files: CsvFiles, query = ''): Promise<Place[]> {
  const { status, body } = await importFiles(manager.client, company.id, files, query);
  expect([status, body.code]).toEqual([422, 'import_refused']);
  expect(body.error_count).toBe(body.errors?.length);
  return (body.errors ?? []).map(({ file, row, column, value, reason }) => [file, row, column, value, reason]);
}

describe('cells', () => {
  const receipt = (cells: Partial<Record<string, string>>): CsvFiles => ({
    'receipts.csv': lines(
      receiptHeader,
      'R-0,receipt,PO-1,2,2026-09-02,1,,,,',
      receiptHeader
        .split(',')
        .map(
          (name) =>
            cells[name] ??
            {
              receipt_number: 'R-1',
              kind: 'receipt',
              po_number: 'PO-1',
              line_no: '1',
              received_at: '2026-09-02',
              received_qty: '1',
            }[name] ??
            '',
        )
        .map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(','),
    ),
  });
  const cases: [column: string, value: string, reason: string][] = [
    ['received_qty', '', 'Required'],
    ['received_qty', '12,5', 'Decimal comma. Use a point: 12.5'],
    ['received_qty', '1,234.50', 'No thousands separators. Write 1234.50'],
    ['received_qty', '1.234,5', 'Decimal comma. Use a point: 1234.5'],
    ['received_qty', '1,234', 'Decimal comma or thousands separator? Write 1.234 or 1234'],
    ['received_qty', '1 234', 'No thousands separators. Write 1234'],
    ['received_qty', '1e3', 'Write the number out, without an exponent'],
    ['received_qty', ' 1', 'A number without spaces around it'],
    ['received_qty', '1.00001', 'More than 4 decimals'],
    ['received_qty', '123456789012345', 'More than 14 digits before the point'],
    ['received_qty', 'NaN', 'Not a number such as 1234.5'],
    ['unit_price', '12.50 €', 'Only the number, without a sign for the currency or percent'],
    ['unit_price', '0.1234567', 'More than 6 decimals'],
    ['net_amount', '12.345', 'EUR has 2 decimals'],
    ['line_no', '1.0', 'Not a whole number from 0 to 2147483647'],
    ['kind', 'Receipt', 'Must be receipt, return or credit'],
    ['received_at', '2026-02-30', 'There is no such day'],
    ['received_at', '2026-13-01', 'There is no such day'],
    ['received_at', '1899-12-31', 'Outside the years 1900 to 2200'],
    ['received_at', '2201-01-01T08:00:00Z', 'Outside the years 1900 to 2200'],
    ['receipt_number', 'a\u0085b', 'Contains a line break or another control character'],
    ['receipt_number', 'Caf\u0092s', 'Contains a line break or another control character'],
    ['receipt_number', 'x\uffff', 'Contains a line break or another control character'],
    ['receipt_number', '\ufffex', 'Contains a line break or another control character'],
    ['received_at', '02.09.2026', 'A day is written YYYY-MM-DD'],
    ['received_at', '2026-09-02T25:00', 'Write YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with an offset such as +02:00'],
    ['receipt_number', 'a\nb', 'Contains a line break or another control character'],
    ['receipt_number', 'a\0b', 'Contains a line break or another control character'],
    ['receipt_number', 'x'.repeat(201), 'Longer than 200 characters'],
    ['po_number', 'PO-9', 'No order PO-9'],
    ['line_no', '14', 'PO-1 has 2 lines, numbered 1 to 2'],
    ['received_qty', '-1', 'Goods that go back are a row of kind return, also on the same delivery note'],
    ['rejected_qty', '2', 'More refused than received'],
    ['rejected_qty', '-1', 'Not negative'],
    ['po_number', 'PO-2', 'The order is draft and was never sent'],
  ];
  test.each(cases)('%s %j: %s', async (column, value, reason) => {
    const shown = value === '' ? null : value.slice(0, 200);
    expect(await errorsOf(receipt({ [column]: value }))).toEqual([['receipts.csv', 3, column, shown, reason]]);
  });

  const returned = { kind: 'return', received_qty: '-2' };
  const credited = { kind: 'credit', received_qty: '0', net_amount: '-5.00' };
  test.each([
    [{ ...returned, received_qty: '2' }, 'received_qty', '2', 'A return has a negative quantity'],
    [{ ...returned, rejected_qty: '1' }, 'rejected_qty', '1', 'Nothing is refused of a return'],
    [{ ...returned, net_amount: '3.00' }, 'net_amount', '3.00', 'A return has a negative amount'],
    [{ ...credited, received_qty: '-1' }, 'received_qty', '-1', 'A credit has quantity 0'],
    [{ ...credited, net_amount: '' }, 'net_amount', null, 'Required for a credit'],
    [{ ...credited, net_amount: '5.00' }, 'net_amount', '5.00', 'A credit has a negative amount'],
    [{ ...credited, tax_amount: '0.35' }, 'tax_amount', '0.35', 'The tax of a credit is not positive'],
    [{ po_number: 'PO-J', net_amount: '10.5' }, 'net_amount', '10.5', 'JPY has no decimals'],
  ])('%j', async (cells, column, value, reason) => {
    expect(await errorsOf(receipt(cells))).toEqual([['receipts.csv', 3, column, value, reason]]);
  });

  test.each([
    [
      '2026-10-25T02:30',
      'This time came twice in Europe/Berlin that night: taken as +02:00; write +01:00 if it was the later one',
    ],
    ['2026-03-29T02:30', 'This time did not exist in Europe/Berlin, the clocks were put forward: taken as +01:00'],
  ])('a local time of a night when clocks change, %s, is taken with a warning', async (value, reason) => {
    const { status, body } = await importFiles(
      manager.client,
      company.id,
      receipt({ received_at: value }),
      '&dry_run=true',
    );
    expect(status).toBe(200);
    expect(body.warnings).toContainEqual({
      file: 'receipts.csv',
      row: 3,
      column: 'received_at',
      value,
      reason,
      kind: 'unclear_time',
    });
    expect(JSON.stringify(body.received)).toContain(value.slice(0, 10));
  });

  test('zeros after the last decimal lose nothing and are taken', async () => {
    const { status } = await importFiles(
      manager.client,
      company.id,
      receipt({ received_qty: '1.500000' }),
      '&dry_run=true',
    );
    expect(status).toBe(200);
  });

  test('tax rates, factors, currencies and truth are each refused in their own words', async () => {
    const files = {
      'vendor_items.csv': lines(
        'vendor_code,article_number,name,order_unit,units_per_order_unit,tax_rate,currency,active',
        'NORDKAI,007,Salmon,box,0,7,EURO,yes',
      ),
    };
    expect(await errorsOf(files)).toEqual([
      ['vendor_items.csv', 2, 'units_per_order_unit', '0', 'Must be more than 0'],
      ['vendor_items.csv', 2, 'currency', 'EURO', 'Not a currency of ISO 4217 such as EUR'],
      ['vendor_items.csv', 2, 'tax_rate', '7', 'A tax rate is from 0 to 1: 0.19 is 19 %'],
      ['vendor_items.csv', 2, 'active', 'yes', 'Write true or false'],
    ]);
  });
});

describe('references', () => {
  test('a code that nobody has is refused where it stands, with the one that was probably meant', async () => {
    const files = {
      'purchase_orders.csv': lines(
        orderHeader,
        'PO-5,ELBE,MAIN,sent,EUR,,1,Salmon,box,10,12.5',
        'PO-6,NORDKAI,main,sent,EUR,,1,Salmon,box,10,12.5',
        'PO-7,Unheard Of,MAIN,sent,EUR,,1,Salmon,box,10,12.5',
      ),
    };
    expect(await errorsOf(files)).toEqual([
      ['purchase_orders.csv', 2, 'vendor_code', 'ELBE', 'No vendor ELBE. Did you mean ELBEFISH?'],
      ['purchase_orders.csv', 3, 'delivery_location_code', 'main', 'No delivery location main. Did you mean MAIN?'],
      ['purchase_orders.csv', 4, 'vendor_code', 'Unheard Of', 'No vendor Unheard Of.'],
    ]);
  });

  test('one mistake is one error: what refers to a faulty row is not reported as well', async () => {
    const files = {
      'vendors.csv': lines('code,name,payment_terms_days', 'NEW,New vendor,soon'),
      'purchase_orders.csv': lines(orderHeader, 'PO-5,NEW,MAIN,received,EUR,,1,Salmon,box,10,12.5'),
      'receipts.csv': lines(receiptHeader, 'R-5,receipt,PO-5,1,2026-09-02,1,,,,'),
    };
    expect(await errorsOf(files)).toEqual([
      ['vendors.csv', 2, 'payment_terms_days', 'soon', 'Not a whole number from 0 to 3650'],
    ]);
  });

  test('a file that cannot be read takes the blame alone', async () => {
    const files = {
      'vendors.csv': lines('code,vendor', 'NEW,New vendor'),
      'purchase_orders.csv': lines(orderHeader, 'PO-5,NEW,MAIN,received,EUR,,1,Salmon,box,10,12.5'),
    };
    expect(await errorsOf(files)).toEqual([
      ['vendors.csv', 1, 'vendor', 'vendor', 'Not a column of vendors.csv. Did you mean name?'],
    ]);
  });

  test('units of movements and counts must be the base unit; signs must fit the kind', async () => {
    const files = {
      'stock_movements.csv': lines(
        movementHeader,
        'M-1,COLD,SALMON,ISSUE,2026-09-02,-1,box',
        'M-2,COLD,SALMON,WASTE,2026-09-02,1,kg',
        'M-3,COLD,SALMON,TRANSFER_IN,2026-09-02,-1,kg',
        'derived:count:1,COLD,SALMON,ISSUE,2026-09-02,-1,kg',
        'M-5,COOL,SALMN,ISSUE,2026-09-02,-1,kg',
      ),
      'stock_counts.csv': lines(
        'count_ref,storage_unit_code,item_code,counted_at,counted_qty,unit',
        'C-1,COLD,SALMON,2026-09-02,-1,kg',
        'C-1,COLD,SALMON,2026-09-02,1,g',
      ),
    };
    expect(await errorsOf(files)).toEqual([
      ['stock_movements.csv', 2, 'unit', 'box', 'The base unit of SALMON is kg'],
      ['stock_movements.csv', 3, 'qty', '1', 'WASTE takes out: the quantity is negative'],
      ['stock_movements.csv', 4, 'qty', '-1', 'TRANSFER_IN puts in: the quantity is positive'],
      [
        'stock_movements.csv',
        5,
        'movement_id',
        'derived:count:1',
        'Ids that begin with derived: are given by the product',
      ],
      ['stock_movements.csv', 6, 'storage_unit_code', 'COOL', 'No storage unit COOL. Did you mean COLD?'],
      ['stock_movements.csv', 6, 'item_code', 'SALMN', 'No item SALMN. Did you mean SALMON?'],
      ['stock_counts.csv', 2, 'counted_qty', '-1', 'A counted quantity is not negative'],
      ['stock_counts.csv', 3, 'item_code', 'SALMON', 'The same count_ref, storage_unit_code, item_code as in row 2'],
      ['stock_counts.csv', 3, 'unit', 'g', 'The base unit of SALMON is kg'],
    ]);
  });
});

describe('orders', () => {
  test('what belongs to the order must be equal on all its rows', async () => {
    const row = (line: number, status: string, currency: string, expected: string): string =>
      `PO-5,NORDKAI,MAIN,${status},${currency},${expected},${line},Salmon,box,10,12.5`;
    const files = {
      'purchase_orders.csv': lines(
        orderHeader,
        row(1, 'sent', 'EUR', '2026-09-02'),
        row(2, 'sent', 'USD', '2026-09-02'),
        row(3, 'received', 'EUR', ''),
      ),
    };
    expect(await errorsOf(files)).toEqual([
      ['purchase_orders.csv', 3, 'currency', 'USD', 'PO-5 says EUR in row 2'],
      ['purchase_orders.csv', 4, 'status', 'received', 'PO-5 says sent in row 2'],
      ['purchase_orders.csv', 4, 'expected_on', null, 'PO-5 says 2026-09-02 in row 2'],
    ]);
  });

  test('the same line or receipt twice in one file is refused', async () => {
    const files = {
      'purchase_orders.csv': lines(
        orderHeader,
        'PO-5,NORDKAI,MAIN,sent,EUR,,1,Salmon,box,10,12.5',
        'PO-5,NORDKAI,MAIN,sent,EUR,,1,Salmon,box,11,12.5',
      ),
      'receipts.csv': lines(
        receiptHeader,
        'R-1,receipt,PO-1,1,2026-09-02,1,,,,',
        'R-1,return,PO-1,1,2026-09-03,-1,,,,',
        'R-1,receipt,PO-1,1,2026-09-04,2,,,,',
      ),
    };
    expect(await errorsOf(files)).toEqual([
      ['purchase_orders.csv', 3, 'line_no', '1', 'The same vendor_code, po_number, line_no as in row 2'],
      ['receipts.csv', 4, 'line_no', '1', 'The same receipt_number, kind, po_number, line_no, lot as in row 2'],
    ]);
  });
});

describe('files', () => {
  const vendors = (content: string | Buffer): Promise<Place[]> => errorsOf({ 'vendors.csv': content });
  test('whatever is wrong with a file as a whole is said of it', async () => {
    expect(await vendors('')).toEqual([['vendors.csv', null, null, null, 'The first row must be the header']]);
    expect(await vendors('code,name,code\nA,B,C\n')).toEqual([
      ['vendors.csv', 1, 'code', 'code', 'This column is there twice'],
    ]);
    expect(await vendors('code,name,e-mail\nA,B,C\n')).toEqual([
      ['vendors.csv', 1, 'e-mail', 'e-mail', 'Not a column of vendors.csv. Did you mean email?'],
    ]);
    expect(await vendors('code,name\nA\nB,C,D\n')).toEqual([
      ['vendors.csv', 2, null, null, 'Has 1 cells, the header has 2'],
      ['vendors.csv', 3, null, null, 'Has 3 cells, the header has 2'],
    ]);
    expect(await vendors('code,name\nA,5" pan\n')).toEqual([
      ['vendors.csv', 2, null, null, 'Has a quote in a cell that is not in quotes'],
    ]);
    expect(await vendors(Buffer.from('code,name\nA,Café\nB,Bar\n', 'latin1'))).toEqual([
      ['vendors.csv', 2, 'name', 'Caf\ufffd', 'Not UTF-8. Save the file as CSV UTF-8'],
    ]);
  });

  test('of ours, too, any letters, delimiters and ends of lines are read', async () => {
    const written = [
      Buffer.from('\ufeffcode,name\nA,Möwe\n', 'utf16le'),
      Buffer.from('code;name\r\nA;Möwe\r\n'),
      Buffer.from('code\tname\rA\tMöwe\r'),
      Buffer.from('sep=;\ncode;name\nA;Möwe\n'),
      await workbookOf([
        {
          name: 'Vendors',
          rows: [
            ['code', 'name'],
            ['A', 'Möwe'],
          ],
        },
      ]),
    ];
    for (const content of written) {
      const name = content[0] === 0x50 ? 'vendors.xlsx' : 'vendors.csv';
      const { status, body } = await importFiles(manager.client, company.id, { [name]: content }, '&dry_run=true');
      expect([status, body.files]).toMatchObject([200, [{ file: 'vendors.csv', rows: 1, created: 1 }]]);
    }
  });

  test('a name that is none of ours is named, and the files beside it are still read', async () => {
    expect(
      await errorsOf({ 'bestellungen.csv': 'a\n1\n', 'all.zip': 'PK', 'vendors.csv': lines('code,name', 'A,') }),
    ).toEqual([
      ['vendors.csv', 2, 'name', null, 'Required'],
      ['all.zip', null, null, null, expect.stringMatching(/^Not one of the names/)],
      ['bestellungen.csv', null, null, null, expect.stringMatching(/^Not one of the names: storage_units.csv, /)],
    ]);
  });

  test('unknown columns are skipped when asked for', async () => {
    const files = { 'vendors.csv': lines('rating,code,name', '5,A,B') };
    expect(await errorsOf(files)).toHaveLength(1);
    const { status, body } = await importFiles(manager.client, company.id, files, '&ignore_extra=true&dry_run=true');
    expect([status, body.files[0]?.created]).toEqual([200, 1]);
  });

  test('of more than 1,000 errors the first 1,000 are listed and all are counted', async () => {
    const bad = Array.from({ length: 1500 }, (_, index) => `V${index},`);
    const worse = Array.from({ length: 600 }, (_, index) => `I${index},Item,kg,-1`);
    const { status, body } = await importFiles(manager.client, company.id, {
      'items.csv': lines('code,name,base_unit,standard_cost', ...worse),
      'vendors.csv': lines('code,name', ...bad),
    });
    expect([status, body.error_count, body.errors?.length]).toEqual([422, 2100, 1000]);
    expect(body.errors?.[0]).toEqual({
      field: 'vendors.csv:2:name',
      message: 'Required',
      file: 'vendors.csv',
      row: 2,
      column: 'name',
      value: null,
      reason: 'Required',
    });
    expect(body.errors?.at(-1)).toMatchObject({ file: 'vendors.csv', row: 1001 });
    expect(body.detail).toBe(
      'Nothing was imported: 2100 errors in 2 files. The first 1000 are listed. First: vendors.csv row 2, name: Required',
    );
  });

  test('references that fail by the thousand are counted too', async () => {
    const rows = Array.from({ length: 1200 }, (_, index) => `NOBODY${index % 700},${index},Thing,box`);
    const { body } = await importFiles(manager.client, company.id, {
      'vendor_items.csv': lines('vendor_code,article_number,name,order_unit', ...rows),
    });
    expect([body.error_count, body.errors?.length]).toEqual([1200, 1000]);
  });
});

test('one wrong cell anywhere, and nothing of any file is applied', async () => {
  const counts = async (): Promise<unknown> => {
    const { rows } = await app.pool.pool.query(
      `SELECT (SELECT count(*) FROM vendors) AS vendors, (SELECT count(*) FROM purchase_orders) AS orders,
         (SELECT count(*) FROM receipts) AS receipts, (SELECT count(*) FROM audit_events WHERE action LIKE 'import%') AS audits`,
    );
    return rows[0];
  };
  const before = await counts();
  const places = await errorsOf({
    'vendors.csv': lines('code,name', 'V-NEW,New'),
    'purchase_orders.csv': lines(orderHeader, 'PO-NEW,V-NEW,MAIN,received,EUR,,1,Salmon,box,10,12.5'),
    'receipts.csv': lines(
      receiptHeader,
      'R-1,receipt,PO-NEW,1,2026-09-02,1,,,,',
      'R-2,receipt,PO-NEW,1,2026-09-02,x,,,,',
    ),
  });
  expect(places).toHaveLength(1);
  expect(await counts()).toEqual(before);
});
