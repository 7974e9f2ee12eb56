/** A sheet that is no report: a few rows of a table of its own, as a PDF that looks like the reports'. */
import type { FilterInWords, ReportDocument, Row } from '#contract/reports.ts';
import { loadFormat } from './formats.ts';
import { measureRows } from './measured.ts';
import type { RowBatch } from './renderer.ts';

/** Whose sheet it is, and how figures are written. */
export interface SheetFacts {
  readonly company: ReportDocument['company'];
  readonly period: { readonly from: string; readonly to: string };
  readonly requestedBy: string;
  /** RFC 3339. */
  readonly snapshotAt: string;
}

export interface Sheet {
  readonly title: string;
  readonly columns: ReportDocument['columns'];
  readonly rows: readonly Row[];
  readonly dateBasis: string;
  /** What stands above the table. */
  readonly words: readonly FilterInWords[];
}

/** Yields the bytes of the PDF. */
export async function* pdfSheet(
  { title, columns, rows, dateBasis, words }: Sheet,
  { company, period, requestedBy, snapshotAt }: SheetFacts,
): AsyncGenerator<Buffer> {
  const format = await loadFormat('pdf', {});
  const document: ReportDocument = {
    reportType: 'order_lines',
    title,
    columns,
    contract: { major: 1, minor: 0 },
    groupColumns: [],
    sumColumns: [],
    company,
    period,
    dateBasis,
    filters: [...words],
    requestedBy,
    snapshotAt,
    totals: { rows: rows.length, currencies: [], groups: [] },
    options: {},
  };
  const renderer = format.create(document, measureRows(columns, rows));
  const batch: RowBatch = { count: rows.length, csv: Buffer.alloc(0), cells: () => [...rows] };
  yield* renderer.begin();
  yield* renderer.rows(batch);
  yield* renderer.finish();
}
