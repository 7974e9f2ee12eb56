/** summary.csv: the control totals beside the report, one line per group and currency, then one per currency. */
import type { ReportDocument } from '#contract/reports.ts';

const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** RFC 4180, UTF-8, LF. */
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
