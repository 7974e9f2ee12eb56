import { expect, test } from 'vitest';
import type { Recount } from '#contract/verification.ts';
import { manifestName, readManifest, type Manifest } from './manifest.ts';
import { recount } from './recount.ts';
import { csv, signedExport } from '#test/signed-export.ts';

const manifest = readManifest((await signedExport()).files.get(manifestName) ?? Buffer.alloc(0)) as Manifest;

async function* pieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}
const counted = (text: string, changes: Partial<Manifest> = {}): Promise<Recount | null> =>
  recount({ ...manifest, ...changes }, pieces(text));

test('a CSV as it was written gives the totals that were signed', async () => {
  const { rows, currencies, groups } = (await counted(csv)) as Recount;
  expect({ rows, currencies }).toEqual({ rows: manifest.totals.rows, currencies: manifest.totals.currencies });
  expect(groups).toEqual(manifest.totals.groups);
});

test('the dialect for spreadsheets is read with the marks of its locale', async () => {
  const options = { csv_dialect: 'spreadsheets' } as const;
  const german =
    '\ufeffDelivery location;Product;Total price;Currency\r\nBar;"Wine; red";10,50;EUR\r\n\'=Kitchen;Salt;-1,25;EUR\r\n';
  expect(await counted(german, { options })).toMatchObject({
    rows: 2,
    unreadable_rows: 0,
    currencies: [{ sums: { total_price: '9.25' } }],
  });
  const english = german.replaceAll(';', ',').replace('10,50', '10.50').replace('-1,25', '-1.25');
  const company = { ...manifest.company, locale: 'en-GB' };
  expect(await counted(english, { options, company })).toMatchObject({
    rows: 2,
    currencies: [{ sums: { total_price: '9.25' } }],
  });
});

test('currencies are never added to each other', async () => {
  const mixed = `${csv}Bar,Rum,5.00,USD\n`;
  expect((await counted(mixed))?.currencies).toEqual([
    { currency: 'EUR', rows: 3, sums: { total_price: '31.75' } },
    { currency: 'USD', rows: 1, sums: { total_price: '5.00' } },
  ]);
});

test('a report without a currency column is in the currency of its company', async () => {
  const columns = manifest.columns.slice(0, 3);
  const bare = 'Delivery location,Product,Total price\nBar,Wine,10.50\n';
  expect((await counted(bare, { columns }))?.currencies).toEqual([
    { currency: 'EUR', rows: 1, sums: { total_price: '10.50' } },
  ]);
});

test('rows of several currencies that do not print theirs are counted, and nothing is said of their sums', async () => {
  const columns = manifest.columns.slice(0, 3);
  const [first] = manifest.totals.currencies;
  const currencies = [...manifest.totals.currencies, { currency: 'USD', rows: 1, sums: { total_price: '5.00' } }];
  const totals = { ...manifest.totals, rows: 4, currencies };
  const bare = 'Delivery location,Product,Total price\nBar,Wine,10.50\n';
  expect(await counted(bare, { columns, totals })).toMatchObject({
    rows: 1,
    currencies: [
      { currency: first?.currency, sums: {} },
      { currency: 'USD', sums: {} },
    ],
  });
});

test('only what is printed is added up: the total of a quantity column is of its value', async () => {
  const columns = [...manifest.columns, { key: 'received', label: 'Received', type: 'quantity' }];
  const sum_columns = ['total_price', 'received'];
  const text = csv.replaceAll('Currency\n', 'Currency,Received\n').replaceAll('EUR\n', 'EUR,7\n');
  expect((await counted(text, { columns, sum_columns }))?.currencies).toEqual(manifest.totals.currencies);
});

test('rows that are none are counted as that, and cannot fill the memory with groups', async () => {
  const noise = Array.from({ length: 5000 }, (_, n) => `Place ${n},x,1.00,C${n}\n`).join('');
  const result = await counted(`${csv}Bar,too few\nBar,x,1e3,EUR\n${noise}`);
  expect(result).toMatchObject({ rows: 5005, unreadable_rows: 2 });
  expect(result?.groups.length).toBeLessThan(200);
  const total = result?.groups.reduce((rows, group) => rows + group.rows, 0);
  expect(total).toBe(5004);
});

test('another table is not counted', async () => {
  expect(await counted('a,b\n1,2\n')).toBeNull();
  expect(await counted('')).toBeNull();
});
