/**
 * Figures above the Inventory Report: value on hand, what moved in the period and by day, where the value lies. They are
 * of the same ingredients and storage units as the report's rows, and add up to its totals.
 */
import { counts } from './purchase-lines.ts';
import { addDays, daysIn } from '#contract/calendar.ts';
import { movementTypes } from '#contract/inventory-report.ts';
import type { InventorySummary } from '#contract/report-summaries.ts';
import { parseInstant } from '#server/database/connection.ts';
import { type PartSource, type ReportDefinition, type ReportScope, type Sql, value } from './definition.ts';
import { meansAllUnits, unitsAskedFor } from './stock-levels.ts';
import { stepOf, stepStart } from './summary.ts';
import { readTotals } from './totals.ts';

/** A chart of a shorter period shows the two weeks that end with it. */
const chartDaysMin = 14;

/** What the report calls the totals of a kind of movement. */
const totalsOf = {
  receipt: 'receipts',
  issue: 'issues',
  waste: 'waste',
  adjustment: 'adjustments',
  transfer_in: 'transfers_in',
  transfer_out: 'transfers_out',
} as const;

/** The ingredients of the report by category, and in one row (category null, `is_all`) all of them. */
const selectIngredients = (from: Sql, money: (amount: Sql) => Sql): Sql =>
  `SELECT (grouping(category) = 1)::text AS is_all, category, sum(value)::text AS value, count(*)::text AS ingredients,
     count(kinds)::text AS active, array_agg(id)::text AS ids,
     ${movementTypes.map((type) => `count(*) FILTER (WHERE '${type.toUpperCase()}' = ANY (kinds))::text AS ${type}`).join(', ')}
   FROM (SELECT i.id, i.category, f.kinds, ${money('coalesce(h.value, 0)')} AS value ${from}) line
   GROUP BY GROUPING SETS ((category), ()) ORDER BY sum(value) DESC, category`;

export async function inventorySummary(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
): Promise<InventorySummary> {
  const money = (amount: Sql): Sql => `round(${amount}, minor_digits(${value(scope.currency)}))`;
  const groups = await read(selectIngredients(definition.table(scope).from, money));
  const all = groups.find((group) => group['is_all'] === 'true');
  const ids = all?.['ids'] ?? '{}';
  const { currencies } = await readTotals(definition, scope, read);
  const sums = currencies[0]?.sums ?? {};
  const [none] = await read(`SELECT now()::text AS at, ${money('0')}::text AS nothing`);
  const nothing = none?.['nothing'] ?? '0';
  const chart = daysIn(scope.from, scope.to) < chartDaysMin ? addDays(scope.to, 1 - chartDaysMin) : scope.from;
  const step = stepOf({ from: chart, to: scope.to });
  const days = await read(selectDays(scope, ids, { from: chart, day: stepStart('m.occurred_on', step, chart), money }));
  const [counts] = await read(selectCounts(scope, ids));
  return {
    as_of: parseInstant(none?.['at'] ?? ''),
    currency: scope.currency,
    value: sums['inventory_value'] ?? nothing,
    moved: Object.fromEntries(
      movementTypes.map((type) => [
        type,
        { value: sums[totalsOf[type]] ?? nothing, ingredients: Number(all?.[type] ?? 0) },
      ]),
    ) as InventorySummary['moved'],
    counted: Number(counts?.['counted']),
    differing: Number(counts?.['differing']),
    ingredients: Number(all?.['ingredients'] ?? 0),
    active: Number(all?.['active'] ?? 0),
    by_category: groups
      .filter((group) => group !== all)
      .map((group) => ({ category: group['category'] ?? null, value: group['value'] ?? nothing })),
    step,
    chart_from: chart,
    by_day: days.map((row) => ({
      day: row['day'] ?? '',
      receipts: row['receipts'] ?? nothing,
      issues: row['issues'] ?? nothing,
      waste: row['waste'] ?? nothing,
    })),
  };
}

/** Of the same ingredients and storage units; `ids` is an array as the database prints it. */
const sameStock = (scope: ReportScope, table: string, ids: string): Sql =>
  [
    `${table}.company_id = ${value(scope.companyId)}`,
    `${table}.item_id = ANY (${value(ids)}::bigint[])`,
    ...(meansAllUnits(scope)
      ? []
      : [`${table}.storage_unit_id IN (SELECT u.id FROM storage_units u WHERE ${unitsAskedFor(scope)})`]),
  ].join(' AND ');

interface Chart {
  readonly from: string;
  readonly day: Sql;
  readonly money: (amount: Sql) => Sql;
}

function selectDays(scope: ReportScope, ids: string, { from, day, money }: Chart): Sql {
  const sum = (kind: string, sign: '' | '-'): Sql =>
    money(`${sign}coalesce(sum(m.value) FILTER (WHERE m.kind = '${kind}'), 0)`);
  return `SELECT ${day}::text AS day, ${sum('RECEIPT', '')}::text AS receipts, ${sum('ISSUE', '-')}::text AS issues,
      ${sum('WASTE', '-')}::text AS waste
    FROM stock_movements m
    WHERE ${counts('m')} AND m.occurred_on BETWEEN ${value(from)} AND ${value(scope.to)} AND m.kind IN ('RECEIPT', 'ISSUE', 'WASTE')
      AND ${sameStock(scope, 'm', ids)}
    GROUP BY 1 ORDER BY 1`;
}

const selectCounts = (scope: ReportScope, ids: string): Sql =>
  `SELECT count(DISTINCT c.item_id)::text AS counted,
     count(DISTINCT c.item_id) FILTER (WHERE c.counted_qty <> c.book_qty)::text AS differing
   FROM stock_counts c
   WHERE ${counts('c')} AND c.counted_on BETWEEN ${value(scope.from)} AND ${value(scope.to)} AND ${sameStock(scope, 'c', ids)}`;
