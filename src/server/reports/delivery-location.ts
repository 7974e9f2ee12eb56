/**
 * Purchase Orders Report: what was delivered to which location, line by line, on its delivery day. Receipts, returns
 * and credits count; drafts, sent and cancelled orders never appear. Accepted quantity = received - refused.
 */
import { byName, type ReportDefinition, type ReportScope, type Sql, column, oneOf, value } from './definition.ts';
import { daysInStretches, estimateRowsIn } from './size.ts';
import { shownNameIn } from './shown-names.ts';
import {
  chosenLines,
  counts,
  byPosting,
  inPeriod,
  itemFilter,
  lineCharts,
  lineCounts,
  locationFilter,
  orderFilter,
  orderUnitPrice,
  summedLines,
  vendorFilter,
} from './purchase-lines.ts';

const places = `JOIN delivery_locations l ON l.id = r.delivery_location_id JOIN vendors v ON v.id = r.vendor_id`;
const joins = `FROM receipt_lines r ${places}`;

const place = (scope: ReportScope): Sql => shownNameIn(scope, 'l', 'delivery_locations');

const period = (scope: ReportScope): Sql =>
  [`r.company_id = ${value(scope.companyId)} AND ${counts('r')} AND ${inPeriod(scope)}`, ...chosenLines(scope)].join(
    ' AND ',
  );

/** Its columns are numeric(18,4). */
const stored = { isStored: true };
/** Rows of a part: some megabytes, so that another connection can have the next one ready. */
const partRows = 20_000;

export const deliveryLocation: ReportDefinition = {
  type: 'delivery_location',
  title: 'Purchase Orders Report',
  slug: 'purchase-orders',
  dateBasis: 'Delivery date',
  postingBasis: byPosting,
  defaultPeriod: 'last_30_days',
  about: 'purchases',
  purpose: {
    answers: 'What was delivered to which location, line by line.',
    useWhen: 'To check the deliveries of a month against the invoices, location by location.',
  },
  filters: [locationFilter, vendorFilter, itemFilter, orderFilter],
  groupBy: ['delivery_location'],
  currency: () => 'r.currency',
  columns: (scope) => [
    column('Delivery location', 'text', place(scope)),
    column('Delivery date', 'date', 'r.received_on'),
    column('Vendor', 'text', shownNameIn(scope, 'v', 'vendors')),
    column('Order number', 'text', 'r.po_number'),
    column('Article number', 'text', 'r.article_number'),
    column('Product', 'text', 'r.description'),
    column('Category', 'text', 'r.category'),
    column('Unit', 'text', 'r.order_unit'),
    column('Ordered quantity', 'quantity', 'r.ordered_qty', stored),
    column('Received quantity', 'quantity', 'r.accepted_qty', stored),
    column('Refused quantity', 'quantity', 'r.rejected_qty', stored),
    column('Unit price', 'price', orderUnitPrice),
    column('Total price', 'money', 'r.net_amount', { sum: true }),
    column('Tax', 'money', 'r.tax_amount', { sum: true }),
    column('Total incl. tax', 'money', 'r.net_amount + r.tax_amount', { sum: true }),
    column('Currency', 'text', 'r.currency'),
  ],
  table: (scope) => ({
    from: `${joins} WHERE ${period(scope)} AND ${oneOf('r.delivery_location_id', scope.locationIds)}`,
    order: `${byName(place(scope))}, l.id, r.received_on, r.po_number, r.line_no, r.id`,
  }),
  page: {
    figures: ['total_price', 'tax', 'total_incl_tax'],
    counts: lineCounts,
    charts: lineCharts,
    leadsTo: { report: 'order_lines', by: { vendor_ids: 'r.vendor_id', order_number: 'r.po_number' } },
  },
  summed: (scope) => summedLines(scope, places.replaceAll('JOIN', 'LEFT JOIN'), 'total_incl_tax'),
  // by location, and by days where one has many rows: the index (company, location, day, order, line, id) is the order,
  // nothing is sorted
  parts: async (scope, source) => {
    const locations = await source(
      `SELECT id::text AS id FROM delivery_locations l WHERE company_id = ${value(scope.companyId)}
         AND ${oneOf('l.id', scope.locationIds)} ORDER BY ${byName(place(scope))}, id`,
    );
    const rows = await estimateRowsIn(source, deliveryLocation, scope);
    const stretches = scope.dateBasis
      ? [scope]
      : daysInStretches(scope, rows / Math.max(1, locations.length), partRows);
    return locations.flatMap(({ id }) =>
      stretches.map((days) => ({
        from: `${joins} WHERE ${period({ ...scope, ...days })} AND r.delivery_location_id = ${value(id ?? '0')}`,
        order: 'r.received_on, r.po_number, r.line_no, r.id',
      })),
    );
  },
};
