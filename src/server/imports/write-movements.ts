/**
 * Movements into the ledger, from the file or derived from receipts. Costs that were not given stay open (0, and
 * `cost_derived`) until stock-ledger.ts goes through the ledger; it is told here which parts of it have changed.
 */
import { literal } from '#server/database/connection.ts';
import { insertProven } from './insert-proven.ts';
import type { ImportRun, Outcome } from './kind.ts';

export const movementRows = (from: 'file' | 'receipt' | 'invoice'): string => `resolved_movements_of_${from}`;

/** Storage units and items whose ledger changed, with the first day that did; one row a change. */
export const ledgerChanges = 'ledger_changes';

const columns = [
  'storage_unit_id',
  'item_id',
  'kind',
  'occurred_at',
  'occurred_on',
  'qty',
  'source_type',
  'source_ref',
  'note',
];
/** Kept where the file has nothing. */
const kept = new Set(['source_type', 'source_ref', 'note']);

/** @param table rows with `row_no`, `faulty`, `movement_ref` and the movement's columns, `unit_cost` null where not given */
export async function writeMovements(run: ImportRun, table: string): Promise<Outcome> {
  const company = run.company.id;
  const next = columns.map((name) => (kept.has(name) ? `coalesce(s.${name}, t.${name})` : `s.${name}`));
  const before = columns.map((name) => `t.${name}`);
  const value = `round(s.qty * s.unit_cost, minor_digits(${literal(run.company.currency)}))`;
  // a cost that was given once stays until the file gives another
  const cost = `coalesce(s.unit_cost, t.unit_cost)`;
  const derived = `(t.cost_derived AND s.unit_cost IS NULL)`;
  const live = 't.void_id IS NULL';
  const updated = await run.client.query<{ n: string }>(
    `WITH was AS (
       SELECT t.id, t.storage_unit_id, t.item_id, t.occurred_on FROM stock_movements t JOIN ${table} s USING (movement_ref)
       WHERE t.company_id = ${company} AND NOT s.faulty
         AND (${before.join(', ')}, t.unit_cost, t.cost_derived, ${live}) IS DISTINCT FROM (${next.join(', ')}, ${cost}, ${derived}, true)
     ), changed AS (
       UPDATE stock_movements t SET (${columns.join(', ')}, unit_cost, cost_derived) = ROW (${next.join(', ')}, ${cost}, ${derived}),
         void_id = NULL, import_id = ${run.id},
         value = coalesce(${value}, round(s.qty * t.unit_cost, minor_digits(${literal(run.company.currency)})))
       FROM ${table} s, was WHERE t.id = was.id AND s.movement_ref = t.movement_ref
       RETURNING t.storage_unit_id, t.item_id, t.occurred_on
     ), noted AS (
       INSERT INTO ${ledgerChanges}
       SELECT storage_unit_id, item_id, occurred_on FROM was UNION ALL SELECT * FROM changed)
     SELECT count(*) AS n FROM changed`,
  );
  const fresh = `new_${table}`;
  await run.client.query(
    `CREATE TEMP TABLE ${fresh} AS SELECT s.* FROM ${table} s WHERE NOT s.faulty AND NOT EXISTS (
       SELECT FROM stock_movements t WHERE t.company_id = ${company} AND t.movement_ref = s.movement_ref)`,
  );
  await run.client.query(
    `INSERT INTO ${ledgerChanges} SELECT storage_unit_id, item_id, min(occurred_on) FROM ${fresh} GROUP BY 1, 2`,
  );
  const created = await insertProven(run, {
    source: fresh,
    insert: (condition, version) =>
      `INSERT INTO stock_movements (company_id, movement_ref, ${columns.join(', ')}, unit_cost, cost_derived, value, import_id, born_version)
       SELECT ${company}, s.movement_ref, ${columns.map((name) => `s.${name}`).join(', ')}, coalesce(s.unit_cost, 0),
         s.unit_cost IS NULL, coalesce(${value}, 0), ${run.id}, ${version}
       FROM ${fresh} s WHERE ${condition} ORDER BY s.row_no`,
    references: {
      storage_units: `SELECT storage_unit_id FROM ${fresh}`,
      items: `SELECT item_id FROM ${fresh}`,
    },
  });
  return { created, updated: Number(updated.rows[0]?.n) };
}
