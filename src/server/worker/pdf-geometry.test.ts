/**
 * Every report of every hostile company on paper, by where its letters stand: nothing outside the margins or upon each
 * other, nothing condensed below 80 %, every figure whole and on its decimal point, no name too short to be told apart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportTypes } from '#contract/reports.ts';
import { isCode, isFigure } from '#server/renderers/measured.ts';
import { LocaleFormat } from '#server/renderers/pdf/locale-format.ts';
import { hostileCompanies } from '#test/hostile-companies.ts';
import { hostileKeys, openHostileReports, type HostileReport, type HostileReports } from '#test/hostile-reports.ts';
import { overlaps, printedColumns, readPdf, type ReadPdf, tablePage, tableRows } from '#test/read-report-pdf.ts';

let reports: HostileReports;
beforeAll(async () => {
  reports = await openHostileReports();
}, 120_000);
afterAll(() => reports.close());

/** Points. */
const margin = 32;
const footer = 20;
const sizeMin = 4.5;
/** A name that lost its end; less than the least width of its column by the letter that did not fit. */
const nameMin = 32;
const rounding = 0.3;

const every = reportTypes.flatMap((type) => hostileKeys.map((key) => ({ type, key })));

describe.each(every)('$type of $key', ({ type, key }) => {
  let made: HostileReport;
  let pdf: ReadPdf;
  beforeAll(async () => {
    made = await reports.made(key, type, 'pdf');
    pdf = await readPdf(made.files[0]!);
  });

  test('all of it within the margins, legible, nothing upon each other', () => {
    const { pages } = pdf;
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

  test('every figure and code is there, whole, figures on their decimal point', () => {
    const { document, rows } = made;
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
