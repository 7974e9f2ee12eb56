/** What can be done to one job: read, cancel and delete it. Each verb wants the proof for the job's company. */
import { sql } from 'kysely';
import { type ExportJob, isFinished } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { type FinancialView, companyDenied } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { auditFacts } from '#server/reports/audit-facts.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { filesAreHeld } from './held-files.ts';
import { asJobId } from './job-id.ts';
import { type SelectedJob, jobRows, viewOf } from './job-view.ts';
import type { ExportQueue } from './queue.ts';

/** Told to every worker: whoever runs this job stops at once. */
export const stopChannel = 'export_jobs_stop';

/** The company of a job, for the guard; an unknown job belongs to no company. */
export async function companyOfJob(db: Queryable, id: unknown): Promise<string> {
  const jobId = asJobId(id);
  const row =
    jobId === null
      ? undefined
      : await db.selectFrom('export_jobs').select('company_id').where('id', '=', jobId).executeTakeFirst();
  return row?.company_id ?? '';
}

/** @throws ProductError company_access_denied for a job that is not of the proven company. */
export async function readJob(db: Queryable, view: FinancialView, id: string): Promise<SelectedJob> {
  const row = await jobRows(db).where('j.id', '=', id).where('j.company_id', 'in', view.companyIds).executeTakeFirst();
  if (!row) throw companyDenied();
  return row;
}

/** Of the audit log, about one job: it says which report of which days, so that the log is read without the job. */
export const entry = (view: FinancialView, action: string, job: SelectedJob) =>
  ({
    action,
    companyId: view.company.id,
    organizationId: view.company.organizationId,
    subjectType: 'export_job',
    subjectId: job.id,
    details: auditFacts(job),
  }) as const;

async function stop(tx: DatabaseTransaction, queue: ExportQueue, job: SelectedJob): Promise<boolean> {
  const canceled = await queue.cancel(tx, job.queue, job.id);
  if (canceled) await sql`SELECT pg_notify(${stopChannel}, ${job.id})`.execute(tx);
  return canceled;
}

/** @throws ProductError already_finished. */
export async function cancelExport(
  db: Database,
  queue: ExportQueue,
  view: FinancialView,
  origin: Origin,
  id: string,
): Promise<ExportJob> {
  return db.transaction().execute(async (tx) => {
    const job = await readJob(tx, view, id);
    if (isFinished(job.status) || !(await stop(tx, queue, job))) {
      throw new ProductError('already_finished', 'The export has already finished and cannot be canceled.');
    }
    await audit(tx, view.principal, origin, entry(view, 'export.canceled', job));
    return viewOf(await readJob(tx, view, id));
  });
}

/** Row and file. An unfinished job is canceled first; what a run of it left behind goes too. */
export async function deleteExport(
  db: Database,
  queue: ExportQueue,
  store: ObjectStore,
  view: FinancialView,
  origin: Origin,
  id: string,
): Promise<void> {
  const keys = await db.transaction().execute(async (tx) => {
    const job = await readJob(tx, view, id);
    if (!isFinished(job.status)) await stop(tx, queue, job);
    const left = await tx.selectFrom('export_attempts').select('file_key').where('job_id', '=', id).execute();
    // to be swept again if its files are not removed now
    await tx.updateTable('export_attempts').set({ swept_at: null }).where('job_id', '=', id).execute();
    await tx.deleteFrom('export_jobs').where('id', '=', id).execute();
    await audit(tx, view.principal, origin, entry(view, 'export.deleted', job));
    return [...new Set([job.file_key, ...left.map((attempt) => attempt.file_key)].filter((key) => key !== null))];
  });
  // the row is gone, so no link can be made any more; objects that cannot be removed now are swept later
  if (await filesAreHeld(db)) return;
  await store.delete(keys).then(
    () =>
      db
        .updateTable('export_attempts')
        .set({ swept_at: sql`now()` })
        .where('job_id', '=', id)
        .where('ended_at', 'is not', null)
        .execute(),
    () => undefined,
  );
}
