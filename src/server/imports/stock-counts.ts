/**
 * `stock_counts.csv`: what was found on the shelf, matched by `count_ref`, storage unit and item. Each count sets the
 * stock at its instant: stock-ledger.ts derives the book quantity and one ADJUSTMENT movement from it.
 */
import { code, instant, price, quantity } from './cells.ts';
import { refuseRepeated } from './checks.ts';
import { dayOf, instantOf } from './instants.ts';
import { type ImportKind, type ImportRun, nothingWritten, type Outcome } from './kind.ts';
import { voidCounted } from './stock-ledger.ts';
import { takeBack, takenBack, voidColumn } from './take-back.ts';
import { refuseUnknownStock } from './stock-movements.ts';
import { ledgerChanges } from './write-movements.ts';

const rows = 'resolved_counts';

export const stockCounts: ImportKind = {
  name: 'stock_counts',
  label: 'Stock counts',
  columns: [
    {
      name: 'count_ref',
      required: true,
      key: true,
      cell: code(),
      about: 'Of the count sheet.',
      example: 'COUNT-2026-09',
    },
    {
      name: 'storage_unit_code',
      required: true,
      key: true,
      cell: code(),
      about: 'Of storage_units.csv.',
      example: 'COLD',
    },
    { name: 'item_code', required: true, key: true, cell: code(), about: 'Of items.csv.', example: 'TOMATO' },
    {
      name: 'counted_at',
      required: true,
      cell: instant,
      about: 'An instant counts before everything that happens then; a day alone counts at its end.',
      example: '2026-09-30',
    },
    {
      name: 'counted_qty',
      required: true,
      cell: quantity({ min: 0, outside: 'A counted quantity is not negative' }),
      about: 'In base units.',
      example: '41.5',
    },
    { name: 'unit', required: true, cell: code(50), about: 'Must be the base unit of the ingredient.', example: 'kg' },
    {
      name: 'unit_cost',
      cell: price({ min: 0, outside: 'A cost is not negative' }),
      about:
        'Per base unit, in the currency of the company, and the cost from then on; else the moving average goes on.',
      example: '2.38',
    },
    voidColumn,
  ],
  async apply(run) {
    await refuseRepeated(run, 'stock_counts', ['count_ref', 'storage_unit_code', 'item_code']);
    await run.client.query(
      `CREATE TEMP TABLE ${rows} AS
       SELECT s.row_no, s.faulty, s.count_ref, s.storage_unit_code, s.item_code, s.unit, u.id AS storage_unit_id,
         i.id AS item_id, i.base_unit, ${instantOf(run, 's', 'counted')} AS counted_at,
         ${dayOf(run, 's', 'counted')} AS counted_on, s.counted_qty, s.unit_cost,
         s.void, t.id AS line_id, t.void_id IS NOT NULL AS was_void
       FROM staged_stock_counts s
       LEFT JOIN storage_units u ON u.company_id = ${run.company.id} AND u.code = s.storage_unit_code
       LEFT JOIN items i ON i.company_id = ${run.company.id} AND i.code = s.item_code
       LEFT JOIN stock_counts t ON t.company_id = ${run.company.id} AND t.count_ref = s.count_ref
         AND t.storage_unit_id = u.id AND t.item_id = i.id`,
    );
    const taken = await takeBack(run, {
      kind: 'stock_counts',
      rows,
      target: 'stock_counts',
      name: `'count ' || s.count_ref || ' of ' || s.item_code || ' in ' || s.storage_unit_code`,
      column: 'count_ref',
    });
    await refuseUnknownStock(run, 'stock_counts', rows);
    if (run.findings.errorCount() > 0) return nothingWritten;
    if (taken > 0) await voidCounted(run, `SELECT id FROM ${takenBack('stock_counts')}`);
    const { created, updated } = await writeCounts(run);
    return { created, updated: updated + taken };
  },
};

async function writeCounts(run: ImportRun): Promise<Outcome> {
  const company = run.company.id;
  const next = `s.counted_at, s.counted_on, s.counted_qty, coalesce(s.unit_cost, t.unit_cost), t.cost_derived AND s.unit_cost IS NULL, NULL::bigint`;
  const updated = await run.client.query<{ n: string }>(
    `WITH was AS (
       SELECT t.id, t.storage_unit_id, t.item_id, t.counted_on, s.row_no FROM stock_counts t
       JOIN ${rows} s USING (count_ref, storage_unit_id, item_id)
       WHERE t.company_id = ${company} AND NOT s.faulty
         AND (t.counted_at, t.counted_on, t.counted_qty, t.unit_cost, t.cost_derived, t.void_id) IS DISTINCT FROM (${next})
     ), changed AS (
       UPDATE stock_counts t SET (counted_at, counted_on, counted_qty, unit_cost, cost_derived, void_id) = ROW (${next}), import_id = ${run.id}
       FROM ${rows} s JOIN was USING (row_no) WHERE t.id = was.id
       RETURNING t.storage_unit_id, t.item_id, t.counted_on
     ), noted AS (
       INSERT INTO ${ledgerChanges}
       SELECT storage_unit_id, item_id, counted_on FROM was UNION ALL SELECT * FROM changed)
     SELECT count(*) AS n FROM changed`,
  );
  const created = await run.client.query<{ n: string }>(
    `WITH made AS (
       INSERT INTO stock_counts (company_id, count_ref, storage_unit_id, item_id, counted_at, counted_on, counted_qty,
         book_qty, unit_cost, cost_derived, import_id)
       SELECT ${company}, s.count_ref, s.storage_unit_id, s.item_id, s.counted_at, s.counted_on, s.counted_qty, 0,
         coalesce(s.unit_cost, 0), s.unit_cost IS NULL, ${run.id}
       FROM ${rows} s
       WHERE NOT s.faulty AND NOT EXISTS (SELECT FROM stock_counts t WHERE t.company_id = ${company}
         AND t.count_ref = s.count_ref AND t.storage_unit_id = s.storage_unit_id AND t.item_id = s.item_id)
       ORDER BY s.row_no
       RETURNING storage_unit_id, item_id, counted_on
     ), noted AS (INSERT INTO ${ledgerChanges} SELECT * FROM made)
     SELECT count(*) AS n FROM made`,
  );
  return { created: Number(created.rows[0]?.n), updated: Number(updated.rows[0]?.n) };
}
