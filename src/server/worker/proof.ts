/** What lies beside the report in the ZIP: the control totals as CSV, and the manifest that says what everything is. */
import type { ReportDocument } from '#contract/reports.ts';
import type { RenderTask } from './render-task.ts';

export const manifestVersion = 1;

export interface ManifestFile {
  readonly name: string;
  /** Lower-case hex, of the uncompressed file. */
  readonly sha256: string;
  readonly bytes: number;
}

const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line per group and currency, then one per currency; RFC 4180, UTF-8, LF. */
export function summaryCsv(document: ReportDocument): string {
  const sums = document.columns.filter((column) => document.sumColumns.includes(column.key));
  const group = document.columns[document.groupColumns[0] ?? -1]?.label ?? 'Group';
  const lines = [['Level', group, 'Currency', 'Rows', ...sums.map((column) => column.label)]];
  for (const entry of document.totals.groups) {
    lines.push([
      'Subtotal',
      entry.group,
      entry.currency,
      String(entry.rows),
      ...sums.map((column) => entry.sums[column.key] ?? ''),
    ]);
  }
  for (const entry of document.totals.currencies) {
    lines.push([
      'Total',
      '',
      entry.currency,
      String(entry.rows),
      ...sums.map((column) => entry.sums[column.key] ?? ''),
    ]);
  }
  if (document.totals.currencies.length === 0) lines.push(['Total', '', '', '0', ...sums.map(() => '')]);
  return lines.map((line) => `${line.map(cell).join(',')}\n`).join('');
}

/** JSON with a stable order of keys. */
export function manifestOf(task: RenderTask, document: ReportDocument, files: readonly ManifestFile[]): string {
  return `${JSON.stringify(
    {
      manifest_version: manifestVersion,
      job_id: task.jobId,
      attempt: task.attempt,
      report: { type: document.reportType, title: document.title },
      company: {
        id: document.company.id,
        name: document.company.name,
        time_zone: document.company.timeZone,
        currency: document.company.currency,
        locale: document.company.locale,
      },
      period: { date_from: document.period.from, date_to: document.period.to },
      filters: task.scope.filters,
      file_format: task.fileFormat,
      options: document.options,
      requested_by: document.requestedBy,
      snapshot_at: document.snapshotAt,
      columns: document.columns,
      rows: document.totals.rows,
      totals: document.totals,
      files,
    },
    null,
    2,
  )}\n`;
}
