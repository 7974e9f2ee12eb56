/** M70: from the report to the opened CSV, as a finance person does it. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';
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

const cents = (text: string): number => Math.round(Number(text.replaceAll(',', '')) * 100);

describe('the main job (M70)', () => {
  it("report -> background export -> Export History -> ZIP -> CSV, whose rows and total are the report's", async () => {
    const { page } = finance;
    await page.goto('/purchase-orders?date_from=2026-10-01&date_to=2026-10-31');
    await page.getByRole('heading', { name: 'Purchase Orders Report' }).waitFor();
    const query = new URLSearchParams({
      company_id: '1',
      date_from: '2026-10-01',
      date_to: '2026-10-31',
      page_size: '1',
    });
    const report = await (await page.request.get(`/api/v1/reports/delivery_location?${query}`)).json();
    expect(report.total).toBeGreaterThan(100);

    await page.getByRole('button', { name: 'Export options' }).click();
    await page.getByRole('menuitem', { name: /background/i }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByRole('button', { name: /^(Export|Start export|Create export)/ }).click();
    await page.getByText('Open Export History', { exact: true }).click();
    await page.waitForURL(/export-history/, { waitUntil: 'commit' });

    const row = page
      .getByRole('row')
      .filter({ hasText: '1 – 31 Oct 2026' })
      .filter({ hasText: 'Jonas Brandt' })
      .first();
    await row.getByText('Completed').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: /Download/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('purchase-orders_harbour-grill-hamburg_2026-10-01_2026-10-31_csv.zip');
    const files = await unzip(await readFile(await download.path()));
    const [name, csv] = [...files][0] ?? [];
    expect(name).toMatch(/\.csv$/);
    const rows = parse(csv ?? '', { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(report.total);
    expect(rows.reduce((sum, each) => sum + cents(each['Total price'] ?? ''), 0)).toBe(
      cents(report.totals[0].total_price),
    );
    expect(finance.errors).toEqual([]);
  });
});
