/** M50 to M52, M73: the report pages, whose address is their whole state, and the files that hold what they show. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Browser, Download, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { unzip } from '#test/read-workbook.ts';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

let browser: Browser;
let finance: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  finance = await visit(browser, inject('address'), 'finance');
});
afterAll(() => browser.close());

interface ReportAnswer {
  total: number;
  date_from: string;
  date_to: string;
  totals: Record<string, string>[];
}

async function report(page: Page, type: string, query: Record<string, string> = {}): Promise<ReportAnswer> {
  const search = new URLSearchParams({ company_id: '1', page_size: '1', ...query }).toString();
  return (await (await page.request.get(`/api/v1/reports/${type}?${search}`)).json()) as ReportAnswer;
}

const lines = (page: Page): Locator =>
  page.getByRole('region', { name: /scrolls sideways/ }).locator('tbody tr:not(.group)');
const field = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);
const grouped = (text: string | undefined): string => (text ?? '').replace(/\B(?=(\d{3})+\.)/g, ',');
const textOf = async (download: Download): Promise<string> => readFile(await download.path(), 'utf8');

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page
    .getByRole('cell', { name: /\d\.\d\d$/ })
    .first()
    .waitFor();
}

describe('Purchase Orders', () => {
  it('shows the last 30 days of all locations, and the totals of all lines, not of the page', async () => {
    const { page } = finance;
    await open(page, '/purchase-orders');
    const { total, totals } = await report(page, 'delivery_location');
    const footer = page.getByRole('row', { name: /^Total of all/ });
    expect(await footer.innerText()).toContain(grouped(totals[0]?.['total_price']));
    expect(await lines(page).count()).toBe(Math.min(25, total));
    const bars = page.getByRole('table', { name: /^Net by day/ }).getByRole('row');
    // drawn when there is time
    await expect.poll(() => bars.count()).toBe(30 + 1);
  });

  it('keeps location, period, order and page in its address; back and reload restore them', async () => {
    const { page } = finance;
    await open(page, '/purchase-orders');
    await page.getByRole('button', { name: 'Last month', exact: true }).click();
    await expect.poll(() => field(page, 'date_from')).toMatch(/-01$/);
    await page.getByRole('button', { name: /^Delivery locations / }).click();
    await page.getByRole('searchbox', { name: 'Search Delivery locations' }).fill('bar');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => field(page, 'delivery_location_ids')).not.toBeNull();
    await page.getByRole('button', { name: 'Total price', exact: true }).click();
    await expect.poll(() => field(page, 'ordering')).toBe('-total_price');
    await page.getByRole('link', { name: 'Next page' }).click();
    await expect.poll(() => field(page, 'page')).toBe('1');

    const {
      date_from = '',
      date_to = '',
      delivery_location_ids = '',
    } = Object.fromEntries(new URL(page.url()).searchParams);
    const { total } = await report(page, 'delivery_location', { date_from, date_to, delivery_location_ids });
    await page.reload();
    await page
      .getByText(`26 – ${Math.min(50, total)} of ${total}`)
      .first()
      .waitFor();
    await page.goBack();
    await expect.poll(() => field(page, 'page')).toBeNull();
    await page.getByText(`1 – 25 of ${total}`).first().waitFor();
  });

  it('nonsense in the address falls back, field by field', async () => {
    const { page } = finance;
    await open(
      page,
      '/purchase-orders?date_from=2026-99-01&date_to=yes&ordering=evil&page=-4&delivery_location_ids=987654321',
    );
    expect(await page.getByRole('button', { name: '30 days', exact: true }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => field(page, 'delivery_location_ids')).toBeNull();
  });

  it('a file downloaded at once and one exported in the background are the same file (M52)', async () => {
    const { page } = finance;
    await open(page, '/purchase-orders');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    const direct = await textOf(download);
    const { total, date_from, date_to } = await report(page, 'delivery_location');
    expect(parse(direct, { columns: true })).toHaveLength(total);
    expect(await exportedFile(page, { report_type: 'delivery_location', date_from, date_to })).toBe(direct);
  });

  it('a PDF that is too long for a download is one choice away from the background', async () => {
    const { page } = finance;
    await open(page, '/purchase-orders?date_from=2020-01-01&date_to=2030-12-31');
    await page.getByRole('button', { name: 'Export options' }).click();
    await page.getByRole('menuitem', { name: /PDF/ }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('radio', { name: /PDF/ }).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Export PDF' }).click();
    await page.getByText('Export started').waitFor();
    await page.getByRole('button', { name: 'Cancel export' }).click();
    await expect.poll(() => page.getByText(/Export canceled|was not canceled/).count()).toBe(1);
  });

  it('says when nothing was delivered, and leads back', async () => {
    const { page } = finance;
    await page.goto('/purchase-orders?date_from=1999-01-01&date_to=1999-01-31');
    await page.getByRole('heading', { name: 'Nothing in these days' }).waitFor();
    await page.getByText(/Data begin on/).waitFor();
    await page.getByRole('button', { name: 'Back to the usual period' }).click();
    await page.getByRole('row', { name: /^Total of all/ }).waitFor();
    expect(field(page, 'date_from')).toBeNull();
  });
});

describe('Inventory', () => {
  it('is narrowed by every filter, and its file by the same', async () => {
    const { page } = finance;
    await open(page, '/inventory');
    await page.getByRole('button', { name: 'All filters' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: 'Active', exact: true }).click();
    await drawer.getByRole('checkbox', { name: 'Issue' }).check();
    await drawer.getByRole('textbox', { name: 'Inventory value, from' }).fill('10,5');
    const { total, totals } = await report(page, 'inventory', {
      activity: 'active',
      movement_types: 'issue',
      inventory_value_min: '10.5',
    });
    await drawer.getByRole('button', { name: `Show ${total}`, exact: true }).click();
    await expect.poll(() => field(page, 'inventory_value_min')).toBe('10.5');
    const footer = page.getByRole('row', { name: new RegExp(`^Total of all ${total} rows`) });
    expect(await footer.innerText()).toContain(grouped(totals[0]?.['inventory_value']));

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    expect(parse(await textOf(download), { columns: true })).toHaveLength(total);
  });

  it('an impossible range is said beside its field and asks for nothing', async () => {
    const { page } = finance;
    await open(page, '/inventory');
    await page.getByRole('button', { name: 'All filters' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('textbox', { name: 'Waste, from' }).fill('5');
    await drawer.getByRole('textbox', { name: 'Waste, to' }).fill('4');
    await drawer.getByText('The first number is larger than the second.').waitFor();
    expect(await drawer.getByRole('button', { name: 'Show', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await drawer.isVisible()).toBe(true);
    expect(field(page, 'waste_min')).toBeNull();
  });
});

describe('without financial viewing (M73)', () => {
  it('purchases say what is missing and whom to ask, and show no figure', async () => {
    const buyer = await visit(browser, inject('address'), 'buyer');
    const { page } = buyer;
    await page.goto('/purchase-orders');
    const panel = page.getByRole('alert');
    await panel.getByText('Financial viewing').waitFor();
    await panel.getByRole('link', { name: /^Ask / }).waitFor();
    expect(await page.getByRole('main').innerText()).not.toMatch(/\d+\.\d\d/);
    await buyer.close();
  });
});

describe('stock without amounts', () => {
  it.each(['buyer'] as const)('%s lands on it: quantities, no column, filter or file with money', async (who) => {
    const visitor = await visit(browser, inject('address'), who);
    const { page } = visitor;
    await page.waitForURL((url) => url.pathname === '/reports/inventory', { waitUntil: 'commit' });
    const table = page.getByRole('table', { name: 'Inventory' });
    await table.getByRole('columnheader', { name: 'On hand' }).waitFor();
    expect(await table.getByRole('columnheader', { name: /cost|value/i }).count()).toBe(0);
    expect(await page.getByText(/\bEUR\b/).count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    expect((await textOf(download)).split('\r\n')[0]).not.toMatch(/cost|value/i);
    // a link from somebody who sees money opens what may be seen
    await page.goto('/inventory?ordering=-unit_cost&unit_cost_min=5');
    await table.getByRole('columnheader', { name: 'On hand' }).waitFor();
    await page.getByRole('button', { name: 'All filters' }).click();
    await page.getByRole('dialog').getByText('Numbers').waitFor();
    expect(
      await page
        .getByRole('dialog')
        .getByText(/cost|value/i)
        .count(),
    ).toBe(0);
    expect(visitor.errors).toEqual([]);
    await visitor.close();
  });
});

it('a company without anything says what comes first, and leads there', async () => {
  const owner = await visit(browser, inject('address'), 'owner');
  const { page } = owner;
  const created = await page.request.post('/api/v1/organizations/1/companies', {
    data: { name: 'Pier House', currency: 'EUR', time_zone: 'Europe/Berlin', locale: 'de-DE' },
    headers: { origin: inject('address') },
  });
  expect(created.status()).toBe(201);
  const { id } = (await created.json()) as { id: string };
  await page.goto(`/purchase-orders?company=${id}`);
  await page.getByRole('heading', { name: 'No data yet' }).waitFor();
  const main = page.getByRole('main');
  await main.getByRole('link', { name: 'Add a location' }).click();
  await page.waitForURL(`**/delivery-locations?company=${id}`, { waitUntil: 'commit' });
  await page.goto(`/inventory?company=${id}`);
  await main.getByRole('link', { name: 'Import data' }).click();
  await page.waitForURL(`**/import?company=${id}`, { waitUntil: 'commit' });
  expect(owner.errors).toEqual([]);
  await owner.close();
});

it('no page logged an error', () => {
  expect(finance.errors).toEqual([]);
});

/** The CSV inside the ZIP of an export made for this. */
async function exportedFile(page: Page, question: Record<string, string>): Promise<string> {
  const created = await page.request.post('/api/v1/export-jobs', {
    data: { company_id: '1', file_format: 'csv', ...question },
    headers: { origin: inject('address') },
  });
  const { id } = (await created.json()) as { id: string };
  const job = `/api/v1/export-jobs/${id}`;
  await expect
    .poll(async () => ((await (await page.request.get(job)).json()) as { status: string }).status, { timeout: 20_000 })
    .toBe('completed');
  const { download_url } = (await (await page.request.get(`${job}/download`)).json()) as { download_url: string };
  const files = await unzip(await (await page.request.get(download_url)).body());
  return [...files].find(([name]) => name.startsWith('purchase-orders') && name.endsWith('.csv'))?.[1].toString() ?? '';
}
