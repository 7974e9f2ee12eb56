/**
 * Cost of Goods Report: what was used of each ingredient, from the stock at both ends of the period and what came in
 * between: actual usage = opening + purchases + net transfers - closing. What issues and waste do not explain is left.
 */
import { addDays } from '#contract/calendar.ts';
import { byName, column, type ColumnDefinition, type ReportDefinition, type ReportScope } from './definition.ts';
import { type Sql, value } from './definition.ts';
import { counts, itemFilter, locationFilter } from './purchase-lines.ts';
import {
  categoryFilter,
  ingredientFilter,
  itemsAskedFor,
  levelValue,
  stockLevels,
  storageUnitFilter,
  unitsAskedFor,
} from './stock-levels.ts';

/**
 * Stock by ingredient at the end of `day`. It was counted if on that day every storage unit that held some was; a count
 * sets the books, so the level is then what was found.
 */
const levelAt = (scope: ReportScope, day: string): Sql =>
  `(SELECT l.item_id, sum(l.qty) AS qty, sum(${levelValue(scope, 'l')}) AS value,
      coalesce(bool_and(c.counted) FILTER (WHERE l.qty <> 0 OR c.counted), false) AS counted
    FROM ${stockLevels(scope, value(day))} l CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM stock_counts c WHERE ${counts('c')} AND c.company_id = ${value(scope.companyId)}
        AND c.storage_unit_id = l.storage_unit_id AND c.item_id = l.item_id AND c.counted_on = ${value(day)}) AS counted) c
    GROUP BY l.item_id)`;

const flows = {
  purchases: `m.kind = 'RECEIPT'`,
  transfers: `m.kind IN ('TRANSFER_IN', 'TRANSFER_OUT')`,
  issues: `m.kind = 'ISSUE'`,
  waste: `m.kind = 'WASTE'`,
};

const movedInPeriod = (scope: ReportScope): Sql =>
  `(SELECT m.item_id, ${Object.entries(flows)
    .flatMap(([name, condition]) =>
      ['qty', 'value'].map((what) => `coalesce(sum(m.${what}) FILTER (WHERE ${condition}), 0) AS ${name}_${what}`),
    )
    .join(', ')}
    FROM stock_movements m
    WHERE ${counts('m')} AND m.company_id = ${value(scope.companyId)} AND m.occurred_on BETWEEN ${value(scope.from)} AND ${value(scope.to)}
      AND m.storage_unit_id IN (SELECT u.id FROM storage_units u WHERE ${unitsAskedFor(scope)})
    GROUP BY m.item_id)`;

/** Everything with the sign it is printed with; amounts rounded first, so that each row adds up as printed. */
const used = (scope: ReportScope): Sql => {
  const rounded = (amount: Sql): Sql => `round(coalesce(${amount}, 0), minor_digits(${value(scope.currency)}))`;
  const figures = (what: 'qty' | 'value', given: (amount: Sql) => Sql): Sql =>
    `${given(`o.${what}`)} AS opening_${what}, ${given(`f.purchases_${what}`)} AS purchases_${what},
     ${given(`f.transfers_${what}`)} AS transfers_${what}, ${given(`c.${what}`)} AS closing_${what},
     -${given(`f.issues_${what}`)} AS issues_${what}, -${given(`f.waste_${what}`)} AS waste_${what}`;
  return `SELECT i.id, i.code, i.name, i.base_unit, i.category, coalesce(o.counted, false) AS opening_counted,
      coalesce(c.counted, false) AS closing_counted,
      ${figures('qty', (amount) => `coalesce(${amount}, 0)`)}, ${figures('value', rounded)}
    FROM items i LEFT JOIN ${levelAt(scope, addDays(scope.from, -1))} o ON o.item_id = i.id
      LEFT JOIN ${levelAt(scope, scope.to)} c ON c.item_id = i.id LEFT JOIN ${movedInPeriod(scope)} f ON f.item_id = i.id
    WHERE ${itemsAskedFor(scope)} AND (o.qty <> 0 OR c.qty <> 0 OR f.item_id IS NOT NULL)`;
};

const usage = (what: 'qty' | 'value'): Sql =>
  `(s.opening_${what} + s.purchases_${what} + s.transfers_${what} - s.closing_${what})`;
const unexplained = (what: 'qty' | 'value'): Sql => `(${usage(what)} - s.issues_${what} - s.waste_${what})`;

/** Two columns: "Opening quantity", "Opening value". */
const pair = (label: string, sql: (what: 'qty' | 'value') => Sql): ColumnDefinition[] => [
  column(`${label} quantity`, 'quantity', sql('qty')),
  column(`${label} value`, 'money', sql('value'), { sum: true }),
];

const basis = (counted: Sql): Sql => `CASE WHEN ${counted} THEN 'counted' ELSE 'computed' END`;

export const costOfGoods: ReportDefinition = {
  type: 'cost_of_goods',
  title: 'Cost of Goods Report',
  slug: 'cost-of-goods',
  dateBasis: 'Movement date; opening is the end of the day before the period, closing the end of its last day',
  defaultPeriod: 'last_30_days',
  about: 'stock',
  purpose: {
    answers: 'What was used of each ingredient, and how much of it issues and waste do not explain.',
    useWhen: 'At the end of a month, after the count, for the cost of goods sold.',
  },
  filters: [locationFilter, storageUnitFilter, itemFilter, ingredientFilter, categoryFilter],
  groupBy: ['category'],
  comparedBy: ['s.id'],
  page: {
    figures: ['opening_value', 'purchases_value', 'closing_value', 'actual_usage_value', 'unexplained_value'],
    charts: [
      {
        key: 'by_category',
        title: 'Actual usage by category',
        kind: 'rank',
        series: [{ key: 'value', label: 'Actual usage', tone: 'in' }],
        of: { by: 's.category', id: 's.category', filter: categoryFilter.key, amount: usage('value') },
      },
      {
        key: 'unexplained',
        title: 'Unexplained by category',
        kind: 'rank',
        series: [{ key: 'value', label: 'Unexplained', tone: 'lost' }],
        of: { by: 's.category', id: 's.category', filter: categoryFilter.key, amount: unexplained('value') },
      },
    ],
    leadsTo: { report: 'inventory_movements', by: { item_ids: 's.id' } },
  },
  currency: (scope) => `${value(scope.currency)}::text`,
  columns: () => [
    column('Category', 'text', 's.category'),
    column('Item code', 'text', 's.code'),
    column('Item', 'text', 's.name'),
    column('Base unit', 'text', 's.base_unit'),
    ...pair('Opening', (what) => `s.opening_${what}`),
    ...pair('Purchases', (what) => `s.purchases_${what}`),
    ...pair('Transfers net', (what) => `s.transfers_${what}`),
    ...pair('Closing', (what) => `s.closing_${what}`),
    ...pair('Actual usage', usage),
    ...pair('Recorded issues', (what) => `s.issues_${what}`),
    ...pair('Waste', (what) => `s.waste_${what}`),
    ...pair('Unexplained', unexplained),
    // of the actual usage, in base units
    column('Unexplained %', 'percent', `${unexplained('qty')} * 100 / nullif(${usage('qty')}, 0)`),
    column('Opening basis', 'text', basis('s.opening_counted')),
    column('Closing basis', 'text', basis('s.closing_counted')),
  ],
  table: (scope) => ({
    from: `FROM (${used(scope)}) s`,
    order: `${byName(`coalesce(s.category, '')`)}, ${byName('s.name')}, s.code, s.id`,
  }),
};
