/** What stands above the rows of a report: totals of the period before, counts, and the charts it declares. */
import { addDays, daysIn, isDay } from '#contract/calendar.ts';
import type { Comparison, ReportSummary, ReportTotals } from '#contract/report-summaries.ts';
import { readCharts } from './charts.ts';
import { type PartSource, type ReportDefinition, type ReportScope, type Sql, value } from './definition.ts';
import { readTotals } from './totals.ts';

interface Period {
  readonly from: string;
  readonly to: string;
}

/** As many days just before; whole calendar months are compared with whole calendar months. */
export function periodBefore({ from, to }: Period): Period {
  const end = addDays(from, -1);
  const isWholeMonths = from.endsWith('-01') && addDays(to, 1).endsWith('-01');
  if (!isWholeMonths) return { from: addDays(from, -daysIn(from, to)), to: end };
  const months = monthNumber(to) - monthNumber(from) + 1;
  const first = monthNumber(from) - months;
  return { from: `${Math.floor(first / 12)}-${String((first % 12) + 1).padStart(2, '0')}-01`, to: end };
}

/** With what a period can be compared. */
export const comparisons = ['previous_period', 'previous_year'] as const;

/** The period before, or the same days a year before (29 February becomes the 28th). */
export function comparisonPeriod(period: Period, to: (typeof comparisons)[number]): Period {
  return to === 'previous_period' ? periodBefore(period) : { from: yearBefore(period.from), to: yearBefore(period.to) };
}

function yearBefore(day: string): string {
  const same = `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;
  return isDay(same) ? same : same.replace('-29', '-28');
}

const monthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/** Totals of the same question for another period, and since when there is anything to compare. */
export async function compared(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
  { from, to }: Period = periodBefore(scope),
): Promise<Comparison> {
  const { currencies } = await readTotals(definition, { ...scope, from, to }, read);
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
  const { from } = definition.table(scope);
  const [found] = await read(`SELECT ${counts.map(({ key, sql }) => `(${sql(from)})::text AS ${key}`).join(', ')}`);
  return counts.map(({ key, label }) => ({ key, label, value: Number(found?.[key] ?? 0) }));
}
