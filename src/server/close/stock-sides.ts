/**
 * Stock against purchases, and against itself. Levels are read through what is kept for the end of a day, as reports read
 * them, and held against all movements there ever were, which need nothing kept.
 */
import { addDays } from '#contract/calendar.ts';
import { reportLink } from '#contract/report-links.ts';
import { type ReportScope, type Sql, value } from '#server/reports/definition.ts';
import { counts } from '#server/reports/purchase-lines.ts';
import { levelValue, stockLevels } from '#server/reports/stock-levels.ts';
import type { Sides } from './purchase-sides.ts';

const company = (scope: ReportScope, alias: string): Sql =>
  `${alias}.company_id = ${value(scope.companyId)} AND ${counts(alias)}`;
const inPeriod = (scope: ReportScope, day: Sql): Sql => `${day} BETWEEN ${value(scope.from)} AND ${value(scope.to)}`;
const period = (scope: ReportScope) => ({ date_from: scope.from, date_to: scope.to });

/** The receipt line that a movement was derived from; movements that others made name the document instead. */
const lineOf: Sql = `CASE WHEN m.movement_ref LIKE 'derived:receipt:%' THEN substr(m.movement_ref, 17)::bigint END`;

/**
 * Goods bought for an ingredient, in the company's currency, against RECEIPT movements, by document and ingredient. Credits
 * move no goods, and what was bought in another currency comes without a cost: neither is compared. A company whose stock
 * has never seen a receipt has nothing to compare.
 */
export const receivedSides = (scope: ReportScope): Sides => ({
  currency: scope.currency,
  sql: `SELECT k.document || ' · ' || coalesce(i.name, k.item_id::text)
      || coalesce(' (in stock on ' || k.moved_on || ')', ' (delivered on ' || k.delivered_on || ')', '') AS name,
      ${value(`${reportLink('order_lines', scope.companyId, period(scope))}&item_ids=`)} || k.item_id AS link,
      ${value(scope.currency)}::text AS currency, coalesce(k.bought, 0) AS expected, coalesce(k.moved, 0) AS found
    FROM (
      SELECT document, item_id, b.bought, s.moved, CASE WHEN s.moved IS NULL THEN b.moved_on END AS moved_on,
        CASE WHEN b.bought IS NULL THEN s.delivered_on END AS delivered_on, coalesce(b.is_foreign, s.is_foreign, false) AS is_foreign
      FROM (
        SELECT d.receipt_number AS document, r.item_id, sum(round(r.net_amount, minor_digits(r.currency))) AS bought,
          bool_or(r.currency <> ${value(scope.currency)}) AS is_foreign,
          (SELECT max(m.occurred_on) FROM stock_movements m WHERE m.company_id = ${value(scope.companyId)}
             AND m.movement_ref = 'derived:receipt:' || max(r.id)) AS moved_on
        FROM receipt_lines r JOIN receipts d ON d.id = r.receipt_id
        WHERE ${company(scope, 'r')} AND ${inPeriod(scope, 'r.received_on')} AND r.line_type = 'item' AND r.kind <> 'credit'
          AND r.item_id IS NOT NULL GROUP BY 1, 2) b
      FULL JOIN (
        SELECT coalesce(d.receipt_number, m.source_ref, m.movement_ref) AS document, m.item_id, sum(m.value) AS moved,
          max(r.received_on) AS delivered_on, bool_or(r.currency <> ${value(scope.currency)}) AS is_foreign
        FROM stock_movements m LEFT JOIN receipt_lines r ON r.id = ${lineOf} LEFT JOIN receipts d ON d.id = r.receipt_id
        WHERE ${company(scope, 'm')} AND ${inPeriod(scope, 'm.occurred_on')} AND m.kind = 'RECEIPT' GROUP BY 1, 2) s
      USING (document, item_id)) k
    LEFT JOIN items i ON i.id = k.item_id
    WHERE NOT k.is_foreign AND EXISTS (SELECT FROM stock_movements m WHERE ${company(scope, 'm')} AND m.kind = 'RECEIPT')`,
});

const pairName: Sql = `coalesce(i.name, k.item_id::text) || ' · ' || coalesce(u.name, k.storage_unit_id::text)`;
const pairNames: Sql = `LEFT JOIN items i ON i.id = k.item_id LEFT JOIN storage_units u ON u.id = k.storage_unit_id`;
const ledgerLink = (scope: ReportScope): Sql =>
  `${value(`${reportLink('inventory_movements', scope.companyId, period(scope))}&item_ids=`)} || k.item_id || '&storage_unit_ids=' || k.storage_unit_id`;

const quantities = (scope: ReportScope, expected: Sql, found: Sql): Sides => ({
  currency: null,
  sql: `SELECT ${pairName} AS name, ${ledgerLink(scope)} AS link, NULL::text AS currency,
      coalesce(k.expected, 0) AS expected, coalesce(k.found, 0) AS found
    FROM (SELECT storage_unit_id, item_id, e.qty AS expected, f.qty AS found FROM (${expected}) e FULL JOIN (${found}) f
      USING (storage_unit_id, item_id)) k ${pairNames}`,
});

const levels = (scope: ReportScope, day: string): Sql =>
  `SELECT l.storage_unit_id, l.item_id, l.qty FROM ${stockLevels(scope, `date ${value(day)}`)} l`;
const moved = (scope: ReportScope, days: Sql): Sql =>
  `SELECT m.storage_unit_id, m.item_id, sum(m.qty) AS qty FROM stock_movements m WHERE ${company(scope, 'm')} AND ${days} GROUP BY 1, 2`;

/** What the period opens with is what the day before closed with: all movements up to then, one by one. */
export const openingSides = (scope: ReportScope): Sides =>
  quantities(scope, moved(scope, `m.occurred_on < ${value(scope.from)}`), levels(scope, addDays(scope.from, -1)));

/** On hand at the end = what the period opened with + what moved in it. */
export const onHandSides = (scope: ReportScope): Sides =>
  quantities(
    scope,
    `SELECT storage_unit_id, item_id, sum(qty) AS qty FROM (
       SELECT * FROM (${levels(scope, addDays(scope.from, -1))}) o UNION ALL ${moved(scope, inPeriod(scope, 'm.occurred_on'))}) both_parts
     GROUP BY 1, 2`,
    levels(scope, scope.to),
  );

/** And with the value that the last close was signed with, where the days before the period were closed as a month. */
export const openingValueSides = (scope: ReportScope): Sides => ({
  currency: scope.currency,
  sql: `SELECT 'Inventory value' AS name, ${value(reportLink('inventory_levels', scope.companyId, { date_from: scope.from, date_to: addDays(scope.from, -1) }))} AS link,
      ${value(scope.currency)}::text AS currency, c.stock_value AS expected, ${stockValue(scope, addDays(scope.from, -1))} AS found
    FROM (SELECT (f.figure ->> 'stock_value')::numeric AS stock_value FROM closing_changes h, jsonb_array_elements(h.figures) f (figure)
      WHERE h.company_id = ${value(scope.companyId)} AND h.kind = 'closed' AND h.closed_until = ${value(addDays(scope.from, -1))}
        AND f.figure ? 'stock_value' ORDER BY h.id DESC LIMIT 1) c`,
});

/** What stock is worth at the end of a day, as the report of levels totals it. */
export const stockValue = (scope: ReportScope, day: string): Sql =>
  `(SELECT coalesce(sum(${levelValue(scope, 'l')}), 0) FROM ${stockLevels(scope, `date ${value(day)}`)} l)`;
