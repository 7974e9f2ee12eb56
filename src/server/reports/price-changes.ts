/**
 * Price Changes Report: vendor articles that came at two or more prices in the period, by what the change cost. A price
 * is that of a delivery that was accepted; returns lower the quantity, credits are left out. Prices are compared per
 * order unit of the same size, or per price unit: another pack or another unit is another price list.
 */
import { byName, column, type ReportDefinition, type ReportScope, type Sql } from './definition.ts';
import { shownNameIn } from './shown-names.ts';
import {
  isBought,
  itemFilter,
  latestFirst,
  linesAskedFor,
  locationFilter,
  priceQuantity,
  priceSize,
  priceUnit,
  vendorFilter,
} from './purchase-lines.ts';

const article: Sql = `r.vendor_id, coalesce(r.article_number, r.description), ${priceUnit}, ${priceSize}, r.currency`;

/** Each line beside the price of the delivery before it; only deliveries have a price. */
const priced = (conditions: Sql): Sql =>
  `SELECT r.*, d.received_at, coalesce(r.article_number, r.description) AS article,
     ${priceUnit} AS unit, ${priceSize} AS size, ${priceQuantity} AS quantity,
     CASE WHEN ${isBought} THEN r.unit_price END AS price,
     lag(r.unit_price) OVER (PARTITION BY ${article}, ${isBought} ORDER BY r.received_on, d.received_at, r.id) AS price_before
   FROM receipt_lines r LEFT JOIN receipts d ON d.id = r.receipt_id
   WHERE ${conditions} AND r.line_type = 'item' AND r.kind <> 'credit'`;

const latest = (what: Sql): Sql => `(array_agg(${what} ORDER BY ${latestFirst('r.received_at')}))[1]`;

const perArticle = (conditions: Sql): Sql =>
  `SELECT r.vendor_id, r.article, r.unit, r.size, r.currency,
     max(r.item_id) AS item_id, ${latest('r.article_number')} AS article_number, ${latest('r.description')} AS description,
     (array_agg(r.price ORDER BY r.received_on, r.received_at, r.id) FILTER (WHERE r.price IS NOT NULL))[1] AS first,
     (array_agg(r.price ORDER BY ${latestFirst('r.received_at')}) FILTER (WHERE r.price IS NOT NULL))[1] AS last,
     min(r.price) AS lowest, max(r.price) AS highest,
     count(*) FILTER (WHERE r.price <> r.price_before) AS changes,
     sum(r.quantity) AS quantity, sum(r.quantity * r.unit_price) / nullif(sum(r.quantity), 0) AS average
   FROM (${priced(conditions)}) r
   GROUP BY 1, 2, 3, 4, 5 HAVING min(r.price) < max(r.price)`;

const effect: Sql = 'round((s.last - s.first) * s.quantity, minor_digits(s.currency))';

/** Articles whose change cost or saved most, as many as can be told apart in one picture. */
const articlesDrawn = 4;

const pricesOverTime = (scope: ReportScope): Sql =>
  `SELECT r.received_on::text AS day, s.description AS label, s.article AS id, r.currency,
     printed_price((array_agg(r.unit_price ORDER BY r.id DESC))[1])::text AS price
   FROM (SELECT s.* FROM (${perArticle(linesAskedFor(scope))}) s ORDER BY abs(${effect}) DESC, s.article LIMIT ${articlesDrawn}) s
     JOIN receipt_lines r ON r.vendor_id = s.vendor_id AND coalesce(r.article_number, r.description) = s.article
       AND ${priceUnit} = s.unit AND ${priceSize} = s.size AND r.currency = s.currency
   WHERE ${linesAskedFor(scope)} AND r.line_type = 'item' AND ${isBought}
   GROUP BY r.received_on, s.description, s.article, s.vendor_id, s.unit, s.size, r.currency`;

export const priceChanges: ReportDefinition = {
  type: 'price_changes',
  title: 'Price Changes Report',
  slug: 'price-changes',
  dateBasis: 'Delivery date',
  defaultPeriod: 'last_30_days',
  about: 'purchases',
  purpose: {
    answers: 'Which articles changed their price, by how much, and what that cost.',
    useWhen: 'To catch increases nobody announced.',
  },
  filters: [locationFilter, vendorFilter, itemFilter],
  groupBy: [],
  comparedBy: ['s.vendor_id', 's.article', 's.unit', 's.size', 's.currency'],
  page: {
    charts: [
      {
        key: 'prices',
        title: 'Price',
        kind: 'lines',
        series: [{ key: 'price', label: 'Price per order unit', tone: 'in' }],
        select: pricesOverTime,
        leadsTo: 'order_lines',
      },
      {
        key: 'by_vendor',
        title: 'Effect by vendor',
        kind: 'rank',
        series: [{ key: 'effect', label: 'Effect', tone: 'in' }],
        of: {
          by: (scope) => shownNameIn(scope, 'v', 'vendors'),
          id: 's.vendor_id',
          filter: vendorFilter.key,
          amount: effect,
        },
      },
    ],
    leadsTo: { report: 'order_lines', by: { vendor_ids: 's.vendor_id', item_ids: 's.item_id' } },
  },
  currency: () => 's.currency',
  columns: (scope) => [
    column('Vendor', 'text', shownNameIn(scope, 'v', 'vendors')),
    column('Article number', 'text', 's.article_number'),
    column('Product', 'text', 's.description'),
    column('Unit', 'text', 's.unit'),
    column('First price', 'price', 's.first'),
    column('Last price', 'price', 's.last'),
    column('Change', 'price', 's.last - s.first'),
    column('Change %', 'percent', '(s.last - s.first) * 100 / nullif(s.first, 0)'),
    column('Lowest', 'price', 's.lowest'),
    column('Highest', 'price', 's.highest'),
    column('Average', 'price', 's.average'),
    column('Changes', 'integer', 's.changes'),
    column('Quantity', 'quantity', 's.quantity'),
    column('Effect', 'money', effect, { sum: true }),
    column('Currency', 'text', 's.currency'),
  ],
  table: (scope) => ({
    from: `FROM (${perArticle(linesAskedFor(scope))}) s JOIN vendors v ON v.id = s.vendor_id`,
    order: `s.currency, abs(${effect}) DESC, ${byName('v.name')}, s.vendor_id, ${byName('s.article')}, s.unit, s.size`,
  }),
};
