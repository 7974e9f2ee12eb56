/** Documents: found by the number on the paper, taken back with a reason, and brought back; the import page asks before it guesses. */
import type { Browser } from 'playwright-core';
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

const csv = (name: string, ...lines: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(`${lines.join('\n')}\n`),
});
/** The demo's older months are closed. */
const openDay = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
const orderHead =
  'po_number,vendor_code,delivery_location_code,status,line_no,description,order_unit,ordered_qty,unit_price';

it('a number of two vendors is asked about, and a delivery is found, corrected, taken back and brought back', async () => {
  const { page } = manager;
  await page.goto('/import?company=2');
  const files = [
    csv('delivery_locations.csv', 'code,name', 'E2E-L,Pier'),
    csv('vendors.csv', 'code,name', 'E2E-A,Quay', 'E2E-B,Dock'),
    csv(
      'purchase_orders.csv',
      orderHead,
      'E2E/7,E2E-A,E2E-L,sent,1,Crab,box,2,10',
      'E2E/7,E2E-B,E2E-L,sent,1,Cod,box,2,5',
    ),
    csv(
      'receipts.csv',
      'receipt_number,kind,po_number,vendor_code,line_no,received_at,received_qty,document_number',
      `E2E-R,receipt,E2E/7,E2E-A,1,${openDay},2,E2E-INV`,
    ),
  ];
  await page.getByLabel('Files to import').setInputFiles(files);
  await page.getByText('Are these orders of their own?').waitFor();
  await page.getByRole('button', { name: 'Yes, orders of their own' }).click();
  await page.getByRole('button', { name: /^Import \d+ rows$/ }).click();
  await page.getByRole('heading', { name: /rows are in$/ }).waitFor();

  await page.getByRole('link', { name: 'Documents' }).first().click();
  await page.getByLabel('Search documents').fill('e2e-inv');
  await page.getByRole('link', { name: 'Delivery E2E-R' }).click();
  await page.getByRole('heading', { name: 'Delivery E2E-R' }).waitFor();
  await page.getByRole('link', { name: 'Order E2E/7' }).waitFor();

  await page.getByRole('button', { name: 'Correct' }).click();
  await page.getByLabel('Received').fill('3');
  await page.getByLabel('Reason').fill('Wrongly typed');
  await page.getByRole('dialog').getByRole('button', { name: 'Correct' }).click();
  await page.getByText('30.00 EUR net').waitFor();
  await page.getByRole('button', { name: 'Take back' }).first().click();
  await page.getByLabel('Reason').fill('Never came');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await page.getByText('0.00 EUR net').waitFor();
  await page
    .getByText(/Taken back .*: Never came/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Bring back' }).first().click();
  await page.getByLabel('Reason').fill('It came');
  await page.getByRole('dialog').getByRole('button', { name: 'Bring back' }).click();
  await page.getByText('30.00 EUR net').waitFor();
  expect(manager.errors).toEqual([]);
});

it('two files of one name that come together both stay, until one is left out', async () => {
  const { page } = manager;
  await page.goto('/import?company=2');
  await page
    .getByLabel('Files to import')
    .setInputFiles([csv('vendors.csv', 'code,name', 'E2E-C,One'), csv('vendors.csv', 'code,name', 'E2E-D,Second')]);
  await page.getByText('This file was sent twice').waitFor();
  await page
    .getByRole('button', { name: /^Leave out/ })
    .first()
    .click();
  await page.getByText('Checked, nothing written yet: 1 new').waitFor();
  expect(manager.errors).toEqual([]);
});
