/**
 * The list: one page and its exact total, from one snapshot, in a total order. Only jobs of companies that the proof
 * covers can appear, be counted, or be told apart from jobs that do not exist. Few jobs are asked of the table, many of
 * the columns packed from it; both ways give the same answers.
 */
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { type FinancialView, grantEverywhere } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { pageOf } from '#server/http/input.ts';
import { withChanges } from './changed-since.ts';
import { facetsFromColumns, pageFromColumns } from './columns-list.ts';
import { type Columns, readColumns, withoutPacksOfOthers } from './columns/columns.ts';
import type { Facets, JobQuery, PageQuery } from './list-query.ts';
import { facetsFromTable, pageFromTable } from './table-list.ts';

export async function listExports(db: Database, view: FinancialView, query: PageQuery): Promise<Page<ExportJob>> {
  if (view.companyIds.length === 0) return pageOf([], 0, query);
  const viewable = await everywhere(db, view);
  const page = await inOneSnapshot(db, async (tx) => {
    const columns = await seenColumns(tx, view, viewable);
    return columns ? pageFromColumns(tx, view, columns, query) : pageFromTable(tx, { view, viewable }, query);
  });
  return { ...page, results: await withChanges(db, page.results, view.principal.userId) };
}

/** Counts beside each choice of a filter, each with the other filters applied but not its own. */
export async function countFacets(db: Database, view: FinancialView, query: JobQuery): Promise<Facets> {
  if (view.companyIds.length === 0) return { status: {}, file_format: {}, report_type: {}, created_by: [] };
  const viewable = await everywhere(db, view);
  return inOneSnapshot(db, async (tx) => {
    const columns = await seenColumns(tx, view, viewable);
    return columns ? facetsFromColumns(tx, view, columns, query) : facetsFromTable(tx, { view, viewable }, query);
  });
}

/** Packs are of several companies: of the list of one, those are seen by whoever may see all of it. */
async function everywhere(db: Database, view: FinancialView): Promise<readonly string[]> {
  return (await grantEverywhere(db, view.principal, view.capability)).companyIds;
}

async function seenColumns(
  tx: DatabaseTransaction,
  { companyIds }: FinancialView,
  viewable: readonly string[],
): Promise<Columns | null> {
  const columns = await readColumns(tx, companyIds);
  return columns && withoutPacksOfOthers(tx, columns, companyIds, viewable);
}
