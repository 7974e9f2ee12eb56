/** Export History in a real browser: finding, understanding and repeating exports; access; live; addresses. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ExportJob, Page as JobPage } from '#contract/export-jobs.ts';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

const hamburg = '1';
let browser: Browser;
let visitor: Visitor;
const visitors: Visitor[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  visitor = await arrive('finance');
});
afterEach(async () => {
  for (const each of visitors.splice(0)) {
    expect(each.errors).toEqual([]);
    await each.close();
  }
});

async function arrive(
  ...[who, options]: [Parameters<typeof visit>[2], Parameters<typeof visit>[3]?]
): Promise<Visitor> {
  const arrived = await visit(browser, inject('address'), who, options);
  visitors.push(arrived);
  return arrived;
}

const rows = (who = visitor) =>
  who.page
    .getByRole('table')
    .getByRole('row')
    .filter({ has: who.page.getByRole('cell') });

async function jobs(query: string): Promise<JobPage<ExportJob>> {
  return (await visitor.page.request.get(`/api/v1/export-jobs?company_id=${hamburg}&${query}`)).json() as Promise<
    JobPage<ExportJob>
  >;
}

async function create(body: Record<string, unknown>, who = visitor): Promise<ExportJob> {
  const answer = await who.page.request.post('/api/v1/export-jobs', {
    data: { company_id: hamburg, date_from: '2026-09-01', date_to: '2026-09-30', file_format: 'csv', ...body },
    headers: { origin: inject('address') },
  });
  return (await answer.json()) as ExportJob;
}

describe('why did it fail? (M71)', () => {
  it('filter by Failed, read the message in full, run it again, see it complete', async () => {
    const { page } = visitor;
    const failed = await jobs('status=failed');
    expect(failed.total).toBeGreaterThan(0);
    await page.goto('/export-history');
    await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Status' }).click();
    await page.getByRole('checkbox', { name: /Failed/ }).check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/status=failed/, { waitUntil: 'commit' });
    await expect.poll(() => rows().count()).toBe(failed.results.length);
    for (const job of failed.results)
      expect(await page.getByText(job.error?.message ?? '', { exact: false }).count()).toBeGreaterThan(0);
    const before = (await jobs('page_size=1')).total;
    const again = failed.results[0];
    await rows()
      .first()
      .getByRole('button', { name: /Run again/ })
      .click();
    await expect
      .poll(async () => (await jobs('page_size=1')).results[0], { timeout: 15_000 })
      .toMatchObject({ status: 'completed', report_type: again?.report_type, date_from: again?.date_from });
    expect((await jobs('page_size=1')).total).toBe(before + 1);
  });
});

describe('an old export (M72, M10, M11)', () => {
  it('by format and created range, sorted, from the address; Back goes back; a pasted address restores it', async () => {
    const { page } = visitor;
    const address = `/export-history?company=${hamburg}&file_format=pdf&created_from=2026-01-01&ordering=date_from`;
    await page.goto(address);
    const expected = await jobs('file_format=pdf&created_at_from=2026-01-01&ordering=date_from&page_size=20');
    await expect.poll(() => rows().count()).toBe(expected.results.length);
    await page
      .getByRole('columnheader', { name: /Created/ })
      .getByRole('button')
      .click();
    await page.waitForURL(/ordering=-?created_at|export-history\?(?!.*ordering)/, { waitUntil: 'commit' });
    await page.goBack();
    await page.waitForURL(/ordering=date_from/, { waitUntil: 'commit' });
    const other = await arrive('finance', { path: address });
    await other.page.waitForURL(/ordering=date_from/, { waitUntil: 'commit' });
    await expect.poll(() => rows(other).count()).toBe(expected.results.length);
  });

  it.each([
    'page=-3&page_size=9999&ordering=drop',
    'status=foo&file_format=doc&created_from=31.12.2026',
    'page=abc&company=&status=,,,',
    'page=99999&page_size=20',
    'ordering=--created_at&created_to=2026-02-30&job=nonsense',
  ])('nonsense in the address never breaks the page: %s', async (query) => {
    const { page } = visitor;
    await page.goto(`/export-history?${query}`);
    await page.getByRole('heading', { name: 'Export History', level: 1 }).waitFor();
    await page.getByRole('table').or(page.getByRole('status')).first().waitFor();
  });

  it('an unknown value falls back alone, the others stay', async () => {
    const { page } = visitor;
    await page.goto('/export-history?status=foo,failed&page_size=9999');
    const failed = await jobs('status=failed&page_size=20');
    await expect.poll(() => rows().count()).toBe(failed.results.length);
  });

  it('shows 200 rows on a page', async () => {
    const { page } = visitor;
    const all = await jobs('page_size=200');
    await page.goto('/export-history?page_size=200');
    await expect.poll(() => rows().count()).toBe(Math.min(200, all.total));
  });
});

describe('download (M8, M13)', () => {
  it('every click makes a link of its own', async () => {
    const { page } = visitor;
    const job = await create({ date_to: '2026-09-29' });
    await page.goto('/export-history');
    const row = rows().filter({ hasText: '1 – 29 Sep 2026' }).first();
    await row.getByRole('button', { name: /Download/ }).waitFor();
    const links: string[] = [];
    page.on('response', async (response) => {
      if (response.url().includes(`/export-jobs/${job.id}/download`))
        links.push(((await response.json()) as { download_url: string }).download_url);
    });
    for (let click = 0; click < 2; click += 1) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        row.getByRole('button', { name: /Download/ }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(
        /^purchase-orders_harbour-grill-hamburg_2026-09-01_2026-09-29_csv\.zip$/,
      );
    }
    await expect.poll(() => links.length).toBe(2);
  });

  it('is offered by the notice of an export that has ended, on any other page', async () => {
    const { page } = visitor;
    await page.goto('/inventory');
    await page.getByRole('heading', { name: 'Inventory', level: 1 }).waitFor();
    await create({ date_to: '2026-09-25' });
    const notice = page.getByRole('region', { name: 'Notices' });
    await notice.getByText('Export is ready').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      notice.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toContain('2026-09-25');
  });

  it('is not offered for what has no file', async () => {
    await visitor.page.goto('/export-history?status=failed,canceled');
    await rows().first().waitFor();
    expect(
      await rows()
        .getByRole('button', { name: /Download/ })
        .count(),
    ).toBe(0);
  });
});

describe('live (M6)', () => {
  it('what was asked for again is said until its row says that it is completed', async () => {
    const { page } = visitor;
    const notice = page.getByRole('region', { name: 'Notices' });
    await create({ date_from: '2025-06-01', date_to: '2026-09-24', file_format: 'xlsx' });
    await page.goto('/export-history');
    const row = rows().filter({ hasText: '24 Sep 2026' });
    await row.first().getByText('Completed').waitFor({ timeout: 30_000 });
    await row
      .first()
      .getByRole('button', { name: /More actions/ })
      .click();
    await page.getByRole('menuitem', { name: /Run again/ }).click();
    await notice.getByText('Export requested').waitFor();
    await expect.poll(() => row.getByText('Completed').count(), { timeout: 30_000 }).toBe(2);
    await expect.poll(() => notice.getByText('Export requested').count()).toBe(0);
  });

  it('a card of a narrow page shows what is covered and who asked', async () => {
    const phone = await arrive('finance', { width: 600 });
    await phone.page.goto('/export-history');
    const card = rows(phone).first();
    await card
      .getByText(/All locations|Kitchen|Bar|storage unit/)
      .first()
      .waitFor();
    await card.getByText(/by \S/).waitFor();
  });

  it("a colleague's export appears unasked and completes by itself", async () => {
    await visitor.page.goto('/export-history');
    await rows().first().waitFor();
    const colleague = await arrive('manager');
    await create({ date_to: '2026-09-27' }, colleague);
    const row = rows().filter({ hasText: '1 – 27 Sep 2026' }).filter({ hasText: 'Leyla' });
    await row.getByText('Completed').waitFor();
  });

  it('polling takes over while the stream is down, and hands back', async () => {
    const { page } = visitor;
    await page.route('**/api/v1/export-jobs/events**', (route) => route.abort());
    // a large one, so that it is unfinished when the page looks first
    await create({ date_from: '2025-06-01', date_to: '2026-09-26', file_format: 'xlsx' });
    await page.goto('/export-history');
    await rows().filter({ hasText: '26 Sep 2026' }).first().getByText('Completed').waitFor({ timeout: 60_000 });
    await page.unroute('**/api/v1/export-jobs/events**');
    await page
      .getByText(/Up to date|Live/)
      .first()
      .waitFor({ timeout: 60_000 });
  });

  it('an export that ends between the list and the count of what runs is shown as ended, without a stream', async () => {
    const { page } = visitor;
    await page.route('**/api/v1/export-jobs/events**', (route) => route.abort());
    const job = await create({ date_from: '2025-06-01', date_to: '2026-09-23', file_format: 'xlsx' });
    const ended = async (): Promise<boolean> => {
      const answer = await page.request.get(`/api/v1/export-jobs/${job.id}`);
      return ((await answer.json()) as ExportJob).status === 'completed';
    };
    const isCount = (url: URL): boolean =>
      url.pathname === '/api/v1/export-jobs' && url.searchParams.get('page_size') === '1';
    await page.route(isCount, async (route) => {
      await expect.poll(ended, { timeout: 60_000 }).toBe(true);
      await route.continue();
    });
    // as it was when the list was asked
    let isFirst = true;
    await page.route(
      (url) => url.pathname === '/api/v1/export-jobs' && !isCount(url),
      async (route) => {
        const answer = await route.fetch();
        const list = (await answer.json()) as { results: ExportJob[] };
        const results = list.results.map((one) => (one.id === job.id && isFirst ? { ...job, status: 'pending' } : one));
        isFirst = false;
        await route.fulfill({ response: answer, json: { ...list, results } });
      },
    );
    await page.goto('/export-history');
    await rows().filter({ hasText: '23 Sep 2026' }).first().getByText('Completed').waitFor({ timeout: 60_000 });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
});

describe('access (M40, M73)', () => {
  it('somebody without financial viewing is told what is missing and whom to ask, and sees no data', async () => {
    const buyer = await arrive('buyer');
    await buyer.page.goto('/export-history');
    const alert = buyer.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/financial viewing/i);
    // whom to ask comes with the members
    await expect.poll(() => alert.textContent()).toContain('Amelie Petersen');
    expect(await buyer.page.getByRole('table').count()).toBe(0);
  });
});

describe('details', () => {
  it('has its own address, the control totals, the checksum and what happened', async () => {
    const { page } = visitor;
    const job = (await jobs('status=completed&report_type=delivery_location&page_size=1')).results[0];
    await page.goto(`/export-history?job=${job?.id}`);
    const drawer = page.getByRole('dialog');
    await drawer.waitFor();
    const text = (await drawer.textContent()) ?? '';
    expect(text).toContain(job?.sha256?.slice(0, 8) ?? 'no checksum');
    expect(text).toContain('Sums of the database');
    // the report's own names of the columns come with the list of reports
    await drawer
      .getByText(/^Total/)
      .first()
      .waitFor();
    await expect.poll(() => page.title()).toContain('Purchase Orders');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).searchParams.get('job')).toBeNull();
    await expect.poll(() => page.title()).toBe('Export History · Mathership');
  });

  it('of an export that is not there say whom to ask, and lead back to the list', async () => {
    const { page } = visitor;
    await page.goto('/export-history?job=01a20434-0000-7000-8000-000000000000');
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('link', { name: /^Ask / }).waitFor();
    await drawer.getByRole('button', { name: 'Back to Export History' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('job')).toBeNull();
    await rows().first().waitFor();
  });
});
