/** What happened to one job: its runs, and who took the file when. */
import type { Database } from '#server/database/database.ts';

export interface JobActivity {
  attempts: { attempt: number; started_at: string; ended_at: string | null; outcome: string | null }[];
  downloads: { at: string; user: { id: string; name: string } | null }[];
}

const downloadsMax = 200;

export async function readActivity(db: Database, jobId: string): Promise<JobActivity> {
  const attempts = await db
    .selectFrom('export_attempts')
    .select(['attempt', 'started_at', 'ended_at', 'outcome'])
    .where('job_id', '=', jobId)
    .orderBy('attempt')
    .execute();
  const downloads = await db
    .selectFrom('audit_events as e')
    .leftJoin('users as u', 'u.id', 'e.user_id')
    .select(['e.at', 'u.id', 'u.name'])
    .where('e.subject_type', '=', 'export_job')
    .where('e.subject_id', '=', jobId)
    .where('e.action', '=', 'export.downloaded')
    .orderBy('e.id', 'desc')
    .limit(downloadsMax)
    .execute();
  return {
    attempts,
    downloads: downloads.map(({ at, id, name }) => ({ at, user: id === null ? null : { id, name: name ?? '' } })),
  };
}
