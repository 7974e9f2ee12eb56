/** One page of a query with its true total, and the conditions that every list shares. */
import { type Expression, type SelectQueryBuilder, type Simplify, type SqlBool, sql } from 'kysely';
import type { Page } from '#contract/export-jobs.ts';
import { pageOf } from '#server/http/input.ts';

export interface PageOf {
  readonly page: number;
  readonly page_size: number;
}

/**
 * The query must have a total order and no grouping; what it selects is not computed for the count.
 * A page past the end is empty and still knows the total.
 */
export async function readPage<Db, Names extends keyof Db, Row>(
  query: SelectQueryBuilder<Db, Names, Row>,
  page: PageOf,
): Promise<Page<Simplify<Row>>> {
  const counted = await query
    .clearSelect()
    .clearOrderBy()
    .select(sql<number>`count(*)::int`.as('total'))
    .executeTakeFirstOrThrow();
  const results = await query
    .limit(page.page_size)
    .offset(page.page * page.page_size)
    .execute();
  return pageOf(results, (counted as { total: number }).total, page);
}

/** True where one of the columns contains `search`, whatever its case; its wildcards are ordinary characters. */
export function contains(columns: readonly string[], search: string): Expression<SqlBool> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const tests = columns.map((column) => sql<SqlBool>`${sql.ref(column)} ILIKE ${pattern}`);
  return sql<SqlBool>`(${sql.join(tests, sql` OR `)})`;
}

export function isArchived(column: string, filter: 'true' | 'false' | 'all'): Expression<SqlBool> {
  if (filter === 'all') return sql<SqlBool>`true`;
  return filter === 'true' ? sql<SqlBool>`${sql.ref(column)} IS NOT NULL` : sql<SqlBool>`${sql.ref(column)} IS NULL`;
}
