/** Master data by its natural key, in two statements: what differs is updated, what is missing is inserted. */
import type { ImportRun, Outcome } from './kind.ts';

export interface UpsertPlan {
  readonly table: string;
  /** Rows with `faulty`, the keys and the values. */
  readonly source: string;
  readonly keys: readonly string[];
  /** Left as they are where the source has null. */
  readonly values: readonly string[];
  /** What a new row has where the source has null; SQL. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Set on every row that is updated; SQL. */
  readonly stamp?: string;
}

/**
 * `active` in the source archives a row or brings it back.
 * @returns counts, and the row numbers of the rows that changed
 */
export async function upsert(run: ImportRun, plan: UpsertPlan): Promise<Outcome & { readonly changedRows: number[] }> {
  const { table, source, keys, values, defaults = {} } = plan;
  const company = run.company.id;
  const match = keys.map((key) => `t.${key} = s.${key}`).join(' AND ');
  const archived = `CASE WHEN s.active IS NULL THEN t.archived_at WHEN s.active THEN NULL ELSE coalesce(t.archived_at, now()) END`;
  const now = [...values.map((value) => `coalesce(s.${value}, t.${value})`), archived];
  const before = [...values, 'archived_at'].map((value) => `t.${value}`);
  const updated = await run.client.query<{ row_no: number }>(
    `UPDATE ${table} AS t SET (${[...values, 'archived_at'].join(', ')}) = ROW (${now.join(', ')})${plan.stamp ? `, ${plan.stamp}` : ''}
     FROM ${source} s
     WHERE t.company_id = ${company} AND ${match} AND NOT s.faulty
       AND (${before.join(', ')}) IS DISTINCT FROM (${now.join(', ')})
     RETURNING s.row_no`,
  );
  const given = (name: string): string => (defaults[name] ? `coalesce(s.${name}, ${defaults[name]})` : `s.${name}`);
  const inserted = await run.client.query(
    `INSERT INTO ${table} (company_id, ${[...keys, ...values].join(', ')}, archived_at)
     SELECT ${company}, ${[...keys, ...values].map(given).join(', ')}, CASE WHEN NOT s.active THEN now() END
     FROM ${source} s
     WHERE NOT s.faulty AND NOT EXISTS (SELECT FROM ${table} t WHERE t.company_id = ${company} AND ${match})
     ORDER BY s.row_no`,
  );
  return {
    created: inserted.rowCount ?? 0,
    updated: updated.rows.length,
    changedRows: updated.rows.map((row) => row.row_no),
  };
}
