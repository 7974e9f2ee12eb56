/**
 * The list: one page and its exact total, from one snapshot, in a total order. Only jobs of companies that the proof
 * covers can appear, be counted, or be told apart from jobs that do not exist.
 */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { addDays, isDay, startOfDay } from '#contract/calendar.ts';
import type { ExportJob, JobOrdering, JobOrderingField, JobStatus, Page } from '#contract/export-jobs.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import type { FinancialView } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import type { Tables } from '#server/database/tables.ts';
import { pageOf } from '#server/http/input.ts';
import { jobRows, viewOf } from './job-view.ts';

export interface JobQuery {
  readonly status?: readonly JobStatus[] | undefined;
  readonly report_type?: readonly ReportType[] | undefined;
  readonly file_format?: readonly FileFormat[] | undefined;
  /** A day (in each company's zone) or an instant; both ends included. */
  readonly created_at_from?: string | undefined;
  readonly created_at_to?: string | undefined;
  readonly created_by?: readonly string[] | undefined;
  /** Jobs whose report period overlaps. */
  readonly period_from?: string | undefined;
  readonly period_to?: string | undefined;
  readonly delivery_location_id?: string | undefined;
}

type Jobs = ExpressionBuilder<Tables & { j: Tables['export_jobs'] }, 'j'>;

export async function listExports(
  db: Database,
  view: FinancialView,
  query: JobQuery & { ordering: JobOrdering; page: number; page_size: number },
): Promise<Page<ExportJob>> {
  if (view.companyIds.length === 0) return pageOf([], 0, query);
  return snapshot(db, async (tx) => {
    const [counted, rows] = [
      await tx
        .selectFrom('export_jobs as j')
        .select(sql<string>`count(*)`.as('n'))
        .where((on) => matches(on as unknown as Jobs, view, query))
        .executeTakeFirstOrThrow(),
      await ordered(jobRows(tx), query.ordering)
        .where((on) => matches(on as unknown as Jobs, view, query))
        .limit(query.page_size)
        .offset(query.page * query.page_size)
        .execute(),
    ];
    return pageOf(rows.map(viewOf), Number(counted.n), query);
  });
}

export const snapshot = <T>(db: Database, read: (tx: DatabaseTransaction) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);

type JobRows = ReturnType<typeof jobRows>;

function ordered(query: JobRows, ordering: JobOrdering): JobRows {
  const descending = ordering.startsWith('-');
  const field = ordering.replace('-', '') as JobOrderingField;
  const direction = descending ? 'desc' : 'asc';
  const first = query.orderBy(`j.${field}`, direction);
  // within an equal value the newest (or oldest) first, ties by id: a total order, pages never overlap
  return field === 'id' ? first : first.orderBy('j.id', direction);
}

/** Everything a job must fulfil to be on the list; the companies of the proof always among it. */
export function matches(on: Jobs, view: FinancialView, query: JobQuery): Expression<SqlBool> {
  const all: Expression<SqlBool>[] = [on('j.company_id', 'in', view.companyIds)];
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

export interface Facets {
  status: Partial<Record<JobStatus, number>>;
  file_format: Partial<Record<FileFormat, number>>;
  report_type: Partial<Record<ReportType, number>>;
  created_by: { id: string; name: string; count: number }[];
}

/** Counts beside each choice of a filter, each with the other filters applied but not its own. */
export async function countFacets(db: Database, view: FinancialView, query: JobQuery): Promise<Facets> {
  if (view.companyIds.length === 0) return { status: {}, file_format: {}, report_type: {}, created_by: [] };
  return snapshot(db, async (tx) => {
    const counts = async (field: 'status' | 'file_format' | 'report_type'): Promise<Record<string, number>> => {
      const rows = await tx
        .selectFrom('export_jobs as j')
        .select([`j.${field} as value`, sql<number>`count(*)::int`.as('n')])
        .where((on) => matches(on as unknown as Jobs, view, { ...query, [field]: undefined }))
        .groupBy(`j.${field}`)
        .execute();
      return Object.fromEntries(rows.map((row) => [row.value, row.n]));
    };
    const people = await tx
      .selectFrom('export_jobs as j')
      .innerJoin('users as u', 'u.id', 'j.created_by')
      .select(['u.id', 'u.name', sql<number>`count(*)::int`.as('count')])
      .where((on) => matches(on as unknown as Jobs, view, { ...query, created_by: undefined }))
      .groupBy(['u.id', 'u.name'])
      .orderBy('u.name')
      .execute();
    return {
      status: await counts('status'),
      file_format: await counts('file_format'),
      report_type: await counts('report_type'),
      created_by: people,
    };
  });
}
