/**
 * A report beside itself in another period: rows of both, matched by what they are of; what is in one alone stands with
 * nothing on the other side, so that every total of either period is there. The added columns go last: what it was before,
 * the change, the change in percent. Reports of single events have no row to match; they say the totals of the other period.
 */
import { addDays, daysIn, isDay } from '#contract/calendar.ts';
import type { ComparedTo, FilterInWords } from '#contract/reports.ts';
import { byName, type ColumnDefinition, type ReportDefinition, type ReportScope, type Sql } from './definition.ts';
import { formatted } from './statement.ts';
import { readTotals } from './totals.ts';

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** As many days just before; whole calendar months are compared with whole calendar months. */
export function periodBefore({ from, to }: Period): Period {
  const end = addDays(from, -1);
  const isWholeMonths = from.endsWith('-01') && addDays(to, 1).endsWith('-01');
  if (!isWholeMonths) return { from: addDays(from, -daysIn(from, to)), to: end };
  const months = monthNumber(to) - monthNumber(from) + 1;
  // as `addDays`: further back than year 1 no day can be written
  const first = Math.max(12, monthNumber(from) - months);
  const [year, month] = [Math.floor(first / 12), (first % 12) + 1];
  return { from: `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`, to: end };
}

/** The period before, or the same days a year before (29 February becomes the 28th). */
export function comparisonPeriod(period: Period, to: ComparedTo): Period {
  return to === 'previous_period' ? periodBefore(period) : { from: yearBefore(period.from), to: yearBefore(period.to) };
}

function yearBefore(day: string): string {
  const same = `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;
  return isDay(same) ? same : same.replace('-29', '-28');
}

const monthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/** The report itself where it is compared with nothing. */
export function inComparison(definition: ReportDefinition, compareTo: ComparedTo | undefined): ReportDefinition {
  if (compareTo === undefined) return definition;
  const other = (scope: ReportScope): ReportScope => ({ ...scope, ...comparisonPeriod(scope, compareTo) });
  const { comparedBy } = definition;
  return comparedBy ? sideBySide(definition, comparedBy, other) : withTotalsOf(definition, other);
}

const daysText = ({ from, to }: Period, { isAsOf }: ReportDefinition): string => (isAsOf ? to : `${from} – ${to}`);

function withTotalsOf(definition: ReportDefinition, other: (scope: ReportScope) => ReportScope): ReportDefinition {
  return {
    ...definition,
    async facts(scope, snapshotAt, source) {
      const { currencies } = await readTotals(definition, other(scope), source);
      const summed = definition.columns(scope).filter(({ sum, type }) => sum && type !== 'integer');
      const totals = currencies.flatMap(({ currency, sums }) =>
        summed.map(({ key, label }) => `${label} ${sums[key] ?? '0'} ${currency}`),
      );
      return [
        ...((await definition.facts?.(scope, snapshotAt, source)) ?? []),
        comparedFact(definition, other(scope), totals),
      ];
    },
  };
}

const comparedFact = (definition: ReportDefinition, period: Period, totals: readonly string[] = []): FilterInWords => ({
  label: 'Compared with',
  value: [daysText(period, definition), ...totals].join(', '),
});

/** Columns that are put beside their other period. */
const isCompared = ({ sum }: ColumnDefinition): boolean => sum !== undefined;

function sideBySide(
  definition: ReportDefinition,
  comparedBy: readonly Sql[],
  other: (scope: ReportScope) => ReportScope,
): ReportDefinition {
  const leads = Object.entries(definition.page?.leadsTo?.by ?? {});
  /** One of the two periods, a column for each expression that is needed outside. */
  const side = (scope: ReportScope): Sql => {
    const { from, order } = definition.table(scope);
    const wanted = [
      ...definition
        .columns(scope)
        .flatMap(({ key, sql, sum }) => [
          `${sql} AS "${key}"`,
          ...(typeof sum === 'object' ? [`${sum.money} AS "${key}:money"`] : []),
        ]),
      ...leads.map(([key, sql]) => `${sql} AS "lead:${key}"`),
      `${definition.currency(scope)} AS "row:currency"`,
      `jsonb_build_array(${comparedBy.join(', ')})::text AS "row:key"`,
      `row_number() OVER (ORDER BY ${order}) AS "row:at"`,
    ];
    return `SELECT ${wanted.join(', ')} ${from}`;
  };
  const either = (key: string): Sql => `coalesce(c."${key}", b."${key}")`;
  const currency: Sql = either('row:currency');
  const own = (column: ColumnDefinition): ColumnDefinition => {
    const { key, type, sum } = column;
    const now = `c."${key}"`;
    const sql = type === 'text' ? either(key) : isCompared(column) || type === 'quantity' ? zeroIfGone(now) : now;
    return {
      ...column,
      sql,
      ...(typeof sum === 'object' && { sum: { ...sum, money: `coalesce(c."${key}:money", 0)` } }),
    };
  };
  const added = (column: ColumnDefinition): ColumnDefinition[] => {
    const { key, label, sum } = column;
    const as = (period: 'c' | 'b', mark = ''): Sql => `coalesce(${period}."${key}${mark}", 0)`;
    const now = formatted({ ...column, sql: as('c') }, currency);
    const before = formatted({ ...column, sql: as('b') }, currency);
    const money = (mark: (period: 'c' | 'b') => Sql, called: string): Pick<ColumnDefinition, 'sum'> =>
      typeof sum === 'object' ? { sum: { money: mark('b'), label: called } } : { sum: true };
    return [
      {
        ...column,
        key: `${key}_before`,
        label: `${label} before`,
        sql: before,
        ...money(() => as('b', ':money'), `${labelOf(sum, label)} before`),
      },
      {
        ...column,
        key: `${key}_change`,
        label: `${label} change`,
        sql: `${now} - ${before}`,
        ...money(() => `${as('c', ':money')} - ${as('b', ':money')}`, `${labelOf(sum, label)} change`),
      },
      {
        key: `${key}_change_percent`,
        label: `${label} change %`,
        type: 'percent',
        sql: `(${now} - ${before}) * 100 / nullif(abs(${before}), 0)`,
      },
    ];
  };
  const { summed: _summed, ...rest } = definition;
  return {
    ...rest,
    columns: (scope) => {
      const columns = definition.columns(scope);
      return [...columns.map(own), ...columns.filter(isCompared).flatMap(added)];
    },
    // those chosen with theirs; where none were, only what the report is about: a page has an end
    shown: (scope) => {
      const columns = definition.columns(scope);
      const chosen = scope.columns?.flatMap((key) => columns.find((column) => column.key === key) ?? []);
      const figures = figuresOf(definition, columns);
      const compared = chosen?.filter(isCompared) ?? columns.filter(({ key }) => figures.includes(key));
      return [...(chosen ?? columns).map(own), ...compared.flatMap(added)];
    },
    currency: () => currency,
    table: (scope) => ({
      from: `FROM (${side(scope)}) c FULL JOIN (${side(other(scope))}) b ON b."row:key" = c."row:key"`,
      order: [
        ...definition.groupBy.map((key) => byName(`coalesce(${either(key)}, '')`)),
        // what is gone stands behind what is there
        'c."row:at" NULLS LAST',
        'b."row:at"',
      ].join(', '),
    }),
    facts: async (scope, snapshotAt, source) => [
      ...((await definition.facts?.(scope, snapshotAt, source)) ?? []),
      comparedFact(definition, other(scope)),
    ],
    ...(definition.page && {
      page: {
        ...definition.page,
        ...(definition.page.leadsTo && {
          leadsTo: {
            ...definition.page.leadsTo,
            by: Object.fromEntries(leads.map(([key]) => [key, either(`lead:${key}`)])),
          },
        }),
      },
    }),
  };
}

/** Of a row that is in the other period alone. */
const zeroIfGone = (now: Sql): Sql => `CASE WHEN c."row:key" IS NULL THEN 0 ELSE ${now} END`;

const labelOf = (sum: ColumnDefinition['sum'], label: string): string => (typeof sum === 'object' ? sum.label : label);

/** More do not fit beside one another. */
const figuresMax = 5;

/** Summed columns that a report is about, most important first. */
export const figuresOf = (
  { page }: Pick<ReportDefinition, 'page'>,
  columns: readonly ColumnDefinition[],
): readonly string[] =>
  page?.figures ??
  columns
    .filter(({ type, sum }) => sum !== undefined && type !== 'integer')
    .map(({ key }) => key)
    .slice(0, figuresMax);
