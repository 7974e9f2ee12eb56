/** One page of a query with its true total, both from one snapshot. */
import { type SelectQueryBuilder, type Simplify, sql } from 'kysely';
import type { Page } from '#contract/export-jobs.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { pageOf } from './input.ts';

export interface PageOf {
  readonly page: number;
  readonly page_size: number;
}

/**
 * The query must have a total order and no grouping; what it selects is not computed for the count. `complete` adds what
 * needs another look, in the same snapshot. A page past the end is empty and still knows the total.
 */
export function readPage<Db, Names extends keyof Db, Row, Result = Simplify<Row>>(
  db: Database,
  { page, page_size }: PageOf,
  query: (tx: DatabaseTransaction) => SelectQueryBuilder<Db, Names, Row>,
  complete?: (rows: Simplify<Row>[], tx: DatabaseTransaction) => Result[] | Promise<Result[]>,
): Promise<Page<Result>> {
  return inOneSnapshot(db, async (tx) => {
    const all = query(tx);
    const counted = await all
      .clearSelect()
      .clearOrderBy()
      .select(sql<number>`count(*)::int`.as('total'))
      .executeTakeFirstOrThrow();
    const rows = await all
      .limit(page_size)
      .offset(page * page_size)
      .execute();
    const results = complete ? await complete(rows, tx) : (rows as Result[]);
    return pageOf(results, (counted as { total: number }).total, { page, page_size });
  });
}
