/** Several exports of the list at once: chosen by mouse and by keyboard, downloaded together, run again, deleted. */
import { readFile } from 'node:fs/promises';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ExportJob, Page as JobPage } from '#contract/export-jobs.ts';
import { daysOf } from '#contract/saved-reports.ts';
import { unzip } from '#test/read-workbook.ts';
import { monthName } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';
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

const rows = (): Locator => finance.page.locator('tr[data-job]');
const boxes = (): Locator => rows().getByRole('checkbox');
const bar = (): Locator => finance.page.getByRole('region', { name: 'Selected exports' });
const said = (text: string): Promise<void> =>
  finance.page.getByRole('status').getByText(text, { exact: true }).first().waitFor();
const jobs = async (query: string): Promise<ExportJob[]> =>
  ((await (await finance.page.request.get(`/api/v1/export-jobs?company_id=1&${query}`)).json()) as JobPage<ExportJob>)
    .results;

/** Exports of days that nobody else asks for. */
async function requested(days: readonly string[]): Promise<ExportJob[]> {
  const made: ExportJob[] = [];
  for (const day of days) {
    const data = { company_id: '1', date_from: day, date_to: day, file_format: 'csv', report_type: 'item' };
    const answer = await finance.page.request.post('/api/v1/export-jobs', {
      data,
      headers: { origin: new URL(finance.page.url()).origin },
    });
    made.push((await answer.json()) as ExportJob);
  }
  for (const { id } of made)
    await expect
      .poll(
        async () => ((await (await finance.page.request.get(`/api/v1/export-jobs/${id}`)).json()) as ExportJob).status,
      )
      .toBe('completed');
  return made;
}

describe('choosing', () => {
  it('one, as far as another with Shift, all of the page, none; told each time', async () => {
    const { page } = finance;
    await boxes().nth(1).check();
    await said('One export selected');
    await bar().getByText('One export selected').waitFor();
    await boxes()
      .nth(4)
      .click({ modifiers: ['Shift'] });
    await bar().getByText('4 exports selected').waitFor();
    expect(await boxes().nth(2).isChecked()).toBe(true);
    const all = page.getByRole('checkbox', { name: 'Select all on this page' });
    expect(await all.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
    await all.click();
    const count = await rows().count();
    await bar().getByText(`${count} exports selected`).waitFor();
    expect(await boxes().evaluateAll((all_) => all_.every((box) => (box as HTMLInputElement).checked))).toBe(true);
    // a click on the box opens nothing
    expect(new URL(page.url()).searchParams.get('job')).toBeNull();
    await bar().getByRole('button', { name: 'Clear selection' }).click();
    await said('No export selected');
    expect(await bar().count()).toBe(0);
  });

  it('by keyboard alone: Space on a box, X and Shift X on a row', async () => {
    const { page } = finance;
    await boxes().first().focus();
    await page.keyboard.press('Space');
    await bar().getByText('One export selected').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await bar().getByText('3 exports selected').waitFor();
    await page.keyboard.press('x');
    await bar().getByText('2 exports selected').waitFor();
  });

  it('is kept while pages are turned', async () => {
    const { page } = finance;
    await page.goto(`${list}&page_size=10`);
    await boxes().first().check();
    const first = await rows().first().getAttribute('data-job');
    await page
      .getByRole('link', { name: /^Next/ })
      .or(page.getByRole('button', { name: /^Next/ }))
      .first()
      .click();
    await expect.poll(() => rows().first().getAttribute('data-job')).not.toBe(first);
    await boxes().first().check();
    await bar().getByText('2 exports selected').waitFor();
  });
});

describe('what is chosen', () => {
  it('is downloaded together: one ZIP of those that have a file', async () => {
    const { page } = finance;
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    const ready = (await jobs('page_size=20')).filter((job) => job.is_downloadable);
    await bar()
      .getByText(/no file any more/)
      .waitFor();
    const coming = page.waitForEvent('download');
    await bar()
      .getByRole('button', { name: `Download the ${ready.length} with a file` })
      .click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^exports_\d{4}-\d\d-\d\d\.zip$/);
    const parts = await unzip(await readFile(await file.path()));
    const index = JSON.parse(String(parts.get('index.json'))) as { exports: { id: string; sha256: string }[] };
    expect(index.exports.map(({ id }) => id).toSorted()).toEqual(ready.map(({ id }) => id).toSorted());
    expect(parts.has('manifest.json.sig')).toBe(true);
    // the page has stayed, with what was chosen
    await bar().waitFor();
  });

  it('is run again for the last month, and deleted after a question', async () => {
    const { page } = finance;
    const today = localDay(new Date().toISOString(), 'Europe/Berlin');
    const last = daysOf({ kind: 'last_month' }, today);
    const made = await requested(['2026-11-03', '2026-11-04']);
    await page.goto(list);
    for (const { id } of made) await page.locator(`tr[data-job="${id}"]`).getByRole('checkbox').check();
    await bar()
      .getByRole('button', { name: `Run again for ${monthName(last.from.slice(0, 7))}`, exact: true })
      .click();
    await page.getByText('2 exports requested', { exact: true }).waitFor();
    // one question asked twice is one export
    const again = await jobs('page_size=10&report_type=item');
    expect(again.filter(({ date_from, date_to }) => date_from === last.from && date_to === last.to)).not.toEqual([]);
    await bar().getByRole('button', { name: 'Delete…' }).click();
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: 'Delete 2 exports' }).click();
    await page.getByText('2 exports deleted', { exact: true }).waitFor();
    for (const { id } of made) await expect.poll(() => page.locator(`tr[data-job="${id}"]`).count()).toBe(0);
    expect(await bar().count()).toBe(0);
  });
});
