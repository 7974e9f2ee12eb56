/**
 * Item Purchases Report: what was bought of each ingredient, in base units and money, and at which prices. All lines of
 * the Purchase Orders Report are in it, so its net is the same: articles without an ingredient stand under "Unmapped",
 * fees, freight and deposits under "Charges", each by vendor article. Returns and credits lower quantity and money;
 * the lowest, highest and last price are of deliveries.
 */
import { byName, column, type ReportDefinition, type Sql } from './definition.ts';
import {
  basePrice,
  baseQuantity,
  byPosting,
  isBought,
  itemFilter,
  latestFirst,
  linesAskedFor,
  locationFilter,
  net,
  vendorFilter,
} from './purchase-lines.ts';

const category: Sql = `CASE WHEN r.line_type <> 'item' THEN 'Charges'
  WHEN r.item_id IS NULL THEN 'Unmapped' ELSE coalesce(r.category, i.category, '') END`;

/** Null where a line stands for itself: by vendor article. */
const ingredient: Sql = `CASE WHEN r.line_type = 'item' THEN r.item_id END`;
const article = (sql: Sql): Sql => `CASE WHEN r.line_type <> 'item' OR r.item_id IS NULL THEN ${sql} END`;

/** What the lines of one row have in common. */
export const itemKeys = { ingredient, article };

const last = (what: Sql): Sql => `(array_agg(${what} ORDER BY ${latestFirst('d.received_at')}))[1]`;

const perItem = (conditions: Sql): Sql =>
  `SELECT ${category} AS category, ${ingredient} AS item_id, r.currency,
     ${article('r.vendor_id')} AS vendor_id, ${article('coalesce(r.article_number, r.description)')} AS article,
     -- what an unmapped article is counted in is known only where its order unit is not made of smaller ones
     ${article('CASE WHEN r.units_per_order_unit = 1 THEN r.order_unit END')} AS unit,
     ${last('r.article_number')} AS article_number, ${last('r.description')} AS description,
     sum(${baseQuantity}) AS quantity, sum(${net}) AS net,
     min(${basePrice}) FILTER (WHERE ${isBought}) AS lowest, max(${basePrice}) FILTER (WHERE ${isBought}) AS highest,
     (array_agg(${basePrice} ORDER BY ${latestFirst('d.received_at')}) FILTER (WHERE ${isBought}))[1] AS latest,
     max(r.received_on) FILTER (WHERE ${isBought}) AS delivered_on, count(DISTINCT r.vendor_id) AS vendors
   FROM receipt_lines r LEFT JOIN receipts d ON d.id = r.receipt_id LEFT JOIN items i ON i.id = r.item_id
   WHERE ${conditions} GROUP BY 1, 2, 3, 4, 5, 6`;

// of an article that stands for itself and is called as one of another vendor, also whose it is
const name: Sql = `coalesce(i.name, CASE WHEN s.repeats THEN s.description || ' (' || v.code || ')' ELSE s.description END)`;

export const item: ReportDefinition = {
  type: 'item',
  title: 'Item Purchases Report',
  slug: 'item-purchases',
  dateBasis: 'Delivery date',
  postingBasis: byPosting,
  defaultPeriod: 'last_30_days',
  about: 'purchases',
  purpose: {
    answers: 'What was bought of each ingredient, in base units and money, and at which prices.',
    useWhen: 'To compare prices of one ingredient between vendors and months.',
  },
  filters: [locationFilter, vendorFilter, itemFilter],
  groupBy: ['category'],
  comparedBy: ['s.category', 's.item_id', 's.currency', 's.vendor_id', 's.article', 's.unit'],
  page: {
    charts: [
      {
        key: 'by_category',
        title: 'Net by category',
        kind: 'rank',
        series: [{ key: 'net', label: 'Net', tone: 'in' }],
        of: { by: `nullif(s.category, '')`, amount: 's.net' },
      },
      {
        key: 'by_item',
        title: 'Net by item',
        kind: 'rank',
        series: [{ key: 'net', label: 'Net', tone: 'in' }],
        of: { by: name, id: 's.item_id', filter: 'item_ids', amount: 's.net' },
        leadsTo: 'order_lines',
      },
    ],
    leadsTo: { report: 'order_lines', by: { item_ids: 's.item_id', vendor_ids: 's.vendor_id' } },
  },
  currency: () => 's.currency',
  columns: () => [
    column('Category', 'text', `nullif(s.category, '')`),
    column('Item code', 'text', 'coalesce(i.code, s.article_number)'),
    column('Item', 'text', name),
    column('Base unit', 'text', 'coalesce(i.base_unit, s.unit)'),
    column('Quantity', 'quantity', 's.quantity'),
    column('Net purchases', 'money', 's.net', { sum: true }),
    column('Average price', 'price', 's.net / nullif(s.quantity, 0)'),
    column('Lowest price', 'price', 's.lowest'),
    column('Highest price', 'price', 's.highest'),
    column('Last price', 'price', 's.latest'),
    column('Last delivery', 'date', 's.delivered_on'),
    column('Vendors', 'integer', 's.vendors'),
    column('Currency', 'text', 's.currency'),
  ],
  table: (scope) => ({
    from: `FROM (SELECT s.*, count(*) OVER (PARTITION BY s.item_id, s.article_number, s.description, s.unit, s.currency) > 1 AS repeats
        FROM (${perItem(linesAskedFor(scope))}) s) s
      LEFT JOIN items i ON i.id = s.item_id LEFT JOIN vendors v ON v.id = s.vendor_id`,
    order: `${byName('s.category')}, ${byName(name)}, i.code, s.article_number, s.item_id, s.vendor_id, s.article, s.unit, s.currency`,
  }),
};
