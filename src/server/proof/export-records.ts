/**
 * What the database remembers of exports, for comparing a file with. The proof stays when the file has expired,
 * and when the row has gone to the archive.
 * Nothing but the checksum of a whole ZIP is ever told of an export whose company the asker has no financial view of.
 */
import { sql } from 'kysely';
import type { JobFormat, JobType } from '#contract/export-jobs.ts';
import type { ControlTotals } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { FinancialView } from '#server/access/decide.ts';
import { shownName } from '#server/reports/shown-names.ts';
import type { Database } from '#server/database/database.ts';
import { asJobId } from '#server/exports/job-id.ts';

export interface ExportRecord {
  readonly id: string;
  readonly company: { readonly id: string; readonly name: string; readonly time_zone: string };
  readonly report_type: JobType;
  readonly file_format: JobFormat;
  readonly date_from: string;
  readonly date_to: string;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly location_names: readonly string[] | null;
  readonly requested_by: string;
  readonly created_at: string;
  readonly completed_at: string;
  readonly expires_at: string | null;
  readonly file_deleted_at: string | null;
  readonly is_downloadable: boolean;
  readonly row_count: number;
  readonly control_totals: ControlTotals | null;
  /** Of the ZIP. */
  readonly sha256: string;
  readonly files: readonly FileChecksum[];
}

/** `others`: how many more exports hold the very same bytes. */
export interface Match {
  readonly record: ExportRecord;
  readonly others: number;
}

export interface ExportRecords {
  mayView(companyId: string): boolean;
  byId(jobId: string): Promise<ExportRecord | null>;
  /** The export that these bytes are the ZIP of, or a file in it: one with a file of that name if there is one, then the newest. */
  byChecksum(sha256: string, name: string | null): Promise<Match | null>;
  /** Checksum of the whole ZIP of any export, for whoever holds a manifest of it that we signed. */
  containerOf(jobId: string): Promise<string | null>;
}

const completed = (db: Database) =>
  db
    .selectFrom('export_records as j')
    .innerJoin('users as u', 'u.id', 'j.created_by')
    .innerJoin('companies as c', 'c.id', 'j.company_id');

const recordColumns = [
  'j.id',
  'j.company_id',
  'c.name as company_name',
  'c.time_zone',
  'j.report_type',
  'j.file_format',
  'j.date_from',
  'j.date_to',
  'j.filters',
  sql<string[] | null>`CASE WHEN jsonb_array_length(coalesce(j.filters -> 'delivery_location_ids', '[]')) > 0 THEN
    ARRAY(SELECT ${sql.raw(shownName('l', 'delivery_locations', 'j.company_id'))} FROM delivery_locations l WHERE l.company_id = j.company_id
      AND j.filters -> 'delivery_location_ids' ? l.id::text ORDER BY l.name, l.code) END`.as('location_names'),
  'u.name as requested_by',
  'j.created_at',
  'j.completed_at',
  'j.expires_at',
  'j.file_deleted_at',
  sql<boolean>`j.file_deleted_at IS NULL AND j.expires_at > now()`.as('is_downloadable'),
  'j.row_count',
  'j.control_totals',
  'j.sha256',
  'j.files',
] as const;

const selected = (db: Database) => completed(db).select(recordColumns);
type Row = Awaited<ReturnType<ReturnType<typeof selected>['executeTakeFirstOrThrow']>>;

const recordOf = ({ company_id, company_name, time_zone, ...row }: Row): ExportRecord => ({
  ...row,
  company: { id: company_id, name: company_name, time_zone },
  completed_at: row.completed_at ?? row.created_at,
  row_count: Number(row.row_count ?? 0),
  sha256: row.sha256 ?? '',
});

export function exportRecords(db: Database, view: FinancialView): ExportRecords {
  const { companyIds } = view;
  const nobody = companyIds.length === 0;
  // packs are seen by whoever may see all of them
  const seen = sql<boolean>`j.company_id = ANY (${companyIds}::bigint[]) AND coalesce(j.pack_companies <@ ${companyIds}::bigint[], true)`;
  return {
    mayView: (companyId) => companyIds.includes(companyId),

    async byId(jobId) {
      const id = asJobId(jobId);
      if (id === null || nobody) return null;
      const row = await selected(db).where('j.id', '=', id).where(seen).executeTakeFirst();
      return row ? recordOf(row) : null;
    },

    async byChecksum(sha256, name) {
      if (nobody) return null;
      const holds = (entry: object) => sql<boolean>`j.files @> ${JSON.stringify([entry])}::jsonb`;
      const matching = completed(db)
        .where(seen)
        .where((on) => on.or([on('j.sha256', '=', sha256), holds({ sha256 })]));
      const row = await matching
        .select(recordColumns)
        .orderBy(sql`${name !== null} AND (j.filename = ${name} OR ${holds({ sha256, name })})`, 'desc')
        .orderBy('j.created_at', 'desc')
        .orderBy('j.id')
        .limit(1)
        .executeTakeFirst();
      if (!row) return null;
      const { n } = await matching.select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow();
      return { record: recordOf(row), others: n - 1 };
    },

    async containerOf(jobId) {
      const id = asJobId(jobId);
      if (id === null) return null;
      const row = await completed(db).select('j.sha256').where('j.id', '=', id).executeTakeFirst();
      return row?.sha256 ?? null;
    },
  };
}
