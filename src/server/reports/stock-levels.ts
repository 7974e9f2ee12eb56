/**
 * How much of an ingredient lies in a storage unit at the end of a day, and at what cost: the last snapshot before it and
 * the movements since. Cost is the moving weighted average per company, ingredient and storage unit.
 */
import { stepStart } from './charts.ts';
import {
  type ChartDefinition,
  chosenIn,
  type FilterDefinition,
  oneOf,
  oneOfTexts,
  type ReportScope,
  type Sql,
  value,
} from './definition.ts';
import { counts } from './purchase-lines.ts';

export const storageUnitFilter: FilterDefinition = {
  key: 'storage_unit_ids',
  label: 'Storage units',
  type: 'storage_unit_list',
};
export const ingredientFilter: FilterDefinition = { key: 'ingredient', label: 'Ingredient', type: 'text' };
export const categoryFilter: FilterDefinition = {
  key: 'categories',
  label: 'Categories',
  type: 'text_list',
  valuesFrom: 'item-categories',
};

/** As a filter names them; the ledger has them in capitals. */
export const movementTypes = ['receipt', 'issue', 'waste', 'adjustment', 'transfer_in', 'transfer_out'] as const;
export const movementFilter: FilterDefinition = {
  key: 'movement_types',
  label: 'Transaction types',
  type: 'choice_list',
  choices: movementTypes,
};

/** Conditions on `storage_units u`. A delivery location stands for the storage unit its goods go to. */
export const unitsAskedFor = (scope: ReportScope): Sql =>
  [
    `u.company_id = ${value(scope.companyId)}`,
    oneOf('u.id', chosenIn(scope, storageUnitFilter.key)),
    scope.locationIds === null
      ? 'true'
      : `u.id IN (SELECT storage_unit_id FROM delivery_locations WHERE ${oneOf('id', scope.locationIds)})`,
  ]
    .filter((condition) => condition !== 'true')
    .join(' AND ');

/** Whether every storage unit of the company is meant. */
export const meansAllUnits = (scope: ReportScope): boolean =>
  chosenIn(scope, storageUnitFilter.key) === null && scope.locationIds === null;

/** Conditions on `items i`. */
export const itemsAskedFor = (scope: ReportScope): Sql => {
  const text = scope.filters[ingredientFilter.key] as string | undefined;
  return [
    `i.company_id = ${value(scope.companyId)}`,
    oneOf('i.id', chosenIn(scope, 'item_ids')),
    oneOfTexts(`coalesce(i.category, '')`, chosenIn(scope, categoryFilter.key)),
    text === undefined ? 'true' : `strpos(lower(i.code || ' ' || i.name), lower(${value(text)})) > 0`,
  ]
    .filter((condition) => condition !== 'true')
    .join(' AND ');
};

/** Movements `m` of the pair `u`, `i`, as the index on the ledger has them. */
export const pairLedger: Sql = `m.company_id = u.company_id AND m.storage_unit_id = u.id AND m.item_id = i.id AND ${counts('m')}`;
const isCount: Sql = `m.kind = 'ADJUSTMENT' AND m.movement_ref LIKE 'derived:count:%'`;
/** A count stands before what happens at the same instant, and one that has only a day at the end of it. */
export const countPlace: Sql = `CASE WHEN ${isCount} THEN CASE WHEN m.occurred_at IS NULL THEN 2 ELSE 0 END ELSE 1 END`;
/** The order of the ledger within a pair: what has no time of its own comes last on its day. */
const ledgerOrder: Sql = `m.occurred_on, m.occurred_at, m.count_place, m.id`;

/** Costs that nobody gave follow from the average; only others change it, coming in or going back to the vendor. */
const changesAverage: Sql = `${isCount} OR (NOT m.cost_derived AND (m.qty > 0 OR (m.kind = 'RECEIPT' AND m.qty < 0)))`;

/** The last snapshot of the pair `u`, `i` up to `day`, as `snapshot` with qty, value and as_of, all null without one. */
export const lastSnapshot = (day: Sql): Sql =>
  `LEFT JOIN LATERAL (SELECT s.qty, s.value, s.as_of FROM stock_snapshots s
     WHERE s.company_id = u.company_id AND s.storage_unit_id = u.id AND s.item_id = i.id AND s.as_of <= ${day}
     ORDER BY s.as_of DESC LIMIT 1) snapshot ON true`;

/**
 * `FROM`-ready: one row for each storage unit and ingredient that had a movement by the end of `day` (SQL):
 * storage_unit_id, item_id, qty in base units, average per base unit (null while no cost is known), moved_on.
 */
export const stockLevels = (scope: ReportScope, day: Sql): Sql =>
  `(SELECT u.id AS storage_unit_id, i.id AS item_id, since.qty, coalesce(since.average, known.average) AS average,
      coalesce(since.moved_on, (SELECT m.occurred_on FROM stock_movements m
        WHERE ${pairLedger} AND m.occurred_on <= ${day} ORDER BY m.occurred_on DESC LIMIT 1)) AS moved_on
    FROM storage_units u CROSS JOIN items i ${lastSnapshot(day)}
    CROSS JOIN LATERAL (SELECT coalesce(snapshot.value / nullif(snapshot.qty, 0), i.standard_cost) AS average) known
    CROSS JOIN LATERAL (
      SELECT coalesce(snapshot.qty, 0) + coalesce(sum(m.qty), 0) AS qty, count(*) AS movements, max(m.occurred_on) AS moved_on,
        average_fold(CASE WHEN NOT m.is_first THEN known.average END, m.held, m.qty, m.unit_cost, m.counted ORDER BY ${ledgerOrder})
          FILTER (WHERE m.changes_average) AS average
      FROM (
        SELECT m.*, ${isCount} AS counted, ${changesAverage} AS changes_average,
          coalesce(snapshot.qty, 0) - m.qty + sum(m.qty) OVER ledger AS held,
          -- there is nothing yet that the standard cost could stand for
          snapshot.as_of IS NULL AND row_number() OVER ledger = 1 AS is_first
        FROM (SELECT m.*, ${countPlace} AS count_place FROM stock_movements m
          WHERE ${pairLedger} AND m.occurred_on > coalesce(snapshot.as_of, '-infinity') AND m.occurred_on <= ${day}) m
        WINDOW ledger AS (ORDER BY ${ledgerOrder} ROWS UNBOUNDED PRECEDING)) m
    ) since
    WHERE ${unitsAskedFor(scope)} AND ${itemsAskedFor(scope)} AND (since.movements > 0 OR snapshot.as_of IS NOT NULL))`;

/** What a level is worth, rounded once for each pair, so that reports by pair and by ingredient add up to the same. */
export const levelValue = (scope: ReportScope, level: Sql): Sql =>
  `round(${level}.qty * coalesce(${level}.average, 0), minor_digits(${value(scope.currency)}))`;

/** What came in, was issued and was wasted, at cost: of the ingredients and storage units that were asked for. */
export const movementsChart: ChartDefinition = {
  key: 'movements',
  title: 'Movements',
  kind: 'bars',
  daysMin: 14,
  series: [
    { key: 'receipts', label: 'Receipts', tone: 'in' },
    { key: 'issues', label: 'Issues', tone: 'out' },
    { key: 'waste', label: 'Waste', tone: 'lost' },
  ],
  leadsTo: 'inventory_movements',
  select: (scope, { from, step }) => {
    const sum = (kind: string, sign: '' | '-'): Sql =>
      `round(${sign}coalesce(sum(m.value) FILTER (WHERE m.kind = '${kind}'), 0), minor_digits(${value(scope.currency)}))::text`;
    return `SELECT ${stepStart('m.occurred_on', step, from)}::text AS day, ${value(scope.currency)}::text AS currency,
        ${sum('RECEIPT', '')} AS receipts, ${sum('ISSUE', '-')} AS issues, ${sum('WASTE', '-')} AS waste
      FROM stock_movements m
      WHERE ${counts('m')} AND m.company_id = ${value(scope.companyId)} AND m.occurred_on BETWEEN ${value(from)} AND ${value(scope.to)}
        AND m.kind IN ('RECEIPT', 'ISSUE', 'WASTE')
        ${meansAllUnits(scope) ? '' : `AND m.storage_unit_id IN (SELECT u.id FROM storage_units u WHERE ${unitsAskedFor(scope)})`}
        AND m.item_id IN (SELECT i.id FROM items i WHERE ${itemsAskedFor(scope)})
      GROUP BY 1`;
  },
};
