/** Control totals as the contract shows them: per currency, and per group in the order of the file. */
import type { ControlTotals, CurrencyTotals, GroupTotals } from '#contract/reports.ts';
import type { PartSource, ReportDefinition, ReportScope, SummedRows } from './definition.ts';
import { addDecimals } from './decimal.ts';
import { selectTotals } from './statement.ts';

/** From the report's own rows, for what is signed; `pageTotals` for what a page shows. */
export const readTotals = (
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
): Promise<ControlTotals> => totalsOf(definition, scope, source, null);

/** The same figures from what is kept summed, where the question allows it. */
export const pageTotals = (
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
): Promise<ControlTotals> => totalsOf(definition, scope, source, definition.summed?.(scope) ?? null);

async function totalsOf(
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
  summed: SummedRows | null,
): Promise<ControlTotals> {
  const sumKeys = definition
    .columns(scope)
    .filter((column) => column.sum)
    .map((column) => column.key);
  const groups: GroupTotals[] = (await source(selectTotals(definition, scope, summed))).map((row) => ({
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
