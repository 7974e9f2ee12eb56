/**
 * Three-Way Match Report: what was ordered, received and invoiced of each line, and what the differences cost. A line
 * belongs to the day of its last receipt or invoice. Received counts deliveries that were booked: of one that stands on an
 * invoice alone there is nothing to compare, and the state says so. Returns and credits count on both sides.
 */
import {
  chosenIn,
  column,
  oneOf,
  oneOfTexts,
  type ReportDefinition,
  type ReportScope,
  type Sql,
  value,
} from './definition.ts';
import { shownNameIn } from './shown-names.ts';
import { counts, locationFilter, vendorFilter } from './purchase-lines.ts';

const businessDay: Sql = 'coalesce(h.received_on, h.invoice_date)';
const inPeriod = (day: Sql, scope: ReportScope): Sql => `${day} BETWEEN ${value(scope.from)} AND ${value(scope.to)}`;

/** Lines of an order are compared as one; a line of an invoice that is of no order, by itself. */
const lines = (scope: ReportScope): Sql =>
  `SELECT r.po_line_id, NULL::bigint AS invoice_line_id FROM receipt_lines r
     WHERE r.company_id = ${value(scope.companyId)} AND ${counts('r')} AND r.po_line_id IS NOT NULL AND ${inPeriod('r.received_on', scope)}
   UNION SELECT n.po_line_id, CASE WHEN n.po_line_id IS NULL THEN n.id END FROM invoices h JOIN invoice_lines n ON n.invoice_id = h.id
     WHERE h.company_id = ${value(scope.companyId)} AND ${counts('n')} AND ${inPeriod(businessDay, scope)}`;

/** All that was received and invoiced of them up to the end of the period. */
const events = (scope: ReportScope): Sql => {
  const received = (key: Sql, join: Sql): Sql =>
    `SELECT ${key} AS key, r.received_on AS day, r.po_line_id, r.vendor_id, r.delivery_location_id, r.currency,
       r.article_number, r.description, r.order_unit AS unit, r.line_no, r.po_number, NULL AS invoice_number,
       r.accepted_qty AS received, r.net_amount AS received_value, NULL::numeric AS invoiced, NULL::numeric AS invoiced_value,
       r.invoice_line_id IS NOT NULL AS stands_for
     FROM lines k JOIN receipt_lines r ON ${join} WHERE ${counts('r')} AND r.received_on <= ${value(scope.to)}`;
  const invoiced = (key: Sql, join: Sql): Sql =>
    `SELECT ${key}, ${businessDay}, n.po_line_id, h.vendor_id, h.delivery_location_id, h.currency,
       n.article_number, n.description, n.unit, n.line_no, n.po_number, h.invoice_number, NULL, NULL, n.quantity, n.net_amount, NULL
     FROM lines k JOIN invoice_lines n ON ${join} JOIN invoices h ON h.id = n.invoice_id
     WHERE ${counts('n')} AND ${businessDay} <= ${value(scope.to)}`;
  return [
    received(`'o' || r.po_line_id`, 'r.po_line_id = k.po_line_id'),
    received(`'i' || r.invoice_line_id`, 'r.invoice_line_id = k.invoice_line_id AND r.po_line_id IS NULL'),
    invoiced(`'o' || n.po_line_id`, 'n.po_line_id = k.po_line_id'),
    invoiced(`'i' || n.id`, 'n.id = k.invoice_line_id'),
  ].join(' UNION ALL ');
};

const matched = (scope: ReportScope): Sql =>
  `WITH lines AS MATERIALIZED (${lines(scope)})
   SELECT e.key, e.currency, max(e.day) AS day, min(e.po_line_id) AS po_line_id, min(e.vendor_id) AS vendor_id,
     (array_agg(e.delivery_location_id ORDER BY e.received IS NULL, e.day))[1] AS delivery_location_id,
     min(e.article_number) AS article_number, min(e.description) AS description, min(e.unit) AS unit, min(e.line_no) AS line_no,
     min(e.po_number) AS po_number, string_agg(DISTINCT e.invoice_number, ', ' ORDER BY e.invoice_number) AS invoices,
     sum(e.received) AS received, sum(e.received_value) AS received_value,
     sum(e.invoiced) AS invoiced, sum(e.invoiced_value) AS invoiced_value, coalesce(bool_and(e.stands_for), false) AS stands_for
   FROM (${events(scope)}) e GROUP BY e.key, e.currency HAVING max(e.day) >= ${value(scope.from)}`;

const zero = (sql: Sql): Sql => `coalesce(${sql}, 0)`;
const rounded = (amount: Sql): Sql => `round(${amount}, minor_digits(s.currency))`;
const orderedUnits: Sql = 'p.ordered_qty * coalesce(p.price_units_per_order_unit, 1)';
const orderedValue: Sql = rounded(`${orderedUnits} * p.unit_price`);
const quantityDifference: Sql = `(${zero('s.invoiced')} - ${zero('s.received')})`;
const difference: Sql = `(${zero('s.invoiced_value')} - ${zero('s.received_value')})`;
/** At the price received, else invoiced; what is left of the difference is price, so that the two add up to it. */
const ofQuantity: Sql = rounded(
  `coalesce(${quantityDifference} * coalesce(s.received_value / nullif(s.received, 0), s.invoiced_value / nullif(s.invoiced, 0)), ${difference})`,
);

const states = ['agrees', 'not_invoiced', 'not_received', 'invoice_only', 'quantity', 'price'];
const state: Sql = `CASE WHEN s.stands_for THEN 'invoice_only' WHEN s.invoiced IS NULL THEN 'not_invoiced'
  WHEN s.received IS NULL THEN 'not_received' WHEN ${quantityDifference} <> 0 THEN 'quantity'
  WHEN ${rounded(difference)} <> 0 THEN 'price' ELSE 'agrees' END`;

export const threeWay: ReportDefinition = {
  type: 'three_way',
  title: 'Three-Way Match Report',
  slug: 'three-way-match',
  dateBasis: 'Day of the last receipt or invoice',
  defaultPeriod: 'last_30_days',
  filters: [locationFilter, vendorFilter, { key: 'states', label: 'States', type: 'choice_list', choices: states }],
  about: 'purchases',
  purpose: {
    answers: 'What was ordered, received and invoiced of each line, and what the differences cost.',
    useWhen: 'Before paying: to hold back what was invoiced and never came, or costs more than agreed.',
  },
  groupBy: [],
  page: {
    charts: [
      {
        key: 'by_vendor',
        title: 'Invoiced by vendor',
        kind: 'rank',
        series: [{ key: 'value', label: 'Invoiced', tone: 'in' }],
        of: {
          by: (scope) => shownNameIn(scope, 'v', 'vendors'),
          id: 's.vendor_id',
          filter: vendorFilter.key,
          amount: zero('s.invoiced_value'),
        },
      },
    ],
    leadsTo: { report: 'order_lines', by: { vendor_ids: 's.vendor_id', order_number: 's.po_number' } },
  },
  currency: () => 's.currency',
  columns: (scope) => [
    column('Location', 'text', shownNameIn(scope, 'l', 'delivery_locations')),
    column('Vendor', 'text', shownNameIn(scope, 'v', 'vendors')),
    column('Order number', 'text', 'coalesce(o.po_number, s.po_number)'),
    column('Line', 'integer', 'coalesce(p.line_no, s.line_no)'),
    column('Invoices', 'text', 's.invoices'),
    column('Article number', 'text', 'coalesce(p.article_number, s.article_number)'),
    column('Product', 'text', 'coalesce(p.description, s.description)'),
    column('Unit', 'text', 'coalesce(p.order_unit, s.unit)'),
    column('Ordered', 'quantity', 'p.ordered_qty'),
    column('Received', 'quantity', 's.received'),
    column('Invoiced', 'quantity', 's.invoiced'),
    column('Price ordered', 'price', 'p.unit_price * coalesce(p.price_units_per_order_unit, 1)'),
    column('Price received', 'price', 's.received_value / nullif(s.received, 0)'),
    column('Price invoiced', 'price', 's.invoiced_value / nullif(s.invoiced, 0)'),
    column('Ordered value', 'money', orderedValue, { sum: true }),
    column('Received value', 'money', 's.received_value', { sum: true }),
    column('Invoiced value', 'money', 's.invoiced_value', { sum: true }),
    column('Received less ordered', 'money', `${zero('s.received_value')} - ${zero(orderedValue)}`, { sum: true }),
    column('Invoiced less received', 'money', difference, { sum: true }),
    column('Of it quantity', 'money', ofQuantity, { sum: true }),
    column('Of it price', 'money', `${rounded(difference)} - ${ofQuantity}`, { sum: true }),
    column('State', 'text', state),
    column('Currency', 'text', 's.currency'),
  ],
  table: (scope) => ({
    from: `FROM (${matched(scope)}) s JOIN vendors v ON v.id = s.vendor_id JOIN delivery_locations l ON l.id = s.delivery_location_id
      LEFT JOIN purchase_order_lines p ON p.id = s.po_line_id LEFT JOIN purchase_orders o ON o.id = p.purchase_order_id
      WHERE ${oneOf('s.delivery_location_id', scope.locationIds)} AND ${oneOf('s.vendor_id', chosenIn(scope, vendorFilter.key))}
        AND ${oneOfTexts(state, chosenIn(scope, 'states'))}`,
    order: 's.day, v.code, coalesce(o.po_number, s.po_number), coalesce(p.line_no, s.line_no), s.key, s.currency',
  }),
};
