/**
 * Vendor Spend Report: what was bought from whom, largest first. Every receipt line belongs to exactly one of net
 * purchases, returns, credits and charges, so the four add up to the net of the Purchase Orders Report.
 */
import { shownNameIn } from './shown-names.ts';
import type { SummaryStep } from '#contract/report-summaries.ts';
import { stepStart } from './charts.ts';
import { byName, column, type ReportDefinition, type ReportScope, type Sql } from './definition.ts';
import {
  businessDay,
  byPosting,
  gross,
  linesAskedFor,
  locationFilter,
  net,
  tax,
  vendorFilter,
} from './purchase-lines.ts';

// by kind first, then by the type of the line
const part = (condition: Sql): Sql => `coalesce(sum(${net}) FILTER (WHERE ${condition}), 0)`;

// by order and document first: there are a tenth as many as lines, and counting them apart takes half the time
const perDocument = (conditions: Sql): Sql =>
  `SELECT r.vendor_id, r.currency, r.po_number, CASE WHEN r.kind = 'receipt' THEN r.receipt_id END AS delivery, count(*) AS lines,
     ${part(`r.kind = 'receipt' AND r.line_type = 'item'`)} AS purchases,
     ${part(`r.kind = 'return'`)} AS returns,
     ${part(`r.kind = 'credit'`)} AS credits,
     ${part(`r.kind = 'receipt' AND r.line_type <> 'item'`)} AS charges,
     sum(${net}) AS net, sum(${tax}) AS tax, sum(${gross}) AS gross
   FROM receipt_lines r WHERE ${conditions} GROUP BY 1, 2, 3, 4`;

const sums = ['lines', 'purchases', 'returns', 'credits', 'charges', 'net', 'tax', 'gross'];

const perVendor = (conditions: Sql): Sql =>
  `SELECT d.vendor_id, d.currency, count(DISTINCT d.po_number) AS orders, count(DISTINCT d.delivery) AS deliveries,
     ${sums.map((name) => `sum(d.${name}) AS ${name}`).join(', ')}, sum(sum(d.net)) OVER (PARTITION BY d.currency) AS net_of_all
   FROM (${perDocument(conditions)}) d GROUP BY d.vendor_id, d.currency`;

/** By day, by week where there are many: of the same lines as the vendors' rows. */
const spendOverTime = (scope: ReportScope, { step }: { step: SummaryStep }): Sql =>
  `SELECT ${stepStart(businessDay(scope), step, scope.from)}::text AS day, r.currency, sum(${net})::text AS net
   FROM receipt_lines r WHERE ${linesAskedFor(scope)} GROUP BY 1, 2`;

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
  table: (scope) => ({
    from: `FROM (${perVendor(linesAskedFor(scope))}) s JOIN vendors v ON v.id = s.vendor_id`,
    order: `s.currency, s.net DESC, ${byName('v.name')}, v.id`,
  }),
};
