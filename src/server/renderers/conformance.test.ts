/**
 * What holds for every format that is made of cells: rows in, the same rows out, at every size. A PDF prints a cell on
 * one line, so its breaks are spaces, its end may be cut, and what cannot be seen is not there.
 */
import { describe, expect, test } from 'vitest';
import type { Column, ReportDocument, Row } from '#contract/reports.ts';
import { readPdf, reportRows } from '#test/read-report-pdf.ts';
import { batchOf, documentOf, hostileTexts, sampleReport, totalsOf } from '#test/report-samples.ts';
import { readWorkbook } from '#test/read-workbook.ts';
import { isFigure, measureRows } from './measured.ts';
import { pdfFormat } from './pdf/pdf.ts';
import { printable } from './pdf/runs.ts';
import type { FormatDefinition, RowBatch } from './renderer.ts';
import { xlsxFormat } from './xlsx/xlsx.ts';

interface Subject {
  readonly format: FormatDefinition;
  /** The file's rows as canonical text, '' for nothing. */
  read(file: Buffer, document: ReportDocument): Promise<string[][]>;
  /** Stands for a zero in columns that have hardly anything else. */
  readonly dash?: string;
  /** Whether a text came back as the format promises. */
  keeps(text: string, read: string): boolean;
}

const sorted = (text: string): string => Array.from(text).toSorted().join('');

const subjects: readonly Subject[] = [
  {
    format: xlsxFormat,
    async read(file, document) {
      const { sheets } = await readWorkbook(file);
      return sheets[0]!.rows.slice(1).map((row) => document.columns.map((_, index) => row[index]?.raw ?? ''));
    },
    keeps: (text, read) => read === text,
  },
  {
    format: pdfFormat,
    async read(file, document) {
      const rows = reportRows(await readPdf(file), document);
      // Printed as en-CA writes them: days as they are, a comma every three digits.
      return rows.map((row) =>
        row.map((cell, index) => (isFigure(document.columns[index]!) ? cell.replaceAll(',', '') : cell)),
      );
    },
    dash: '–',
    keeps(text, read) {
      // Written in the order of its glyphs, with the text itself beside them.
      if (/\p{Script=Devanagari}/u.test(text)) return sorted(read) === sorted(text);
      if (text.length > 200) return read.endsWith('…') && text.startsWith(read.slice(0, -1));
      // pdf.js gives a plain space for one that does not break.
      return read.trim() === printable(text).replaceAll('\u00a0', ' ').trim();
    },
  },
];

const render = async (
  format: FormatDefinition,
  document: ReportDocument,
  batches: Iterable<RowBatch>,
): Promise<Buffer> => {
  const all = [...batches];
  const rows = all.flatMap((batch) => batch.cells());
  const renderer = format.create(document, measureRows(document.columns, rows));
  const chunks: Buffer[] = [];
  for await (const chunk of renderer.begin()) chunks.push(chunk);
  for (const batch of all) for await (const chunk of renderer.rows(batch)) chunks.push(chunk);
  for await (const chunk of renderer.finish()) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The rows with a dash where a column was printed with dashes, for its zeros and nothing else. */
const withDashes = (rows: readonly Row[], read: readonly (readonly string[])[], { dash }: Subject): Row[] => {
  const dashed = (index: number): boolean => dash !== undefined && read.some((row) => row[index] === dash);
  return rows.map((row) =>
    row.map((cell, index) => (cell && dash && /^-?0(\.0+)?$/.test(cell) && dashed(index) ? dash : cell)),
  );
};

/** The first printed column's label is one line in every width. */
const relabelled = (document: ReportDocument): ReportDocument => ({
  ...document,
  columns: document.columns.map((column, index) => (index === 1 ? { ...column, label: 'Day' } : column)),
});

describe.each(subjects.map((subject) => [subject.format.format, subject] as const))('%s', (_, subject) => {
  test.each([
    ['no rows', { rows: 0 }],
    ['one row', { rows: 1 }],
    ['a full page', { rows: 45, groups: 1 }],
    ['one row more than a page', { rows: 46, groups: 1 }],
    ['several groups', { rows: 333, groups: 5 }],
    ['two currencies', { rows: 200, groups: 3, currencies: ['EUR', 'USD'] }],
    ['400 groups', { rows: 800, groups: 400, currencies: ['EUR', 'USD'] }],
  ] as const)('%s come back as they went in', async (__, options) => {
    const report = sampleReport({ ...options, locale: 'en-CA' });
    const document = relabelled(report.document);
    const file = await render(subject.format, document, report.batches(100));
    const rows = [...report.batches()].flatMap((batch) => batch.cells());
    const read = await subject.read(file, document);
    expect(read).toEqual(withDashes(rows, read, subject));
  });

  test('returns and credits keep their sign, and nothing stays nothing', async () => {
    const rows: Row[] = [
      [
        'Bar',
        '2026-10-02',
        'V',
        'PO',
        '007',
        'P',
        'C',
        'kg',
        '5',
        '-5',
        '0',
        '12.5000',
        '-62.50',
        '-4.38',
        '-66.88',
        'EUR',
      ],
      ['Bar', null, 'V', null, null, 'Credit', null, null, null, '0', null, null, '-3.00', '0.00', '-3.00', 'EUR'],
    ];
    const base = documentOf(totalsOf(rows));
    const document = relabelled({ ...base, company: { ...base.company, locale: 'en-CA' } });
    const file = await render(subject.format, document, [batchOf(rows)]);
    const read = await subject.read(file, document);
    expect(read).toEqual(withDashes(rows, read, subject).map((row) => row.map((cell) => cell ?? '')));
  });

  test('hostile texts come back as documented', async () => {
    const columns: Column[] = [
      { key: 'line', label: 'Line', type: 'integer' },
      { key: 'text', label: 'Text', type: 'text' },
    ];
    const rows = hostileTexts.map((text, index): Row => [String(index + 1), text]);
    const document = documentOf(
      { rows: rows.length, currencies: [], groups: [] },
      { columns, groupColumns: [], sumColumns: [] },
    );
    const read = await subject.read(await render(subject.format, document, [batchOf(rows)]), document);
    expect(read.map(([line]) => line)).toEqual(rows.map(([line]) => line));
    const lost = hostileTexts.filter((text, index) => !subject.keeps(text, read[index]?.[1] ?? ''));
    expect(lost).toEqual([]);
  });
});
