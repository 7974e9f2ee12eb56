/** The body of a webhook: thin, without a row of the report; what leads to more wants a key. */
import type { SelectedJob } from '#server/exports/job-view.ts';
import type { Sending } from './send.ts';

export function eventBody(sending: Sending, job: SelectedJob | undefined, site: string): string {
  const api = `${site}/api/v1`;
  // what somebody sent by hand is the receiver's as any other
  const { by_hand: _, ...details } = sending.details ?? {};
  const data = job
    ? {
        job_id: job.id,
        pack_id: job.pack_companies ? job.id : null,
        company_id: job.company_id,
        report_type: job.report_type,
        file_format: job.file_format,
        date_from: job.date_from,
        date_to: job.date_to,
        status: job.status,
        row_count: job.row_count === null ? null : Number(job.row_count),
        // of groups there may be thousands
        control_totals: job.control_totals && { ...job.control_totals, groups: undefined },
        sha256: job.sha256,
        error: job.error_code === null ? null : { code: job.error_code, message: job.error_message },
        links: {
          job: `${api}/export-jobs/${job.id}`,
          download: `${api}/export-jobs/${job.id}/download`,
          page: `${site}/export-history?company=${job.company_id}&job=${job.id}`,
        },
        ...(details['changed_since'] !== undefined && { changed_since: details['changed_since'] }),
        schedule_id: sending.schedule_id,
        occurrence: sending.occurrence,
      }
    : {
        company_id: sending.company_id,
        ...details,
        links: { page: `${site}/schedules?company=${sending.company_id}` },
      };
  return JSON.stringify({ type: sending.event ?? 'export.completed', timestamp: sending.created_at, data });
}
