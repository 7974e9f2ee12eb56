/**
 * M52 for every report and format: a direct download and a background export hold the rows that the page shows, cell by
 * cell, on texts that files have been known to mangle. CSV guards what a spreadsheet would take for a formula; a PDF
 * prints a cell on one line, so breaks are spaces, ends may be cut, and what cannot be seen is not there.
 */
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Column, FileFormat, ReportDocument } from '#contract/reports.ts';
import { fileFormats, reportTypes } from '#contract/reports.ts';
import { guardedText } from '#server/renderers/formula-guard.ts';
import { findReport } from '#server/reports/registry.ts';
import { printable } from '#server/renderers/pdf/runs.ts';
import { fillHostileKitchen } from '#test/hostile-kitchen.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { readPdf, reportRows } from '#test/read-report-pdf.ts';
import { readWorkbook, unzip } from '#test/read-workbook.ts';

type Cells = readonly string[];
interface Report {
  readonly type: string;
  readonly columns: readonly Column[];
  readonly group_by: readonly string[];
  readonly contract: { readonly major: number; readonly minor: number };
  readonly date_basis: string;
  readonly period_kind: 'range' | 'as_of';
}

const companyName = '=Grill "Süd"';
let site: TestInstallation;
let reports: readonly Report[];
const period = { date_from: '2026-06-02', date_to: '2026-06-30' };

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 0 });
  const { pool } = site.installation;
  // Days and numbers as they are, but for a comma every three digits.
  await sql`UPDATE companies SET locale = 'en-CA', name = ${companyName} WHERE id = ${site.companyId}`.execute(pool.db);
  await fillHostileKitchen(pool.pool, site.companyId);
  reports = (await site.ask<{ results: Report[] }>('GET', '/api/v1/reports')).body.results;
});
afterAll(() => site.close());

const query = (type: string, more: Readonly<Record<string, string>>): string =>
  `/api/v1/reports/${type}?${new URLSearchParams({ company_id: site.companyId, ...period, ...more }).toString()}`;

/** All rows as the page shows them, nothing as ''. */
async function shown({ type, columns }: Report): Promise<Cells[]> {
  const rows: Cells[] = [];
  for (let page = 0; ; page += 1) {
    const { body } = await site.ask<{ results: Record<string, string | null>[]; total: number }>(
      'GET',
      query(type, { page: String(page), page_size: '200' }),
    );
    rows.push(...body.results.map((row) => columns.map(({ key }) => row[key] ?? '')));
    if (rows.length >= body.total) return rows;
  }
}

async function downloaded(type: string, file_format: FileFormat): Promise<Buffer> {
  const path = query(type, { file_format }).replace('?', '/download?');
  const answer = await fetch(`${site.installation.address}${path}`, {
    headers: { authorization: `Bearer ${site.key}` },
  });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function exported(
  report_type: string,
  file_format: FileFormat,
): Promise<{ file: Buffer; files: ReadonlyMap<string, Buffer>; rows: number | null }> {
  const job = await site.finished((await site.create({ report_type, file_format, ...period })).id, 60);
  expect(job).toMatchObject({ status: 'completed' });
  const files = await unzip(await site.fetchZip(job.id));
  return { file: [...files.values()][0] ?? Buffer.alloc(0), files, rows: job.row_count };
}

/** What puts a row into the period, and which period: in summary and manifest, and in a file that has room for it. */
async function statesItsDates(
  { type, contract, date_basis, period_kind }: Report,
  format: FileFormat,
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const [file, summary, manifest] = [...files.values()];
  const stated = JSON.parse(manifest!.toString()) as { guarded_cells: number };
  expect(stated).toMatchObject({ date_basis, period_kind, report: { contract } });
  expect(stated.guarded_cells > 0).toBe(format === 'csv');
  const from = period_kind === 'as_of' ? '' : period.date_from;
  const lines = parse(summary!, { columns: true }) as Record<string, string>[];
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatchObject({ From: from, To: period.date_to, 'Date basis': date_basis });
  }
  if (format === 'xlsx') {
    const { sheets, parts } = await readWorkbook(file!);
    expect(parts.get('docProps/core.xml')?.toString()).toContain(`${type} ${contract.major}.${contract.minor}`);
    const facts = sheets[1]!.rows.map((row) => [row[0]?.raw, row[1]?.raw]);
    expect(facts).toContainEqual(['Date basis', date_basis]);
    expect(facts).toContainEqual([period_kind === 'as_of' ? 'As of' : 'To', period.date_to]);
    expect(facts.some(([label]) => label === 'From')).toBe(period_kind === 'range');
  }
  if (format === 'pdf') {
    const { pages } = await readPdf(file!);
    const cover = pages[0]!.lines.flatMap(({ cells }) => cells.map(({ text }) => text));
    const [first] = date_basis.split(';');
    expect(cover.some((text) => text.startsWith(first!))).toBe(true);
    expect(cover.some((text) => text.startsWith('as of '))).toBe(period_kind === 'as_of');
  }
}

/** Columns of which the headings of sections say the cells. */
const headedBy = (type: string): readonly string[] => findReport(type)?.sections?.headedBy ?? [];

const isNumber = ({ type }: Column): boolean => type !== 'text' && type !== 'date';

interface Reading {
  read(file: Buffer, report: Report): Promise<Cells[]>;
  /** Whether the file may say `read` where the page says `text`. */
  agrees(text: string, read: string, column: Column, isHeading: boolean): boolean;
}

const readings: Readonly<Record<FileFormat, Reading>> = {
  csv: {
    async read(file, { columns }) {
      const [head, ...rows] = parse(file, { record_delimiter: '\n' }) as string[][];
      expect(head).toEqual(columns.map(({ label }) => label));
      return rows;
    },
    agrees: (text, read, { type }) => read === (type === 'text' ? guardedText(text) : text),
  },
  xlsx: {
    async read(file, { columns }) {
      const [sheet] = (await readWorkbook(file)).sheets;
      expect(sheet?.rows[0]?.map((cell) => cell?.raw)).toEqual(columns.map(({ label }) => label));
      return (sheet?.rows.slice(1) ?? []).map((row) => columns.map((_, index) => row[index]?.raw ?? ''));
    },
    // a percentage is a fraction there
    agrees: (text, read, { type }) =>
      type === 'percent' && text !== '' ? Math.abs(Number(read) * 100 - Number(text)) < 1e-9 : read === text,
  },
  pdf: {
    async read(file, { type, columns, group_by }) {
      const groupColumns = group_by.map((key) => columns.findIndex((column) => column.key === key));
      const company = { name: companyName } as ReportDocument['company'];
      return reportRows(await readPdf(file), { columns, groupColumns, company }, headedBy(type)).map((row) =>
        row.map((cell, index) => (isNumber(columns[index]!) ? cell.replaceAll(',', '') : cell)),
      );
    },
    agrees(text, read, column, isHeading) {
      if (isNumber(column) || column.type === 'date')
        return read === text || (read === '–' && /^-?0(\.0+)?$/.test(text));
      // a line may end between two words, or between two Chinese characters
      const wanted = printable(text).replaceAll(/\s/g, '');
      const found = read.replaceAll(/\s/g, '');
      if (found === wanted || (isHeading && (found.includes(wanted) || found.endsWith('…')))) return true;
      // Written in the order of its glyphs, or with a replacement for what no font has; the renderers' own suite reads those.
      if (/[\p{Script=Devanagari}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}]/u.test(wanted)) return found !== '';
      return found.endsWith('…') && wanted.startsWith(found.slice(0, -1));
    },
  },
};

test('every report there may be is offered in every format', () => {
  expect(reports.map(({ type }) => type)).toEqual([...reportTypes]);
});

describe.each(reportTypes)('%s', (type) => {
  test.each(fileFormats)('%s: page, direct download and background export hold the same cells', async (format) => {
    const report = reports.find((one) => one.type === type)!;
    const { columns } = report;
    const headed = headedBy(type);
    const page = await shown(report);
    expect(page.length).toBeGreaterThan(1);
    const background = await exported(type, format);
    expect(background.rows).toBe(page.length);
    await statesItsDates(report, format, background.files);
    const { read, agrees } = readings[format];
    for (const [way, file] of [
      ['direct', await downloaded(type, format)],
      ['background', background.file],
    ] as const) {
      const rows = await read(file, report);
      expect([way, rows.length]).toEqual([way, page.length]);
      const wrong = rows.flatMap((row, at) =>
        columns.flatMap((column, index) =>
          agrees(page[at]?.[index] ?? '', row[index] ?? '', column, headed.includes(column.key))
            ? []
            : [
                {
                  way,
                  row: at,
                  column: column.label,
                  page: page[at]?.[index]?.slice(0, 80),
                  file: row[index]?.slice(0, 80),
                },
              ],
        ),
      );
      expect(wrong).toEqual([]);
    }
  });
});
