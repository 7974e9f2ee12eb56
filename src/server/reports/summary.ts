/**
 * What the summaries of several reports have in common: the period before a period, and how finely time is cut so that
 * a chart keeps a number of bars that can be seen.
 */
import { addDays, daysIn } from '#contract/calendar.ts';
import type { ReportTotals, SummaryStep } from '#contract/report-summaries.ts';
import type { ReportDefinition, ReportScope, PartSource, Sql } from './definition.ts';
import { value } from './definition.ts';
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

const monthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

const barsMax = { day: 92, week: 106 * 7 };

export function stepOf({ from, to }: Period): SummaryStep {
  const days = daysIn(from, to);
  if (days <= barsMax.day) return 'day';
  return days <= barsMax.week ? 'week' : 'month';
}

/** The first day of the step that `day` lies in, cut to the period: an expression of type date. */
export const stepStart = (day: Sql, step: SummaryStep, from: string): Sql =>
  step === 'day' ? day : `greatest(date_trunc('${step}', ${day})::date, ${value(from)}::date)`;

/** Totals of the same question one period earlier. */
export async function totalsBefore(definition: ReportDefinition, scope: ReportScope, read: PartSource) {
  const { from, to } = periodBefore(scope);
  const { currencies } = await readTotals(definition, { ...scope, from, to }, read);
  return {
    date_from: from,
    date_to: to,
    totals: currencies.map(({ currency, rows, sums }): ReportTotals => ({ currency, rows, ...sums })),
  };
}
