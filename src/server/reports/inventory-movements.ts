/**
 * Inventory Movements Report: the ledger of each ingredient in each storage unit. It starts with the balance the period
 * opened with and says after every movement what was left, so closing = opening + the sum of the quantities.
 */
import { addDays } from '#contract/calendar.ts';
import { byName, chosenIn, column, oneOfTexts, type ReportDefinition, type ReportScope } from './definition.ts';
import { type Sql, value } from './definition.ts';
import { itemFilter, locationFilter } from './purchase-lines.ts';
import { shownNameIn } from './shown-names.ts';
import {
  categoryFilter,
  countPlace,
  ingredientFilter,
  itemsAskedFor,
  lastSnapshot,
  movementFilter,
  movementsChart,
  pairLedger,
  storageUnitFilter,
  unitsAskedFor,
} from './stock-levels.ts';

/** `07:40:00+02:00`, of the company's clocks. */
const clockTime = (at: Sql, zone: Sql): Sql => {
  const offset = `(${at} AT TIME ZONE ${zone} - ${at} AT TIME ZONE 'UTC')`;
  return `date_trunc('second', ${at} AT TIME ZONE ${zone})::time
    || CASE WHEN ${offset} < interval '0' THEN left(${offset}::text, 6) ELSE '+' || left(${offset}::text, 5) END`;
};

/** One pair's stretch of the ledger, running: opening at place 0, then the movements. */
const ledger = (scope: ReportScope): Sql => {
  const period = `m.occurred_on BETWEEN ${value(scope.from)} AND ${value(scope.to)}`;
  return `(SELECT e.*, opening.qty + coalesce(sum(e.qty) OVER (
       ORDER BY e.place, e.occurred_on, e.occurred_at, e.count_place, e.id ROWS UNBOUNDED PRECEDING), 0) AS balance,
       opening.qty + coalesce(sum(e.qty) OVER (), 0) AS closing
     FROM (
       SELECT 0 AS place, 0 AS count_place, 0 AS id, date ${value(scope.from)} AS occurred_on, NULL::timestamptz AS occurred_at,
         'OPENING' AS kind, NULL::numeric AS qty, NULL::numeric AS unit_cost, NULL::numeric AS value, NULL AS source, NULL AS note
       WHERE opening.qty <> 0 OR EXISTS (SELECT FROM stock_movements m WHERE ${pairLedger} AND ${period})
       UNION ALL
       SELECT 1, ${countPlace}, m.id, m.occurred_on, m.occurred_at, m.kind, m.qty, m.unit_cost, m.value,
         nullif(concat_ws(' ', m.source_type, m.source_ref), ''), m.note
       FROM stock_movements m WHERE ${pairLedger} AND ${period}) e)`;
};

const opening = (scope: ReportScope): Sql =>
  `(SELECT coalesce(snapshot.qty, 0) + coalesce(sum(m.qty), 0) AS qty FROM stock_movements m
     WHERE ${pairLedger} AND m.occurred_on > coalesce(snapshot.as_of, '-infinity') AND m.occurred_on < ${value(scope.from)})`;

const rows = (scope: ReportScope, units: Sql): Sql => {
  const types = chosenIn(scope, 'movement_types')?.map((type) => type.toUpperCase()) ?? null;
  return `FROM storage_units u CROSS JOIN items i ${lastSnapshot(value(addDays(scope.from, -1)))}
    CROSS JOIN LATERAL ${opening(scope)} opening CROSS JOIN LATERAL ${ledger(scope)} m
    WHERE ${units} AND ${itemsAskedFor(scope)} AND (m.place = 0 OR ${oneOfTexts('m.kind', types)})`;
};

const unit = (scope: ReportScope): Sql => shownNameIn(scope, 'u', 'storage_units');

const orderInUnit = `${byName('i.name')}, i.id, m.place, m.occurred_on, m.occurred_at, m.count_place, m.id`;

/** Each ingredient in each storage unit: what moved, and what was there at the end, whichever types were asked for. */
const accounts = (scope: ReportScope): Sql => {
  const digits = `minor_digits(${value(scope.currency)})`;
  return `SELECT a.unit || ' · ' || a.code || ' · ' || a.name || ' (' || a.base_unit || ')' AS heading, a.base_unit AS unit, a.rows, a.quantity, a.value, a.balance_after
   FROM (SELECT ${unit(scope)} AS unit, u.id AS unit_id, i.name, i.id AS item_id, i.code, i.base_unit, count(*) AS rows,
       trim_scale(coalesce(sum(round(m.qty, 4)), 0)) AS quantity,
       round(coalesce(sum(round(m.value, ${digits})), 0), ${digits}) AS value, trim_scale(round(max(m.closing), 4)) AS balance_after
     ${rows(scope, unitsAskedFor(scope))} GROUP BY 1, u.id, i.name, i.id, i.code, i.base_unit) a
   ORDER BY ${byName('a.unit')}, a.unit_id, ${byName('a.name')}, a.item_id`;
};

export const inventoryMovements: ReportDefinition = {
  type: 'inventory_movements',
  title: 'Inventory Movements Report',
  slug: 'inventory-movements',
  dateBasis: 'Movement date',
  defaultPeriod: 'last_30_days',
  about: 'stock',
  purpose: {
    answers: 'The ledger of each ingredient in each storage unit, with what was left after each movement.',
    useWhen: 'To find out how a stock came to be what it is.',
  },
  filters: [locationFilter, storageUnitFilter, itemFilter, ingredientFilter, categoryFilter, movementFilter],
  groupBy: [],
  moneyFilters: [],
  page: { charts: [{ ...movementsChart, daysMin: 0 }] },
  currency: (scope) => `${value(scope.currency)}::text`,
  columns: (scope) => [
    column('Date', 'date', 'm.occurred_on'),
    column('Time', 'text', clockTime('m.occurred_at', value(scope.timeZone))),
    column('Storage unit', 'text', unit(scope)),
    column('Item code', 'text', 'i.code'),
    column('Ingredient', 'text', 'i.name'),
    column('Type', 'text', 'm.kind'),
    column('Quantity', 'quantity', 'm.qty'),
    column('Base unit', 'text', 'i.base_unit'),
    column('Unit cost', 'price', 'm.unit_cost'),
    column('Value', 'money', 'm.value', { sum: true }),
    column('Balance after', 'quantity', 'm.balance'),
    column('Source', 'text', 'm.source'),
    column('Note', 'text', 'm.note'),
  ],
  sections: {
    headedBy: ['storage_unit', 'item_code', 'ingredient', 'base_unit'],
    label: 'Closing balance',
    closes: ['quantity', 'value', 'balance_after'],
    select: accounts,
  },
  table: (scope) => ({
    from: rows(scope, unitsAskedFor(scope)),
    order: `${byName(unit(scope))}, u.id, ${orderInUnit}`,
  }),
  // by storage unit: only what moved in one of them is ever held, in the order the index on the ledger gives
  parts: async (scope, source) => {
    const units = await source(
      `SELECT u.id::text AS id FROM storage_units u WHERE ${unitsAskedFor(scope)} ORDER BY ${byName(unit(scope))}, u.id`,
    );
    return units.map(({ id }) => ({ from: rows(scope, `u.id = ${value(id ?? '0')}`), order: orderInUnit }));
  },
};
