/**
 * Inventory Report: for each ingredient what is on hand at this instant, at moving average cost, and what moved in the
 * period: received, issued, wasted, adjusted, transferred. What goes out is shown without a sign; adjustments keep theirs.
 */
import { byName, chosenIn, column, type ColumnDefinition, type FilterDefinition } from './definition.ts';
import { type ReportDefinition, type ReportScope, type Sql, value } from './definition.ts';
import { counts, itemFilter, locationFilter } from './purchase-lines.ts';
import {
  categoryFilter,
  ingredientFilter,
  itemsAskedFor,
  levelValue,
  meansAllUnits,
  movementFilter,
  movementsChart,
  stockLevels,
  storageUnitFilter,
  unitsAskedFor,
} from './stock-levels.ts';

/** Quantity and value of one kind of movement, with the sign they are shown with. */
const moved = (kind: string, sign: '' | '-'): Sql =>
  `${sign}coalesce(sum(m.qty) FILTER (WHERE m.kind = '${kind}'), 0) AS ${kind.toLowerCase()}_qty,
   ${sign}coalesce(sum(m.value) FILTER (WHERE m.kind = '${kind}'), 0) AS ${kind.toLowerCase()}_value`;

const movedInPeriod = (scope: ReportScope): Sql =>
  `(SELECT m.item_id, max(m.occurred_on) AS moved_on, array_agg(DISTINCT m.kind) AS kinds,
      ${moved('RECEIPT', '')}, ${moved('ISSUE', '-')}, ${moved('WASTE', '-')}, ${moved('ADJUSTMENT', '')},
      ${moved('TRANSFER_IN', '')}, ${moved('TRANSFER_OUT', '-')}
    FROM stock_movements m
    WHERE ${counts('m')} AND m.company_id = ${value(scope.companyId)} AND m.occurred_on BETWEEN ${value(scope.from)} AND ${value(scope.to)}
      ${meansAllUnits(scope) ? '' : `AND m.storage_unit_id IN (SELECT u.id FROM storage_units u WHERE ${unitsAskedFor(scope)})`}
    GROUP BY m.item_id)`;

const onHandNow = (scope: ReportScope): Sql =>
  `(SELECT l.item_id, sum(l.qty) AS qty, sum(${levelValue(scope, 'l')}) AS value,
      coalesce(sum(l.qty * l.average) / nullif(sum(l.qty), 0), avg(l.average)) AS unit_cost
    FROM ${stockLevels(scope, `date 'infinity'`)} l GROUP BY l.item_id)`;

const zero = (sql: Sql): Sql => `coalesce(${sql}, 0)`;

/** A quantity whose total, over ingredients of any unit, is its value. */
const movedColumn = (label: string, kind: string): ColumnDefinition =>
  column(label, 'quantity', zero(`f.${kind}_qty`), {
    sum: { money: zero(`f.${kind}_value`), label: `${label} value` },
  });

const columns: readonly ColumnDefinition[] = [
  column('Item code', 'text', 'i.code'),
  column('Ingredient', 'text', 'i.name'),
  column('Category', 'text', 'i.category'),
  column('Base unit', 'text', 'i.base_unit'),
  column('On hand', 'quantity', zero('h.qty')),
  column('Unit cost', 'price', 'coalesce(h.unit_cost, i.standard_cost)'),
  column('Inventory value', 'money', zero('h.value'), { sum: true }),
  movedColumn('Receipts', 'receipt'),
  movedColumn('Issues', 'issue'),
  movedColumn('Waste', 'waste'),
  movedColumn('Adjustments', 'adjustment'),
  movedColumn('Transfers in', 'transfer_in'),
  movedColumn('Transfers out', 'transfer_out'),
  column('Last movement', 'date', 'f.moved_on'),
  column('Active', 'text', `CASE WHEN f.item_id IS NULL THEN 'Inactive' ELSE 'Active' END`),
];

/** Column keys that can be narrowed to a range. */
const rangeColumns = ['inventory_value', 'unit_cost', 'on_hand', 'receipts', 'issues', 'waste', 'adjustments'];

const columnOf = (key: string): ColumnDefinition => columns.find((one) => one.key === key) as ColumnDefinition;

const rangeFilters = rangeColumns.flatMap((key): FilterDefinition[] => [
  { key: `${key}_min`, label: `${columnOf(key).label} from`, type: 'number', bounds: { column: key, end: 'min' } },
  { key: `${key}_max`, label: `${columnOf(key).label} to`, type: 'number', bounds: { column: key, end: 'max' } },
]);

/** Both ends included. */
const ranges = (scope: ReportScope): Sql[] =>
  rangeColumns.flatMap((key) =>
    (['min', 'max'] as const).flatMap((end) => {
      const bound = scope.filters[`${key}_${end}`] as string | undefined;
      return bound === undefined
        ? []
        : [`${columnOf(key).sql} ${end === 'min' ? '>=' : '<='} ${value(bound)}::numeric`];
    }),
  );

function asked(scope: ReportScope): Sql {
  const types = chosenIn(scope, 'movement_types');
  const { activity } = scope.filters;
  return [
    itemsAskedFor(scope),
    // with chosen storage units: what was ever kept there
    meansAllUnits(scope) ? '(i.archived_at IS NULL OR h.qty <> 0 OR f.item_id IS NOT NULL)' : 'h.item_id IS NOT NULL',
    ...(activity === 'active' ? ['f.item_id IS NOT NULL'] : []),
    ...(activity === 'inactive' ? ['f.item_id IS NULL'] : []),
    ...(types ? [`f.kinds && ARRAY[${types.map((type) => value(type.toUpperCase())).join(', ')}]`] : []),
    ...ranges(scope),
  ].join(' AND ');
}

/** Ingredients of the rows that were counted in the period. */
const counted = (scope: ReportScope, from: Sql, condition: Sql = 'true'): Sql =>
  `SELECT count(DISTINCT c.item_id) FROM stock_counts c
   WHERE ${counts('c')} AND c.company_id = ${value(scope.companyId)} AND c.counted_on BETWEEN ${value(scope.from)} AND ${value(scope.to)} AND ${condition}
     ${meansAllUnits(scope) ? '' : `AND c.storage_unit_id IN (SELECT u.id FROM storage_units u WHERE ${unitsAskedFor(scope)})`}
     AND c.item_id IN (SELECT i.id ${from})`;

export const inventory: ReportDefinition = {
  type: 'inventory',
  title: 'Inventory Report',
  slug: 'inventory',
  dateBasis: 'Movement date; on hand is the latest state',
  defaultPeriod: 'yesterday',
  about: 'stock',
  purpose: {
    answers: 'What is in stock now at what cost, and what moved in the period.',
    useWhen: 'To find what binds money, what is wasted and what no longer moves.',
  },
  filters: [
    locationFilter,
    storageUnitFilter,
    { key: 'activity', label: 'Activity', type: 'choice', choices: ['active', 'inactive', 'all'] },
    itemFilter,
    ingredientFilter,
    categoryFilter,
    movementFilter,
    ...rangeFilters,
  ],
  groupBy: [],
  comparedBy: ['i.id'],
  moneyFilters: rangeFilters.map(({ key }) => key).filter((key) => /^(inventory_value|unit_cost)_/.test(key)),
  page: {
    ordering: '-inventory_value',
    currentFigures: ['inventory_value'],
    figures: ['inventory_value', 'receipts', 'issues', 'waste', 'adjustments'],
    counts: (scope) => [
      { key: 'active', label: 'Active', sql: (from) => `SELECT count(f.item_id) ${from}` },
      { key: 'counted', label: 'Counted', sql: (from) => counted(scope, from) },
      {
        key: 'differing',
        label: 'Counted, differing',
        sql: (from) => counted(scope, from, 'c.counted_qty <> c.book_qty'),
      },
    ],
    charts: [
      movementsChart,
      {
        key: 'by_category',
        title: 'Value by category',
        kind: 'rank',
        series: [{ key: 'value', label: 'Value', tone: 'in' }],
        of: { by: 'i.category', id: 'i.category', filter: categoryFilter.key, amount: zero('h.value') },
      },
    ],
    leadsTo: { report: 'inventory_movements', by: { item_ids: 'i.id' } },
  },
  currency: (scope) => `${value(scope.currency)}::text`,
  columns: () => columns,
  table: (scope) => ({
    from: `FROM items i LEFT JOIN ${onHandNow(scope)} h ON h.item_id = i.id
      LEFT JOIN ${movedInPeriod(scope)} f ON f.item_id = i.id WHERE ${asked(scope)}`,
    order: `${byName('i.name')}, i.code, i.id`,
  }),
  facts: (_, snapshotAt) => [{ label: 'On hand', value: 'Latest state', at: snapshotAt }],
};
