/**
 * Rows with `void`: what they name no longer counts, and stays with who took it back, when and why. A row that was taken
 * back stays so when the same file comes again; `void` false brings it back. Nothing that was booked is ever deleted.
 */
import { literal } from '#server/database/connection.ts';
import type { ImportKindName } from '#contract/imports.ts';
import { truth } from './cells.ts';
import { findErrors, findWarnings } from './checks.ts';
import { type Column, fileNameOf, type ImportRun } from './kind.ts';

export const voidColumn: Column = {
  name: 'void',
  cell: truth,
  about: 'true takes the row back, and needs no more than its key; false brings back one that was taken back.',
  example: '',
};

export interface TakeBackPlan {
  readonly kind: ImportKindName;
  /** With row_no, faulty, void, was_void, and the id of the booked row in `line_id`. */
  readonly rows: string;
  readonly target: 'receipt_lines' | 'purchase_order_lines' | 'stock_movements' | 'stock_counts' | 'invoice_lines';
  /** SQL over `s`: the row as people call it. */
  readonly name: string;
  /** Of the file; where errors are shown. */
  readonly column: string;
  /** Whether there are rows with `void` or that were taken back, where that is known already. */
  readonly isAny?: boolean;
}

/** The rows taken back by a file, with their ids in `id`. */
export const takenBack = (kind: ImportKindName): string => `taken_back_${kind}`;

/**
 * Takes back what `rows` says, and removes from it these rows and those that were taken back before: what is left counts.
 * @returns how many are taken back now and were not before
 */
export async function takeBack(
  run: ImportRun,
  { kind, rows, target, name, column, isAny }: TakeBackPlan,
): Promise<number> {
  const { client } = run;
  const table = takenBack(kind);
  await client.query(`CREATE TEMP TABLE ${table} (row_no integer, id bigint)`);
  const { rowCount: some } =
    isAny === undefined
      ? await client.query(`SELECT FROM ${rows} s WHERE s.void OR s.was_void LIMIT 1`)
      : { rowCount: isAny ? 1 : 0 };
  if (!some) return 0;
  await findErrors(
    run,
    kind,
    rows,
    `SELECT s.row_no, '${column}' AS column_name, s.${column}::text AS value, 'There is no ' || ${name} || ': nothing to take back' AS reason
     FROM ${rows} s WHERE s.void AND s.line_id IS NULL AND NOT s.faulty`,
  );
  await findWarnings(
    run,
    kind,
    'taken_back',
    `SELECT s.row_no, '${column}' AS column_name, s.${column}::text AS value, ${name} || ' was taken back on '
       || (c.at AT TIME ZONE ${literal(run.company.timeZone)})::date || ' and stays so: void false brings it back' AS reason
     FROM ${rows} s JOIN ${target} t ON t.id = s.line_id JOIN booked_changes c ON c.id = t.void_id
     WHERE s.void IS NULL AND s.was_void AND NOT s.faulty`,
  );
  await client.query(
    `INSERT INTO booked_changes (company_id, user_id, import_id, kind, reason, rows)
     SELECT ${run.company.id}, m.user_id, m.id, 'restore', coalesce(m.reason, ${literal(fileNameOf(kind))}), list FROM imports m, (
       SELECT jsonb_agg(jsonb_build_object('table', '${target}', 'id', s.line_id) ORDER BY s.line_id) AS list
       FROM ${rows} s WHERE NOT s.void AND s.was_void AND NOT s.faulty) b
     WHERE m.id = ${run.id} AND list IS NOT NULL`,
  );
  await client.query(
    `INSERT INTO ${table} SELECT row_no, line_id FROM ${rows} s
     WHERE s.void AND NOT s.was_void AND s.line_id IS NOT NULL AND NOT s.faulty`,
  );
  const change = `WITH change AS (
    INSERT INTO booked_changes (company_id, user_id, import_id, kind, reason)
    SELECT ${run.company.id}, m.user_id, m.id, 'void', coalesce(m.reason, ${literal(fileNameOf(kind))}) FROM imports m
    WHERE m.id = ${run.id} AND EXISTS (SELECT FROM ${table}) RETURNING id)`;
  const taken = await client.query(
    `${change} UPDATE ${target} t SET void_id = change.id, import_id = ${run.id} FROM change, ${table} s WHERE t.id = s.id`,
  );
  await client.query(`DELETE FROM ${rows} s WHERE s.void OR (s.was_void AND s.void IS NULL)`);
  return taken.rowCount ?? 0;
}
