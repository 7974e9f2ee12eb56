/** From a sum to its lines and back, days that stay, and the exports of every company on one page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

let browser: Browser;
let finance: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  finance = await visit(browser, inject('address'), 'owner');
});
afterAll(() => browser.close());

const field = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);

it('a sum leads to its lines, and back', async () => {
  const { page } = finance;
  await page.goto('/reports/vendor-spend');
  const name = await page.locator('.report-t tbody .row-link').first().innerText();
  await page.locator('.report-t tbody .row-link').first().click();
  await page.waitForURL((url) => url.pathname === '/reports/order-lines' && url.searchParams.has('vendor_ids'), {
    waitUntil: 'commit',
  });
  await page.getByRole('button', { name: new RegExp(`^Vendors ${name}`) }).waitFor();
  await page.goBack();
  await page.waitForURL((url) => url.pathname === '/reports/vendor-spend', { waitUntil: 'commit' });
});

it('the days stay when the report or the company changes, ids of a company do not', async () => {
  const { page } = finance;
  await page.goto('/reports/vendor-spend?date_from=2026-09-01&date_to=2026-09-30&vendor_ids=1');
  await page.getByRole('heading', { level: 1, name: 'Vendor Spend Report' }).waitFor();
  await page.getByRole('link', { name: 'Purchase Orders' }).click();
  await page.waitForURL((url) => url.pathname === '/reports/purchase-orders', { waitUntil: 'commit' });
  expect([field(page, 'date_from'), field(page, 'vendor_ids')]).toEqual(['2026-09-01', null]);
  await page.goto('/reports/vendor-spend?date_from=2026-09-01&date_to=2026-09-30&vendor_ids=1');
  await page
    .getByRole('button', { name: /Change company/ })
    .first()
    .click();
  await page.getByRole('menuitemradio', { checked: false }).first().click();
  await expect.poll(() => field(page, 'company')).not.toBe('1');
  expect([field(page, 'date_from'), field(page, 'date_to'), field(page, 'vendor_ids')]).toEqual([
    '2026-09-01',
    '2026-09-30',
    null,
  ]);
});

it('Export History shows the exports of all companies, each with its own', async () => {
  const { page } = finance;
  await page.goto('/export-history?company=1');
  const all = page.getByRole('button', { name: 'All companies' });
  await all.waitFor();
  const { total: ofOne } = (await (await page.request.get('/api/v1/export-jobs?company_id=1')).json()) as {
    total: number;
  };
  const { total: ofAll } = (await (await page.request.get('/api/v1/export-jobs')).json()) as { total: number };
  await all.click();
  await expect.poll(() => field(page, 'of')).toBe('all');
  await page.getByText(new RegExp(`^${ofAll.toLocaleString('en')} exports$`)).waitFor();
  expect(ofAll).toBeGreaterThanOrEqual(ofOne);
  await page.locator('.jobs tbody .c-comp').getByText('Harbour Grill Hamburg').first().waitFor();
});

it("one's own export of another company is followed from anywhere, and downloaded there", async () => {
  const { page } = finance;
  await page.goto('/reports?company=1');
  await page.getByRole('heading', { level: 1, name: 'Reports' }).waitFor();
  const created = await page.request.post('/api/v1/export-jobs', {
    data: {
      company_id: '2',
      report_type: 'price_changes',
      file_format: 'xlsx',
      date_from: '2026-10-01',
      date_to: '2026-10-31',
    },
    headers: { origin: inject('address') },
  });
  expect(created.status()).toBe(201);
  await page.getByText('Export is ready').waitFor();
  await page.getByRole('button', { name: /^Your exports/ }).click();
  const entry = page.getByRole('dialog', { name: 'Your exports' }).getByRole('listitem').first();
  await entry.getByRole('link', { name: 'Price Changes' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    entry.getByRole('button', { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^price-changes_.*_xlsx\.zip$/);
});

it('the exports of all companies say whose each is, and are narrowed to one', async () => {
  const { page } = finance;
  await page.goto('/export-history?company=1&of=all');
  await page.getByRole('columnheader', { name: 'Company' }).waitFor();
  await page.getByRole('button', { name: 'Company', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Company' });
  await panel.getByRole('radio').nth(1).check();
  await panel.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => field(page, 'in')).not.toBeNull();
  await expect.poll(async () => new Set(await page.locator('.c-comp').allInnerTexts()).size).toBe(2);
});

it('a document is one key away', async () => {
  const { page } = finance;
  await page.keyboard.press('Control+k');
  await page.waitForURL((url) => url.pathname === '/documents', { waitUntil: 'commit' });
  await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search');
});

it('no page logged an error', () => {
  expect(finance.errors).toEqual([]);
});
