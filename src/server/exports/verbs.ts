/** What can be done to one job: find, cancel and delete it. Each verb wants the proof for the job's company. */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
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

const asked = new WeakMap<FastifyRequest, SelectedJob>();

/**
 * For the guard: the company of the job in the path, which is read once; of a pack, all that it has something of. An unknown
 * job belongs to no company.
 */
export async function companyOfJob(db: Queryable, request: FastifyRequest): Promise<string | string[]> {
  const id = asJobId((request.params as { id?: unknown }).id);
  const job = id === null ? undefined : await jobRows(db).where('j.id', '=', id).executeTakeFirst();
  if (job) asked.set(request, job);
  return job?.pack_companies ?? job?.company_id ?? '';
}

/** Whether the proof covers it: of a pack, in every company of it. */
const covers = (view: FinancialView, { company_id, pack_companies }: SelectedJob): boolean =>
  [company_id, ...(pack_companies ?? [])].every((id) => view.companyIds.includes(id));

/** The job in the path, as the guard found it. @throws ProductError company_access_denied */
export function jobOf(request: FastifyRequest, view: FinancialView): SelectedJob {
  const job = asked.get(request);
  if (!job || !covers(view, job)) throw companyDenied();
  return job;
}

/** As it is now. @throws ProductError company_access_denied for a job that is not of the proven company, or not there. */
async function readJob(db: Queryable, view: FinancialView, id: string): Promise<SelectedJob> {
  const row = await jobRows(db).where('j.id', '=', id).where('j.company_id', 'in', view.companyIds).executeTakeFirst();
  if (!row) throw companyDenied();
  return row;
}

/** Of the audit log, about one job: it says which report of which days, so that the log is read without the job. */
export const entry = (view: FinancialView, action: string, job: SelectedJob) =>
  ({
    action,
    companyId: job.company_id,
    organizationId: view.companies.find(({ id }) => id === job.company_id)?.organizationId ?? null,
    subjectType: 'export_job',
    subjectId: job.id,
    details: auditFacts(job),
  }) as const;

/** Of a pack, its members with it; locks go in the order in which a member that ends takes them. */
async function stop(tx: DatabaseTransaction, queue: ExportQueue, job: SelectedJob): Promise<boolean> {
  if (job.pack_companies) {
    const { rows: members } = await sql<SelectedJob>`SELECT m.* FROM export_jobs m
      WHERE m.pack_id = ${job.id} AND m.status IN ('pending', 'processing') ORDER BY m.id`.execute(tx);
    await sql`SELECT FROM pgboss.job WHERE id = ANY (${members.map(({ id }) => id)}::uuid[]) AND name LIKE 'exports-%'
      ORDER BY id FOR UPDATE`.execute(tx);
    for (const member of members) await stop(tx, queue, member);
  }
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
  job: SelectedJob,
): Promise<ExportJob> {
  return db.transaction().execute(async (tx) => {
    const stopped = await stop(tx, queue, job);
    const after = await readJob(tx, view, job.id);
    if (!stopped) {
      throw new ProductError('already_finished', 'The export has already finished and cannot be canceled.');
    }
    await tellOthers(tx, view, job);
    await audit(tx, view.principal, origin, entry(view, 'export.canceled', job));
    return viewOf(after);
  });
}

/** Whoever waits for it, by mail, unless they canceled it themselves; what a schedule asked for is told by its run. */
async function tellOthers(tx: DatabaseTransaction, { principal }: FinancialView, { id }: SelectedJob): Promise<void> {
  await sql`INSERT INTO notices (company_id, user_id, kind, details)
    SELECT j.company_id, told.user_id, 'export.canceled',
      jsonb_build_object('job_id', j.id, 'by', coalesce((SELECT name FROM users WHERE id = ${principal.userId}), 'Somebody'))
    FROM export_jobs j CROSS JOIN LATERAL (
      SELECT j.created_by AS user_id WHERE j.created_by IS NOT NULL AND NOT EXISTS (
        SELECT FROM schedule_runs r WHERE (r.job_id = j.id OR r.pack_id = j.id) AND r.status = 'running')
      UNION SELECT user_id FROM export_listeners WHERE job_id = j.id) told
    WHERE j.id = ${id} AND told.user_id IS DISTINCT FROM ${principal.userId}::bigint`.execute(tx);
}

/**
 * Row and file, of a pack with its members. An unfinished job is canceled first; what a run of it left behind goes too. Of several who delete at once,
 * or beside the archive, one has done it.
 * @throws ProductError company_access_denied for a job that is not there any more.
 */
export async function deleteExport(
  db: Database,
  queue: ExportQueue,
  store: ObjectStore,
  view: FinancialView,
  origin: Origin,
  job: SelectedJob,
): Promise<void> {
  const { id } = job;
  if (job.pack_id !== null) {
    throw new ProductError('conflict', 'This export is part of a pack. Delete the pack, and it goes with it.');
  }
  const keys = await db.transaction().execute(async (tx) => {
    // the engine's row before the job's, in the order of the engine itself
    await stop(tx, queue, job);
    const members = await tx
      .deleteFrom('export_jobs')
      .where('pack_id', '=', id)
      .returning(['id', 'file_key'])
      .execute();
    const one = await tx
      .deleteFrom('export_jobs')
      .where('id', '=', id)
      .where('company_id', 'in', view.companyIds)
      .returning(['id', 'file_key'])
      .executeTakeFirst();
    if (!one) throw companyDenied();
    const gone = [one, ...members];
    // to be swept again if its files are not removed now
    const left = await tx
      .updateTable('export_attempts')
      .set({ swept_at: null })
      .where(
        'job_id',
        'in',
        gone.map((each) => each.id),
      )
      .returning('file_key')
      .execute();
    await audit(tx, view.principal, origin, entry(view, 'export.deleted', job));
    return [...new Set([...gone, ...left].map((each) => each.file_key).filter((key) => key !== null))];
  });
  // the row is gone, so no link can be made any more; objects that cannot be removed now are swept later
  if (await filesAreHeld(db)) return;
  await store.delete(keys).then(
    () =>
      db
        .updateTable('export_attempts')
        .set({ swept_at: sql`now()` })
        .where('file_key', 'in', [...keys, ''])
        .where('ended_at', 'is not', null)
        .execute(),
    () => undefined,
  );
}
