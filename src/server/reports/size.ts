/** How large a report will be, before it is made: an estimate in a millisecond, or an answer to "more than n?" in a moment. */
import { sql } from 'kysely';
import { addDays, daysIn } from '#contract/calendar.ts';
import { ProductError } from '#contract/errors.ts';
import type { Database, Queryable } from '#server/database/database.ts';
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

/** The refusal of a PDF, in the words of whoever asks for it. */
export const tooManyRows = (limit: number, sentence: string): ProductError =>
  new ProductError('row_limit_exceeded', sentence, {
    fields: [{ field: 'file_format', message: `pdf holds at most ${limit} rows` }],
  });

export const pdfLimitSentence = (limit: number): string =>
  `A PDF holds at most ${limit.toLocaleString('en')} rows and this one would have more. Choose a shorter period or fewer locations, or export CSV or XLSX.`;

/** The period cut into stretches of days with about `rowsMax` rows each, if `rows` are spread evenly over it. */
export function daysInStretches(
  { from, to }: Pick<ReportScope, 'from' | 'to'>,
  rows: number,
  rowsMax: number,
): { readonly from: string; readonly to: string }[] {
  const days = daysIn(from, to);
  const step = Math.min(days, Math.max(1, Math.floor((days * rowsMax) / Math.max(rows, 1))));
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => {
    const start = addDays(from, index * step);
    const end = addDays(start, step - 1);
    return { from: start, to: end < to ? end : to };
  });
}
