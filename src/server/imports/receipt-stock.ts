/**
 * With `receipts_move_stock`, what was accepted goes into stock: one RECEIPT movement for each receipt line of an
 * ingredient, in its base unit, at the net cost of the line. A line that has once moved stock is kept in step by every
 * later import, with or without the option.
 */
import { literal } from '#server/database/connection.ts';
import { findErrors, findWarnings } from './checks.ts';
import type { ImportRun } from './kind.ts';
import { derivedRef } from './stock-movements.ts';
import { movementRows, writeMovements } from './write-movements.ts';

const rows = 'resolved_receipts';

export async function moveReceivedStock(run: ImportRun): Promise<void> {
  const { client } = run;
  const company = run.company.id;
  const ref = derivedRef('receipt', 'l.id');
  if (!run.options.receiptsMoveStock) {
    const { rows: moved } = await client.query(
      `SELECT FROM stock_movements WHERE company_id = ${company} AND source_type = 'receipt' LIMIT 1`,
    );
    if (moved.length === 0) return;
  }
  // a receipt in another currency than the company's has no cost that could be added to the others
  const cost = `CASE WHEN s.currency = ${literal(run.company.currency)} THEN abs(s.net_amount) / nullif(abs(l.accepted_qty * l.units_per_order_unit), 0) END`;
  const table = movementRows('receipt');
  await client.query(
    `CREATE TEMP TABLE ${table} AS
     SELECT s.row_no, s.faulty, ${ref} AS movement_ref, coalesce(s.storage_unit_id, d.storage_unit_id) AS storage_unit_id,
       l.item_id, 'RECEIPT'::text AS kind, s.received_at AS occurred_at, l.received_on AS occurred_on,
       round(l.accepted_qty * l.units_per_order_unit, 4) AS qty, round(${cost}, 6) AS unit_cost,
       'receipt'::text AS source_type, s.receipt_number AS source_ref, NULL::text AS note
     FROM ${rows} s JOIN documents c USING (vendor_id, receipt_number, kind)
     JOIN receipt_lines l ON l.receipt_id = c.id AND l.po_line_id = s.po_line_id
     JOIN delivery_locations d ON d.id = l.delivery_location_id
     WHERE NOT s.faulty AND s.kind <> 'credit' AND l.line_type = 'item' AND l.item_id IS NOT NULL
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
    `SELECT row_no, 'storage_unit_code' AS column_name, NULL AS value,
       'Moves no stock: neither the row nor its delivery location names a storage unit' AS reason
     FROM ${table} WHERE storage_unit_id IS NULL AND NOT faulty`,
  );
  await client.query(`DELETE FROM ${table} WHERE storage_unit_id IS NULL`);
  await writeMovements(run, table);
}
