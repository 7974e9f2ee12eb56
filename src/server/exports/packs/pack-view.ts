/** A pack as every door answers it: its job, what it is beside that, and its members; each read anew. */
import { sql } from 'kysely';
import type { ErrorCode } from '#contract/errors.ts';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import type { ExportPack, PackStatus } from '#contract/packs.ts';
import { companyDenied, type FinancialView } from '#server/access/decide.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { pageOf } from '#server/http/input.ts';
import type { PageOf } from '#server/http/pages.ts';
import { withChanges } from '../changed-since.ts';
import { jobRows, viewOf } from '../job-view.ts';

const packRows = (db: Queryable) =>
  jobRows(db)
    .innerJoin('export_packs as p', 'p.id', 'j.id')
    .select([
      'p.organization_id',
      'p.saved_pack_id',
      'p.name as pack_name',
      'p.data_versions',
      'p.as_of_instant as pack_instant',
      'p.options as pack_options',
      'p.tie_out',
      'p.was_saved',
    ]);

export type PackRow = Awaited<ReturnType<ReturnType<typeof packRows>['executeTakeFirstOrThrow']>>;

export const readPackRow = (db: Queryable, id: string): Promise<PackRow | undefined> =>
  packRows(db).where('j.id', '=', id).executeTakeFirst();

/** In the order of its definition. */
export const memberRows = (db: Queryable, packIds: readonly string[]) =>
  jobRows(db)
    .where('j.pack_id', 'in', [...packIds])
    .orderBy('j.pack_id')
    .orderBy('j.pack_place');

const number = (text: string | null): number | null => (text === null ? null : Number(text));

function statusOf({ status, error_code }: PackRow, members: readonly ExportJob[]): PackStatus {
  if (status !== 'failed') return status;
  const isPart = error_code === 'pack_incomplete' && members.some((member) => member.status === 'completed');
  return isPart ? 'incomplete' : 'failed';
}

function packOf(row: PackRow, members: readonly ExportJob[]): ExportPack {
  const { error_code: code } = row;
  return {
    id: row.id,
    organization_id: row.organization_id,
    name: row.pack_name,
    saved_pack: row.was_saved ? { id: row.saved_pack_id, name: row.pack_name } : null,
    status: statusOf(row, members),
    date_from: row.date_from,
    date_to: row.date_to,
    options: row.pack_options,
    members,
    data_versions: row.data_versions,
    created_by: { id: row.created_by, name: row.created_by_name },
    created_at: row.created_at,
    updated_at: row.updated_at,
    started_at: row.started_at,
    completed_at: row.completed_at,
    expires_at: row.expires_at,
    row_count: number(row.row_count),
    file_size: number(row.file_size),
    filename: row.filename,
    sha256: row.sha256,
    error: code === null ? null : { code: code as ErrorCode, message: row.error_message ?? '' },
    tie_out: row.tie_out,
    is_downloadable: row.is_downloadable,
  };
}

/** @throws ProductError company_access_denied unless the proof is of every company of it */
export async function readPack(db: Queryable, view: FinancialView, id: string): Promise<ExportPack> {
  const row = await readPackRow(db, id);
  if (!row?.pack_companies?.every((companyId) => view.companyIds.includes(companyId))) throw companyDenied();
  const members = await memberRows(db, [id]).execute();
  return packOf(row, members.map(viewOf));
}

/** With what has become of its members' lines since. */
export async function readPackWithChanges(db: Database, view: FinancialView, id: string): Promise<ExportPack> {
  const pack = await inOneSnapshot(db, (tx) => readPack(tx, view, id));
  return { ...pack, members: await withChanges(db, [...pack.members], view.principal.userId) };
}

/** Newest first; those that the proof covers in every company. */
export async function listPacks(
  db: Database,
  view: FinancialView,
  query: PageOf & { readonly organization_id?: string | undefined; readonly company_id?: string | undefined },
): Promise<Page<ExportPack>> {
  return inOneSnapshot(db, async (tx) => {
    const seen = sql<boolean>`j.pack_companies <@ ${view.companyIds}::bigint[] AND j.pack_companies IS NOT NULL
      AND (${query.organization_id ?? null}::text IS NULL OR p.organization_id::text = ${query.organization_id ?? null})
      AND (${query.company_id ?? null}::text IS NULL OR ${query.company_id ?? null} = ANY (j.pack_companies::text[]))`;
    const { n } = await tx
      .selectFrom('export_jobs as j')
      .innerJoin('export_packs as p', 'p.id', 'j.id')
      .select(sql<number>`count(*)::int`.as('n'))
      .where(seen)
      .executeTakeFirstOrThrow();
    const rows = await packRows(tx)
      .where(seen)
      .orderBy('j.created_at', 'desc')
      .orderBy('j.id', 'desc')
      .limit(query.page_size)
      .offset(query.page * query.page_size)
      .execute();
    const ids = rows.map(({ id }) => id);
    const members = ids.length === 0 ? [] : (await memberRows(tx, ids).execute()).map(viewOf);
    const byPack = Map.groupBy(members, ({ pack_id }) => pack_id ?? '');
    return pageOf(
      rows.map((row) => packOf(row, byPack.get(row.id) ?? [])),
      n,
      query,
    );
  });
}
