/** How large a report will be, before it is made: an estimate in a millisecond, or an answer to "more than n?" in a moment. */
import { sql } from 'kysely';
import type { Database, Queryable } from '#server/database/database.ts';
import type { ReportDefinition, ReportScope } from './definition.ts';
import { explained, type Plan } from './size.ts';

/** The planner's estimate; good to choose a lane by, not to print. */
export async function estimateRows(db: Queryable, definition: ReportDefinition, scope: ReportScope): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': Plan }>`${sql.raw(explained(definition, scope))}`.execute(db);
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/** An estimate this many times below a limit is believed: whoever makes the file counts, and refuses one that is over. */
const believedFactor = 10;
/** In which a report that has to be grouped before it can be counted may show that it is too large. */
const countMilliseconds = 1500;

/**
 * Whether the report is seen to have more rows than a format holds, without making it: by the estimate when it is far
 * below, otherwise by counting up to `limit` + 1 rows for at most a moment. False is no promise; the file is counted.
 */
export async function seemsLargerThan(db: Database, report: SizedReport, limit: number): Promise<boolean> {
  const { definition, scope, estimate } = report;
  if (estimate * believedFactor <= limit) return false;
  const counted = `SELECT count(*)::int AS n FROM (SELECT 1 ${definition.table(scope).from} LIMIT ${limit + 1}) AS found`;
  try {
    return await db.transaction().execute(async (tx) => {
      await sql.raw(`SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${countMilliseconds}`).execute(tx);
      const { rows } = await sql<{ n: number }>`${sql.raw(counted)}`.execute(tx);
      return (rows[0]?.n ?? 0) > limit;
    });
  } catch (error) {
    if ((error as { code?: string } | null)?.code === queryCanceled) return false;
    throw error;
  }
}

const queryCanceled = '57014';

export interface SizedReport {
  readonly definition: ReportDefinition;
  readonly scope: ReportScope;
  /** Of `estimateRows`. */
  readonly estimate: number;
}
