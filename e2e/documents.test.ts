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

it('what changed since the last export is one click away; an undo in closed days asks why', async () => {
  const { page } = manager;
  /** As the page would, without a form for it. */
  const send = (method: string, path: string, body?: unknown) =>
    page.evaluate(
      async ([verb, address, text]) => {
        const answer = await fetch(`/api/v1${address}`, {
          method: verb ?? '',
          ...(text && { body: text, headers: { 'content-type': 'application/json' } }),
        });
        return (await answer.json()) as Record<string, unknown>;
      },
      [method, path, body === undefined ? '' : JSON.stringify(body)],
    );
  const question = `company=2&date_from=${openDay}&date_to=${openDay}`;
  const sinceLast = page.getByRole('button', { name: 'Since my last export' });
  await page.goto(`/reports/order-lines?${question}`);
  await sinceLast.click();
  await page.getByText('No export of this to compare with').waitFor();
  const job = await send('POST', '/export-jobs', {
    company_id: '2',
    report_type: 'order_lines',
    file_format: 'csv',
    date_from: openDay,
    date_to: openDay,
  });
  await expect
    .poll(async () => (await send('GET', `/export-jobs/${String(job['id'])}`))['status'], { timeout: 60_000 })
    .toBe('completed');
  await sinceLast.click();
  await page.getByText(/^Nothing has changed since the export of/).waitFor();

  const before = await send('GET', '/companies/2/closing');
  try {
    const closed = { closed_until: openDay, policy: 'reason', reason: 'Fish week is over' };
    expect(await send('PUT', '/companies/2/closing', closed)).toMatchObject({ closed_until: openDay });
    await page.goto('/changes?company=2');
    await page
      .getByRole('button', { name: /^Undo… Undo of change/ })
      .first()
      .click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Undo it' }).click();
    const why = page.getByRole('dialog', { name: /^Undo change \d+ in closed days/ });
    await why.waitFor();
    expect(await why.getByRole('button', { name: 'Undo it' }).isDisabled()).toBe(true);
    await why.getByLabel('Why closed days change').fill('The crab never came');
    await why.getByRole('button', { name: 'Undo it' }).click();
    await page.getByText(/^Change \d+ is undone/).waitFor();
    const { results } = await send('GET', '/companies/2/closing/writes');
    expect(results).toMatchObject([{ reason: 'The crab never came' }, ...(results as unknown[]).slice(1)]);
  } finally {
    const { closed_until, policy } = before;
    await send('PUT', '/companies/2/closing', { closed_until, policy, reason: 'As it was' });
  }
  await page.goto(`/reports/order-lines?${question}`);
  await sinceLast.click();
  await page.getByText('The export has been asked for').waitFor();
  await page.goto('/exports?company=2');
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
