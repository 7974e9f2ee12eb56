/** The import page: every error with its place, nothing written before it is said, and everything in afterwards. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

let browser: Browser;
let manager: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  manager = await visit(browser, inject('address'), 'manager');
});
afterAll(() => browser.close());

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const csv = (name: string, ...lines: string[]) => file(name, `${lines.join('\n')}\n`);
const choose = (page: Page, ...files: ReturnType<typeof csv>[]): Promise<void> =>
  page.getByLabel('Files to import').setInputFiles(files);

async function vendorCount(page: Page): Promise<number> {
  const answer = await page.request.get('/api/v1/companies/2/vendors?page_size=1');
  return ((await answer.json()) as { total: number }).total;
}

it('wrong files are told by file, row, column, value and reason; corrected ones are imported, all or nothing', async () => {
  const { page } = manager;
  await page.goto('/import?company=2');
  await page.getByRole('link', { name: 'Download template vendors.csv' }).waitFor();
  const before = await vendorCount(page);
  const vendors = csv('vendors.csv', 'code,name', 'E2E1,Quay Traders', 'E2E2,Dock & Sons');
  await choose(page, vendors, csv('items.csv', 'code,name,base_unit,standard_cost', 'E2E9,Samphire,kg,"12,5"'));
  await page.getByRole('alert').getByText('Nothing was imported: 1 error in 1 file').waitFor();

  const error = page.getByRole('table', { name: 'Errors' }).getByRole('row').nth(1);
  await expect
    .poll(() => error.getByRole('cell').allInnerTexts())
    .toEqual(['2', 'standard_cost', '', 'Decimal comma. Use a point: 12.5']);
  const value = error.getByLabel('standard_cost in row 2');
  expect(await value.inputValue()).toBe('12,5');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Errors as CSV' }).click();
  expect(await readFile(await (await download).path(), 'utf8')).toBe(
    '\uFEFFfile,row,column,value,reason\r\nitems.csv,2,standard_cost,"12,5",Decimal comma. Use a point: 12.5\r\n',
  );

  const faulty = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Faulty rows only' }).click();
  expect(await readFile(await (await faulty).path(), 'utf8')).toBe(
    '\uFEFFcode,name,base_unit,standard_cost,Row,Reason\r\nE2E9,Samphire,kg,"12,5",2,standard_cost: Decimal comma. Use a point: 12.5\r\n',
  );
  // corrected in the grid, and kept with the import
  await value.fill('12.5');
  await page.getByRole('button', { name: 'Check with 1 correction' }).click();
  await page.getByText('Checked, nothing written yet: 3 new, 0 changed, 0 as they are.').waitFor();
  expect(await vendorCount(page)).toBe(before);
  await page.getByRole('button', { name: 'Import 3 rows' }).click();
  await page.getByRole('heading', { name: '3 rows are in' }).waitFor();
  expect(await vendorCount(page)).toBe(before + 2);

  await page.getByRole('button', { name: 'Import more' }).click();
  await choose(page, vendors);
  await page.getByText('There is nothing to import').waitFor();
  expect(manager.errors).toEqual([]);
});

it('a file of another system is looked at, asked about, kept as a profile, and known the second time', async () => {
  const { page } = manager;
  await page.goto('/import?company=2');
  // the demo's older months are closed
  const openDay = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const [year, month, day] = openDay.split('-');
  const bills = (number: string) =>
    [
      'Einkauf Mai;;;;;;',
      'Lieferant;Rechnungsnummer;Rechnungsdatum;Bezeichnung;Menge;Nettobetrag;Einheit',
      `Quay Traders;${number};${day}.${month}.${year};Queller;2,5;1.031,25;kg`,
      'Summe;;;;;1.031,25;',
    ].join('\r\n');
  await choose(page, file('einkauf mai.csv', bills('R-1')));
  await page.getByRole('heading', { name: 'How einkauf mai.csv is read' }).waitFor();
  const preview = page.getByRole('table', { name: 'Preview' });
  await preview.getByText('1031.25').waitFor();
  await preview.getByText(openDay).waitFor();
  expect(await preview.locator('tr.is-out').count()).toBe(2);
  const places = await page.request.get('/api/v1/companies/2/delivery-locations?page_size=1');
  const { results } = (await places.json()) as { results: { code: string }[] };
  await page.getByLabel('The same for all rows: delivery_location_code').fill(results[0]?.code ?? '');
  await page.getByRole('button', { name: 'Use' }).click();
  await page.getByRole('button', { name: 'Save and check' }).click();
  await page.getByRole('button', { name: 'Import 1 row' }).click();
  await page.getByRole('heading', { name: '1 row is in' }).waitFor();

  // the second time nothing is asked
  await page.getByRole('button', { name: 'Import more' }).click();
  await choose(page, file('einkauf juni.csv', bills('R-2')));
  await page.getByText('is read by the profile einkauf mai.').waitFor();
  await page.getByRole('button', { name: 'Start over' }).click();
  expect(manager.errors).toEqual([]);
});

it('a check can be stopped, another page looked at meanwhile, and the files are still there', async () => {
  const { page } = manager;
  await page.goto('/import?company=2');
  const rows = Array.from({ length: 400_000 }, (_, n) => `BULK${n},Vendor number ${n}\n`);
  await choose(page, file('vendors.csv', `code,name\n${rows.join('')}`));
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.getByRole('link', { name: 'Delivery Locations' }).first().click();
  await page.getByRole('heading', { name: 'Delivery Locations' }).waitFor();
  await page.getByRole('link', { name: 'Import', exact: true }).first().click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Check the files' }).waitFor();
  expect(await page.getByText('1 file, ').count()).toBe(1);
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('heading', { name: /^The kinds of file/ }).waitFor();
});

it('without the permission the page says what is missing and whom to ask', async () => {
  const buyer = await visit(browser, inject('address'), 'buyer', { path: '/sign-in?return=/import' });
  await buyer.page.getByRole('heading', { name: 'You cannot import into Harbour Grill Hamburg' }).waitFor();
  await buyer.page.getByText('Import data').waitFor();
  await buyer.page.getByRole('link', { name: 'Ask Amelie Petersen' }).waitFor();
  expect(await buyer.page.getByRole('button', { name: 'Choose files…' }).count()).toBe(0);
  await buyer.close();
});
