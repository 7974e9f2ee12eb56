/**
 * What the purchase reports have in common: which receipt lines a question is about, and their amounts as they are
 * printed. Receipts, returns and credits count; an order alone never does. No report here may lose a line whose article
 * has no ingredient: items are only ever joined from the left.
 */
import { chosenIn, type FilterDefinition, oneOf, type ReportScope, type Sql, value } from './definition.ts';

export const locationFilter: FilterDefinition = {
  key: 'delivery_location_ids',
  label: 'Delivery locations',
  type: 'location_list',
};
export const vendorFilter: FilterDefinition = { key: 'vendor_ids', label: 'Vendors', type: 'vendor_list' };
export const itemFilter: FilterDefinition = { key: 'item_ids', label: 'Ingredients', type: 'item_list' };

/** Conditions on `receipt_lines r`: company, period, and whichever of the three filters above were given. */
export const linesAskedFor = (scope: ReportScope): Sql =>
  [
    `r.company_id = ${value(scope.companyId)}`,
    counts('r'),
    `r.received_on BETWEEN ${value(scope.from)} AND ${value(scope.to)}`,
    ...chosenLines(scope),
  ].join(' AND ');

const chosenLines = (scope: ReportScope): Sql[] =>
  [
    oneOf('r.delivery_location_id', scope.locationIds),
    oneOf('r.vendor_id', chosenIn(scope, vendorFilter.key)),
    oneOf('r.item_id', chosenIn(scope, itemFilter.key)),
  ].filter((condition) => condition !== 'true');

/** What was taken back is kept, and counts nowhere. */
export const counts = (alias: string): Sql => `${alias}.void_id IS NULL`;

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

/** A delivery that was, at least in part, accepted: the lines whose prices were paid. */
export const isBought: Sql = `r.kind = 'receipt' AND r.accepted_qty > 0`;

/** From the last delivery to the first; `at` is when it came: on one day what has no time of its own comes last. */
export const latestFirst = (at: Sql): Sql => `r.received_on DESC, ${at} DESC NULLS FIRST, r.id DESC`;
