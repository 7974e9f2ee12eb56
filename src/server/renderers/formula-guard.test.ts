/** No text becomes a formula, whatever separator a CSV is read with; nothing else is touched, and what was is counted. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchOf, documentOf, hostileTexts, totalsOf } from '#test/report-samples.ts';
import { csvFormat, spreadsheetCsvFormat, spreadsheetMarks } from './csv.ts';
import { FormulaGuard, guardedText } from './formula-guard.ts';
import { unmeasured } from './measured.ts';
import type { Renderer } from './renderer.ts';

const attack = `x;=cmd|' /C calc'!A0;y`;
const attacks = [
  attack,
  '=1+1',
  '@SUM(A1)',
  'a\t=1',
  'a\n+1',
  'a\r\n-2',
  'a,=1',
  'a;"=cmd;b',
  'a;""@x',
  '\t=1',
  'x;;=1;+2',
];
const harmless = ['a;b=c', 'a - b', 'x=1', '1-2', 'a;b', 'Kitchen (L1)', 'a\nb', '"=1"', "'=1", 'ä;€', ''];

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
/** As a lenient reader does: quotes open a cell at its start alone, and vanish. */
const cellsOf = (csv: string, separator: string): string[] =>
  csv.split(/\r\n|\n|\r/).flatMap((line) => line.split(separator).map((cell) => cell.replace(/^"+/, '')));
const isFormula = (cell: string): boolean => /^[=+@]|^-(?!\d+(\.\d+)?$)/.test(cell);

describe('text', () => {
  test.each(attacks)('%j is no formula, however it is cut', (text) => {
    for (const own of [',', ';'] as const) {
      const printed = quoted(guardedText(text, own));
      for (const other of [';', '\t', ...(own === ';' ? [','] : [])]) {
        expect([other, cellsOf(printed, other).filter(isFormula)]).toEqual([other, []]);
      }
      expect(guardedText(guardedText(text, own), own)).toBe(guardedText(text, own));
    }
  });
  test.each(harmless)('%j is left as it is', (text) => {
    expect(guardedText(text)).toBe(text);
  });
  test('in a file of semicolons a comma may cut as well', () => {
    expect([guardedText('a,=1', ','), guardedText('a,=1', ';')]).toEqual(['a,=1', "a,'=1"]);
  });
});

describe('bytes of the database', () => {
  const texts = [...attacks, ...harmless, ...hostileTexts];
  const guard = (rows: readonly (readonly string[])[], isText: readonly boolean[]) => {
    const guarding = new FormulaGuard(isText);
    const bytes = Buffer.from(rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join(''));
    const made = guarding.guard(bytes);
    const read = parse(made, { record_delimiter: '\n', relax_column_count: true }) as string[][];
    return { read, guarded: guarding.guarded, isSame: made === bytes };
  };

  test('are guarded as text is, cell by cell, in whatever column', () => {
    const rows = texts.map((text, at) => ['-5', text, '2026-01-01', texts.at(-1 - at)!, '-1.50']);
    const { read, guarded } = guard(rows, [false, true, false, true, false]);
    const wanted = rows.map((row) => row.map((cell, at) => (at % 2 === 1 ? guardedText(cell) : cell)));
    expect(read).toEqual(wanted);
    const changed = rows.flatMap((row, at) => row.filter((cell, column) => cell !== wanted[at]![column]));
    expect(guarded).toBe(changed.length);
  });

  test('are guarded as text is, whatever is in them', () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', ';', ',', '\t', '\r', '\n', '"', "'", '5', '.', 'ä'),
      maxLength: 8,
    });
    const figure = fc.constantFrom('-5', '0.50', '-12.75', '');
    const row = fc.tuple(text, figure, text, figure);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
        const guarding = new FormulaGuard([true, false, true, false]);
        const csv = (all: readonly (readonly string[])[]): string =>
          all.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
        const wanted = rows.map(([a, b, c, d]) => [guardedText(a), b, guardedText(c), d]);
        expect(guarding.guard(Buffer.from(csv(rows))).toString()).toBe(csv(wanted));
      }),
      { numRuns: 3_000 },
    );
  });

  test('without text to guard are passed on as they are, numbers below zero too', () => {
    const rows = harmless.map((text) => [text || 'a', '-5', '-0.5']);
    expect(guard(rows, [true, false, false])).toMatchObject({ guarded: 0, isSame: true });
  });
});

test.each([
  ['systems', csvFormat],
  ['spreadsheets', spreadsheetCsvFormat],
] as const)('a CSV for %s says how many cells it guarded', async (_, format) => {
  const columns = [
    { key: 'text', label: 'Text', type: 'text' },
    { key: 'net', label: 'Net', type: 'money' },
  ] as const;
  const document = documentOf(totalsOf([]), { columns, groupColumns: [], sumColumns: [] });
  const renderer: Renderer = format.create(document, unmeasured);
  const rows = [...attacks.slice(0, 3), 'plain'].map((text) => [text, '-5.00']);
  const csv = Buffer.from(rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join(''));
  const chunks: Buffer[] = [];
  for await (const chunk of renderer.rows({ ...batchOf(rows), csv })) chunks.push(chunk);
  expect(renderer.guardedCells).toBe(3);
  expect(Buffer.concat(chunks).toString()).toContain(`x;'=cmd|`);
});

test.each([
  ['de-DE', ',', ';'],
  ['de-CH', '.', ';'],
  ['it-CH', '.', ';'],
  ['fr-CH', ',', ';'],
  ['de-LI', '.', ';'],
  ['ar-EG', '.', ';'],
  ['en-US', '.', ','],
  ['es-MX', '.', ','],
  ['en-ZA', ',', ';'],
  ['ja-JP', '.', ','],
] as const)('a spreadsheet of %s expects %s in numbers and %s in lists', (locale, decimal, separator) => {
  expect(spreadsheetMarks(locale)).toEqual({ decimal, separator });
});
