/** The change log as the live feed reads it: every state a job went through, in order, without gaps. */
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { Database } from '#server/database/database.ts';
import type { Change, ChangeLog } from '#server/live/change-feed.ts';
import { queuePosition, type SelectedJob, viewOf } from './job-view.ts';

/** Entries older than this are swept; an event id from before cannot be resumed from. */
export const changeLogSeconds = 3600;

type LogRow = SelectedJob & { log_seq: string; log_job: string; log_company: string };

export function exportJobChanges(db: Database): ChangeLog<ExportJob> {
  return {
    channel: 'export_job_changes',
    keptSeconds: changeLogSeconds,
    async now() {
      const { rows } = await sql<{ horizon: string }>`
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon`.execute(db);
      return rows[0]?.horizon ?? '0';
    },
    async read(horizon, companyIds) {
      return db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async (tx) => {
          const next = await sql<{ horizon: string }>`
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon`.execute(tx);
          const { rows } = await sql<LogRow>`
            SELECT j.*, u.name AS created_by_name, c.seq AS log_seq, c.job_id AS log_job, c.company_id AS log_company,
              ${queuePosition} AS queue_position,
              j.status = 'completed' AND j.file_deleted_at IS NULL AND j.expires_at > now() AS is_downloadable
            FROM export_job_changes c
            LEFT JOIN LATERAL jsonb_populate_record(NULL::export_jobs, c.state) j ON c.state IS NOT NULL
            LEFT JOIN users u ON u.id = j.created_by
            WHERE c.xid >= ${horizon}::xid8 ${companyIds ? sql`AND c.company_id IN (${sql.join(companyIds)})` : sql``}
            ORDER BY c.seq`.execute(tx);
          return { horizon: next.rows[0]?.horizon ?? horizon, changes: rows.map(changeOf) };
        });
    },
  };
}

const changeOf = (row: LogRow): Change<ExportJob> => ({
  seq: row.log_seq,
  companyId: row.log_company,
  id: row.log_job,
  value: row.id === null ? null : viewOf(row),
});
