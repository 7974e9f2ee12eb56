/**
 * One report as a file, for a download that a person waits for and an export in the background: what it says of itself,
 * what it is called, and its bytes, all from one snapshot. Only where the bytes go differs.
 */
import type pg from 'pg';
import type { Making, RowLimits } from '#contract/formats.ts';
import type { ControlTotals, ExportOptions, ReportDocument } from '#contract/reports.ts';
import type { FormatDefinition } from '#server/renderers/renderer.ts';
import type { ReportDefinition, ReportScope } from './definition.ts';
import { documentOf, withTotals } from './document.ts';
import { fileStem } from './file-names.ts';
import { readRows, renderReport } from './render.ts';
import { tooManyRows } from './size.ts';
import type { Snapshot } from './snapshot.ts';

export interface ReportToWrite {
  readonly definition: ReportDefinition;
  readonly scope: ReportScope;
  readonly format: FormatDefinition;
  readonly options: ExportOptions;
  readonly requestedBy: string;
  readonly snapshot: Snapshot;
  /** Counted by a query of their own, perhaps while the rows are read. */
  readonly totals: ControlTotals | Promise<ControlTotals>;
  /** A connection in the same snapshot that brings rows too, once it is free. */
  readonly beside?: Promise<pg.ClientBase>;
  readonly onRows?: (rowsDone: number) => void;
  readonly onGuarded?: (cells: number) => void;
}

export interface ReportFile {
  /** Without an extension. */
  readonly stem: string;
  readonly name: string;
  /** As the file shows it, but for its totals. */
  readonly document: ReportDocument;
  /** Read once, to its end or returned from; returns the rows that went into it. */
  content(): AsyncGenerator<Buffer, number>;
}

export const noTotals: ControlTotals = { rows: 0, currencies: [], groups: [] };

/** The count that decides: what was seen when the file was asked for is an estimate. @throws ProductError row_limit_exceeded */
export function withinLimits(
  totals: ControlTotals,
  { format }: Pick<FormatDefinition, 'format'>,
  limits: RowLimits,
  making: Making,
): ControlTotals {
  const rowsMax = limits[format];
  if (rowsMax !== undefined && totals.rows > rowsMax) throw tooManyRows(format, rowsMax, making);
  return totals;
}

export async function writeReport(report: ReportToWrite): Promise<ReportFile> {
  const { definition, scope, format, snapshot } = report;
  const { requestedBy, options } = report;
  // a failure there surfaces where it is awaited, if it ever is
  for (const each of [report.totals, report.beside]) Promise.resolve(each).catch(() => undefined);
  const facts = { requestedBy, options, snapshotAt: snapshot.at, totals: noTotals };
  const document = await documentOf(definition, scope, snapshot.read, facts);
  const stem = await fileStem(definition, scope, snapshot.read);
  return {
    stem,
    name: `${stem}.${format.extension}`,
    document,
    async *content() {
      const table = await readRows(definition, scope, snapshot, format);
      const helping = report.beside?.then((client) => table.rows.readOver(client));
      helping?.catch(() => undefined);
      try {
        const begun = format.totalsFirst ? withTotals(document, await report.totals) : document;
        const rows = yield* renderReport({ ...report, table, document: begun });
        await helping;
        return rows;
      } finally {
        table.rows.stop();
      }
    },
  };
}
