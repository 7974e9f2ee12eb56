/** Inventory Movements on paper: an account for each ingredient in each storage unit, worked out by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sections } from '#server/renderers/measured.ts';
import { type ReportSite, startReportSite, stock } from '#test/report-kitchen.ts';
import { makeReport } from '#test/hostile-reports.ts';
import { isHeading, readPdf, tablePage } from '#test/read-report-pdf.ts';
import { readSections } from './measure.ts';
import { findReport } from './registry.ts';
import { nowhere, type ReportScope } from './definition.ts';
import { inSnapshot } from './snapshot.ts';

let site: ReportSite;
let scope: ReportScope;

beforeAll(async () => {
  site = await startReportSite();
  const { company } = await site.kitchen(stock);
  scope = { ...nowhere, companyId: company.id, timeZone: 'Europe/Berlin', from: '2026-03-04', to: '2026-03-07' };
});
afterAll(() => site.close());

const sections = (changes: Partial<ReportScope> = {}): Promise<Sections | undefined> =>
  inSnapshot(site.pool, ({ read }) => readSections(findReport('inventory_movements')!, { ...scope, ...changes }, read));
const accounts = async (changes?: Partial<ReportScope>): Promise<unknown> =>
  (await sections(changes))?.all.map(({ heading, rows, closing }) => [heading, rows, ...Object.values(closing)]);

test('each closes with what moved, what it was worth, and what is there', async () => {
  expect(await accounts()).toEqual([
    ['Bar Cellar · TOM · Tomatoes (kg)', 3, '4', '10.00', '4'],
    // nothing moved, but something is there
    ['Cold Store · OIL · Olive oil (L)', 1, '0', '0.00', '6'],
    ['Cold Store · TOM · Tomatoes (kg)', 4, '-7.5', '-19.69', '7.5'],
  ]);
});

test('what is there does not depend on which types of movement are shown', async () => {
  const all = (await sections())!.all.map(({ closing }) => closing['balance_after']);
  const issues = (await sections({ filters: { movement_types: ['issue'] } }))!.all;
  expect(issues.map(({ closing }) => closing['balance_after'])).toEqual(all);
});

test('without the columns that an account is made of, rows stand as they are', async () => {
  const headed = ['storage_unit', 'item_code', 'ingredient', 'base_unit'];
  expect(await sections({ columns: ['date', 'quantity'] })).toBeUndefined();
  expect(await sections({ columns: headed })).toBeUndefined();
  const closing = (await sections({ columns: [...headed, 'balance_after'] }))!.all.map((one) => one.closing);
  expect(closing).toEqual([{ balance_after: '4' }, { balance_after: '6' }, { balance_after: '7.5' }]);
});

test('on paper each has a heading, a closing line and a bookmark to where it stands', async () => {
  const { pages, outline } = await readPdf(
    (await makeReport(site.pool, 'inventory_movements', scope, ['pdf'])).files[0]!,
  );
  const lines = pages.slice(1).flatMap((page) => tablePage(page).lines);
  const headings = lines.filter(isHeading).map(({ cells }) => cells[0]!.text);
  const all = (await sections())!.all.map(({ heading }) => heading);
  expect(headings).toEqual(all);
  expect(outline.map(({ title }) => title)).toEqual(['Control totals', ...all, 'Grand total']);
  const closing = lines.filter(({ cells }) => cells[0]!.text === 'Closing balance');
  expect(closing.map(({ cells }) => cells.slice(1).map(({ text }) => text))).toEqual(
    (await sections())!.all.map(({ unit, closing: { quantity, value, balance_after } }) => [
      unit,
      ...[quantity, value, balance_after],
    ]),
  );
});
