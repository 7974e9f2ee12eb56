/** After an import that makes tables another size, the planner must not wait for autovacuum to notice. */
import type { ImportedFile, ImportKindName } from '#contract/imports.ts';
import type { Connection } from '#server/database/database.ts';

const rowsWorthIt = 10_000;
const tablesOf: Partial<Record<ImportKindName, readonly string[]>> = {
  vendor_items: ['vendor_items'],
  purchase_orders: ['purchase_orders', 'purchase_order_lines'],
  receipts: ['receipts', 'receipt_lines'],
  stock_movements: ['stock_movements'],
};

/** Never fails: the import stands, whatever becomes of this. The connection must have no transaction open. */
export async function refreshStatistics(client: Connection, files: readonly ImportedFile[]): Promise<void> {
  const grown = files.filter(({ created }) => created >= rowsWorthIt);
  const tables = grown.flatMap(({ kind }) => tablesOf[kind] ?? []);
  if (tables.length === 0) return;
  const most = Math.max(...grown.map(({ created }) => created));
  const { rows } = await client.query<{ name: string }>(
    'SELECT relname AS name FROM pg_class WHERE oid = ANY ($1::regclass[]) AND reltuples < $2',
    [tables, most * 5],
  );
  if (rows.length === 0) return;
  await client.query('RESET default_statistics_target');
  await client.query(`ANALYZE ${rows.map(({ name }) => name).join(', ')}`).catch(() => undefined);
}
