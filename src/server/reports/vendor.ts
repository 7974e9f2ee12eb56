/**
 * Vendor Spend Report: what was bought from whom, largest first. Every receipt line belongs to exactly one of net
 * purchases, returns, credits and charges, so the four add up to the net of the Purchase Orders Report.
 */
import { shownNameIn } from './shown-names.ts';
import type { SummaryStep } from '#contract/report-summaries.ts';
import { stepStart } from './charts.ts';
import { byName, column, type ReportDefinition, type ReportScope, type Sql } from './definition.ts';
import {
  areSummed,
  businessDay,
  byPosting,
  gross,
  linesAskedFor,
  linesOrSums,
  locationFilter,
  net,
  tax,
  vendorFilter,
} from './purchase-lines.ts';

/** The columns that both tables have, and what differs: of lines, each is one of itself. */
interface Amounts {
  readonly lines: Sql;
  readonly items: Sql;
  readonly gross: Sql;
}
const ofLines: Amounts = {
  lines: 'count(*)',
  items: `CASE WHEN r.line_type = 'item' THEN ${net} ELSE 0 END`,
  gross,
};
const ofSums: Amounts = { lines: 'sum(r.lines)', items: 'r.item_amount', gross: 'r.gross_amount' };

// by kind first, then by the type of the line
const part = (amount: Sql, kind: Sql): Sql => `coalesce(sum(${amount}) FILTER (WHERE r.kind = '${kind}'), 0)`;

// by order and document first: there are a tenth as many as lines, and counting them apart takes half the time
const perDocument = (rows: Sql, { lines, items, gross: total }: Amounts): Sql =>
  `SELECT r.vendor_id, r.currency, r.po_number, CASE WHEN r.kind = 'receipt' THEN r.receipt_id END AS delivery, ${lines} AS lines,
     ${part(items, 'receipt')} AS purchases,
     ${part(net, 'return')} AS returns,
     ${part(net, 'credit')} AS credits,
     ${part(`${net} - ${items}`, 'receipt')} AS charges,
     sum(${net}) AS net, sum(${tax}) AS tax, sum(${total}) AS gross
   FROM ${rows} GROUP BY 1, 2, 3, 4`;

const sums = ['lines', 'purchases', 'returns', 'credits', 'charges', 'net', 'tax', 'gross'];

const perVendor = (documents: Sql): Sql =>
  `SELECT d.vendor_id, d.currency, count(DISTINCT d.po_number) AS orders, count(DISTINCT d.delivery) AS deliveries,
     ${sums.map((name) => `sum(d.${name}) AS ${name}`).join(', ')}, sum(sum(d.net)) OVER (PARTITION BY d.currency) AS net_of_all
   FROM (${documents}) d GROUP BY d.vendor_id, d.currency`;

const fromVendors = (documents: Sql): Sql => `FROM (${perVendor(documents)}) s JOIN vendors v ON v.id = s.vendor_id`;

/** By day, by week where there are many: of the same lines as the vendors' rows. */
const spendOverTime = (scope: ReportScope, { step }: { step: SummaryStep }): Sql =>
  `SELECT ${stepStart(businessDay(scope), step, scope.from)}::text AS day, r.currency, sum(${net})::text AS net
   FROM ${linesOrSums(scope)} GROUP BY 1, 2`;

export const vendor: ReportDefinition = {
  type: 'vendor',
  title: 'Vendor Spend Report',
  slug: 'vendor-spend',
  dateBasis: 'Delivery date',
  postingBasis: byPosting,
  defaultPeriod: 'last_30_days',
  about: 'purchases',
  purpose: {
    answers: 'How much was bought from whom, with returns, credits and charges.',
    useWhen: 'To see where the money goes, and before talking to a vendor about terms.',
  },
  filters: [locationFilter, vendorFilter],
  groupBy: [],
  comparedBy: ['s.vendor_id', 's.currency'],
  page: {
    figures: ['net_purchases', 'returns', 'credits', 'charges', 'total_incl_tax'],
    counts: () => [{ key: 'vendors', label: 'Vendors', sql: (from) => `SELECT count(DISTINCT s.vendor_id) ${from}` }],
    charts: [
      {
        key: 'by_week',
        title: 'Net',
        kind: 'bars',
        series: [{ key: 'net', label: 'Net', tone: 'in' }],
        select: spendOverTime,
        leadsTo: 'order_lines',
      },
      {
        key: 'by_vendor',
        title: 'Net by vendor',
        kind: 'rank',
        series: [{ key: 'net', label: 'Net', tone: 'in' }],
        of: {
          by: (scope) => shownNameIn(scope, 'v', 'vendors'),
          id: 's.vendor_id',
          filter: 'vendor_ids',
          amount: 's.net',
        },
        leadsTo: 'order_lines',
      },
    ],
    leadsTo: { report: 'order_lines', by: { vendor_ids: 's.vendor_id' } },
  },
  currency: () => 's.currency',
  columns: () => [
    column('Vendor', 'text', 'v.name'),
    column('Vendor code', 'text', 'v.code'),
    column('Orders', 'integer', 's.orders', { sum: true }),
    column('Deliveries', 'integer', 's.deliveries', { sum: true }),
    column('Lines', 'integer', 's.lines', { sum: true }),
    column('Net purchases', 'money', 's.purchases', { sum: true }),
    column('Returns', 'money', 's.returns', { sum: true }),
    column('Credits', 'money', 's.credits', { sum: true }),
    column('Charges', 'money', 's.charges', { sum: true }),
    column('Tax', 'money', 's.tax', { sum: true }),
    column('Total incl. tax', 'money', 's.gross', { sum: true }),
    // of the net in the same currency
    column('Share of spend', 'percent', 's.net * 100 / nullif(s.net_of_all, 0)'),
    column('Currency', 'text', 's.currency'),
  ],
  summed: (scope) => (areSummed(scope) ? { from: fromVendors(perDocument(linesOrSums(scope), ofSums)) } : null),
  table: (scope) => ({
    from: fromVendors(perDocument(`receipt_lines r WHERE ${linesAskedFor(scope)}`, ofLines)),
    order: `s.currency, s.net DESC, ${byName('v.name')}, v.id`,
  }),
};
