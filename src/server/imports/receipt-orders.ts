/**
 * Which orders the rows of `receipts.csv` are of. A number is enough where one vendor has it; where two have, the row
 * must name the vendor. Which of the two is meant is never guessed.
 */
import { findErrors } from './checks.ts';
import { bookedMoney } from './identity.ts';
import type { ImportRun } from './kind.ts';
import { takenBack } from './take-back.ts';

const kind = 'receipts';
const rows = 'resolved_receipts';

/** `receipt_orders`: every order with a number that the file has, and whether it is the only one of that number. */
export async function findReceiptOrders(run: ImportRun): Promise<void> {
  await run.client.query(
    `CREATE TEMP TABLE receipt_orders AS
     SELECT p.id, p.po_number, p.status, p.vendor_id, v.code AS vendor_code, p.delivery_location_id, p.currency,
       minor_digits(p.currency) AS digits, count(*) OVER (PARTITION BY p.po_number) = 1 AS is_only
     FROM purchase_orders p JOIN vendors v ON v.id = p.vendor_id
     JOIN (SELECT DISTINCT po_number FROM staged_receipts) s USING (po_number)
     WHERE p.company_id = ${run.company.id}`,
  );
  // an order that was taken back, line by line, is not meant where another has its number
  await run.client.query(
    `UPDATE receipt_orders o SET is_only = true FROM (
       SELECT max(c.id) AS id FROM receipt_orders c
       WHERE NOT c.is_only AND EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = c.id AND l.void_id IS NULL)
       GROUP BY c.po_number HAVING count(*) = 1) one
     WHERE o.id = one.id`,
  );
  await run.client.query('ANALYZE receipt_orders');
}

/** Orders and lines that are neither in the database nor, faulty, in the file of orders. */
export async function refuseUnknownLines(run: ImportRun): Promise<void> {
  if (!run.unreadable.has('purchase_orders')) {
    const staged = `SELECT FROM staged_purchase_orders o WHERE o.po_number = s.po_number
      AND o.vendor_code = coalesce(s.vendor_code, o.vendor_code)`;
    const known = `(SELECT string_agg(o.vendor_code, ' and of ' ORDER BY o.vendor_code) FROM receipt_orders o WHERE o.po_number = s.po_number)`;
    await findErrors(
      run,
      kind,
      rows,
      `SELECT row_no, CASE WHEN vendors IS NOT NULL AND order_id IS NULL THEN 'vendor_code' WHEN unknown_order THEN 'po_number' ELSE 'line_no' END AS column_name,
         CASE WHEN vendors IS NOT NULL AND order_id IS NULL THEN vendor_code WHEN unknown_order THEN po_number ELSE line_no::text END AS value,
         CASE WHEN order_id IS NULL AND vendors IS NOT NULL AND vendor_code IS NULL
             THEN po_number || ' is an order of ' || vendors || ': say which in vendor_code'
           WHEN order_id IS NULL AND vendors IS NOT NULL THEN po_number || ' is an order of ' || vendors || ', not of ' || vendor_code
           WHEN unknown_order THEN 'No order ' || po_number
           WHEN order_id IS NULL THEN po_number || ' has no such line in purchase_orders.csv'
           ELSE po_number || ' has ' || (
             SELECT CASE count(*) WHEN 1 THEN 'only line ' || min(l.line_no)
               ELSE count(*) || ' lines, numbered ' || min(l.line_no) || ' to ' || max(l.line_no) END
             FROM purchase_order_lines l WHERE l.purchase_order_id = order_id) END AS reason
       FROM (
         SELECT s.*, ${known} AS vendors, s.order_id IS NULL AND NOT EXISTS (${staged}) AS unknown_order FROM ${rows} s
         WHERE s.po_line_id IS NULL AND s.po_number IS NOT NULL AND s.line_no IS NOT NULL
           AND (s.order_id IS NULL AND s.vendor_code IS NULL AND ${known} IS NOT NULL OR NOT EXISTS (${staged} AND o.line_no = s.line_no))
       ) AS lost`,
    );
  }
  await run.client.query(`UPDATE ${rows} SET faulty = true WHERE po_line_id IS NULL AND NOT faulty`);
}

/** An order line that is taken back has nothing received of it, by whatever file or in whatever order. */
export async function refuseLinesWithReceipts(run: ImportRun): Promise<void> {
  const { rows: orders } = await run.client.query<{ table: string | null }>(
    `SELECT to_regclass('pg_temp.${takenBack('purchase_orders')}') AS table`,
  );
  if (!orders[0]?.table) return;
  await findErrors(
    run,
    'purchase_orders',
    'staged_purchase_orders',
    `SELECT t.row_no, 'void' AS column_name, 'true' AS value, 'Was received: ' || b.booked || '. Take the receipts back first, or with it' AS reason
     FROM ${takenBack('purchase_orders')} t CROSS JOIN LATERAL ${bookedMoney('r.po_line_id = t.id AND r.invoice_line_id IS NULL')} b WHERE b.lines > 0`,
  );
}
