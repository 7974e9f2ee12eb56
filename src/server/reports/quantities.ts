/**
 * The column set of a stock report for those who may see stock but not money: the same rows, with nothing in them, in
 * their totals, filters or order that is an amount or could tell one.
 */
import type { ColumnType } from '#contract/reports.ts';
import type { ColumnDefinition, ReportDefinition } from './definition.ts';

const isMoney = (type: ColumnType): boolean => type === 'money' || type === 'price';

/** Sums go too: what stands under a quantity of a stock report is its value. */
const withoutMoney = (columns: readonly ColumnDefinition[]): ColumnDefinition[] =>
  columns.filter(({ type }) => !isMoney(type)).map(({ key, label, type, sql }) => ({ key, label, type, sql }));

/** The report itself for whoever holds `view_financials`; null when there is nothing of it without money. */
export function quantitiesOf(definition: ReportDefinition): ReportDefinition | null {
  if (!definition.moneyFilters) return null;
  const { page, moneyFilters, summed: _summed, ...rest } = definition;
  return {
    ...rest,
    slug: `${definition.slug}-quantities`,
    ...(page?.leadsTo && { page: { leadsTo: page.leadsTo } }),
    columns: (scope) => withoutMoney(definition.columns(scope)),
    filters: definition.filters.filter(({ key }) => !moneyFilters.includes(key)),
    facts: async (scope, snapshotAt, source) => [
      ...((await definition.facts?.(scope, snapshotAt, source)) ?? []),
      { label: 'Columns', value: 'Quantities, without amounts' },
    ],
  };
}
