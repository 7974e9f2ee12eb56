/**
 * With `receipts_move_stock`, what was accepted goes into stock: one RECEIPT movement for each receipt line of an
 * ingredient, in its base unit, at the net cost of the line. A line that has once moved stock is kept in step by every
 * later import, with or without the option.
 */
import { literal } from '#server/database/connection.ts';
import { baseQuantity } from '#server/reports/purchase-lines.ts';
import { findErrors, findWarnings } from './checks.ts';
import type { ImportRun } from './kind.ts';
import { derivedRef } from './stock-movements.ts';
import { ledgerChanges, movementRows, writeMovements } from './write-movements.ts';

const rows = 'resolved_receipts';

export async function moveReceivedStock(run: ImportRun): Promise<void> {
  const { client } = run;
  const company = run.company.id;
  const ref = derivedRef('receipt', 'r.id');
  if (!run.options.receiptsMoveStock) {
    const { rows: moved } = await client.query(
      `SELECT FROM stock_movements WHERE company_id = ${company} AND source_type = 'receipt' LIMIT 1`,
    );
    if (moved.length === 0) return;
  }
  const table = movementRows('receipt');
  await client.query(
    `CREATE TEMP TABLE ${table} AS
     SELECT s.row_no, s.faulty, ${ref} AS movement_ref, coalesce(s.storage_unit_id, d.storage_unit_id) AS storage_unit_id,
       ${derivedColumns(run, 's.received_at', 's.receipt_number')}
     FROM ${rows} s JOIN documents c USING (order_id, receipt_number, kind)
     JOIN receipt_lines r ON r.receipt_id = c.id AND r.po_line_id = s.po_line_id AND r.lot IS NOT DISTINCT FROM s.lot
     JOIN delivery_locations d ON d.id = r.delivery_location_id
     WHERE NOT s.faulty AND s.kind <> 'credit' AND r.line_type = 'item' AND r.item_id IS NOT NULL
       AND (${run.options.receiptsMoveStock} OR EXISTS (
         SELECT FROM stock_movements m WHERE m.company_id = ${company} AND m.movement_ref = ${ref}))`,
  );
  await findErrors(
    run,
    'receipts',
    table,
    `SELECT row_no, 'received_qty' AS column_name, NULL AS value, 'Too large in base units' AS reason
     FROM ${table} WHERE abs(qty) >= 1e14 OR unit_cost >= 1e13`,
  );
  await findWarnings(
    run,
    'receipts',
    'no_storage_unit',
    `SELECT row_no, 'storage_unit_code' AS column_name, NULL AS value,
       'Moves no stock: neither the row nor its delivery location names a storage unit' AS reason
     FROM ${table} WHERE storage_unit_id IS NULL AND NOT faulty`,
  );
  await client.query(`DELETE FROM ${table} WHERE storage_unit_id IS NULL`);
  await findWarnings(
    run,
    'receipts',
    'foreign_cost',
    `SELECT min(m.row_no) AS row_no, 'po_number' AS column_name, min(s.po_number) AS value, count(*) || ' rows in ' || s.currency
       || ' bring stock without a cost, for stock is valued in ${run.company.currency}: the average goes on. A cost can be given in stock_movements.csv' AS reason
     FROM ${table} m JOIN ${rows} s USING (row_no) WHERE s.currency <> ${literal(run.company.currency)} GROUP BY s.currency`,
  );
  await writeMovements(run, table);
}

/**
 * Of a receipt line `r`: its delivery day; of a document that came when that day was closed the day it was posted. What was
 * once decided stays, so that closing more days moves nothing.
 */
function stockDay(run: ImportRun): string {
  if (!run.closed.ever) return 'r.received_on';
  const posted = '(SELECT p.posted_on FROM receipts p WHERE p.id = r.receipt_id)';
  const late =
    run.closed.until === null
      ? ''
      : `WHEN r.received_on <= ${literal(run.closed.until)} AND ${posted} > ${literal(run.closed.until)} THEN ${posted}`;
  return `CASE WHEN coalesce(${posted} <= r.received_on, true) THEN r.received_on
    WHEN EXISTS (SELECT FROM stock_movements w WHERE w.company_id = r.company_id AND w.movement_ref = ${derivedRef('receipt', 'r.id')}
      AND w.occurred_on IN (r.received_on, ${posted})) THEN (SELECT w.occurred_on FROM stock_movements w
        WHERE w.company_id = r.company_id AND w.movement_ref = ${derivedRef('receipt', 'r.id')})
    ${late} ELSE r.received_on END`;
}

/** Of a receipt line `r`: what its movement says. One in another currency has no cost that could be added to the others. */
const derivedColumns = (run: ImportRun, receivedAt: string, receiptNumber: string): string =>
  `r.item_id, 'RECEIPT'::text AS kind, CASE WHEN ${stockDay(run)} = r.received_on THEN ${receivedAt} END AS occurred_at, ${stockDay(run)} AS occurred_on,
   round(${baseQuantity}, 4) AS qty,
   round(CASE WHEN r.currency = ${literal(run.company.currency)} THEN abs(r.net_amount) / nullif(abs(${baseQuantity}), 0) END, 6) AS unit_cost,
   'receipt'::text AS source_type, ${receiptNumber} AS source_ref, NULL::text AS note`;

/** The same for lines that an invoice stands for. */
export async function moveInvoicedStock(run: ImportRun): Promise<void> {
  const table = movementRows('invoice');
  const ref = derivedRef('receipt', 'r.id');
  await run.client.query(
    `CREATE TEMP TABLE ${table} AS
     SELECT u.line_no AS row_no, false AS faulty, ${ref} AS movement_ref, d.storage_unit_id, ${derivedColumns(run, 'NULL::timestamptz', 'u.invoice_number')}
     FROM unsettled_lines u JOIN receipt_lines r ON r.invoice_line_id = u.id JOIN delivery_locations d ON d.id = r.delivery_location_id
     WHERE r.void_id IS NULL AND r.kind <> 'credit' AND r.line_type = 'item' AND r.item_id IS NOT NULL AND d.storage_unit_id IS NOT NULL
       AND (${run.options.receiptsMoveStock} OR EXISTS (
         SELECT FROM stock_movements m WHERE m.company_id = ${run.company.id} AND m.movement_ref = ${ref}))`,
  );
  await writeMovements(run, table);
}

/** Lines that were corrected or moved, and have moved stock: it follows. @param ids of receipt lines */
export async function restockLines(run: ImportRun, ids: readonly string[]): Promise<void> {
  const table = 'restocked_lines';
  const ref = derivedRef('receipt', 'r.id');
  await run.client.query(`DROP TABLE IF EXISTS ${table}, new_${table}`);
  await run.client.query(
    `CREATE TEMP TABLE ${table} AS
     SELECT 1 AS row_no, false AS faulty, m.movement_ref, m.storage_unit_id, ${derivedColumns(run, 'd.received_at', 'd.receipt_number')}
     FROM unnest($1::bigint[]) AS l (id) JOIN receipt_lines r ON r.id = l.id JOIN receipts d ON d.id = r.receipt_id
     JOIN stock_movements m ON m.company_id = r.company_id AND m.movement_ref = ${ref}
     WHERE r.void_id IS NULL AND r.item_id IS NOT NULL`,
    [ids],
  );
  await writeMovements(run, table);
}

/** What the lines that were taken back brought is taken back with them. @param ids SELECT of receipt lines */
export async function voidStockOf(run: ImportRun, ids: string): Promise<void> {
  await run.client.query(
    `WITH gone AS (
       UPDATE stock_movements m SET void_id = r.void_id, import_id = r.import_id FROM receipt_lines r
       WHERE r.id IN (${ids}) AND m.company_id = ${run.company.id} AND m.movement_ref = ${derivedRef('receipt', 'r.id')}
         AND m.void_id IS NULL
       RETURNING m.storage_unit_id, m.item_id, m.occurred_on)
     INSERT INTO ${ledgerChanges} SELECT * FROM gone`,
  );
}
