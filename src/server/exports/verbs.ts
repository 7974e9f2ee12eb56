/** What can be done to one job: cancel, delete, and ask for its file. Each verb wants the proof for the job's company. */
import { sql } from 'kysely';
import { type DownloadLink, type ExportJob, isFinished, linkLifeSeconds } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { type FinancialView, companyDenied } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { activeTraceParent, traced } from '#server/telemetry/tracing.ts';
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

const entry = (view: FinancialView, action: string, jobId: string) =>
  ({
    action,
    companyId: view.company.id,
    organizationId: view.company.organizationId,
    subjectType: 'export_job',
    subjectId: jobId,
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
    await audit(tx, view.principal, origin, entry(view, 'export.canceled', id));
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
    await tx.deleteFrom('export_jobs').where('id', '=', id).execute();
    await audit(tx, view.principal, origin, entry(view, 'export.deleted', id));
    return [...new Set([job.file_key, ...left.map((attempt) => attempt.file_key)].filter((key) => key !== null))];
  });
  // the row is gone, so no link can be made any more; objects that cannot be removed now are swept later
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

/**
 * A link to the file, made for this click. Company and capability were proven by the guard; then, in this order: the
 * status, the file key, the file's life, the object, the link.
 * @throws ProductError not_ready, file_expired, no_file, storage_unavailable.
 */
export async function downloadExport(
  db: Database,
  store: ObjectStore,
  view: FinancialView,
  origin: Origin,
  id: string,
): Promise<DownloadLink> {
  const job = await readJob(db, view, id);
  if (job.status !== 'completed') {
    throw new ProductError('not_ready', notReady[job.status]);
  }
  if (job.file_key === null || job.filename === null) throw noFile();
  const lifeSeconds =
    job.expires_at === null ? linkLifeSeconds : Math.floor((Date.parse(job.expires_at) - Date.now()) / 1000);
  if (job.file_deleted_at !== null || lifeSeconds < 1) {
    throw new ProductError(
      'file_expired',
      'The file was kept until its date and has been removed. Run the export again.',
    );
  }
  const request = {
    key: job.file_key,
    filename: job.filename,
    contentType: 'application/zip',
    expiresInSeconds: Math.min(linkLifeSeconds, lifeSeconds),
  };
  // in the trace of the export, whenever that was; linked to the click
  const link = await traced(
    {
      name: 'export download',
      parent: job.trace_context,
      links: [activeTraceParent()],
      attributes: { 'mathership.job_id': id },
    },
    () => store.link(request),
  );
  await audit(db, view.principal, origin, entry(view, 'export.downloaded', id));
  return { download_url: link.url, expires_in_seconds: link.expiresInSeconds, filename: job.filename };
}

const notReady = {
  pending: 'The export is waiting to be made. Its file can be downloaded when the status is Completed.',
  processing: 'The export is being made. Its file can be downloaded when the status is Completed.',
  failed: 'The export failed, so there is no file. Run it again.',
  canceled: 'The export was canceled, so there is no file. Run it again.',
} as const;

const noFile = (): ProductError => new ProductError('no_file', 'This export has no file any more. Run it again.');
