/**
 * What has been booked keeps what it is: changes of an item's unit, a vendor's currency, an article's ingredient and an
 * order's currency or place are refused with the lines and money that they would move, unless asked for by name; then
 * the lines are moved, and counted.
 */
import type { IdentityChange } from '#contract/imports.ts';
import type { ImportRun } from './kind.ts';
import { findErrors } from './checks.ts';
import { restockLines } from './receipt-stock.ts';

/** Receipt lines that count, as `lines` and as words (`booked`): "3 lines, 450.00 EUR". A LATERAL subquery. */
export const bookedMoney = (condition: string): string =>
  `(SELECT coalesce(sum(c.lines), 0)::integer AS lines,
      coalesce(sum(c.lines), 0) || CASE sum(c.lines) WHEN 1 THEN ' line, ' ELSE ' lines, ' END
        || string_agg(c.net || ' ' || c.currency, ' and ' ORDER BY c.currency) AS booked
    FROM (SELECT r.currency, count(*) AS lines, round(sum(r.net_amount), minor_digits(r.currency)) AS net
      FROM receipt_lines r WHERE r.void_id IS NULL AND ${condition} GROUP BY r.currency) c)`;

/** Before items are written. Stock is a sum of quantities in one unit: another would make old ones mean something else. */
export async function guardItemUnits(run: ImportRun): Promise<void> {
  const uses = `SELECT s.row_no, s.base_unit, s.code, i.base_unit AS unit_before,
      (SELECT count(*) FROM stock_movements m WHERE m.company_id = i.company_id AND m.item_id = i.id AND m.void_id IS NULL) AS movements,
      (SELECT count(*) FROM stock_counts c WHERE c.company_id = i.company_id AND c.item_id = i.id AND c.void_id IS NULL) AS counts
    FROM staged_items s JOIN items i ON i.company_id = ${run.company.id} AND i.code = s.code
    WHERE s.base_unit <> i.base_unit AND NOT s.faulty`;
  if (run.options.changes.has('item_unit')) {
    const { rows } = await run.client.query<{ n: number }>(
      `SELECT coalesce(sum(u.movements + u.counts), 0)::integer AS n FROM (${uses}) u`,
    );
    if (rows[0]?.n) run.moved.push({ change: 'item_unit', lines: rows[0].n, totals: [] });
    return;
  }
  await findErrors(
    run,
    'items',
    'staged_items',
    `SELECT u.row_no, 'base_unit' AS column_name, u.base_unit AS value, 'The base unit of ' || u.code || ' is ' || u.unit_before
       || ' and it has stock movements or counts (' || u.movements + u.counts || '). If only its name changes, import with change=item_unit' AS reason,
       'change=item_unit' AS option
     FROM (${uses}) u WHERE u.movements + u.counts > 0`,
  );
}

/** Before vendors are written. What was ordered keeps its currency; orders without one would get another. */
export async function guardVendorCurrencies(run: ImportRun): Promise<void> {
  if (run.options.changes.has('vendor_currency')) return;
  await findErrors(
    run,
    'vendors',
    'staged_vendors',
    `SELECT s.row_no, 'currency' AS column_name, s.currency AS value, s.code || ' was invoiced in ' || v.currency || ': ' || b.booked
       || '. These stay as they are; for orders from now on, import with change=vendor_currency' AS reason, 'change=vendor_currency' AS option
     FROM staged_vendors s JOIN vendors v ON v.company_id = ${run.company.id} AND v.code = s.code
     CROSS JOIN LATERAL ${bookedMoney('r.company_id = v.company_id AND r.vendor_id = v.id')} b
     WHERE s.currency <> v.currency AND b.lines > 0 AND NOT s.faulty`,
  );
}

/** Before articles are written: those whose ingredient was another, in `moving_articles`. */
export async function guardArticleItems(run: ImportRun, table: string): Promise<void> {
  await run.client.query(
    `CREATE TEMP TABLE moving_articles AS
     SELECT s.row_no, t.id, t.item_id AS item_before, s.item_id FROM ${table} s
     JOIN vendor_items t ON t.company_id = ${run.company.id} AND t.vendor_id = s.vendor_id AND t.article_number = s.article_number
     WHERE s.item_id <> t.item_id AND NOT s.faulty`,
  );
  if (run.options.changes.has('article_item')) return;
  const lines = `r.po_line_id IN (SELECT l.id FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
      WHERE o.company_id = ${run.company.id} AND l.vendor_item_id = m.id) AND r.item_id = m.item_before`;
  await findErrors(
    run,
    'vendor_items',
    table,
    `SELECT m.row_no, 'item_code' AS column_name, s.item_code AS value, 'Article ' || s.article_number || ' was booked as '
       || i.code || ': ' || b.booked || '. To move these, import with change=article_item' AS reason, 'change=article_item' AS option
     FROM moving_articles m JOIN ${table} s USING (row_no) JOIN items i ON i.id = m.item_before
     CROSS JOIN LATERAL ${bookedMoney(lines)} b WHERE b.lines > 0`,
  );
}

export async function moveArticleLines(run: ImportRun): Promise<void> {
  await run.client.query(
    `UPDATE purchase_order_lines l SET item_id = m.item_id, import_id = ${run.id} FROM moving_articles m
     WHERE l.vendor_item_id = m.id AND l.item_id = m.item_before`,
  );
  await moveLines(
    run,
    'article_item',
    `UPDATE receipt_lines r SET item_id = m.item_id, category = CASE r.line_type WHEN 'item' THEN i.category ELSE r.category END,
       import_id = ${run.id}
     FROM moving_articles m JOIN purchase_order_lines l ON l.vendor_item_id = m.id JOIN items i ON i.id = m.item_id
     WHERE r.po_line_id = l.id AND r.item_id = m.item_before`,
  );
}

/** After orders are written; `moving_orders` has those whose currency or place was another. */
export async function moveOrderLines(run: ImportRun): Promise<void> {
  const orders = (moves: string): string =>
    `FROM moving_orders m JOIN purchase_orders o ON o.id = m.id JOIN purchase_order_lines l ON l.purchase_order_id = o.id
     WHERE m.${moves} AND r.po_line_id = l.id`;
  await moveLines(
    run,
    'order_location',
    `UPDATE receipt_lines r SET delivery_location_id = coalesce(l.delivery_location_id, o.delivery_location_id), import_id = ${run.id}
     ${orders('moves_location')} AND r.delivery_location_id <> coalesce(l.delivery_location_id, o.delivery_location_id)`,
  );
  await run.client.query(
    `UPDATE receipts d SET delivery_location_id = o.delivery_location_id, import_id = ${run.id}
     FROM moving_orders m JOIN purchase_orders o ON o.id = m.id
     WHERE m.moves_location AND d.purchase_order_id = o.id AND d.delivery_location_id <> o.delivery_location_id`,
  );
  await moveLines(
    run,
    'order_currency',
    `UPDATE receipt_lines r SET currency = o.currency, import_id = ${run.id} ${orders('moves_currency')} AND r.currency <> o.currency`,
  );
}

async function moveLines(run: ImportRun, change: IdentityChange, update: string): Promise<void> {
  const { rows } = await run.client.query<{ currency: string; lines: number; net_amount: string; ids: string[] }>(
    `WITH moved AS (${update} RETURNING r.id, r.currency, r.net_amount, r.void_id)
     SELECT currency, count(*) FILTER (WHERE void_id IS NULL)::integer AS lines, array_agg(id::text) AS ids,
       round(coalesce(sum(net_amount) FILTER (WHERE void_id IS NULL), 0), minor_digits(currency)) AS net_amount
     FROM moved GROUP BY currency ORDER BY currency`,
  );
  if (rows.length === 0) return;
  run.moved.push({
    change,
    lines: rows.reduce((sum, { lines }) => sum + lines, 0),
    totals: rows.map(({ currency, net_amount }) => ({ currency, net_amount })),
  });
  await restockLines(
    run,
    rows.flatMap(({ ids }) => ids),
  );
}
