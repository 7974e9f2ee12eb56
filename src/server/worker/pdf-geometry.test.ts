/**
 * Every report of every hostile company on paper, by where its letters stand: nothing outside the margins or upon each
 * other, nothing condensed below 80 %, every figure whole and on its decimal point, no name too short to be told apart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReportDocument, type ReportType, reportTypes, type Row } from '#contract/reports.ts';
import { documentOf } from '#server/reports/document.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';
import { readRows, renderReport } from '#server/reports/render.ts';
import { inSnapshot } from '#server/reports/snapshot.ts';
import { selectPart } from '#server/reports/statement.ts';
import { readTotals } from '#server/reports/totals.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { isCode, isFigure } from '#server/renderers/measured.ts';
import { LocaleFormat } from '#server/renderers/pdf/locale-format.ts';
import { addHostileCompany, hostileCompanies, type HostileCompanyKey, hostilePeriod } from '#test/hostile-companies.ts';
import { type TestApp, startTestApp } from '#test/http.ts';
import { overlaps, printedColumns, readPdf, type ReadPdf, tablePage, tableRows } from '#test/read-report-pdf.ts';

const keys = Object.keys(hostileCompanies) as HostileCompanyKey[];
let site: TestApp;
const ids = new Map<HostileCompanyKey, string>();

beforeAll(async () => {
  site = await startTestApp(() => undefined);
  const { id } = await site.company();
  for (const key of keys) ids.set(key, await addHostileCompany(site.pool.pool, id, key));
}, 120_000);
afterAll(() => site.close());

interface Made {
  readonly document: ReportDocument;
  readonly rows: readonly Row[];
  readonly pdf: ReadPdf;
}

async function made(key: HostileCompanyKey, type: ReportType): Promise<Made> {
  const { name, currency, locale } = hostileCompanies[key];
  const { date_from: from, date_to: to } = hostilePeriod;
  const scope: ReportScope = {
    ...{ companyId: ids.get(key)!, companyName: name, currency, locale, timeZone: 'Europe/Berlin' },
    ...{ from, to, locationIds: null, filters: {} },
  };
  const definition = findReport(type)!;
  const format = await loadFormat('pdf');
  return inSnapshot(site.pool, async (snapshot) => {
    const document = await documentOf(definition, scope, snapshot.read, {
      requestedBy: 'Fiona Finance',
      snapshotAt: snapshot.at,
      totals: await readTotals(definition, scope, snapshot.read),
      options: {},
    });
    const found = await snapshot.read(selectPart(definition, scope, definition.table(scope)));
    const table = await readRows(definition, scope, snapshot, format);
    const chunks: Buffer[] = [];
    for await (const chunk of renderReport({ table, format, document })) chunks.push(chunk);
    const rows = found.map((row) => document.columns.map((column) => row[column.key] ?? null));
    return { document, rows, pdf: await readPdf(Buffer.concat(chunks)) };
  });
}

/** Points. */
const margin = 32;
const footer = 20;
const sizeMin = 4.5;
/** A name that lost its end; less than the least width of its column by the letter that did not fit. */
const nameMin = 32;
const rounding = 0.3;

describe.each(reportTypes)('%s', (type) => {
  test.each(keys)('of %s: all of it within the margins, legible, nothing upon each other', async (key) => {
    const { pages } = (await made(key, type)).pdf;
    for (const [at, { width, height, lines }] of pages.entries()) {
      const wrong = lines.flatMap(({ y, cells }) =>
        cells.filter(
          ({ left, right, size, condensed, text }) =>
            left < margin - rounding ||
            right > width - margin + rounding ||
            y < footer - rounding ||
            y > height - footer ||
            condensed < 0.8 ||
            size < sizeMin ||
            (text.endsWith('…') && right - left < nameMin),
        ),
      );
      expect([at, wrong]).toEqual([at, []]);
      expect(lines.at(-1)?.cells.at(-1)?.text).toBe(`Page ${at + 1} of ${pages.length}`);
    }
    expect(overlaps(pages)).toEqual([]);
    const cover = pages[0]!.lines.flatMap(({ cells }) => cells.map(({ text }) => text));
    const isoDays = new LocaleFormat(hostileCompanies[key].locale).day('2026-10-31') === '2026-10-31';
    if (!isoDays) expect(cover.filter((text) => /\b\d{4}-\d{2}-\d{2}\b/.test(text))).toEqual([]);
  });

  test.each(keys)('of %s: every figure and code is there, whole, figures on their decimal point', async (key) => {
    const { document, rows, pdf } = await made(key, type);
    const format = new LocaleFormat(document.company.locale);
    const tables = pdf.pages.slice(pdf.outline[1]?.page ?? pdf.pages.length);
    const columns = printedColumns(tables, document);
    const read = tableRows(tables, columns.map(isFigure));
    expect(read).toHaveLength(rows.length);
    for (const [place, column] of columns.entries()) {
      const index = document.columns.findIndex((one) => one.key === column.key);
      const wanted = rows.map((row) => row[index] ?? '');
      if (isFigure(column)) {
        const printed = read.map(({ cells }) => cells[place]!);
        const dashes = printed.includes('–');
        expect([column.label, printed]).toEqual([
          column.label,
          wanted.map((cell) => (dashes && /^-?0(\.0+)?$/.test(cell) ? '–' : (format.number(cell) ?? cell))),
        ]);
      } else if (isCode(column)) {
        const printed = read.map(({ cells }) => cells[place]!.replaceAll(' ', ''));
        expect([column.label, printed]).toEqual([column.label, wanted.map((cell) => cell.replaceAll(' ', ''))]);
      }
    }
    for (const page of tables) {
      const heads = tablePage(page).heads;
      expect(heads.every(({ text }) => !text.includes('…'))).toBe(true);
    }
  });
});
