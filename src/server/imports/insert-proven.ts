/**
 * Bulk inserts whose references were looked up in sets. PostgreSQL checks a foreign key row by row, six times for one
 * receipt line: 26 of 37 microseconds (200k lines, 2026-11, 2 cores). Where the role may, the same proof is given at
 * once: every row referred to is locked against deletion and counted, then the row-by-row checks are left out.
 */
import { ProductError } from '#contract/errors.ts';
import { versionToWrite } from '#server/database/data-versions.ts';
import type { ImportRun } from './kind.ts';

/** Below this, the usual way costs nothing that anybody notices. */
const rowsWorthIt = 5000;

/** Rows in one statement: often enough for a progress bar, seldom enough to cost nothing. */
const rowsPerStatement = 50_000;

export interface ProvenInsert {
  /** The statement for the rows `s` of `source` that meet a condition, with the version they are born in. */
  readonly insert: (condition: string, version: string) => string;
  /** A temporary table, whose rows were resolved in this transaction. */
  readonly source: string;
  /**
   * For each table, a SELECT of the ids referred to. What is only reachable through one of them (lines of an order) is
   * protected with it; what this transaction made nobody else can see.
   */
  readonly references: Readonly<Record<string, string>>;
}

/** @returns rows inserted */
export async function insertProven(run: ImportRun, { insert, source, references }: ProvenInsert): Promise<number> {
  return withReferencesProven(run, source, references, async ({ rows, blocks }) => {
    const step = Math.max(1, Math.ceil((blocks * rowsPerStatement) / Math.max(rows, 1)));
    let inserted = 0;
    const version = await versionToWrite(run.client, run.company.id);
    for (let block = 0; block < blocks; block += step) {
      const part = await run.client.query(
        insert(`s.ctid >= '(${block},0)' AND s.ctid < '(${block + step},0)'`, version),
      );
      inserted += part.rowCount ?? 0;
      run.progress(inserted);
    }
    return inserted;
  });
}

/** Runs `write` without row-by-row checks, if `source` has enough rows and the role may leave them out. */
export async function withReferencesProven<T>(
  run: ImportRun,
  source: string,
  references: ProvenInsert['references'],
  write: (size: { readonly rows: number; readonly blocks: number }) => Promise<T>,
): Promise<T> {
  const { client } = run;
  const { rows } = await client.query<{ rows: number; blocks: number }>(
    `SELECT count(*)::integer AS rows, (pg_relation_size('${source}') / current_setting('block_size')::integer)::integer AS blocks
     FROM ${source}`,
  );
  const size = rows[0] ?? { rows: 0, blocks: 0 };
  if (size.rows < rowsWorthIt || !(await mayLeaveChecksOut(run))) return write(size);
  for (const [table, ids] of Object.entries(references)) await lockReferred(run, table, ids);
  await client.query(`SET LOCAL session_replication_role = 'replica'`);
  const result = await write(size);
  await client.query(`SET LOCAL session_replication_role = 'origin'`);
  return result;
}

async function mayLeaveChecksOut(run: ImportRun): Promise<boolean> {
  const { rows } = await run.client.query<{ allowed: boolean }>(
    `SELECT has_parameter_privilege('session_replication_role', 'SET') AS allowed`,
  );
  return rows[0]?.allowed ?? false;
}

async function lockReferred(run: ImportRun, table: string, ids: string): Promise<void> {
  const { rows } = await run.client.query<{ locked: string; referred: string }>(
    `WITH referred AS MATERIALIZED (
       SELECT DISTINCT id FROM (${ids}) AS given (id) WHERE id IS NOT NULL
     ), locked AS (
       SELECT t.id FROM ${table} t WHERE t.id IN (SELECT id FROM referred) FOR KEY SHARE)
     SELECT (SELECT count(*) FROM locked) AS locked, (SELECT count(*) FROM referred) AS referred`,
  );
  if (rows[0]?.locked !== rows[0]?.referred) {
    throw new ProductError(
      'conflict',
      'Something these files refer to was deleted while they were imported. Try again.',
    );
  }
}
