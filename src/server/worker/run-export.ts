/**
 * One claim, from start to outcome. What it returns is published by the engine's fenced completion and by nothing else;
 * a run whose claim was lost can write no progress, no status and no file that anybody will ever see.
 */
import { sql } from 'kysely';
import { type ErrorCode, ProductError } from '#contract/errors.ts';
import type { FileFormat } from '#contract/reports.ts';
import { type CompanyAccess, type Principal, requireInAll } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import { standingOf } from '#server/database/replica.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { changedJob, changesScopeOf } from '#server/exports/compared-jobs.ts';
import { jobRows, type SelectedJob } from '#server/exports/job-view.ts';
import type { Claim, Outcome } from '#server/exports/queue.ts';
import type { AsOf } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';
import { resolveScope } from '#server/reports/scope.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { recordSpan, traced } from '#server/telemetry/tracing.ts';
import { completionOf } from './completion.ts';
import { databaseUnavailable, internalSentence, passingFailure, timedOutSentence } from './failure-words.ts';
import { progressWriter } from './progress.ts';
import type { RenderedPack } from './pack-task.ts';
import { packTaskOf } from './pack-task-of.ts';
import type { RenderedExport, RenderedFile } from './render-task.ts';
import { RunStopped, type StopReason } from './run-stopped.ts';
import type { ThreadPool } from './thread-pool.ts';

export interface RunDependencies {
  readonly db: Database;
  readonly threads: ThreadPool;
  readonly store: ObjectStore;
  readonly retentionDays: number;
  /** Names this process in the list of attempts. */
  readonly workerName: string;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** Failures that another run may well not meet. */
const worthAnotherRun = new Set<ErrorCode>([
  'storage_unavailable',
  'database_unavailable',
  'worker_lost',
  'row_check_failed',
  'render_failed',
  'internal',
]);

/** Never rejects: whatever goes wrong becomes an outcome with a code and a sentence. */
export async function runExport(dependencies: RunDependencies, claim: Claim): Promise<Outcome> {
  const { db, log } = dependencies;
  const { jobId, attempt } = claim;
  const started = performance.now();
  try {
    const job = await jobRows(db).where('j.id', '=', jobId).executeTakeFirst();
    if (!job) return { kind: 'failed', code: 'internal', message: 'The export was deleted.' };
    const fileKey = `exports/${job.company_id}/${jobId}/${attempt}.zip`;
    await beginAttempt(db, job, attempt, fileKey, dependencies.workerName);
    const make = job.pack_companies ? makePack : makeFile;
    const result = await tracedRun<RenderedExport | RenderedPack>(claim, job, () =>
      make(dependencies, claim, job, fileKey),
    );
    const facts = { job_id: jobId, attempt, report: job.report_type, format: job.file_format };
    const milliseconds = Math.round(performance.now() - started);
    log.info({ ...facts, rows: result.rowCount, bytes: result.fileSize, milliseconds }, 'export completed');
    await endAttempt(db, claim, 'completed');
    return { kind: 'completed', output: completionOf(result, dependencies.retentionDays) };
  } catch (error) {
    const { ended, outcome } = failureOf(error);
    log.error({ job_id: jobId, attempt, code: ended, err: (error as Error).cause ?? error }, 'export ended');
    // the list of attempts is for people to read; the outcome must not wait for it
    await endAttempt(db, claim, ended).catch(() => undefined);
    return outcome;
  }
}

/** The run as a span in the trace of the request that asked, beside the time it waited. */
function tracedRun<T>({ jobId, attempt, lane }: Claim, job: SelectedJob, work: () => Promise<T>): Promise<T> {
  const attributes = {
    'mathership.job_id': jobId,
    'mathership.attempt': attempt,
    'mathership.lane': lane,
    'mathership.report': job.report_type,
    'mathership.format': job.file_format,
  };
  const parent = job.trace_context;
  if (attempt === 1)
    recordSpan({
      name: 'export queued',
      parent,
      attributes,
      startedAt: Date.parse(job.created_at),
      endedAt: Date.now(),
    });
  return traced({ name: 'export run', kind: 'consumer', parent, attributes }, work);
}

async function makeFile(
  { db, threads, store }: RunDependencies,
  claim: Claim,
  job: SelectedJob,
  fileKey: string,
): Promise<RenderedExport> {
  const { jobId, attempt, signal } = claim;
  const [company] = await traced({ name: 'export claim' }, () => stillAllowed(db, job));
  const definition = findReport(job.report_type);
  if (!definition || !company)
    throw new ProductError('internal', `This worker does not know the report ${job.report_type}.`);
  const asked = {
    definition,
    from: job.date_from,
    to: job.date_to,
    filters: job.filters,
    columns: job.options.columns,
    asOf: asOfJob(job),
    dateBasis: job.options.date_basis,
  };
  const plain = await resolveScope(db, company, asked);
  const { changes_since } = job.options;
  const scope =
    changes_since === undefined
      ? plain
      : {
          ...plain,
          changes: await inOneSnapshot(db, async (tx) =>
            changesScopeOf(tx, await changedJob(tx, company.id, changes_since)),
          ),
        };
  const progress = progressWriter(db, jobId, attempt);
  try {
    const result = await threads.run(
      {
        jobId,
        attempt,
        reportType: definition.type,
        fileFormat: job.file_format as FileFormat,
        options: job.options,
        scope,
        requestedBy: job.created_by_name,
        requestedAt: job.created_at,
        // now, not when it was asked for: a question that found this job waiting may have been asked since
        asked: threads.readsReplica ? await standingOf(db) : null,
        fileKey,
      },
      { signal, onCounted: progress.counted, onRows: progress.rows },
    );
    return await confirmed(store, result, () => confirm(db, claim, job));
  } finally {
    await progress.stop();
  }
}

async function confirmed<T extends RenderedFile>(
  store: ObjectStore,
  file: T,
  confirming: () => Promise<void>,
): Promise<T> {
  for (const { name, ...when } of file.steps) recordSpan({ name: `export ${name}`, ...when });
  await traced({ name: 'export confirm' }, confirming).catch(async (error: unknown) => {
    // nobody is to have this file; what cannot be removed now, the sweep removes
    await store.discard(file.fileKey).catch(() => undefined);
    throw error;
  });
  return file;
}

async function makePack(
  { db, threads, store }: RunDependencies,
  claim: Claim,
  job: SelectedJob,
  fileKey: string,
): Promise<RenderedPack> {
  const { jobId, attempt, signal } = claim;
  const companies = await traced({ name: 'export claim' }, () => stillAllowed(db, job));
  const task = await packTaskOf(db, job, companies, { attempt, fileKey });
  const progress = progressWriter(db, jobId, attempt);
  progress.counted(task.members.reduce((rows, { rowCount }) => rows + rowCount, 0));
  try {
    const result = await threads.pack(task, { signal, onCounted: progress.counted, onRows: progress.rows });
    return await confirmed(store, result, () => confirm(db, claim, job));
  } finally {
    await progress.stop();
  }
}

const asOfJob = ({ as_of_version: version, as_of_instant: now }: SelectedJob): AsOf | undefined =>
  version === null || now === null ? undefined : { version: Number(version), now };

/** Before the file is published: whoever asked may still see it, and this run is still the one that was asked. */
async function confirm(db: Database, claim: Claim, job: SelectedJob): Promise<void> {
  await stillAllowed(db, job);
  // frozen or cut off for too long: another run has the job
  if (!(await holdsClaim(db, claim))) throw new RunStopped('claim_lost');
}

interface Failure {
  /** How the attempt ended, for the job's list of attempts. */
  readonly ended: string;
  readonly outcome: Outcome;
}

function failureOf(error: unknown): Failure {
  if (error instanceof RunStopped) return stoppedFailure(error.reason);
  const { code, message } =
    error instanceof ProductError
      ? error
      : (passingFailure(error) ?? { code: 'internal' as const, message: internalSentence });
  return { ended: code, outcome: { kind: worthAnotherRun.has(code) ? 'retry' : 'failed', code, message } };
}

function stoppedFailure(reason: StopReason): Failure {
  switch (reason) {
    case 'timed_out':
      return { ended: 'timed_out', outcome: { kind: 'failed', code: 'timed_out', message: timedOutSentence } };
    case 'database_silent':
      return { ended: databaseUnavailable.code, outcome: { kind: 'retry', ...databaseUnavailable } };
    default: {
      // the claim is somebody else's by now: the engine's fence does not hear this
      const message = 'The export was interrupted. It is run again.';
      return { ended: reason, outcome: { kind: 'retry', code: 'worker_lost', message } };
    }
  }
}

/** Whoever asked must hold the capability when the file is begun, and when it is done; of a pack, in every company. */
async function stillAllowed(db: Database, job: SelectedJob): Promise<readonly CompanyAccess[]> {
  const requester: Principal = {
    userId: job.created_by,
    name: job.created_by_name,
    email: '',
    via: 'session',
    credentialId: null,
  };
  try {
    return (await requireInAll(db, requester, 'view_financials', job.pack_companies ?? [job.company_id])).companies;
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    throw new ProductError(
      'capability_lost',
      `${job.created_by_name} lost Financial viewing before the file was written. Somebody who has it can run the export.`,
    );
  }
}

async function holdsClaim(db: Database, claim: Claim): Promise<boolean> {
  const row = await db
    .selectFrom('export_jobs')
    .select('id')
    .where('id', '=', claim.jobId)
    .where('attempt', '=', claim.attempt)
    .where('status', '=', 'processing')
    .executeTakeFirst();
  return row !== undefined;
}

async function beginAttempt(
  db: Database,
  job: SelectedJob,
  attempt: number,
  fileKey: string,
  worker: string,
): Promise<void> {
  await db
    .insertInto('export_attempts')
    .values({ job_id: job.id, attempt, company_id: job.company_id, file_key: fileKey, worker })
    .execute();
}

/** Swept or not, it is to be swept again: a run that was frozen may have stored its object after the sweep. */
async function endAttempt(db: Database, { jobId, attempt }: Claim, outcome: string): Promise<void> {
  await db
    .updateTable('export_attempts')
    .set({ ended_at: sql`clock_timestamp()`, outcome, swept_at: null })
    .where('job_id', '=', jobId)
    .where('attempt', '=', attempt)
    .execute();
}
