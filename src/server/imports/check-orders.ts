/** What makes a row of `purchase_orders.csv` wrong, and what is only worth a word. */
import { findErrors, findWarnings, refuseUnknown } from './checks.ts';
import { bookedMoney } from './identity.ts';
import type { ImportRun } from './kind.ts';

const kind = 'purchase_orders';
const rows = 'resolved_purchase_orders';

/** What every row of an order repeats. */
const heads = [
  ['delivery_location_code', 's.delivery_location_code', 'h.delivery_location_code'],
  ['status', 's.status', 'h.status'],
  ['ordered_at', '(s.sent_at, s.sent_on)', '(h.sent_at, h.sent_on)'],
  ['expected_on', 's.expected_on', 'h.expected_on'],
  ['currency', 's.currency', 'h.currency'],
  ['external_ref', 's.external_ref', 'h.external_ref'],
] as const;

/** One row for each order in `order_heads`, by vendor and number. */
export async function gatherOrders(run: ImportRun): Promise<void> {
  await refuseUnknown(run, kind, rows, { column: 'vendor_code', to: 'vendors' }, 's.vendor_id IS NULL');
  const location = { column: 'delivery_location_code', to: 'delivery_locations' } as const;
  await refuseUnknown(run, kind, rows, location, 's.delivery_location_id IS NULL');
  const lineLocation = { column: 'line_delivery_location_code', to: 'delivery_locations' } as const;
  await refuseUnknown(run, kind, rows, lineLocation, 's.line_location_id IS NULL');
  await refuseUnknown(run, kind, rows, { column: 'item_code', to: 'items' }, 's.given_item_id IS NULL');
  await run.client.query(
    `CREATE TEMP TABLE order_heads AS SELECT s.* FROM ${rows} s
     JOIN (SELECT min(row_no) AS row_no FROM ${rows} WHERE NOT faulty AND po_number IS NOT NULL GROUP BY po_number, vendor_id) f
       USING (row_no)`,
  );
  await run.client.query('ANALYZE order_heads');
}

export async function checkOrders(run: ImportRun): Promise<void> {
  await refuseOtherVendors(run);
  await refuseDifferingHeads(run);
  await findErrors(
    run,
    kind,
    rows,
    `SELECT s.row_no, 'status' AS column_name, s.status AS value, s.po_number || ' has receipts already' AS reason
     FROM ${rows} s WHERE NOT s.faulty AND s.status IN ('draft', 'scheduled') AND EXISTS (
       SELECT FROM purchase_order_lines l JOIN receipt_lines r ON r.po_line_id = l.id
       WHERE l.purchase_order_id = s.order_id AND r.void_id IS NULL)`,
  );
  await findErrors(
    run,
    kind,
    rows,
    `SELECT row_no, column_name, value, reason FROM (
       SELECT s.row_no, 'price_units_per_order_unit' AS column_name, s.price_units_per_order_unit::text AS value,
         CASE WHEN s.price_unit IS NULL THEN 'Says how many price units an order unit has, but there is no price_unit'
           WHEN s.price_units_per_order_unit IS NULL AND s.price_unit IS DISTINCT FROM s.base_unit
             THEN 'Required: how many ' || s.price_unit || ' one ' || s.order_unit || ' has, as a rule' END AS reason
       FROM ${rows} s WHERE NOT s.faulty AND (s.price_unit IS NOT NULL OR s.price_units_per_order_unit IS NOT NULL)
     ) AS priced WHERE reason IS NOT NULL`,
  );
  await refuseMoved(run);
}

/** A number that is another vendor's is an order of its own only when somebody says so. */
async function refuseOtherVendors(run: ImportRun): Promise<void> {
  if (run.options.otherVendor) return;
  await findErrors(
    run,
    kind,
    rows,
    `WITH claims AS (
       SELECT h.po_number, h.vendor_id, h.vendor_code FROM order_heads h
       UNION SELECT p.po_number, p.vendor_id, v.code FROM order_heads h
         JOIN purchase_orders p ON p.company_id = ${run.company.id} AND p.po_number = h.po_number JOIN vendors v ON v.id = p.vendor_id
         WHERE h.order_id IS NULL
     ), shared AS (
       SELECT po_number, array_agg(vendor_code ORDER BY vendor_code) AS codes FROM claims GROUP BY 1 HAVING count(*) > 1)
     SELECT s.row_no, 'vendor_code' AS column_name, s.vendor_code AS value, s.po_number || ' is an order of '
         || array_to_string(array_remove(o.codes, s.vendor_code), ' and ')
         || '. If ' || s.vendor_code || ' has an order of this number too, import with other_vendor=new_orders' AS reason,
       'other_vendor=new_orders' AS option
     FROM ${rows} s JOIN shared o USING (po_number) WHERE s.order_id IS NULL AND NOT s.faulty`,
  );
}

async function refuseDifferingHeads(run: ImportRun): Promise<void> {
  const shown = (alias: 's' | 'h', column: string): string =>
    column === 'ordered_at'
      ? `coalesce(to_char(${alias}.sent_at, 'YYYY-MM-DD"T"HH24:MI:SSOF'), ${alias}.sent_on::text)`
      : `${alias}.${column}::text`;
  const differing = heads
    .map(
      ([column, ours, theirs]) =>
        `SELECT s.row_no, '${column}' AS column_name, ${shown('s', column)} AS value,
           s.po_number || ' says ' || coalesce(${shown('h', column)}, 'nothing') || ' in row ' || h.row_no AS reason
         FROM ${rows} s JOIN order_heads h USING (po_number, vendor_id)
         WHERE NOT s.faulty AND ${ours} IS DISTINCT FROM ${theirs}`,
    )
    .join(' UNION ALL ');
  // counted, not asked with EXISTS: for the first row that differs the planner would try every pair
  const { rows: found } = await run.client.query<{ differing: number }>(
    `SELECT count(*)::integer AS differing FROM ${rows} s JOIN order_heads h USING (po_number, vendor_id) WHERE NOT s.faulty
       AND (${heads.map(([, ours]) => ours).join(', ')}) IS DISTINCT FROM (${heads.map(([, , theirs]) => theirs).join(', ')})`,
  );
  if (found[0]?.differing) await findErrors(run, kind, rows, differing);
}

/** Currency and place of what was received change when that is asked for by name, with the lines and money they move. */
async function refuseMoved(run: ImportRun): Promise<void> {
  await run.client.query(
    `CREATE TEMP TABLE moving_orders AS
     SELECT o.id, min(s.row_no) AS row_no, min(o.currency) AS currency_before, min(s.currency) AS currency,
       coalesce(min(s.currency), min(o.currency)) <> min(o.currency) AS moves_currency,
       bool_or(coalesce(s.line_location_id, l.delivery_location_id, s.delivery_location_id)
         <> coalesce(l.delivery_location_id, o.delivery_location_id))
         OR bool_or(s.delivery_location_id <> o.delivery_location_id) AS moves_location,
       min(s.delivery_location_code) AS location
     FROM ${rows} s JOIN purchase_orders o ON o.id = s.order_id LEFT JOIN purchase_order_lines l ON l.id = s.line_id
     WHERE NOT s.faulty
       AND (coalesce(s.currency, o.currency) <> o.currency OR s.delivery_location_id <> o.delivery_location_id
         OR coalesce(s.line_location_id, l.delivery_location_id, s.delivery_location_id)
           <> coalesce(l.delivery_location_id, o.delivery_location_id))
     GROUP BY o.id`,
  );
  const refuse = (change: 'order_currency' | 'order_location', column: string, moves: string, words: string) =>
    run.options.changes.has(change)
      ? undefined
      : findErrors(
          run,
          kind,
          rows,
          `SELECT m.row_no, '${column}' AS column_name, ${moves === 'moves_currency' ? 'm.currency' : 'm.location'} AS value,
             s.po_number || ${words} || b.booked || '. To change that, import with change=${change}' AS reason, 'change=${change}' AS option
           FROM moving_orders m JOIN ${rows} s USING (row_no) CROSS JOIN LATERAL ${bookedMoney(
             'r.po_line_id IN (SELECT l.id FROM purchase_order_lines l WHERE l.purchase_order_id = m.id)',
           )} b WHERE m.${moves} AND b.lines > 0`,
        );
  await refuse('order_currency', 'currency', 'moves_currency', `' has receipts in ' || m.currency_before || ': '`);
  await refuse('order_location', 'delivery_location_code', 'moves_location', `' was received elsewhere: '`);
}

export async function warnOfOrders(run: ImportRun): Promise<void> {
  await findWarnings(
    run,
    kind,
    'unknown_article',
    `SELECT min(s.row_no) AS row_no, 'article_number' AS column_name, s.article_number AS value,
       'Not an article of ' || s.vendor_code || ': it stays on purchase reports and has no ingredient'
         || CASE WHEN count(*) > 1 THEN ' (' || count(*) || ' rows)' ELSE '' END AS reason
     FROM ${rows} s
     WHERE NOT s.faulty AND s.article_number IS NOT NULL AND s.vendor_item_id IS NULL AND s.given_item_id IS NULL
     GROUP BY s.vendor_code, s.article_number`,
  );
}
