/** The list by asking the table itself: right for few jobs, and what the columns are held against. */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { addDays, isDay, startOfDay } from '#contract/calendar.ts';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import type { FinancialView } from '#server/access/decide.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import type { Tables } from '#server/database/tables.ts';
import { pageOf } from '#server/http/input.ts';
import { jobRows, viewOf } from './job-view.ts';
import { type Facets, isWord, type JobQuery, orderOf, type PageQuery } from './list-query.ts';

type Jobs = ExpressionBuilder<Tables & { j: Tables['export_jobs'] }, 'j'>;

/** `viewable`: every company of which the asker may see everything. */
interface Seen {
  readonly view: FinancialView;
  readonly viewable: readonly string[];
}

export async function pageFromTable(tx: DatabaseTransaction, seen: Seen, query: PageQuery): Promise<Page<ExportJob>> {
  const counted = await tx
    .selectFrom('export_jobs as j')
    .select(sql<string>`count(*)`.as('n'))
    .where((on) => matches(on as unknown as Jobs, seen, query))
    .executeTakeFirstOrThrow();
  const { field, descending } = orderOf(query.ordering);
  let rows = jobRows(tx).where((on) => matches(on as unknown as Jobs, seen, query));
  for (const column of [field, 'created_at', 'id'] as const) {
    // words in the order of their letters, whatever the database's language
    const key = isWord(column) ? sql`${sql.ref(`j.${column}`)} COLLATE "C"` : sql.ref(`j.${column}`);
    rows = rows.orderBy(key, descending ? 'desc' : 'asc');
  }
  const page = await rows
    .limit(query.page_size)
    .offset(query.page * query.page_size)
    .execute();
  return pageOf(page.map(viewOf), Number(counted.n), query);
}

/** Everything a job must fulfil to be on the list; the companies of the proof always among it. */
function matches(on: Jobs, { view, viewable }: Seen, query: JobQuery): Expression<SqlBool> {
  const all: Expression<SqlBool>[] = [
    on('j.company_id', 'in', view.companyIds),
    on('j.pack_id', 'is', null),
    sql<SqlBool>`(j.pack_companies IS NULL OR j.pack_companies <@ ${[...viewable]}::bigint[])`,
  ];
  if (query.status?.length) all.push(on('j.status', 'in', [...query.status]));
  if (query.report_type?.length) all.push(on('j.report_type', 'in', [...query.report_type]));
  if (query.file_format?.length) all.push(on('j.file_format', 'in', [...query.file_format]));
  if (query.created_by?.length) all.push(on(sql<string>`j.created_by::text`, 'in', [...query.created_by]));
  if (query.period_from) all.push(on('j.date_to', '>=', query.period_from));
  if (query.period_to) all.push(on('j.date_from', '<=', query.period_to));
  if (query.delivery_location_id) {
    const wanted = JSON.stringify({ delivery_location_ids: [query.delivery_location_id] });
    all.push(sql<SqlBool>`(NOT j.filters ? 'delivery_location_ids' OR j.filters @> ${wanted}::jsonb)`);
  }
  if (query.created_at_from) all.push(createdBound(on, view, query.created_at_from, 'from'));
  if (query.created_at_to) all.push(createdBound(on, view, query.created_at_to, 'to'));
  return on.and(all);
}

/** A day is that day in the zone of the job's company; companies are grouped by zone. An instant is that instant. */
function createdBound(on: Jobs, view: FinancialView, bound: string, end: 'from' | 'to'): Expression<SqlBool> {
  if (!isDay(bound)) return on('j.created_at', end === 'from' ? '>=' : '<=', bound);
  const zones = Map.groupBy(view.companies, (company) => company.timeZone);
  return on.or(
    [...zones].map(([zone, companies]) =>
      on.and([
        on(
          'j.company_id',
          'in',
          companies.map((company) => company.id),
        ),
        end === 'from'
          ? on('j.created_at', '>=', startOfDay(bound, zone).toISOString())
          : on('j.created_at', '<', startOfDay(addDays(bound, 1), zone).toISOString()),
      ]),
    ),
  );
}

export async function facetsFromTable(tx: DatabaseTransaction, seen: Seen, query: JobQuery): Promise<Facets> {
  const counts = async (field: 'status' | 'file_format' | 'report_type'): Promise<Record<string, number>> => {
    const rows = await tx
      .selectFrom('export_jobs as j')
      .select([`j.${field} as value`, sql<number>`count(*)::int`.as('n')])
      .where((on) => matches(on as unknown as Jobs, seen, { ...query, [field]: undefined }))
      .groupBy(`j.${field}`)
      .execute();
    return Object.fromEntries(rows.map((row) => [row.value, row.n]));
  };
  const people = await tx
    .selectFrom('export_jobs as j')
    .innerJoin('users as u', 'u.id', 'j.created_by')
    .select(['u.id', 'u.name', sql<number>`count(*)::int`.as('count')])
    .where((on) => matches(on as unknown as Jobs, seen, { ...query, created_by: undefined }))
    .groupBy(['u.id', 'u.name'])
    .orderBy('u.name')
    .orderBy('u.id')
    .execute();
  return {
    status: await counts('status'),
    file_format: await counts('file_format'),
    report_type: await counts('report_type'),
    created_by: people,
  };
}
