/** How large a report will be, before it is made: an estimate in a millisecond, or an exact answer to "more than n?". */
import { sql } from 'kysely';
import type { Queryable } from '#server/database/database.ts';
import type { PartSource, ReportDefinition, ReportScope } from './definition.ts';

const explained = (definition: ReportDefinition, scope: ReportScope): string =>
  `EXPLAIN (FORMAT JSON) SELECT 1 ${definition.table(scope).from}`;

type Plan = readonly [{ readonly Plan: { readonly 'Plan Rows': number } }];

/** The planner's estimate; good to choose a lane by, not to print. */
export async function estimateRows(db: Queryable, definition: ReportDefinition, scope: ReportScope): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': Plan }>`${sql.raw(explained(definition, scope))}`.execute(db);
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/** The same inside a snapshot. */
export async function estimateRowsIn(
  source: PartSource,
  definition: ReportDefinition,
  scope: ReportScope,
): Promise<number> {
  const [row] = await source(explained(definition, scope));
  return (JSON.parse(row?.['QUERY PLAN'] ?? '[{"Plan":{"Plan Rows":0}}]') as Plan)[0].Plan['Plan Rows'];
}

/** Reads at most `limit` + 1 rows. */
export async function hasMoreRowsThan(
  db: Queryable,
  definition: ReportDefinition,
  scope: ReportScope,
  limit: number,
): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`${sql.raw(
    `SELECT count(*)::int AS n FROM (SELECT 1 ${definition.table(scope).from} LIMIT ${limit + 1}) AS found`,
  )}`.execute(db);
  return (rows[0]?.n ?? 0) > limit;
}
