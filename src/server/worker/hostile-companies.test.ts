/**
 * Every report of every hostile company, as CSV and as a workbook: rows and summary tie out by heading, cells are typed,
 * and every value that a workbook prints has room in its column.
 */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileFormats, reportTypes } from '#contract/reports.ts';
import { addDecimals } from '#server/reports/decimal.ts';
import { hostileKeys, openHostileReports, type HostileReport, type HostileReports } from '#test/hostile-reports.ts';
import { readPdf } from '#test/read-report-pdf.ts';
import { childOf, type ReadCell, type ReadSheet, readWorkbook } from '#test/read-workbook.ts';

let reports: HostileReports;
beforeAll(async () => {
  reports = await openHostileReports();
}, 120_000);
afterAll(() => reports.close());

const sum = (rows: readonly Record<string, string>[], heading: string): string =>
  rows.reduce((total, row) => addDecimals(total, row[heading] || '0'), '0');
const isSame = (a: string, b: string): boolean =>
  /^-?0*\.?0*$/.test(addDecimals(a, b.startsWith('-') ? b.slice(1) : `-${b}`));

/** What a spreadsheet prints for a cell; null: text, which is cut or runs on, but is never shown as ####. */
function printed({ kind, raw, format }: ReadCell): string | null {
  if (kind === 'text') return null;
  if (kind === 'day') return raw;
  const code = format.replace('%', '');
  const [, decimals = ''] = code.split('.');
  const shift = format.endsWith('%') ? 2 : 0;
  const [whole = '', fraction = ''] = raw.replace('-', '').split('.');
  const digits = (whole + fraction.slice(0, shift).padEnd(shift, '0')).replace(/^0+(?=\d)/, '');
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  // `?` keeps the room of a digit that is not there
  return `${raw.startsWith('-') ? '-' : ''}${grouped}${decimals ? `.${'0'.repeat(decimals.length)}` : ''}${shift ? '%' : ''}`;
}

const widthsOf = (sheet: ReadSheet): number[] =>
  childOf(sheet.root, 'cols').children.flatMap(({ attributes }) =>
    Array.from({ length: Number(attributes['max']) - Number(attributes['min']) + 1 }, () =>
      Number(attributes['width']),
    ),
  );
/** A cell keeps some of its width free: five pixels of seven for a digit. */
const cellPadding = 5 / 7;

const every = reportTypes.flatMap((type) => hostileKeys.map((key) => ({ type, key })));

describe.each(every)('$type of $key', ({ type, key }) => {
  let made: HostileReport;
  let csv: readonly string[][];
  beforeAll(async () => {
    made = await reports.made(key, type, 'csv', 'xlsx');
    csv = (parse(made.files[0]!, { record_delimiter: '\n' }) as string[][]).slice(1);
  });

  test('CSV: rows and summary tie out, by heading, group and currency', () => {
    const { document, summary } = made;
    const rows = csv.map((row) => Object.fromEntries(document.columns.map(({ label }, at) => [label, row[at]!])));
    // one delivery has no second price
    const isEmpty = key === 'empty' || (key === 'oneRow' && type === 'price_changes');
    expect(rows.length > 0).toBe(!isEmpty);
    const headings = new Set(document.columns.map(({ label }) => label));
    const group = document.groupColumns.map((at) => document.columns[at]!.label);
    for (const line of summary) {
      const own = rows.filter(
        (row) =>
          (line['Level'] === 'Total' || group.map((heading) => row[heading]).join(' · ') === line[group.join(' · ')]) &&
          (row['Currency'] === undefined || row['Currency'] === line['Currency']),
      );
      expect([line, own.length]).toEqual([line, Number(line['Rows'])]);
      // what has the heading of a column is its sum
      for (const heading of Object.keys(line).filter(
        (one) => headings.has(one) && !group.includes(one) && one !== 'Currency',
      )) {
        expect([key, heading, sum(own, heading), isSame(sum(own, heading), line[heading] || '0')]).toEqual([
          key,
          heading,
          sum(own, heading),
          true,
        ]);
      }
    }
  });
  test('workbook: every figure and heading has room, cells are typed, and say what the CSV says', async () => {
    const { document, files } = made;
    const { sheets } = await readWorkbook(files[1]!);
    const [data, totals] = sheets as [ReadSheet, ReadSheet];
    for (const sheet of [data, totals]) {
      const widths = widthsOf(sheet);
      const cut = sheet.rows.flatMap((row, at) =>
        row.flatMap((cell, column) => {
          // a label of the first two columns of Totals is text with room to run on
          const isHeading = cell?.bold === true && cell.kind === 'text' && (sheet === data || column > 1);
          const text = cell && (printed(cell) ?? (isHeading ? cell.raw : null));
          return text && text.length + cellPadding > widths[column]!
            ? [[sheet.name, at, column, text, widths[column]]]
            : [];
        }),
      );
      expect(cut).toEqual([]);
    }
    expect(data.rows.length - 1).toBe(csv.length);
    const wrong = csv.flatMap((cells, at) =>
      document.columns.flatMap(({ type: wanted, label }, column) => {
        const cell = data.rows[at + 1]![column];
        const text = cells[column]!;
        if (text === '') return cell === undefined || cell.raw === '' ? [] : [[label, text, cell]];
        const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').length;
        const isFigure = wanted !== 'text' && wanted !== 'date' && digits <= 15;
        const kind = wanted === 'date' ? 'day' : isFigure ? 'number' : 'text';
        const value = wanted === 'percent' && isFigure ? Number(cell?.raw) * 100 - Number(text) : 0;
        const isEqual = wanted === 'percent' && isFigure ? Math.abs(value) < 1e-9 : cell?.raw === text;
        return cell?.kind === kind && isEqual ? [] : [[label, text, cell]];
      }),
    );
    expect(wrong).toEqual([]);
    const footer = childOf(childOf(data.root, 'headerFooter'), 'oddFooter').text;
    expect(footer.length).toBeLessThanOrEqual(255);
    expect(footer).toContain(document.title);
  });
});

test.each(reportTypes)('%s: two that are called alike are two, and no row is the twin of another', async (type) => {
  const { document, files } = await reports.made('sameNames', type, 'csv');
  const lines = (parse(files[0]!, { record_delimiter: '\n' }) as string[][]).slice(1).map((cells) => cells.join('\t'));
  expect(lines.filter((line, at) => lines.indexOf(line) !== at)).toEqual([]);
  const { groups } = document.totals;
  if (type === 'delivery_location') {
    expect(groups.map(({ group, rows }) => [group, rows])).toEqual([
      ['Kitchen (L1)', 4],
      ['Kitchen (L1) (X)', 2],
      ['Kitchen (L2)', 6],
    ]);
  }
  if (type === 'inventory_levels') {
    expect(groups.map(({ group }) => group)).toEqual(['Kitchen (L1)', 'Kitchen (L1) (X)', 'Kitchen (L2)']);
  }
});

test.each(['vendor', 'price_changes'] as const)('%s ranks within each currency, one after the other', async (type) => {
  const { files } = await reports.made('fourCurrencies', type, 'csv');
  const rows = parse(files[0]!, { columns: true, record_delimiter: '\n' }) as Record<string, string>[];
  const currencies = rows.map((row) => row['Currency']!);
  expect(new Set(currencies).size).toBeGreaterThan(1);
  expect(currencies).toEqual(currencies.toSorted());
});

test.each(fileFormats)('%s: a rate of tax is printed as it was entered', async (format) => {
  const { files, document } = await reports.made('tinyFirst', 'order_lines', format);
  const file = files[0]!;
  const at = document.columns.findIndex(({ key }) => key === 'tax_rate');
  expect(document.columns[at]?.type).toBe('percent');
  if (format === 'csv') {
    const rates = (parse(file, { record_delimiter: '\n' }) as string[][]).slice(1).map((row) => row[at]);
    expect(new Set(rates)).toEqual(new Set(['7', '8.875', '19']));
  } else if (format === 'xlsx') {
    const rates = (await readWorkbook(file)).sheets[0]!.rows.slice(1).map((row) => Number(row[at]?.raw));
    expect(new Set(rates.map((rate) => (rate * 100).toFixed(4)))).toEqual(new Set(['7.0000', '8.8750', '19.0000']));
  } else {
    const { pages } = await readPdf(file);
    const cells = new Set(pages.flatMap((page) => page.lines.flatMap((line) => line.cells.map(({ text }) => text))));
    expect(['8,875', '19', '7'].map((rate) => [rate, cells.has(rate)])).toEqual([
      ['8,875', true],
      ['19', true],
      ['7', true],
    ]);
  }
});
