/** The list from the columns: what matches is counted and ranked in memory, the rows of the page come from the table. */
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import type { FinancialView } from '#server/access/decide.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import { pageOf } from '#server/http/input.ts';
import { kinds, tally } from './columns/block.ts';
import type { Columns } from './columns/columns.ts';
import { pick, pickByWord } from './columns/pick.ts';
import { countOf, type Rows, select } from './columns/select.ts';
import { jobRows, viewOf } from './job-view.ts';
import { createdBounds, type Facets, isWord, type JobQuery, orderOf, type PageQuery } from './list-query.ts';

export async function pageFromColumns(
  tx: DatabaseTransaction,
  view: FinancialView,
  columns: Columns,
  query: PageQuery,
): Promise<Page<ExportJob>> {
  const found = matching(columns, view, query);
  const total = countOf(found);
  const from = query.page * query.page_size;
  const to = Math.min(total, from + query.page_size);
  const { field, descending } = orderOf(query.ordering);
  // the other way round the page is as far from the end as it was from the start
  const [first, end] = descending ? [total - to, total - from] : [from, to];
  const ascending = isWord(field)
    ? pickByWord(found, field, first, end)
    : pick(found, field === 'created_at' ? [field] : [field, 'created_at'], first, end);
  const ids = descending ? ascending.toReversed() : ascending;
  if (ids.length === 0) return pageOf([], total, query);
  const rows = await jobRows(tx).where('j.id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const results = ids.map((id) => {
    const row = byId.get(id);
    if (!row) throw new Error(`job ${id} is in the columns and not in the table`);
    return viewOf(row);
  });
  return pageOf(results, total, query);
}

function matching(columns: Columns, view: FinancialView, query: JobQuery): Rows[] {
  const zones = new Map(view.companies.map((company) => [company.id, company.timeZone]));
  const byZone = new Map([...new Set(zones.values())].map((zone) => [zone, createdBounds(query, zone)]));
  const bounds = (companyId: string) => byZone.get(zones.get(companyId) ?? '') ?? { from: Infinity, to: -Infinity };
  return select(columns.blocks, query, bounds, columns.stale);
}

export async function facetsFromColumns(
  tx: DatabaseTransaction,
  view: FinancialView,
  columns: Columns,
  query: JobQuery,
): Promise<Facets> {
  const byKind = (field: 'status' | 'file_format' | 'report_type'): Record<string, number> => {
    const facet: Record<string, number> = {};
    for (const rows of matching(columns, view, { ...query, [field]: undefined })) {
      for (const [code, n] of rows.kindCounts.entries()) {
        const word = kinds[code]?.[field];
        if (word !== undefined && n > 0) facet[word] = (facet[word] ?? 0) + n;
      }
    }
    return facet;
  };
  const people = new Map<string, number>();
  for (const rows of matching(columns, view, { ...query, created_by: undefined })) {
    const { block } = rows;
    const counts = tally(block.person, block.people.length, rows.settled().rows);
    for (const [code, id] of block.people.entries()) {
      const n = counts[code] as number;
      if (n > 0) people.set(id, (people.get(id) ?? 0) + n);
    }
  }
  const names = people.size
    ? await tx
        .selectFrom('users')
        .select(['id', 'name'])
        .where('id', 'in', [...people.keys()])
        .orderBy('name')
        .orderBy('id')
        .execute()
    : [];
  return {
    status: byKind('status'),
    file_format: byKind('file_format'),
    report_type: byKind('report_type'),
    created_by: names.map(({ id, name }) => ({ id, name, count: people.get(id) ?? 0 })),
  };
}
