/**
 * Inventory Levels Report: what lay in each storage unit at the end of a day, the last of the period; where the period
 * begins changes nothing. Moving average cost gives the value; what was last paid and counted stands beside it.
 */
import { addDays, daysIn } from '#contract/calendar.ts';
import { byName, column, type ReportDefinition, type ReportScope, type Sql, value } from './definition.ts';
import { counts, itemFilter, locationFilter } from './purchase-lines.ts';
import { shownNameIn } from './shown-names.ts';
import {
  categoryFilter,
  ingredientFilter,
  levelValue,
  pairLedger,
  stockLevels,
  storageUnitFilter,
} from './stock-levels.ts';

/** What a base unit cost in the last delivery; where vendors bring nothing, in the last transfer from elsewhere. */
const lastCost = (day: Sql): Sql => {
  const of = (kind: string): Sql =>
    `(SELECT m.unit_cost FROM stock_movements m
       WHERE ${pairLedger} AND m.kind = '${kind}' AND m.qty > 0 AND m.occurred_on <= ${day}
       ORDER BY m.occurred_on DESC, m.occurred_at DESC, m.id DESC LIMIT 1)`;
  return `coalesce(${of('RECEIPT')}, ${of('TRANSFER_IN')})`;
};

const unit = (scope: ReportScope): Sql => shownNameIn(scope, 'u', 'storage_units');

/** At the end of the last day and of the same weekday in the weeks before it. */
const valueOverTime = (scope: ReportScope, { from }: { from: string }): Sql =>
  weeksBack(from, scope.to)
    .map(
      (day) => `SELECT ${value(day)}::text AS day, ${value(scope.currency)}::text AS currency,
        coalesce(sum(${levelValue(scope, 's')}), 0)::text AS value FROM ${stockLevels(scope, value(day))} s`,
    )
    .join(' UNION ALL ');

/** No more than a picture needs: each is a reading of all levels. */
const pointsMax = 9;

function weeksBack(from: string, to: string): string[] {
  const step = 7 * Math.max(1, Math.ceil(daysIn(from, to) / (7 * pointsMax)));
  const days: string[] = [];
  for (let day = to; day >= from; day = addDays(day, -step)) days.unshift(day);
  return days;
}

export const inventoryLevels: ReportDefinition = {
  type: 'inventory_levels',
  title: 'Inventory Levels Report',
  slug: 'inventory-levels',
  dateBasis: 'Stock at the end of the day',
  isAsOf: true,
  defaultPeriod: 'yesterday',
  about: 'stock',
  purpose: {
    answers: 'What lay in each storage unit at the end of a day, and what it was worth.',
    useWhen: 'For the stock value of a closing, and before a count.',
  },
  filters: [locationFilter, storageUnitFilter, itemFilter, ingredientFilter, categoryFilter],
  groupBy: ['storage_unit'],
  comparedBy: ['u.id', 'i.id'],
  moneyFilters: [],
  page: {
    charts: [
      {
        key: 'over_time',
        title: 'Stock value',
        kind: 'lines',
        daysMin: 28,
        series: [{ key: 'value', label: 'Value', tone: 'in' }],
        select: valueOverTime,
      },
      {
        key: 'by_unit',
        title: 'Value by storage unit',
        kind: 'rank',
        series: [{ key: 'value', label: 'Value', tone: 'in' }],
        of: { by: unit, id: 'u.id', filter: storageUnitFilter.key, amount: 's.qty * coalesce(s.average, 0)' },
      },
    ],
    leadsTo: { report: 'inventory_movements', by: { item_ids: 'i.id', storage_unit_ids: 'u.id' } },
  },
  currency: (scope) => `${value(scope.currency)}::text`,
  columns: (scope) => [
    column('Storage unit', 'text', unit(scope)),
    column('Item code', 'text', 'i.code'),
    column('Ingredient', 'text', 'i.name'),
    column('Category', 'text', 'i.category'),
    column('Base unit', 'text', 'i.base_unit'),
    column('On hand', 'quantity', 's.qty'),
    column('Average cost', 'price', 's.average'),
    column('Last cost', 'price', lastCost(value(scope.to))),
    column('Value', 'money', levelValue(scope, 's'), { sum: true }),
    column('Last count', 'date', 'c.counted_on'),
    column('Counted quantity', 'quantity', 'c.counted_qty'),
    column('Days since movement', 'integer', `date ${value(scope.to)} - s.moved_on`),
  ],
  table: (scope) => ({
    from: `FROM ${stockLevels(scope, value(scope.to))} s
      JOIN storage_units u ON u.id = s.storage_unit_id JOIN items i ON i.id = s.item_id
      LEFT JOIN LATERAL (SELECT c.counted_on, c.counted_qty FROM stock_counts c
        WHERE ${counts('c')} AND c.company_id = u.company_id AND c.storage_unit_id = u.id AND c.item_id = i.id AND c.counted_on <= ${value(scope.to)}
        ORDER BY c.counted_on DESC, c.counted_at DESC, c.id DESC LIMIT 1) c ON true`,
    order: `${byName(unit(scope))}, u.id, ${byName('i.name')}, i.code, i.id`,
  }),
};
