/** What stands above the rows of a report: totals of the period before, counts, and the charts it declares. */
import type { Comparison, ReportSummary, ReportTotals } from '#contract/report-summaries.ts';
import { readCharts } from './charts.ts';
import { type Period, periodBefore } from './comparison.ts';
import { type PartSource, type ReportDefinition, type ReportScope, type Sql, value } from './definition.ts';
import { pageTotals } from './totals.ts';

/** Totals of the same question for another period, and since when there is anything to compare. */
export async function compared(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
  { from, to }: Period = periodBefore(scope),
): Promise<Comparison> {
  const { currencies } = await pageTotals(definition, { ...scope, from, to }, read);
  const [first] = await read(firstDay[definition.about](scope));
  return {
    date_from: from,
    date_to: to,
    totals: currencies.map(({ currency, rows, sums }): ReportTotals => ({ currency, rows, ...sums })),
    data_begins: first?.['day'] ?? null,
  };
}

const firstDay: Readonly<Record<ReportDefinition['about'], (scope: ReportScope) => Sql>> = {
  purchases: ({ companyId }) =>
    `SELECT min(received_on)::text AS day FROM receipt_lines WHERE company_id = ${value(companyId)}`,
  stock: ({ companyId }) =>
    `SELECT min(occurred_on)::text AS day FROM stock_movements WHERE company_id = ${value(companyId)}`,
};

/** Everything that stands above the rows, in one snapshot. */
export async function summaryOf(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
): Promise<ReportSummary> {
  return {
    charts: await readCharts(definition, scope, read),
    counts: await readCounts(definition, scope, read),
    previous: await compared(definition, scope, read),
  };
}

async function readCounts(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
): Promise<ReportSummary['counts']> {
  const counts = definition.page?.counts?.(scope) ?? [];
  if (counts.length === 0) return [];
  const { from } = definition.summed?.(scope) ?? definition.table(scope);
  const [found] = await read(`SELECT ${counts.map(({ key, sql }) => `(${sql(from)})::text AS ${key}`).join(', ')}`);
  return counts.map(({ key, label }) => ({ key, label, value: Number(found?.[key] ?? 0) }));
}
