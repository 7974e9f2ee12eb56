/** `stock_movements.csv`: the ledger, one row a movement, matched by `movement_id`. Quantities are signed. */
import type { ImportKindName } from '#contract/imports.ts';
import { code, instant, oneOf, price, quantity, text } from './cells.ts';
import { findErrors, refuseRepeated, refuseUnknown } from './checks.ts';
import { dayOf, instantOf } from './instants.ts';
import { type ImportKind, type ImportRun, nothingWritten } from './kind.ts';
import { takeBack, takenBack, voidColumn } from './take-back.ts';
import { ledgerChanges, movementRows, writeMovements } from './write-movements.ts';

export const movementKinds = ['RECEIPT', 'ISSUE', 'WASTE', 'ADJUSTMENT', 'TRANSFER_IN', 'TRANSFER_OUT'] as const;

/** Movements that the product makes itself are called so; nobody else's may be. */
const derivedPrefix = 'derived:';
/** @param id SQL, of the row that a movement follows from */
export const derivedRef = (from: 'receipt' | 'count', id: string): string => `'${derivedPrefix}${from}:' || ${id}`;

export const stockMovements: ImportKind = {
  name: 'stock_movements',
  label: 'Stock movements',
  columns: [
    {
      name: 'movement_id',
      required: true,
      key: true,
      cell: code(),
      about: 'Your own; rows are matched by it.',
      example: 'M-1',
    },
    { name: 'storage_unit_code', required: true, cell: code(), about: 'Of storage_units.csv.', example: 'COLD' },
    { name: 'item_code', required: true, cell: code(), about: 'Of items.csv.', example: 'TOMATO' },
    {
      name: 'kind',
      required: true,
      cell: oneOf(...movementKinds),
      about: 'ISSUE, WASTE and TRANSFER_OUT take out, TRANSFER_IN puts in.',
      example: 'ISSUE',
    },
    {
      name: 'occurred_at',
      required: true,
      cell: instant,
      about: 'A day, or an instant with its offset. A day alone counts at its end.',
      example: '2026-09-02T22:00:00+02:00',
    },
    { name: 'qty', required: true, cell: quantity(), about: 'In base units; negative takes out.', example: '-4.5' },
    { name: 'unit', required: true, cell: code(50), about: 'Must be the base unit of the ingredient.', example: 'kg' },
    {
      name: 'unit_cost',
      cell: price({ min: 0, outside: 'A cost is not negative' }),
      about:
        'Per base unit, in the currency of the company; else the moving average of the storage unit, else the standard cost.',
      example: '2.35',
    },
    { name: 'source_type', cell: code(), about: 'What it came from.', example: 'recipe' },
    { name: 'source_ref', cell: code(), about: 'Its number there.', example: 'R-88' },
    { name: 'note', cell: text(4000), about: 'Anything else.', example: 'Evening service' },
    voidColumn,
  ],
  async apply(run) {
    const kind = 'stock_movements';
    await refuseRepeated(run, kind, ['movement_id']);
    const table = movementRows('file');
    await run.client.query(
      `CREATE TEMP TABLE ${table} AS
       SELECT s.row_no, s.faulty, s.movement_id, s.movement_id AS movement_ref, s.storage_unit_code, s.item_code, s.unit, s.kind,
         u.id AS storage_unit_id, i.id AS item_id, i.base_unit, ${instantOf(run, 's', 'occurred')} AS occurred_at,
         ${dayOf(run, 's', 'occurred')} AS occurred_on, s.qty, s.unit_cost, s.source_type, s.source_ref, s.note,
         s.void, t.id AS line_id, t.void_id IS NOT NULL AS was_void
       FROM staged_stock_movements s
       LEFT JOIN storage_units u ON u.company_id = ${run.company.id} AND u.code = s.storage_unit_code
       LEFT JOIN items i ON i.company_id = ${run.company.id} AND i.code = s.item_code
       LEFT JOIN stock_movements t ON t.company_id = ${run.company.id} AND t.movement_ref = s.movement_id`,
    );
    await findErrors(
      run,
      kind,
      table,
      `SELECT s.row_no, 'movement_id' AS column_name, s.movement_ref AS value,
         'Ids that begin with ${derivedPrefix} are given by the product' AS reason
       FROM ${table} s WHERE s.movement_ref LIKE '${derivedPrefix}%'`,
    );
    const taken = await takeBack(run, {
      kind,
      rows: table,
      target: 'stock_movements',
      name: `'movement ' || s.movement_ref`,
      column: 'movement_id',
    });
    await refuseUnknownStock(run, kind, table);
    await findErrors(
      run,
      kind,
      table,
      `SELECT s.row_no, 'qty' AS column_name, s.qty::text AS value, s.kind || CASE WHEN s.qty > 0
         THEN ' takes out: the quantity is negative' ELSE ' puts in: the quantity is positive' END AS reason
       FROM ${table} s
       WHERE NOT s.faulty AND ((s.kind IN ('ISSUE', 'WASTE', 'TRANSFER_OUT') AND s.qty > 0)
         OR (s.kind = 'TRANSFER_IN' AND s.qty < 0))`,
    );
    await findErrors(
      run,
      kind,
      table,
      `SELECT s.row_no, 'unit_cost' AS column_name, s.unit_cost::text AS value, 'Quantity x cost is too large' AS reason
       FROM ${table} s WHERE NOT s.faulty AND abs(s.qty * s.unit_cost) >= 1e15`,
    );
    if (run.findings.errorCount() > 0) return nothingWritten;
    if (taken > 0) {
      await run.client.query(
        `INSERT INTO ${ledgerChanges} SELECT t.storage_unit_id, t.item_id, t.occurred_on
         FROM stock_movements t JOIN ${takenBack(kind)} USING (id)`,
      );
    }
    const { created, updated } = await writeMovements(run, table);
    return { created, updated: updated + taken };
  },
};

/** References and unit, for movements and counts alike; `table` has the codes, the ids and `base_unit`. */
export async function refuseUnknownStock(run: ImportRun, kind: ImportKindName, table: string): Promise<void> {
  const unit = { column: 'storage_unit_code', to: 'storage_units' } as const;
  await refuseUnknown(run, kind, table, unit, 's.storage_unit_id IS NULL');
  await refuseUnknown(run, kind, table, { column: 'item_code', to: 'items' }, 's.item_id IS NULL');
  await findErrors(
    run,
    kind,
    table,
    `SELECT s.row_no, 'unit' AS column_name, s.unit AS value, 'The base unit of ' || s.item_code || ' is ' || s.base_unit || coalesce((
         SELECT ': one ' || s.unit || ' is ' || trim_scale(min(v.units_per_order_unit)) || ' ' || s.base_unit
           || CASE WHEN max(v.units_per_order_unit) > min(v.units_per_order_unit)
             THEN ' or ' || trim_scale(max(v.units_per_order_unit)) || ', by vendor' ELSE '' END || '. Give the quantity in ' || s.base_unit
         FROM vendor_items v WHERE v.company_id = ${run.company.id} AND v.item_id = s.item_id AND v.order_unit = s.unit
         HAVING count(*) > 0), '') AS reason
     FROM ${table} s WHERE s.unit <> s.base_unit`,
  );
}
