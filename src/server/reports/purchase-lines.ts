/**
 * What the purchase reports have in common: which receipt lines a question is about, and their amounts as they are
 * printed. Receipts, returns and credits count; an order alone never does. No report here may lose a line whose article
 * has no ingredient: items are only ever joined from the left.
 */
import { shownNameIn } from './shown-names.ts';
import {
  type ChartDefinition,
  chosenIn,
  type FilterDefinition,
  oneOf,
  type ReportScope,
  type Sql,
  type SummedRows,
  value,
} from './definition.ts';

export const locationFilter: FilterDefinition = {
  key: 'delivery_location_ids',
  label: 'Delivery locations',
  type: 'location_list',
};
export const vendorFilter: FilterDefinition = { key: 'vendor_ids', label: 'Vendors', type: 'vendor_list' };
export const itemFilter: FilterDefinition = { key: 'item_ids', label: 'Ingredients', type: 'item_list' };

export const orderFilter: FilterDefinition = { key: 'order_number', label: 'Order number', type: 'text' };

/** Conditions on `receipt_lines r`: company, period, and whichever of the filters above were given. */
export const linesAskedFor = (scope: ReportScope): Sql =>
  asked(scope, [`r.company_id = ${value(scope.companyId)}`, counts('r'), inPeriod(scope)]);

const asked = (scope: ReportScope, conditions: readonly Sql[]): Sql =>
  [...conditions, oneOf('r.delivery_location_id', scope.locationIds), ...chosenLines(scope)]
    .filter((condition) => condition !== 'true')
    .join(' AND ');

/** What puts a line into the period. A posting day is its document's; without one, it was posted when it was delivered. */
export const inPeriod = (scope: ReportScope): Sql => {
  const days = `BETWEEN ${value(scope.from)} AND ${value(scope.to)}`;
  return scope.dateBasis === 'posting'
    ? `r.receipt_id IN (SELECT p.id FROM receipts p WHERE p.company_id = ${value(scope.companyId)} AND coalesce(p.posted_on, p.received_on) ${days})`
    : `r.received_on ${days}`;
};

/** The day of that, as a chart has it. */
export const businessDay = (scope: ReportScope): Sql =>
  scope.dateBasis === 'posting'
    ? 'coalesce((SELECT p.posted_on FROM receipts p WHERE p.id = r.receipt_id), r.received_on)'
    : 'r.received_on';

/** Of the reports that are of these lines. */
export const byPosting = 'Posting date';

/** The filters besides place and time. */
export const chosenLines = (scope: ReportScope): Sql[] => {
  const order = scope.filters[orderFilter.key] as string | undefined;
  return [
    oneOf('r.vendor_id', chosenIn(scope, vendorFilter.key)),
    oneOf('r.item_id', chosenIn(scope, itemFilter.key)),
    order === undefined ? 'true' : `r.po_number = ${value(order)}`,
  ].filter((condition) => condition !== 'true');
};

/** What was taken back is kept, and counts nowhere. */
export const counts = (alias: string): Sql => `${alias}.void_id IS NULL`;

/** Where lines are kept summed per document (`receipt_sums`), whether they answer the question: not of an ingredient, nor as it was. */
export const areSummed = (scope: ReportScope): boolean => !scope.asOf && chosenIn(scope, itemFilter.key) === null;

/** `receipt_sums r` instead of `receipt_lines r`, for reports of lines; `joins` as theirs, over what
 * both have, from the left: what a figure does not need is not read. */
export const summedLines = (scope: ReportScope, joins: Sql, grossKey: string): SummedRows | null =>
  areSummed(scope)
    ? {
        from: `FROM receipt_sums r ${joins} WHERE ${sumsAskedFor(scope)}`,
        rows: 'sum(r.lines)',
        amounts: { [grossKey]: 'r.gross_amount' },
      }
    : null;

/** Conditions on `receipt_sums r`, as `linesAskedFor`. */
const sumsAskedFor = (scope: ReportScope): Sql =>
  asked(scope, [`r.company_id = ${value(scope.companyId)}`, inPeriod(scope)]);

/** The table of the two that answers, with its conditions, where only their sums are asked for. */
export const linesOrSums = (scope: ReportScope): Sql =>
  areSummed(scope) ? `receipt_sums r WHERE ${sumsAskedFor(scope)}` : `receipt_lines r WHERE ${linesAskedFor(scope)}`;

/** Amounts are rounded line by line, so that whatever is summed adds up to the lines. */
export const net: Sql = 'round(r.net_amount, minor_digits(r.currency))';
export const tax: Sql = 'round(r.tax_amount, minor_digits(r.currency))';
export const gross: Sql = 'round(r.net_amount + r.tax_amount, minor_digits(r.currency))';

/** Base units in the accepted quantity: by what was weighed, where a line is priced by weight. */
export const baseQuantity: Sql =
  'coalesce(r.price_quantity / r.price_units_per_order_unit, r.accepted_qty) * r.units_per_order_unit';
/** Of a base unit. */
export const basePrice: Sql =
  'r.unit_price * coalesce(r.price_units_per_order_unit, 1) / nullif(r.units_per_order_unit, 0)';
/** Of an order unit, as it came: a case priced by weight costs what its weight did. */
export const orderUnitPrice: Sql =
  'CASE WHEN r.price_unit IS NULL THEN r.unit_price ELSE r.unit_price * coalesce(r.price_quantity / nullif(r.accepted_qty, 0), r.price_units_per_order_unit) END';
/** What a price is for, and how much of it was accepted. */
export const priceUnit: Sql = 'coalesce(r.price_unit, r.order_unit)';
export const priceQuantity: Sql = 'coalesce(r.price_quantity, r.accepted_qty)';
/** Per kilogram is one price whatever the case holds; per case, another case is another price list. */
export const priceSize: Sql = 'CASE WHEN r.price_unit IS NULL THEN r.units_per_order_unit ELSE 1 END';

/** A delivery that was, at least in part, accepted: the lines whose prices were paid. */
export const isBought: Sql = `r.kind = 'receipt' AND r.accepted_qty > 0`;

/** From the last delivery to the first; `at` is when it came: on one day what has no time of its own comes last. */
export const latestFirst = (at: Sql): Sql => `r.received_on DESC, ${at} DESC NULLS FIRST, r.id DESC`;

/** Net of the lines a report is made of (`r`, `v` in its FROM): by day, and by vendor. */
export const lineCharts: readonly ChartDefinition[] = [
  {
    key: 'by_day',
    title: 'Net',
    kind: 'bars',
    series: [{ key: 'net', label: 'Net', tone: 'in' }],
    of: { by: businessDay, amount: 'r.net_amount' },
  },
  {
    key: 'by_vendor',
    title: 'Net by vendor',
    kind: 'rank',
    series: [{ key: 'net', label: 'Net', tone: 'in' }],
    of: {
      by: (scope) => shownNameIn(scope, 'v', 'vendors'),
      id: 'r.vendor_id',
      filter: 'vendor_ids',
      amount: 'r.net_amount',
    },
  },
];

/** How many orders, and how many vendors of those on file, are in the lines. */
export const lineCounts = (scope: ReportScope) => [
  {
    key: 'orders',
    label: 'Orders',
    sql: (from: Sql) =>
      `SELECT count(*) FROM (SELECT 1 ${from} AND r.po_number IS NOT NULL GROUP BY r.vendor_id, r.po_number) found`,
  },
  {
    key: 'vendors',
    label: 'Vendors',
    sql: (from: Sql) => `SELECT count(*) FROM (SELECT 1 ${from} GROUP BY r.vendor_id) found`,
  },
  {
    key: 'vendors_on_file',
    label: 'Vendors on file',
    sql: () => `SELECT count(*) FROM vendors WHERE company_id = ${value(scope.companyId)} AND archived_at IS NULL`,
  },
];
