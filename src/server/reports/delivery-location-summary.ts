/**
 * Figures above the Purchase Orders Report: net by day and by vendor, counts, the period before. They are read from the
 * report's own FROM and WHERE, and rounded line by line as the report prints them: bars and ranking add up to its totals.
 */
import type { DeliverySummary } from '#contract/report-summaries.ts';
import { addDecimals } from './decimal.ts';
import { type PartSource, type ReportDefinition, type ReportScope, type Sql, value } from './definition.ts';
import { stepOf, stepStart, totalsBefore } from './summary.ts';

const vendorsShownMax = 10;

/** Both groupings in one reading of the lines: `vendor_id` is null in the rows by day, `day` in those by vendor. */
const selectGroups = (from: Sql, day: Sql): Sql =>
  `SELECT day::text, vendor_id::text, max(vendor) AS vendor, currency, count(*)::text AS lines, sum(net)::text AS net
   FROM (SELECT ${day} AS day, v.id AS vendor_id, v.name AS vendor, r.currency,
           round(r.net_amount, minor_digits(r.currency)) AS net ${from}) line
   GROUP BY GROUPING SETS ((day, currency), (vendor_id, currency))
   ORDER BY day, currency, sum(net) DESC, vendor_id`;

const selectCounts = (from: Sql, companyId: string): Sql =>
  `SELECT (SELECT count(*) FROM (SELECT 1 ${from} AND r.po_number IS NOT NULL GROUP BY r.vendor_id, r.po_number) found)::text AS orders,
     (SELECT count(*) FROM vendors WHERE company_id = ${value(companyId)} AND archived_at IS NULL)::text AS vendors_on_file`;

interface Group {
  readonly day: string | null;
  readonly vendorId: string | null;
  readonly vendor: string;
  readonly currency: string;
  readonly lines: number;
  readonly net: string;
}

export async function deliverySummary(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
): Promise<DeliverySummary> {
  const { from } = definition.table(scope);
  const step = stepOf(scope);
  const groups = (await read(selectGroups(from, stepStart('r.received_on', step, scope.from)))).map(groupOf);
  const [counts] = await read(selectCounts(from, scope.companyId));
  const days = groups.filter((group) => group.day !== null);
  const vendors = groups.filter((group) => group.day === null);
  return {
    previous: await totalsBefore(definition, scope, read),
    step,
    by_day: days.map(({ day, currency, net }) => ({ day: day ?? '', currency, net })),
    by_vendor: [...new Set(vendors.map((group) => group.currency))].flatMap((currency) =>
      largest(vendors.filter((group) => group.currency === currency)),
    ),
    lines: days.reduce((lines, group) => lines + group.lines, 0),
    orders: Number(counts?.['orders']),
    vendors: new Set(vendors.map((group) => group.vendorId)).size,
    vendors_on_file: Number(counts?.['vendors_on_file']),
  };
}

const groupOf = (row: Record<string, string | null>): Group => ({
  day: row['day'] ?? null,
  vendorId: row['vendor_id'] ?? null,
  vendor: row['vendor'] ?? '',
  currency: row['currency'] ?? '',
  lines: Number(row['lines']),
  net: row['net'] ?? '0',
});

/** Of one currency, largest first; what is beyond the tenth in one sum. */
function largest(vendors: readonly Group[]): DeliverySummary['by_vendor'][number][] {
  const others = vendors.slice(vendorsShownMax);
  const shown = vendors
    .slice(0, vendorsShownMax)
    .map(({ vendor, currency, net }) => ({ vendor, vendors: 1, currency, net }));
  const [first] = others;
  if (!first) return shown;
  const net = others.reduce((sum, other) => addDecimals(sum, other.net), '0');
  return [...shown, { vendor: null, vendors: others.length, currency: first.currency, net }];
}
