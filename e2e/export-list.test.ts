/** The list of exports as a table: its columns, badges, sorting, filters, refresh and pages (M2 to M5, M7 to M12). */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ExportJob, Page as JobPage } from '#contract/export-jobs.ts';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

const list = '/export-history?company=1';
let browser: Browser;
let finance: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  finance = await visit(browser, inject('address'), 'finance');
});
afterAll(async () => {
  expect(finance.errors).toEqual([]);
  await browser.close();
});
beforeEach(async () => {
  await finance.page.goto(list);
  await rows().first().waitFor();
});

const table = (): Locator => finance.page.getByRole('table', { name: /^Export jobs/ });
const rows = (): Locator =>
  table()
    .getByRole('row')
    .filter({ has: finance.page.getByRole('cell') });
const header = (name: string): Locator => table().getByRole('columnheader', { name, exact: true });
const field = (name: string): string | null => new URL(finance.page.url()).searchParams.get(name);

async function jobs(query: string): Promise<JobPage<ExportJob>> {
  return (await finance.page.request.get(`/api/v1/export-jobs?company_id=1&${query}`)).json() as Promise<
    JobPage<ExportJob>
  >;
}

const idsShown = (): Promise<(string | null)[]> =>
  rows().evaluateAll((all) => all.map((row) => row.getAttribute('data-job')));

describe('the table', () => {
  it('has the columns of M2, each found by its role and name', async () => {
    for (const name of ['Format', 'Date range', 'Report type', 'Status', 'Created', 'Download'])
      await expect.poll(() => header(name).count()).toBe(1);
  });

  it('shows on its first page how an export can end, and Download only where there is a file (M3, M4, M5, M8)', async () => {
    const { results } = await jobs('page_size=20');
    const ends = new Set(results.map(({ status }) => status));
    expect([...ends]).toEqual(expect.arrayContaining(['completed', 'failed', 'canceled']));
    for (const job of results) {
      const row = table().locator(`[data-job="${job.id}"]`);
      await row.getByText(job.file_format.toUpperCase(), { exact: true }).waitFor();
      expect(await row.getByRole('button', { name: /^Download/ }).count()).toBe(job.is_downloadable ? 1 : 0);
      if (job.error) await row.getByText(job.error.message).waitFor();
    }
  });

  it('keeps two hundred rows in order, and every one is there to a reader (M10)', async () => {
    await finance.page.goto(`${list}&page_size=200`);
    const { results } = await jobs('page_size=200');
    await expect.poll(idsShown).toEqual(results.map(({ id }) => id));
  });
});

describe('sorting (M11)', () => {
  it.each([
    ['Format', 'file_format'],
    ['Date range', '-date_from'],
    ['Report type', 'report_type'],
    ['Status', 'status'],
  ])('%s asks for %s, turns round at the second click, and goes back to the first page', async (name, ordering) => {
    const { page } = finance;
    await page.goto(`${list}&page_size=10&page=1`);
    await rows().first().waitFor();
    for (const [wanted, said] of [
      [ordering, ordering.startsWith('-') ? 'descending' : 'ascending'],
      [
        ordering.startsWith('-') ? ordering.slice(1) : `-${ordering}`,
        ordering.startsWith('-') ? 'ascending' : 'descending',
      ],
    ] as const) {
      await header(name).getByRole('button').click();
      await expect.poll(() => field('ordering')).toBe(wanted);
      expect(field('page')).toBeNull();
      const { results } = await jobs(`page_size=10&ordering=${wanted}`);
      await expect.poll(idsShown).toEqual(results.map(({ id }) => id));
      expect(await header(name).getAttribute('aria-sort')).toBe(said);
      expect(await table().locator('[aria-sort]').count()).toBe(1);
    }
  });

  it('Created turns round from newest first, and back to the plain address', async () => {
    await header('Created').getByRole('button').click();
    await expect.poll(() => field('ordering')).toBe('created_at');
    await header('Created').getByRole('button').click();
    await expect.poll(() => field('ordering')).toBeNull();
  });
});

describe('filters (M9)', () => {
  it('two statuses and a format stand in the address as commas, and Clear filters takes them away', async () => {
    const { page } = finance;
    const bar = page.getByRole('group', { name: 'Filters' });
    await bar.getByRole('button', { name: 'Status' }).click();
    await page.getByRole('checkbox', { name: /^Failed/ }).check();
    await page.getByRole('checkbox', { name: /^Canceled/ }).check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => field('status')?.split(',').sort()).toEqual(['canceled', 'failed']);
    await bar.getByRole('button', { name: 'Format' }).click();
    await page.getByRole('checkbox', { name: /^XLSX/ }).check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => field('file_format')).toBe('xlsx');
    const { results } = await jobs('status=failed,canceled&file_format=xlsx');
    await expect.poll(idsShown).toEqual(results.map(({ id }) => id));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => [field('status'), field('file_format')]).toEqual([null, null]);
  });

  it('the created range of the page is the created_at range of the API (M24)', async () => {
    const { page } = finance;
    const asked = page.waitForRequest((request) => request.url().includes('created_at_from=2026-01-02'));
    await page.goto(`${list}&created_from=2026-01-02&created_to=2099-01-02`);
    const query = new URL((await asked).url()).searchParams;
    expect(query.get('created_at_to')).toBe('2099-01-02');
    expect(query.has('created_from')).toBe(false);
  });
});

describe('Refresh and pages', () => {
  it('Refresh asks at once and keeps the rows (M7)', async () => {
    const asked = finance.page.waitForRequest((request) => request.url().includes('/api/v1/export-jobs?'));
    await finance.page.getByRole('button', { name: 'Refresh' }).click();
    await asked;
    expect(await rows().count()).toBeGreaterThan(0);
  });

  it('the next page is page=1, and Back is the first again', async () => {
    const { page } = finance;
    await page.getByRole('link', { name: 'Next page' }).click();
    await expect.poll(() => field('page')).toBe('1');
    const second = await jobs('page=1');
    await expect.poll(idsShown).toEqual(second.results.map(({ id }) => id));
    await page.goBack();
    await expect.poll(() => field('page')).toBeNull();
  });
});

describe('without a connection', () => {
  it('another page is still the product, and says what is the matter', async () => {
    const other = await visit(browser, inject('address'), 'finance', { path: '/sign-in?return=/export-history' });
    await other.page.getByRole('table', { name: /^Export jobs/ }).waitFor();
    // the other pages' code comes by itself, when there is time
    const pages = (): Promise<number> =>
      other.page.evaluate(
        () => performance.getEntriesByType('resource').filter(({ name }) => /assets\/[a-z-]*page-/.test(name)).length,
      );
    await expect.poll(pages).toBeGreaterThan(8);
    // and so does what they are made of
    const reports = (): Promise<boolean> =>
      other.page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .some(({ name, duration }) => name.endsWith('/api/v1/reports') && duration > 0),
      );
    await expect.poll(reports).toBe(true);
    await other.page.context().setOffline(true);
    await other.page.getByRole('navigation').getByRole('link', { name: 'Inventory', exact: true }).click();
    await other.page.getByRole('heading', { name: 'Inventory Report' }).waitFor();
    await other.page.getByText('The server cannot be reached').waitFor();
    await other.page.context().setOffline(false);
    await other.page.getByRole('button', { name: 'Try now' }).click();
    await other.page.getByRole('table').first().waitFor();
    await other.close();
  });
});

describe('sessions', () => {
  it('one that ended elsewhere (M74) shows nothing and asks for the password; the form that was open is as it was', async () => {
    const other = await visit(browser, inject('address'), 'manager', {
      path: '/sign-in?return=/export-history?status=failed',
    });
    await other.page.waitForURL(/status=failed/, { waitUntil: 'commit' });
    const tab = await other.context.newPage();
    await tab.goto('/export-history?status=canceled');
    await tab.getByRole('heading', { level: 1 }).waitFor();
    await other.page.getByRole('button', { name: 'New export' }).click();
    await other.page.getByRole('dialog').getByLabel('Report', { exact: true }).selectOption('item');
    await other.page.request.post('/api/v1/sign-out', { headers: { origin: inject('address') } });
    await other.page.getByText('Your session has ended.').waitFor();
    await expect.poll(() => other.page.getByRole('table').count()).toBe(0);
    await tab.getByText('Your session has ended.').waitFor();
    await other.page.getByLabel('Password', { exact: true }).fill('harbour-hearth');
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const dialog = other.page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'New export' }).waitFor();
    expect(await dialog.getByLabel('Report', { exact: true }).inputValue()).toBe('item');
    expect(other.page.url()).toMatch(/export-history\?.*status=failed/);
    // another tab goes on by itself
    await tab.getByText('Your session has ended.').waitFor({ state: 'detached' });
    await tab.getByRole('heading', { level: 1, name: 'Export History' }).waitFor();
    await other.close();
  });
});
