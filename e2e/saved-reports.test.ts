/** M54, M56, M57: a question is kept, found again by its address, changed, handed on and exported; columns on screen are those of its file. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { SavedReport } from '#contract/saved-reports.ts';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

let browser: Browser;
let finance: Visitor;
let saved: SavedReport;

beforeAll(async () => {
  browser = await launchBrowser();
  finance = await visit(browser, inject('address'), 'finance');
});
afterAll(() => browser.close());

const field = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);
const heads = (page: Page): Promise<string[]> =>
  page.getByRole('table', { name: 'Vendor Spend' }).getByRole('columnheader').allInnerTexts();
const kept = async (page: Page): Promise<SavedReport[]> =>
  ((await (await page.request.get('/api/v1/companies/1/saved-reports')).json()) as { results: SavedReport[] }).results;
const menu = async (page: Page, name: string, entry: string): Promise<void> => {
  await page.getByRole('button', { name: `More for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
};
const list = (page: Page): Locator => page.getByRole('region', { name: 'Saved reports' });

it('columns are hidden, moved and brought back; what is on screen is what is exported', async () => {
  const { page } = finance;
  await page.goto('/reports/vendor-spend');
  await page.getByRole('button', { name: 'Last month', exact: true }).click();
  await expect.poll(() => field(page, 'date_from')).toMatch(/-01$/);
  const panel = page.getByRole('dialog', { name: 'Columns' });
  await page.getByRole('button', { name: 'Columns' }).click();
  await panel.getByLabel('Vendor', { exact: true }).waitFor();
  for (const column of await panel.getByRole('checkbox').all()) await column.uncheck();
  for (const column of ['Vendor', 'Net purchases', 'Currency']) await panel.getByLabel(column, { exact: true }).check();
  await panel.getByRole('button', { name: 'Move Net purchases up' }).click();
  for (let n = 0; n < 4; n += 1) await panel.getByRole('button', { name: 'Move Net purchases up' }).click();
  await panel.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => heads(page)).toEqual(['Net purchases', 'Vendor', 'Currency']);
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption('previous_period');
  const all = [
    'Net purchases',
    'Vendor',
    'Currency',
    ...['before', 'change', 'change %'].map((word) => `Net purchases ${word}`),
  ];
  await expect.poll(() => heads(page)).toEqual(all);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  const [first] = parse(await readFile(await download.path(), 'utf8')) as string[][];
  expect(first).toEqual(all);
});

it('is saved with days that move on, and opened by an address that names it alone', async () => {
  const { page } = finance;
  await page.getByRole('button', { name: 'Save…' }).click();
  const panel = page.getByRole('dialog', { name: 'Save…' });
  expect(await panel.getByLabel('Days').inputValue()).toBe('last_month');
  await panel.getByLabel('Name').fill('Who got what');
  await panel.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(() => field(page, 'saved')).not.toBeNull();
  saved = (await kept(page)).find(({ name }) => name === 'Who got what') as SavedReport;
  expect(saved).toMatchObject({
    columns: ['net_purchases', 'vendor', 'currency'],
    period: { kind: 'last_month' },
    options: { compare_to: 'previous_period' },
    is_shared: false,
  });
  expect(field(page, 'saved')).toBe(saved.id);
  await page.goto(`/reports/vendor-spend?company=1&saved=${saved.id}`);
  await expect.poll(() => field(page, 'compare_to')).toBe('previous_period');
  expect(field(page, 'date_from')).toMatch(/-01$/);
  await expect.poll(() => heads(page)).toHaveLength(6);
});

it('is changed, and says so until it is saved', async () => {
  const { page } = finance;
  const open = page.getByRole('button', { name: /^Who got what/ });
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption('');
  await open.getByText('changed').waitFor();
  await open.click();
  const panel = page.getByRole('dialog', { name: 'Save…' });
  await panel.getByRole('checkbox').check();
  await panel.getByRole('button', { name: 'Save changes' }).click();
  await open.getByText('changed').waitFor({ state: 'detached' });
  await expect.poll(async () => (await kept(page))[0]).toMatchObject({ id: saved.id, options: {}, is_shared: true });
});

it('is exported by its name, previewed first, and Export History names it', async () => {
  const { page } = finance;
  await page.goto('/export-history');
  await page.getByRole('button', { name: 'New export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Saved report').selectOption('Who got what');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  const lines = dialog.getByRole('region', { name: /first lines/ });
  await expect.poll(() => lines.innerText()).toMatch(/^Net purchases,Vendor,Currency\n/);
  await dialog.getByRole('button', { name: 'Export CSV' }).click();
  await page.getByRole('row').filter({ hasText: 'Who got what' }).first().getByText('Completed').waitFor();
});

it('shared, everybody opens it and nobody else changes it; private again, it is gone for them', async () => {
  const { page } = finance;
  const owner = await visit(browser, inject('address'), 'manager');
  await owner.page.goto('/reports');
  await list(owner.page).getByText('By Jonas Brandt').waitFor();
  await page.goto('/reports');
  await menu(page, 'Who got what', 'Make private');
  await page.getByText('Private now').waitFor();
  await owner.page.goto(`/reports/vendor-spend?company=1&saved=${saved.id}`);
  await owner.page.getByText('This saved report is not there').waitFor();
  await expect.poll(() => field(owner.page, 'saved')).toBeNull();
  expect(owner.errors).toEqual([]);
  await owner.close();
});

it('is duplicated, renamed and deleted', async () => {
  const { page } = finance;
  await menu(page, 'Who got what', 'Duplicate');
  await list(page).getByRole('link', { name: 'Copy of Who got what' }).waitFor();
  await menu(page, 'Copy of Who got what', 'Rename');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('who GOT what');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await dialog
    .getByText(/There is a saved report named|taken/)
    .first()
    .waitFor();
  await dialog.getByLabel('Name').fill('Month end');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await list(page).getByRole('link', { name: 'Month end' }).waitFor();
  await menu(page, 'Month end', 'Delete');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(async () => (await kept(page)).map(({ name }) => name)).toEqual(['Who got what']);
  expect(finance.errors).toEqual([]);
});
