/**
 * The ledger after its movements and counts changed: book quantities, the adjustments that counts make, and the costs
 * that nobody gave. All follow from what was given, so importing the same again, or in another order, ends the same.
 *
 * Order within a storage unit and item: by day; on a day by instant, a count before what happens at the same instant;
 * then what has only a day; then counts that have only a day.
 */
import { literal } from '#server/database/connection.ts';
import type { ImportRun } from './kind.ts';
import { derivedRef } from './stock-movements.ts';
import { ledgerChanges } from './write-movements.ts';

export async function createLedgerChanges(run: ImportRun): Promise<void> {
  await run.client.query(
    `CREATE TEMP TABLE ${ledgerChanges} (storage_unit_id bigint NOT NULL, item_id bigint NOT NULL, from_on date NOT NULL)`,
  );
}

export async function settleLedger(run: ImportRun): Promise<void> {
  const { client } = run;
  const company = run.company.id;
  const pair = 'storage_unit_id = p.storage_unit_id AND item_id = p.item_id';
  await client.query(
    `CREATE TEMP TABLE changed_pairs AS
     SELECT storage_unit_id, item_id, min(from_on) AS from_on FROM ${ledgerChanges} GROUP BY 1, 2`,
  );
  await client.query('ANALYZE changed_pairs');
  // levels kept for the end of a day are wrong from the first change on
  await client.query(
    `DELETE FROM stock_snapshots s USING changed_pairs p
     WHERE s.company_id = ${company} AND s.${pair.replace('AND ', 'AND s.')} AND s.as_of >= p.from_on`,
  );
  await client.query(
    `CREATE TEMP TABLE unsettled AS
     SELECT p.*, coalesce((SELECT max(counted_on) FROM stock_counts
       WHERE company_id = ${company} AND ${pair} AND counted_on < p.from_on AND void_id IS NULL), '-infinity') AS start_on
     FROM changed_pairs p
     WHERE EXISTS (SELECT FROM stock_counts WHERE company_id = ${company} AND ${pair} AND counted_on >= p.from_on AND void_id IS NULL)
       OR EXISTS (SELECT FROM stock_movements
         WHERE company_id = ${company} AND ${pair} AND occurred_on >= p.from_on AND cost_derived AND void_id IS NULL)`,
  );
  const { rowCount } = await client.query('SELECT FROM unsettled LIMIT 1');
  if (rowCount === 0) return;
  await client.query('ANALYZE unsettled');
  await foldLedger(run);
  await writeSettled(run);
}

/** Counts that were taken back: the adjustments they made go with them. @param ids SELECT of counts */
export async function voidCounted(run: ImportRun, ids: string): Promise<void> {
  await run.client.query(
    `WITH gone AS (
       UPDATE stock_movements m SET void_id = c.void_id, import_id = c.import_id FROM stock_counts c
       WHERE c.id IN (${ids}) AND m.company_id = ${run.company.id} AND m.movement_ref = ${derivedRef('count', 'c.id')})
     INSERT INTO ${ledgerChanges} SELECT storage_unit_id, item_id, counted_on FROM stock_counts WHERE id IN (${ids})`,
  );
}

/** A count sets the quantity and keeps the cost, so the last one before the first change is where to start. */
async function foldLedger(run: ImportRun): Promise<void> {
  const company = run.company.id;
  const given = (day: string): string =>
    `CASE WHEN NOT e.cost_derived THEN e.unit_cost WHEN e.${day} < p.from_on THEN nullif(e.unit_cost, 0) END`;
  await run.client.query(
    `CREATE TEMP TABLE settled AS
     SELECT e.counted, e.id, e.amount, (fold).book, (fold).event_cost FROM (
       SELECT e.*, stock_fold(e.counted, e.kind, e.amount, e.given_cost, i.standard_cost) OVER (
         PARTITION BY e.storage_unit_id, e.item_id
         ORDER BY e.happened_on, e.happened_at IS NULL, e.happened_at, e.counted = (e.happened_at IS NOT NULL) DESC, e.id
         ROWS UNBOUNDED PRECEDING) AS fold
       FROM (
         SELECT false AS counted, e.id, e.storage_unit_id, e.item_id, e.kind, e.qty AS amount, e.occurred_at AS happened_at,
           e.occurred_on AS happened_on, ${given('occurred_on')} AS given_cost, p.from_on
         FROM unsettled p JOIN stock_movements e ON e.company_id = ${company} AND e.storage_unit_id = p.storage_unit_id
           AND e.item_id = p.item_id AND e.occurred_on >= p.start_on
         WHERE e.void_id IS NULL AND e.movement_ref NOT LIKE ${derivedRef('count', `'%'`)}
         UNION ALL
         SELECT true, e.id, e.storage_unit_id, e.item_id, NULL, e.counted_qty, e.counted_at, e.counted_on,
           ${given('counted_on')}, p.from_on
         FROM unsettled p JOIN stock_counts e ON e.company_id = ${company} AND e.storage_unit_id = p.storage_unit_id
           AND e.item_id = p.item_id AND e.counted_on >= p.start_on AND e.void_id IS NULL
       ) e JOIN items i ON i.id = e.item_id
     ) e WHERE e.happened_on >= e.from_on`,
  );
  await run.client.query('ANALYZE settled');
}

async function writeSettled(run: ImportRun): Promise<void> {
  const company = run.company.id;
  const rounded = (amount: string): string => `round(${amount}, minor_digits(${literal(run.company.currency)}))`;
  await run.client.query(
    `UPDATE stock_movements t SET unit_cost = s.event_cost, value = ${rounded('t.qty * s.event_cost')}
     FROM settled s WHERE NOT s.counted AND t.id = s.id AND t.cost_derived AND t.unit_cost <> s.event_cost`,
  );
  await run.client.query(
    `UPDATE stock_counts t SET book_qty = s.book, unit_cost = s.event_cost
     FROM settled s WHERE s.counted AND t.id = s.id AND (t.book_qty, t.unit_cost) IS DISTINCT FROM (s.book, s.event_cost)`,
  );
  const written = [
    'storage_unit_id',
    'item_id',
    'occurred_at',
    'occurred_on',
    'qty',
    'unit_cost',
    'value',
    'source_ref',
  ];
  await run.client.query(
    `INSERT INTO stock_movements AS t (company_id, movement_ref, kind, source_type, import_id, ${written.join(', ')})
     SELECT ${company}, ${derivedRef('count', 'c.id')}, 'ADJUSTMENT', 'count', ${run.id}, c.storage_unit_id, c.item_id, c.counted_at,
       c.counted_on, s.amount - s.book, s.event_cost, ${rounded('(s.amount - s.book) * s.event_cost')}, c.count_ref
     FROM settled s JOIN stock_counts c ON c.id = s.id WHERE s.counted
     ORDER BY c.counted_on, c.id
     ON CONFLICT (company_id, movement_ref) DO UPDATE
       SET (${written.join(', ')}, void_id) = ROW (${written.map((name) => `excluded.${name}`).join(', ')}, NULL)
       WHERE (${written.map((name) => `t.${name}`).join(', ')}, t.void_id) IS DISTINCT FROM (${written.map((name) => `excluded.${name}`).join(', ')}, NULL)`,
  );
}
