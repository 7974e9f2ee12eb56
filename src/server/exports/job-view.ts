/** From a row to the job every door answers, and the one query that reads such rows. */
import { sql } from 'kysely';
import type { ExportJob, NotesOnJob } from '#contract/export-jobs.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';

/**
 * How many exports of the lane, of whichever company, start before this one and with it. The line is counted once a
 * statement, and only when one waits (an uncorrelated subquery).
 */
export const queuePosition = sql<number | null>`CASE WHEN j.status = 'pending' AND j.pack_companies IS NULL THEN
  coalesce(((SELECT jsonb_object_agg(job_id, place) FROM export_queue) ->> j.id::text)::int, 1) END`;

/**
 * Of a job `j`, by the database's clock and no other: whole seconds that its file may still be asked for, null for one
 * without a file. It can be downloaded while there is one left.
 */
const secondsLeft = sql<number | null>`CASE WHEN j.status = 'completed' AND j.file_deleted_at IS NULL
  THEN greatest(0, floor(extract(epoch FROM j.expires_at - statement_timestamp())))::float8 END`;
export const isDownloadable = sql<boolean>`coalesce(${secondsLeft} >= 1, false)`;

/** How many people have written on a job `j`, and what was written last; null: nothing. */
export const notesOnJob = sql<NotesOnJob | null>`(SELECT jsonb_build_object('count', n.number, 'last', jsonb_build_object('text', n.text,
    'created_at', to_char(n.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'by', w.name))
  FROM (SELECT *, count(*) OVER () AS number FROM export_notes WHERE job_id = j.id ORDER BY id DESC LIMIT 1) n
  LEFT JOIN users w ON w.id = n.created_by)`;

/** Of a pack: what it is called, and how far its members are. */
export const packFacts = sql<{
  name: string;
  members: number;
  members_ended: number;
} | null>`CASE WHEN j.pack_companies IS NOT NULL THEN (
  SELECT jsonb_build_object('name', (SELECT p.name FROM export_packs p WHERE p.id = j.id), 'members', count(*),
    'members_ended', count(*) FILTER (WHERE m.status NOT IN ('pending', 'processing')))
  FROM export_jobs m WHERE m.pack_id = j.id) END`;

/** Everything `viewOf` needs. */
const computed = [
  'u.name as created_by_name',
  queuePosition.as('queue_position'),
  secondsLeft.as('seconds_left'),
  isDownloadable.as('is_downloadable'),
  notesOnJob.as('notes'),
  packFacts.as('pack_facts'),
] as const;

export const jobRows = (db: Queryable) =>
  db.selectFrom('export_jobs as j').innerJoin('users as u', 'u.id', 'j.created_by').selectAll('j').select(computed);

export type SelectedJob = Awaited<ReturnType<ReturnType<typeof jobRows>['executeTakeFirstOrThrow']>>;

const number = (text: string | null): number | null => (text === null ? null : Number(text));

export function viewOf(row: SelectedJob): ExportJob {
  return {
    id: row.id,
    company_id: row.company_id,
    report_type: row.report_type,
    file_format: row.file_format,
    status: row.status,
    date_from: row.date_from,
    date_to: row.date_to,
    filters: row.filters,
    options: row.options,
    created_at: row.created_at,
    updated_at: row.updated_at,
    started_at: row.started_at,
    completed_at: row.completed_at,
    expires_at: row.expires_at,
    created_by: { id: row.created_by, name: row.created_by_name },
    saved_report: row.saved_report_name === null ? null : { id: row.saved_report_id, name: row.saved_report_name },
    progress:
      row.rows_done === null || row.rows_total === null
        ? null
        : { rows_done: Number(row.rows_done), rows_total: Number(row.rows_total) },
    queue_position: row.queue_position,
    row_count: number(row.row_count),
    file_size: number(row.file_size),
    filename: row.filename,
    sha256: row.sha256,
    control_totals: row.control_totals,
    error: row.error_code === null ? null : { code: row.error_code as ErrorCode, message: row.error_message ?? '' },
    data_version: number(row.data_version),
    as_of_version: number(row.as_of_version),
    changed_since: null,
    attempt: row.attempt,
    is_downloadable: row.is_downloadable,
    notes: row.notes,
    pack_id: row.pack_id,
    pack: row.pack_facts && row.pack_companies && { ...row.pack_facts, company_ids: row.pack_companies },
  };
}
