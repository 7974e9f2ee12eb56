/**
 * The charts a report declares, read from its own FROM and WHERE and rounded as it prints: bars and rankings add up to its
 * totals. Time is cut so that a chart keeps a number of bars that can be seen.
 */
import { addDays, daysIn } from '#contract/calendar.ts';
import type { ChartPoint, ReportChart, SummaryStep } from '#contract/report-summaries.ts';
import { addDecimals } from './decimal.ts';
import type { ChartDefinition, PartSource, ReportDefinition, ReportScope, Sql } from './definition.ts';
import { value } from './definition.ts';

const barsMax = { day: 92, week: 106 * 7 };

export function stepOf({ from, to }: Pick<ReportScope, 'from' | 'to'>): SummaryStep {
  const days = daysIn(from, to);
  if (days <= barsMax.day) return 'day';
  return days <= barsMax.week ? 'week' : 'month';
}

/** The first day of the step that `day` lies in, cut to the period: an expression of type date. */
export const stepStart = (day: Sql, step: SummaryStep, from: string): Sql =>
  step === 'day' ? day : `greatest(date_trunc('${step}', ${day})::date, ${value(from)}::date)`;

/** A rank names as many; the others are one entry. */
const entriesMax = 10;

interface Days {
  readonly from: string;
  readonly step: SummaryStep;
}

type Found = Record<string, string | null>;

export async function readCharts(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
): Promise<ReportChart[]> {
  const charts = definition.page?.charts ?? [];
  const own = await readOwn(definition, scope, charts, read);
  const drawn: ReportChart[] = [];
  for (const chart of charts) {
    const days = daysOf(chart, scope);
    const rows = own.get(chart.key) ?? (chart.select ? await read(chart.select(scope, days)) : []);
    drawn.push({
      key: chart.key,
      title: chart.title,
      kind: chart.kind,
      step: chart.kind === 'rank' ? null : days.step,
      date_from: days.from,
      series: chart.series,
      points: pointsOf(chart, rows),
      leads_to: chart.leadsTo ?? definition.type,
    });
  }
  return drawn;
}

function daysOf({ daysMin = 0 }: ChartDefinition, { from, to }: ReportScope): Days {
  const begin = daysIn(from, to) < daysMin ? addDays(to, 1 - daysMin) : from;
  return { from: begin, step: stepOf({ from: begin, to }) };
}

/** All charts over the report's own rows in one reading of them: a grouping set for each. */
async function readOwn(
  definition: ReportDefinition,
  scope: ReportScope,
  charts: readonly ChartDefinition[],
  read: PartSource,
): Promise<ReadonlyMap<string, Found[]>> {
  const asked = charts.flatMap((chart) => (chart.of ? [{ chart, of: chart.of }] : []));
  if (asked.length === 0) return new Map();
  const keys = asked.map(({ chart, of }, at) => {
    const { step } = daysOf(chart, scope);
    const by = typeof of.by === 'string' ? of.by : of.by(scope);
    return chart.kind === 'rank'
      ? `${of.id ?? by} AS id${at}, ${by} AS label${at}`
      : `${stepStart(by, step, scope.from)} AS id${at}, NULL::text AS label${at}`;
  });
  const money = (amount: Sql): Sql => `round(${amount}, minor_digits(${definition.currency(scope)}))`;
  const amounts = asked.map(({ of }, at) => `${money(of.amount)} AS amount${at}`);
  const grouped = asked.map((_, at) => `grouping(id${at}) AS not${at}, id${at}::text, max(label${at}) AS label${at}`);
  const rows = await read(
    `SELECT currency, ${grouped.join(', ')}, ${asked.map((_, at) => `sum(amount${at})::text AS amount${at}`).join(', ')}
     FROM (SELECT ${definition.currency(scope)} AS currency, ${[...keys, ...amounts].join(', ')}
       ${(definition.summed?.(scope) ?? definition.table(scope)).from}) line
     GROUP BY GROUPING SETS (${asked.map((_, at) => `(currency, id${at})`).join(', ')})`,
  );
  return new Map(
    asked.map(({ chart }, at) => [
      chart.key,
      rows
        .filter((row) => row[`not${at}`] === '0')
        .map((row) => ({
          day: chart.kind === 'rank' ? null : (row[`id${at}`] ?? null),
          id: row[`id${at}`] ?? null,
          label: row[`label${at}`] ?? null,
          currency: row['currency'] ?? null,
          [chart.series[0]?.key ?? '']: row[`amount${at}`] ?? null,
        })),
    ]),
  );
}

function pointsOf(chart: ChartDefinition, rows: readonly Found[]): ChartPoint[] {
  const filter = chart.of?.filter ?? chart.filter;
  const points = rows.map((row): ChartPoint => ({
    day: row['day'] ?? null,
    label: row['label'] ?? null,
    of: 1,
    currency: row['currency'] ?? '',
    values: Object.fromEntries(chart.series.map(({ key }) => [key, row[key] ?? '0'])),
    filters: filter && row['id'] ? { [filter]: row['id'] } : {},
  }));
  if (chart.kind !== 'rank') return points.sort(byDay);
  return [...new Set(points.map(({ currency }) => currency))].sort().flatMap((currency) =>
    largest(
      chart.series[0]?.key ?? '',
      points.filter((point) => point.currency === currency),
    ),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byDay = (a: ChartPoint, b: ChartPoint): number =>
  compare(a.day ?? '', b.day ?? '') || compare(a.currency, b.currency) || compare(a.label ?? '', b.label ?? '');

/** Of one currency, largest first, whichever its sign; what is beyond the tenth in one sum. */
function largest(series: string, points: readonly ChartPoint[]): ChartPoint[] {
  const size = ({ values }: ChartPoint): number => Math.abs(Number(values[series]));
  const sorted = [...points].sort((a, b) => size(b) - size(a) || compare(a.label ?? '', b.label ?? ''));
  const others = sorted.slice(entriesMax);
  const [first] = others;
  if (!first || others.length === 1) return sorted;
  const sum = others.reduce((total, { values }) => addDecimals(total, values[series] ?? '0'), '0');
  return [
    ...sorted.slice(0, entriesMax),
    { ...first, label: null, of: others.length, values: { [series]: sum }, filters: {} },
  ];
}
