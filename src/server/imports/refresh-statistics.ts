/** After an import that makes tables another size, the planner must not wait for autovacuum to notice. */
import type { ImportedFile, ImportKindName } from '#contract/imports.ts';
import type { Connection } from '#server/database/connection.ts';

const rowsWorthIt = 10_000;
/** Tables, and the columns that queries choose by: texts cost most to look at and help nobody. */
const tablesOf: Partial<Record<ImportKindName, Readonly<Record<string, string>>>> = {
  vendor_items: { vendor_items: 'company_id, vendor_id, article_number, item_id' },
  purchase_orders: {
    purchase_orders: 'company_id, po_number, vendor_id, delivery_location_id, status, expected_on',
    purchase_order_lines: 'purchase_order_id, line_no, vendor_item_id, item_id',
  },
  receipts: {
    receipts: 'company_id, vendor_id, receipt_number, kind, received_on',
    receipt_lines:
      'company_id, received_on, delivery_location_id, vendor_id, item_id, receipt_id, po_line_id, po_number, kind, currency',
  },
  stock_movements: { stock_movements: 'company_id, movement_ref, storage_unit_id, item_id, kind, occurred_on' },
};

/** Never fails: the import stands, whatever becomes of this. The connection must have no transaction open. */
export async function refreshStatistics(client: Connection, files: readonly ImportedFile[]): Promise<void> {
  const grown = files.filter(({ created }) => created >= rowsWorthIt);
  const columnsOf = Object.assign({}, ...grown.map(({ kind }) => tablesOf[kind])) as Record<string, string>;
  if (Object.keys(columnsOf).length === 0) return;
  const most = Math.max(...grown.map(({ created }) => created));
  const { rows } = await client.query<{ name: string }>(
    'SELECT relname AS name FROM pg_class WHERE oid = ANY ($1::regclass[]) AND reltuples < $2',
    [Object.keys(columnsOf), most * 5],
  );
  if (rows.length === 0) return;
  await client.query('RESET default_statistics_target');
  const analyzed = rows.map(({ name }) => `${name} (${columnsOf[name]})`);
  await client.query(`ANALYZE ${analyzed.join(', ')}`).catch(() => undefined);
}
