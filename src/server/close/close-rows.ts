/**
 * What stands against closing a month, as the rows that say so: each item is one query, the list counts and sums its rows,
 * and its page shows them. A month is its delivery days; money is net, as the reports print it.
 */
import type { CloseKey, CloseState } from '#contract/closing.ts';
import { addDays } from '#contract/calendar.ts';
import { reportLink } from '#contract/report-links.ts';
import { type ReportScope, type Sql, value } from '#server/reports/definition.ts';
import { basePrice, counts, net } from '#server/reports/purchase-lines.ts';
import { levelValue, stockLevels } from '#server/reports/stock-levels.ts';

export interface CloseRows {
  /** What the item is where it has rows. */
  readonly state: Exclude<CloseState, 'ok'>;
  /** Rows `name`, `day`, `amount`, `currency`, `link`; amount null where nobody knows. */
  readonly sql: Sql;
}

/** Imports that come later than this after the month's last day are worth a look. */
const lateAfterDays = 5;
/** A price this many times above or below what the article cost in the half year before. */
const proportionMax = 3;

export function closeRows(scope: ReportScope): Readonly<Record<CloseKey, CloseRows>> {
  const [from, to] = [value(scope.from), value(scope.to)];
  const company = value(scope.companyId);
  const period = { date_from: scope.from, date_to: scope.to };
  const link = (report: Parameters<typeof reportLink>[0], more: Readonly<Record<string, string>> = {}): string =>
    reportLink(report, scope.companyId, { ...period, ...more });
  const orderLinesOf = `${value(`${link('order_lines')}&order_number=`)} || coalesce(r.po_number, '')`;
  const documentOf = (type: 'receipt' | 'invoice', id: Sql): Sql =>
    `${value(`/documents?company=${scope.companyId}&type=${type}&id=`)} || ${id}`;
  const delivered = `r.company_id = ${company} AND ${counts('r')} AND r.received_on BETWEEN ${from} AND ${to}`;
  const ordered = `p.ordered_qty * coalesce(p.price_units_per_order_unit, 1) * p.unit_price`;

  return {
    not_received: {
      state: 'blocking',
      sql: `SELECT o.po_number || ' · ' || v.name AS name, min(coalesce(p.expected_on, o.expected_on)) AS day,
          round(sum(${ordered}), minor_digits(o.currency)) AS amount, o.currency,
          ${value(`${link('receiving_variance', { states: 'open' })}&vendor_ids=`)} || o.vendor_id AS link
        FROM purchase_orders o JOIN purchase_order_lines p ON p.purchase_order_id = o.id JOIN vendors v ON v.id = o.vendor_id
        WHERE o.company_id = ${company} AND o.status IN ('sent', 'confirmed', 'partially_received') AND p.line_status = 'open' AND ${counts('p')}
          AND coalesce(p.expected_on, o.expected_on) BETWEEN ${from} AND ${to}
          AND NOT EXISTS (SELECT FROM receipt_lines r WHERE r.po_line_id = p.id AND r.kind = 'receipt' AND ${counts('r')})
        GROUP BY o.id, v.name`,
    },
    not_invoiced: {
      state: 'attention',
      sql: `SELECT d.receipt_number || ' · ' || v.name AS name, d.received_on AS day, sum(${net}) AS amount, r.currency,
          ${documentOf('receipt', 'd.id')} AS link
        FROM receipts d JOIN receipt_lines r ON r.receipt_id = d.id JOIN vendors v ON v.id = d.vendor_id
        WHERE ${delivered} AND d.kind = 'receipt' AND d.source = 'import' AND d.document_number IS NULL
        GROUP BY d.id, v.name, r.currency
        HAVING bool_and(r.invoice_number IS NULL AND NOT EXISTS (
          SELECT FROM invoice_lines n WHERE n.receipt_line_id = r.id AND ${counts('n')}))`,
    },
    invoiced_not_received: {
      state: 'attention',
      sql: `SELECT d.receipt_number || ' · ' || v.name AS name, d.received_on AS day, sum(${net}) AS amount, r.currency,
          ${documentOf('receipt', 'd.id')} AS link
        FROM receipts d JOIN receipt_lines r ON r.receipt_id = d.id JOIN vendors v ON v.id = d.vendor_id
        WHERE ${delivered} AND d.source = 'invoice' AND d.kind = 'receipt' GROUP BY d.id, v.name, r.currency`,
    },
    unmapped: {
      state: 'attention',
      sql: `SELECT coalesce(r.article_number || ' · ', '') || min(r.description) AS name, max(r.received_on) AS day, sum(${net}) AS amount,
          r.currency, ${value(`${link('item')}&vendor_ids=`)} || r.vendor_id AS link
        FROM receipt_lines r WHERE ${delivered} AND r.line_type = 'item' AND r.item_id IS NULL
        GROUP BY r.vendor_id, r.article_number, CASE WHEN r.article_number IS NULL THEN r.description END, r.currency`,
    },
    not_counted: {
      state: 'blocking',
      sql: `SELECT u.name, max(m.occurred_on) AS day, NULL::numeric AS amount, NULL::text AS currency,
          ${value(`${link('inventory_levels')}&storage_unit_ids=`)} || u.id AS link
        FROM storage_units u JOIN stock_movements m ON m.company_id = u.company_id AND m.storage_unit_id = u.id AND ${counts('m')}
          AND m.occurred_on BETWEEN ${value(addDays(scope.from, -92))} AND ${to}
        WHERE u.company_id = ${company} AND NOT EXISTS (SELECT FROM stock_counts c WHERE c.company_id = u.company_id
          AND c.storage_unit_id = u.id AND c.counted_on = ${to} AND ${counts('c')})
        GROUP BY u.id`,
    },
    uncredited: { state: 'attention', sql: uncredited(delivered, orderLinesOf) },
    negative_stock: {
      state: 'blocking',
      sql: `SELECT i.name || ' · ' || u.name AS name, l.moved_on AS day, ${levelValue(scope, 'l')} AS amount, ${value(scope.currency)}::text AS currency,
          ${value(`${link('inventory_movements')}&item_ids=`)} || i.id || '&storage_unit_ids=' || u.id AS link
        FROM ${stockLevels(scope, `date ${to}`)} l JOIN items i ON i.id = l.item_id JOIN storage_units u ON u.id = l.storage_unit_id
        WHERE l.qty < 0`,
    },
    out_of_proportion: {
      state: 'attention',
      sql: `SELECT coalesce(r.article_number || ' · ', '') || r.description AS name, r.received_on AS day, ${net} AS amount, r.currency,
          ${orderLinesOf} AS link
        FROM (SELECT r.vendor_id, r.currency, r.article_number, avg(${basePrice}) AS usual FROM receipt_lines r
          WHERE r.company_id = ${company} AND ${counts('r')} AND r.received_on BETWEEN ${value(addDays(scope.from, -183))} AND ${value(addDays(scope.from, -1))}
            AND r.kind = 'receipt' AND r.line_type = 'item' AND r.article_number IS NOT NULL AND r.unit_price > 0 GROUP BY 1, 2, 3) h
        JOIN receipt_lines r USING (vendor_id, currency, article_number)
        WHERE ${delivered} AND r.kind = 'receipt' AND r.line_type = 'item' AND ${basePrice} NOT BETWEEN h.usual / ${proportionMax} AND h.usual * ${proportionMax}`,
    },
    late_imports: {
      state: 'attention',
      sql: `SELECT 'Import ' || m.id AS name, max((m.at AT TIME ZONE ${value(scope.timeZone)})::date) AS day, sum(${net}) AS amount, r.currency,
          ${value(link('order_lines'))}::text AS link
        FROM imports m JOIN receipt_lines r ON r.import_id = m.id
        WHERE m.company_id = ${company} AND ${delivered}
          AND (m.at AT TIME ZONE ${value(scope.timeZone)})::date > ${value(addDays(scope.to, lateAfterDays))}
        GROUP BY m.id, r.currency`,
    },
    changed_since_close: { state: 'attention', sql: changedSince(scope, value(link('order_lines'))) },
  };
}

/**
 * Refused goods that were paid for: what invoices ask beyond what was accepted, or, where no invoice is known, the value of
 * what was refused; until a credit or a return of the same order line is there.
 */
const uncredited = (delivered: Sql, orderLinesOf: Sql): Sql =>
  `SELECT r.description || ' · ' || v.name AS name, r.received_on AS day, round(o.amount, minor_digits(r.currency)) AS amount, r.currency, ${orderLinesOf} AS link
   FROM receipt_lines r JOIN vendors v ON v.id = r.vendor_id
   CROSS JOIN LATERAL (SELECT sum(n.net_amount) AS net FROM invoice_lines n WHERE n.receipt_line_id = r.id AND ${counts('n')}) n
   CROSS JOIN LATERAL (SELECT CASE WHEN n.net IS NOT NULL THEN n.net - r.net_amount
     ELSE r.rejected_qty * coalesce(r.price_units_per_order_unit, 1) * r.unit_price END AS amount) o
   WHERE ${delivered} AND r.kind = 'receipt' AND (r.rejected_qty > 0 OR r.accepted_qty < r.ordered_qty AND n.net IS NOT NULL)
     AND round(o.amount, minor_digits(r.currency)) > 0
     AND NOT EXISTS (SELECT FROM receipt_lines c WHERE c.po_line_id = r.po_line_id AND c.kind IN ('credit', 'return') AND ${counts('c')})`;

/** What the month was closed with against what it is now, by currency; nothing while it was never closed. */
export const changedSince = (scope: ReportScope, link: Sql): Sql =>
  `SELECT 'Deliveries of the month' AS name, c.at::date AS day, coalesce(n.net, 0) - coalesce((f.figure ->> 'net')::numeric, 0) AS amount,
     currency, ${link}::text AS link
   FROM (${lastClosed(scope)}) c
   CROSS JOIN LATERAL (SELECT figure ->> 'currency' AS currency, figure FROM jsonb_array_elements(c.figures) e (figure) WHERE figure ? 'net') f
   FULL JOIN (${deliveredNow(scope)}) n USING (currency)
   WHERE c.at IS NOT NULL AND ((f.figure ->> 'net')::numeric, (f.figure ->> 'tax')::numeric, (f.figure ->> 'lines')::bigint)
     IS DISTINCT FROM (n.net, n.tax, n.lines)
   UNION ALL SELECT 'Deliveries of the month', c.at::date, n.net, n.currency, ${link} FROM (${lastClosed(scope)}) c, (${deliveredNow(scope)}) n
   WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(c.figures) e (figure) WHERE figure ->> 'currency' = n.currency AND figure ? 'net')`;

const lastClosed = (scope: ReportScope): Sql =>
  `SELECT h.at, h.figures FROM closing_changes h WHERE h.company_id = ${value(scope.companyId)} AND h.kind = 'closed'
     AND h.month = ${value(scope.from)} AND h.figures IS NOT NULL ORDER BY h.id DESC LIMIT 1`;

/** The figures a month is closed with: of each currency lines, net and tax. */
export const deliveredNow = (scope: ReportScope): Sql =>
  `SELECT r.currency, count(*) AS lines, sum(${net}) AS net, sum(round(r.tax_amount, minor_digits(r.currency))) AS tax
   FROM receipt_lines r WHERE r.company_id = ${value(scope.companyId)} AND ${counts('r')}
     AND r.received_on BETWEEN ${value(scope.from)} AND ${value(scope.to)} GROUP BY 1`;
