/** Credits in either sign are the same credit to the cent, however often and in whichever form they come. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CsvRow } from '#test/import-files.ts';
import { invoiceRow, invoices, orderRow, orders, purchaseKitchen } from '#test/purchase-rows.ts';
import { type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
beforeAll(async () => {
  site = await startReportSite();
});
afterAll(() => site.close());

const line = (line_no: number, money: CsvRow): CsvRow =>
  invoiceRow('Г-7', line_no, { kind: 'credit', description: 'Сливки', quantity: 0, unit_price: null, net_amount: null, tax_amount: null, ...money }); // prettier-ignore
const kept = `SELECT line_no, quantity::float, unit_price::float, net_amount::float, tax_amount::float FROM invoice_lines l
  JOIN invoices i ON i.id = l.invoice_id WHERE i.company_id = $company ORDER BY line_no`;

/** One credit as five systems write it: 3 x 4.15 and 0.07 for a wrong price, 19 % tax. */
const forms: Readonly<Record<string, readonly [CsvRow, CsvRow]>> = {
  'all negative': [{ quantity: -3, unit_price: '4.15', net_amount: '-12.45', tax_amount: '-2.37' }, { net_amount: '-0.07', tax_amount: '-0.01' }],
  'all positive': [{ quantity: 3, unit_price: '4.15', net_amount: '12.45', tax_amount: '2.37' }, { net_amount: '0.07', tax_amount: '0.01' }],
  'negative prices': [{ quantity: 3, unit_price: '-4.15', net_amount: '-12.45', tax_amount: '-2.37' }, { net_amount: '-0.07', tax_amount: '-0.01' }],
  'negative amounts of positive quantities': [{ quantity: 3, unit_price: '4.15', net_amount: '-12.45', tax_amount: '-2.37' }, { net_amount: '-0.07', tax_amount: '-0.01' }],
  'amounts worked out': [{ quantity: 3, unit_price: '4.15', tax_rate: '0.19' }, { net_amount: '0.07', tax_rate: '0.19' }],
}; // prettier-ignore

test('a credit is the same credit in five forms, and sending another form changes nothing', async () => {
  const { send, rows, report } = await purchaseKitchen(site);
  for (const [form, [goods, price]] of Object.entries(forms)) {
    const { files, errors } = await send(invoices(line(1, goods), line(2, price)));
    expect([form, errors ?? []]).toEqual([form, []]);
    const [first] = Object.keys(forms);
    if (form !== 'amounts worked out')
      expect(files[0]).toMatchObject(form === first ? { created: 2 } : { created: 0, updated: 0, unchanged: 2 });
    expect(await rows(kept)).toEqual([
      { line_no: 1, quantity: -3, unit_price: 4.15, net_amount: -12.45, tax_amount: -2.37 },
      { line_no: 2, quantity: 0, unit_price: 0, net_amount: -0.07, tax_amount: -0.01 },
    ]);
  }
  const { results } = await report('vendor');
  expect(results.map(({ returns, credits }) => [returns, credits])).toEqual([['-12.45', '-0.07']]);
});

test('prices with tax in them are taken out of a positive credit as of a negative one', async () => {
  const money = { quantity: 7, unit_price: '1.19', prices_include_tax: 'true', tax_rate: '0.19' };
  const all = await Promise.all(
    [money, { ...money, quantity: -7 }].map(async (one) => {
      const { send, rows } = await purchaseKitchen(site);
      await send(invoices(line(1, one)));
      return rows(kept);
    }),
  );
  expect(all[0]).toEqual([{ line_no: 1, quantity: -7, unit_price: 1, net_amount: -7, tax_amount: -1.33 }]);
  expect(all[1]).toEqual(all[0]);
});

test('a credit of both signs is refused line by line, one of nothing as well, and invoices keep what they say', async () => {
  const { send, reasons, rows } = await purchaseKitchen(site);
  const both = 'This credit has amounts of both signs: write all its lines negative, or all positive';
  expect(await reasons(invoices(line(1, { net_amount: '-5' }), line(2, { net_amount: '2' })))).toEqual([
    [3, 'net_amount', both],
  ]);
  expect(await reasons(invoices(line(1, { net_amount: '5', tax_amount: '-1' })))).toEqual([[2, 'net_amount', both]]);
  expect(await reasons(invoices(line(1, { net_amount: '5' }), line(2, { net_amount: '0' })))).toEqual([
    [3, 'net_amount', 'A credit has an amount'],
  ]);
  // the number of a credit may be that of an invoice, and another vendor's credit is another
  const { errors } = await send(
    invoices(
      line(1, { net_amount: '5' }),
      invoiceRow('Г-7', 1, { kind: 'invoice', net_amount: '9', unit_price: null, tax_amount: null }),
      line(1, { vendor_code: 'B', net_amount: '-8' }),
      line(2, { vendor_code: 'B', net_amount: '-1' }),
    ),
  );
  expect(errors ?? []).toEqual([]);
  expect((await rows(kept)).map((row) => row['net_amount']).toSorted((a, b) => a - b)).toEqual([-8, -5, -1, 9]);
  await send({
    ...orders(orderRow('1', 'A', 1)),
    ...invoices(invoiceRow('Г-8', 1, { kind: 'invoice', quantity: -1, po_number: '1' })),
  });
  expect((await rows(kept)).map((row) => row['net_amount'])).toContain(-25);
});
