/**
 * Receiving Variance Report: order lines by what came of them. A line belongs to the day of its last receipt; one that
 * nothing was received of, to the day it was expected. Variance is accepted less ordered, at the ordered price; price
 * variance is the difference paid on what was accepted. The two add up to what was paid less what was ordered.
 */
import {
  chosenIn,
  column,
  nowIn,
  oneOf,
  oneOfTexts,
  type ReportDefinition,
  type ReportScope,
  type Sql,
  value,
} from './definition.ts';
import { counts, locationFilter, priceQuantity, vendorFilter } from './purchase-lines.ts';
import { shownNameIn } from './shown-names.ts';

const inPeriod = (day: Sql, scope: ReportScope): Sql => `${day} BETWEEN ${value(scope.from)} AND ${value(scope.to)}`;

/** A line may be for another place than its order. */
const place: Sql = 'coalesce(p.delivery_location_id, o.delivery_location_id)';

/** Company, location and vendor, which a receipt shares with its order. */
const chosen = (scope: ReportScope): Sql =>
  [
    `r.company_id = ${value(scope.companyId)}`,
    oneOf('r.delivery_location_id', scope.locationIds),
    oneOf('r.vendor_id', chosenIn(scope, vendorFilter.key)),
  ]
    .filter((condition) => condition !== 'true')
    .join(' AND ');

/** What was received of a line in all, whatever the period; returns and credits come after receiving. */
const received = (scope: ReportScope): Sql =>
  `SELECT r.po_line_id, max(r.received_on) AS day, sum(r.received_qty) AS received, sum(r.rejected_qty) AS refused,
     sum(r.accepted_qty) AS accepted, sum(${priceQuantity} * r.unit_price) AS paid, sum(${priceQuantity}) AS priced, max(r.unit_price) AS highest_price
   FROM receipt_lines r
   WHERE r.kind = 'receipt' AND ${counts('r')} AND r.po_line_id IN (
     SELECT r.po_line_id FROM receipt_lines r
     WHERE r.kind = 'receipt' AND ${counts('r')} AND ${inPeriod('r.received_on', scope)} AND ${chosen(scope)})
   GROUP BY r.po_line_id HAVING max(r.received_on) <= ${value(scope.to)}`;

/**
 * In up to three parts, each with an index of its own: a line may be expected on another day and at another place than its
 * order, but mostly is not.
 */
const notReceived = (scope: ReportScope): Sql => {
  const { locationIds } = scope;
  const ofOrder = `p.expected_on IS NULL AND ${inPeriod('o.expected_on', scope)}`;
  const parts = [
    locationIds === null
      ? ofOrder
      : `${ofOrder} AND p.delivery_location_id IS NULL AND ${oneOf('o.delivery_location_id', locationIds)}`,
    ...(locationIds === null ? [] : [`${ofOrder} AND ${oneOf('p.delivery_location_id', locationIds)}`]),
    `${inPeriod('p.expected_on', scope)} AND ${oneOf(place, locationIds)}`,
  ];
  const rest = [
    `o.company_id = ${value(scope.companyId)} AND p.company_id = o.company_id AND ${counts('p')}`,
    oneOf('o.vendor_id', chosenIn(scope, vendorFilter.key)),
    `NOT EXISTS (SELECT FROM receipt_lines r WHERE r.po_line_id = p.id AND r.kind = 'receipt' AND ${counts('r')})`,
  ].join(' AND ');
  return parts
    .map(
      (part) => `SELECT p.id, coalesce(p.expected_on, o.expected_on), NULL, NULL, NULL, NULL, NULL, NULL
   FROM purchase_orders o JOIN purchase_order_lines p ON p.purchase_order_id = o.id WHERE ${part} AND ${rest}`,
    )
    .join(' UNION ALL ');
};

/** In what is priced: what was weighed. */
const pricedQuantity: Sql = 'coalesce(s.priced, 0)';
const accepted: Sql = 'coalesce(s.accepted, 0)';
const isCancelled: Sql = `(o.status = 'cancelled' OR p.line_status = 'cancelled')`;
/** Still expected, wholly or in part. */
const isOutstanding: Sql = `(NOT ${isCancelled} AND p.line_status = 'open')`;
/** Nothing came yet and something may. */
const isOpen: Sql = `(s.accepted IS NULL AND ${isOutstanding} AND o.status <> 'received')`;
const priceReceived: Sql = 'coalesce(s.paid / nullif(s.priced, 0), s.highest_price)';
/** What is priced in one order unit: one, unless it is priced by weight. */
const priceUnits: Sql = 'coalesce(p.price_units_per_order_unit, 1)';

const varianceValue: Sql = `(${pricedQuantity} - p.ordered_qty * ${priceUnits}) * p.unit_price`;
const priceVariance: Sql = 'coalesce(s.paid - s.priced * p.unit_price, 0)';

/** Empty where what was ordered came. */
const state: Sql = `CASE WHEN ${isCancelled} THEN 'cancelled' WHEN ${isOpen} THEN 'open'
  WHEN ${accepted} > p.ordered_qty THEN 'over' WHEN s.refused > 0 THEN 'refused'
  WHEN ${accepted} < p.ordered_qty THEN 'short' END`;

/** Behind the expected day: of the last receipt, or for what is still to come, of the end of the period so far. */
const daysLate = (scope: ReportScope): Sql =>
  `CASE WHEN s.accepted IS NOT NULL THEN s.day - coalesce(p.expected_on, o.expected_on)
     WHEN ${isOpen} THEN greatest(least(date ${value(scope.to)}, (${nowIn(scope)} AT TIME ZONE ${value(scope.timeZone)})::date) - coalesce(p.expected_on, o.expected_on), 0) END`;

const states = ['short', 'over', 'refused', 'cancelled', 'open'];

export const receivingVariance: ReportDefinition = {
  type: 'receiving_variance',
  title: 'Receiving Variance Report',
  slug: 'receiving-variance',
  dateBasis: 'Day of the last receipt; the expected day where nothing was received',
  defaultPeriod: 'last_30_days',
  about: 'purchases',
  purpose: {
    answers: 'What of each order came, what did not, and at which price.',
    useWhen: 'To claim what was short or refused, and to see who changes prices on delivery.',
  },
  filters: [locationFilter, vendorFilter, { key: 'states', label: 'States', type: 'choice_list', choices: states }],
  groupBy: [],
  page: {
    charts: [
      {
        key: 'variance_by_vendor',
        title: 'Variance by vendor',
        kind: 'rank',
        series: [{ key: 'variance', label: 'Variance', tone: 'in' }],
        of: {
          by: (scope) => shownNameIn(scope, 'v', 'vendors'),
          id: 'o.vendor_id',
          filter: 'vendor_ids',
          amount: varianceValue,
        },
      },
      {
        key: 'price_variance_by_vendor',
        title: 'Price variance by vendor',
        kind: 'rank',
        series: [{ key: 'variance', label: 'Price variance', tone: 'in' }],
        of: {
          by: (scope) => shownNameIn(scope, 'v', 'vendors'),
          id: 'o.vendor_id',
          filter: 'vendor_ids',
          amount: priceVariance,
        },
      },
    ],
    leadsTo: { report: 'order_lines', by: { vendor_ids: 'o.vendor_id', order_number: 'o.po_number' } },
  },
  currency: () => 'o.currency',
  columns: (scope) => [
    column('Date', 'date', 's.day'),
    column('Location', 'text', shownNameIn(scope, 'l', 'delivery_locations')),
    column('Vendor', 'text', shownNameIn(scope, 'v', 'vendors')),
    column('Order', 'text', 'o.po_number'),
    column('Article', 'text', 'p.article_number'),
    column('Product', 'text', 'p.description'),
    column('Unit', 'text', 'p.order_unit'),
    column('Ordered', 'quantity', 'p.ordered_qty'),
    column('Received', 'quantity', 'coalesce(s.received, 0)'),
    column('Refused', 'quantity', 'coalesce(s.refused, 0)'),
    column(
      'Outstanding',
      'quantity',
      `CASE WHEN ${isOutstanding} THEN greatest(p.ordered_qty - ${accepted}, 0) ELSE 0 END`,
    ),
    column('Variance', 'quantity', `${accepted} - p.ordered_qty`),
    column('Variance value', 'money', varianceValue, { sum: true }),
    column('Price ordered', 'price', 'p.unit_price'),
    column('Price received', 'price', priceReceived),
    column('Price variance', 'money', priceVariance, { sum: true }),
    column('Days late', 'integer', daysLate(scope)),
    column('State', 'text', state),
    column('Currency', 'text', 'o.currency'),
  ],
  table: (scope) => ({
    from: `FROM (${received(scope)} UNION ALL ${notReceived(scope)}) s
      JOIN purchase_order_lines p ON p.id = s.po_line_id JOIN purchase_orders o ON o.id = p.purchase_order_id
      JOIN delivery_locations l ON l.id = ${place} JOIN vendors v ON v.id = o.vendor_id
      WHERE ${oneOfTexts(state, chosenIn(scope, 'states'))}`,
    order: 's.day, o.po_number, p.line_no, p.id',
  }),
};
