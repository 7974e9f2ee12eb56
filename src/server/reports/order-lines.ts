/**
 * Order Lines Report: every line of every receipt, return and credit, on its delivery day, with all that is known of it.
 * It is the detail behind the Purchase Orders Report and has the same totals.
 */
import { column, type ReportDefinition, type ReportScope, value } from './definition.ts';
import {
  baseQuantity,
  byPosting,
  itemFilter,
  lineCharts,
  lineCounts,
  linesAskedFor,
  locationFilter,
  orderFilter,
  priceQuantity,
  priceUnit,
  summedLines,
  vendorFilter,
} from './purchase-lines.ts';
import { daysInStretches, estimateRowsIn } from './size.ts';

const partRows = 50_000;

// all from the left, on unique keys: counting and summing then reads the lines alone
const joins = `FROM receipt_lines r
  LEFT JOIN delivery_locations l ON l.id = r.delivery_location_id
  LEFT JOIN vendors v ON v.id = r.vendor_id
  LEFT JOIN receipts d ON d.id = r.receipt_id
  LEFT JOIN purchase_orders o ON o.id = d.purchase_order_id
  LEFT JOIN purchase_order_lines p ON p.id = r.po_line_id
  LEFT JOIN items i ON i.id = r.item_id`;

export const orderLines: ReportDefinition = {
  type: 'order_lines',
  title: 'Order Lines Report',
  slug: 'order-lines',
  dateBasis: 'Delivery date',
  postingBasis: byPosting,
  defaultPeriod: 'last_30_days',
  about: 'purchases',
  purpose: {
    answers: 'Every line of every receipt, return and credit, with all that is known of it.',
    useWhen: 'To hand purchases to another system, or to find one line.',
  },
  filters: [locationFilter, vendorFilter, itemFilter, orderFilter],
  groupBy: [],
  page: {
    figures: ['net', 'tax', 'gross'],
    counts: lineCounts,
    charts: lineCharts,
    leadsTo: { report: 'order_lines', by: { vendor_ids: 'r.vendor_id', order_number: 'r.po_number' } },
  },
  currency: () => 'r.currency',
  columns: (scope) => [
    column('Company', 'text', value(scope.companyName)),
    column('Delivery location code', 'text', 'l.code'),
    column('Delivery location', 'text', 'l.name'),
    column('Delivery date', 'date', 'r.received_on'),
    column('Posted date', 'date', 'd.posted_on'),
    column('Order date', 'date', 'o.ordered_on'),
    column('Expected date', 'date', 'coalesce(p.expected_on, o.expected_on)'),
    column('Vendor code', 'text', 'v.code'),
    column('Vendor', 'text', 'v.name'),
    column('Customer number', 'text', 'l.customer_number'),
    column('Order number', 'text', 'r.po_number'),
    column('Line', 'integer', 'r.line_no'),
    column('Document kind', 'text', 'r.kind'),
    column('Receipt number', 'text', 'd.receipt_number'),
    column('Vendor document', 'text', 'd.document_number'),
    column('Line type', 'text', 'r.line_type'),
    column('Article number', 'text', 'r.article_number'),
    column('Product', 'text', 'r.description'),
    column('Item code', 'text', 'i.code'),
    column('Category', 'text', 'r.category'),
    column('Unit', 'text', 'r.order_unit'),
    column('Units per order unit', 'quantity', 'r.units_per_order_unit'),
    column('Base unit', 'text', 'i.base_unit'),
    column('Ordered', 'quantity', 'r.ordered_qty'),
    column('Received', 'quantity', 'r.received_qty'),
    column('Refused', 'quantity', 'r.rejected_qty'),
    column('Accepted', 'quantity', 'r.accepted_qty'),
    column('Base quantity', 'quantity', baseQuantity),
    column('Unit price', 'price', 'r.unit_price'),
    column('Price unit', 'text', priceUnit),
    column('Price quantity', 'quantity', priceQuantity),
    column('Net', 'money', 'r.net_amount', { sum: true }),
    // as it was entered: whoever recomputes the tax needs all of its digits
    column('Tax rate', 'percent', 'r.tax_rate * 100', { isStored: true }),
    column('Tax', 'money', 'r.tax_amount', { sum: true }),
    column('Gross', 'money', 'r.net_amount + r.tax_amount', { sum: true }),
    column('Currency', 'text', 'r.currency'),
    column('Order status', 'text', 'o.status'),
    column('Note', 'text', 'r.note'),
  ],
  table: (scope: ReportScope) => ({
    from: `${joins} WHERE ${linesAskedFor(scope)}`,
    order: 'r.received_on, r.po_number, r.line_no, r.id',
  }),
  // of its joins only the vendor's name is in what is summed
  summed: (scope) => summedLines(scope, 'LEFT JOIN vendors v ON v.id = r.vendor_id', 'gross'),
  // stretches of days that are sorted in memory; one sort of a million such rows takes longer than sending them
  parts: async (scope, source) => {
    // stretches of days are of the order only where days are those of the delivery
    if (scope.dateBasis) return [orderLines.table(scope)];
    const rows = await estimateRowsIn(source, orderLines, scope);
    return daysInStretches(scope, rows, partRows).map((days) => orderLines.table({ ...scope, ...days }));
  },
};
