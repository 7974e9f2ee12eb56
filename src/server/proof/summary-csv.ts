/** summary.csv: the control totals beside the report, one line per group and currency, then one per currency. */
import type { CurrencyTotals, ReportDocument } from '#contract/reports.ts';
import { guardedText } from '#server/renderers/formula-guard.ts';
import { groupLabel, totalColumns } from '#server/renderers/facts.ts';
import { isDecimal } from './decimal-sum.ts';

const cell = (text: string): string => {
  const safe = isDecimal(text) ? text : guardedText(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** RFC 4180, UTF-8, LF. Every line says of which period it is, and what puts a row into a period. */
export function summaryCsv(document: ReportDocument): string {
  const { period, dateBasis, totals } = document;
  const sums = totalColumns(document);
  const dates = [period.isAsOf ? '' : period.from, period.to, dateBasis];
  const line = (level: string, group: string, { currency, rows, sums: amounts }: CurrencyTotals): string[] => [
    level,
    group,
    currency,
    String(rows),
    ...sums.map(({ key }) => amounts[key] ?? ''),
    ...dates,
  ];
  const none: CurrencyTotals = { currency: '', rows: 0, sums: {} };
  const lines = [
    [
      'Level',
      groupLabel(document) || 'Group',
      'Currency',
      'Rows',
      ...sums.map(({ label }) => label),
      'From',
      'To',
      'Date basis',
    ],
    ...totals.groups.map((entry) => line('Subtotal', entry.group, entry)),
    ...(totals.currencies.length > 0 ? totals.currencies : [none]).map((entry) => line('Total', '', entry)),
  ];
  return lines.map((cells) => `${cells.map(cell).join(',')}\n`).join('');
}
