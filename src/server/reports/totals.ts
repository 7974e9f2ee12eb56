/** Control totals as the contract shows them: per currency, and per group in the order of the file. */
import type { ControlTotals, CurrencyTotals, GroupTotals } from '#contract/reports.ts';
import type { PartSource, ReportDefinition, ReportScope } from './definition.ts';
import { addDecimals } from './decimal.ts';
import { selectTotals } from './statement.ts';

export async function readTotals(
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
): Promise<ControlTotals> {
  const sumKeys = definition
    .columns(scope)
    .filter((column) => column.sum)
    .map((column) => column.key);
  const groups: GroupTotals[] = (await source(selectTotals(definition, scope))).map((row) => ({
    group: row['group'] ?? '',
    currency: row['currency'] ?? scope.currency,
    rows: Number(row['rows']),
    sums: Object.fromEntries(sumKeys.map((key) => [key, row[key] ?? '0'])),
  }));
  const currencies = new Map<string, CurrencyTotals>();
  for (const group of groups) {
    const before = currencies.get(group.currency);
    currencies.set(group.currency, {
      currency: group.currency,
      rows: (before?.rows ?? 0) + group.rows,
      sums: Object.fromEntries(
        sumKeys.map((key) => [key, addDecimals(before?.sums[key] ?? '0', group.sums[key] ?? '0')]),
      ),
    });
  }
  return {
    rows: groups.reduce((rows, group) => rows + group.rows, 0),
    currencies: [...currencies.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)),
    groups: definition.groupBy.length > 0 ? groups : [],
  };
}
