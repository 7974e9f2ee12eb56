/** Month end of a group: a pack is chosen on the grid, kept, run again with one press, followed, and taken as one file. */
import { readFile } from 'node:fs/promises';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unzip } from '#test/read-workbook.ts';
import { launchBrowser } from './browser.ts';
import { newDataDir, type Product, removeDataDir, startProduct } from './product.ts';
import { visit, type Visitor } from './visitor.ts';

const reports = ['Purchase Orders', 'Vendor Spend', 'Item Purchases', 'Receiving Variance', 'Inventory'];
let product: Product;
let dataDir: string;
let browser: Browser;
let owner: Visitor;
let clicks = 0;

beforeAll(async () => {
  // twelve companies are too many for what other tests look at
  dataDir = await newDataDir();
  product = await startProduct(dataDir);
  browser = await launchBrowser();
  owner = await visit(browser, product.address, 'owner');
  const me = (await (await owner.page.request.get('/api/v1/me')).json()) as { organizations: { id: string }[] };
  for (const name of ['Ćwir', 'Δέλτα', 'Эхо', 'Fjord', 'Ghar', 'Hōshi', 'Iğdır', 'Jardín', 'Käfer']) {
    const data = { name, time_zone: 'Europe/Warsaw', currency: 'PLN', locale: 'pl-PL' };
    const answer = await owner.page.request.post(`/api/v1/organizations/${me.organizations[0]?.id}/companies`, {
      data,
      headers: { origin: product.address },
    });
    expect(answer.status()).toBe(201);
  }
});
afterAll(async () => {
  expect(owner.errors).toEqual([]);
  await browser.close();
  await product.stop();
  await removeDataDir(dataDir);
});

const click = async (what: Locator): Promise<void> => {
  clicks += 1;
  await what.click();
};
const toPacks = async (): Promise<void> => {
  await owner.page.goto('/export-history?company=1');
  clicks = 0;
  await click(owner.page.getByRole('link', { name: 'Month end', exact: true }));
  await click(owner.page.getByRole('link', { name: 'Packs', exact: true }));
};
const made = (): Locator => owner.page.getByRole('region', { name: 'Last made' }).getByRole('row');

describe('twelve companies x five reports', { timeout: 300_000 }, () => {
  it('take at most ten clicks in the first month', async () => {
    const { page } = owner;
    await toPacks();
    for (const report of reports) {
      await click(page.getByRole('checkbox', { name: `All companies: ${report}`, exact: true }));
    }
    await page.getByText('60 exports of 12 companies').waitFor();
    await click(page.getByRole('button', { name: 'Save as…' }));
    await page.getByRole('dialog').getByLabel('Name').fill('Księgowa');
    await click(page.getByRole('button', { name: 'Save and make now' }));
    await page.getByText('Pack requested').waitFor();
    // wanted: at most ten
    expect(clicks).toBe(9);
    await made().filter({ hasText: 'Completed' }).waitFor({ timeout: 200_000 });
    await made().getByText('Agrees').waitFor();
  });

  it('take at most three in the second, and the file holds all of them', async () => {
    const { page } = owner;
    await toPacks();
    await click(page.getByRole('button', { name: 'Run Księgowa' }));
    await page.getByText('Pack requested').waitFor();
    // wanted: at most three
    expect(clicks).toBe(3);
    const done = made().filter({ hasText: 'Completed' });
    await expect.poll(() => done.count(), { timeout: 200_000, interval: 1000 }).toBe(2);
    const coming = page.waitForEvent('download');
    await done
      .first()
      .getByRole('button', { name: /^Download/ })
      .click();
    const parts = await unzip(await readFile(await (await coming).path()));
    const index = JSON.parse(String(parts.get('index.json'))) as { exports: unknown[] };
    expect(index.exports).toHaveLength(60);
  });
});

describe('a pack in Export History', () => {
  it('is one row with its exports inside', async () => {
    const { page } = owner;
    await page.goto('/export-history?company=1&report_type=pack');
    const row = page.locator('tr[data-job]').first();
    await row.getByText('60 exports of 12 companies').waitFor();
    await row.getByText('Agrees').waitFor();
    await row.getByRole('button', { name: 'Show the exports of Księgowa' }).click();
    const inside = page.getByRole('list', { name: 'Exports in this pack' });
    await expect.poll(() => inside.getByRole('listitem').count()).toBe(60);
    await inside.getByText('Δέλτα').first().waitFor();
  });
});

describe('a pack that was canceled', { timeout: 300_000 }, () => {
  it('has what is missing run again from its row, and is whole', async () => {
    const { page } = owner;
    await page.goto('/close?company=1&view=packs');
    await page.getByRole('button', { name: 'Run Księgowa' }).click();
    await page
      .getByRole('button', { name: 'Show in Export History' })
      .or(page.getByRole('link', { name: 'Show in Export History' }))
      .click();
    const row = page.locator('tr[data-job]').first();
    await row.getByRole('button', { name: /^Cancel/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel export' }).click();
    await row.getByText('Canceled', { exact: true }).waitFor();
    await row.getByRole('button', { name: /^Run the missing again/ }).click();
    await row.getByText('Completed', { exact: true }).waitFor({ timeout: 200_000 });
    await row.getByText('Agrees').waitFor();
  });
});

describe('the grid', () => {
  it('is walked with the arrows, ticks columns and everything, and keeps at least one format', async () => {
    const { page } = owner;
    await page.goto('/close?company=1&view=packs');
    const box = (name: string): Locator => page.getByRole('checkbox', { name, exact: true });
    await box('All companies: Vendor Spend').waitFor();
    await box('Everything').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByText('One export of one company').waitFor();
    await box('All reports: Fjord').check();
    await box('CSV of Vendor Spend').check();
    const count = await page.getByRole('checkbox', { name: /^All companies: / }).count();
    await page.getByText(`${count + 2} exports of 2 companies`).waitFor();
    await box('CSV of Vendor Spend').uncheck();
    await box('XLSX of Vendor Spend').click();
    expect(await box('XLSX of Vendor Spend').isChecked()).toBe(true);
  });

  it('opens a saved pack, which is renamed and deleted', async () => {
    const { page } = owner;
    await page.goto('/close?company=1&view=packs');
    const more = page.getByRole('button', { name: 'More actions for Księgowa' });
    await more.click();
    await page.getByRole('menuitem', { name: 'Open in the grid' }).click();
    await page.getByText('60 exports of 12 companies').nth(1).waitFor();
    await more.click();
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Biuro');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('button', { name: 'More actions for Biuro' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete pack' }).click();
    await page.getByText('No pack is saved yet.').waitFor();
  });
});
