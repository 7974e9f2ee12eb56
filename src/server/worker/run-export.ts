/**
 * One claim, from start to outcome. What it returns is published by the engine's fenced completion and by nothing else;
 * a run whose claim was lost can write no progress, no status and no file that anybody will ever see.
 */
import { sql } from 'kysely';
import { type ErrorCode, ProductError } from '#contract/errors.ts';
import { type CompanyAccess, type Principal, requireCapability } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import { jobRows, type SelectedJob } from '#server/exports/job-view.ts';
import type { Claim, Outcome } from '#server/exports/queue.ts';
import { findReport } from '#server/reports/registry.ts';
import { resolveScope } from '#server/reports/scope.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { completionOf } from './completion.ts';
import { progressWriter } from './progress.ts';
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

export async function runExport(dependencies: RunDependencies, claim: Claim): Promise<Outcome> {
  const { db, threads, store, retentionDays, workerName, log } = dependencies;
  const { jobId, attempt } = claim;
  const started = performance.now();
  const job = await jobRows(db).where('j.id', '=', jobId).executeTakeFirst();
  if (!job) return { kind: 'failed', code: 'internal', message: 'The export was deleted.' };
  const fileKey = `exports/${job.company_id}/${jobId}/${attempt}.zip`;
  await beginAttempt(db, job, attempt, fileKey, workerName);
  const progress = progressWriter(db, jobId, attempt);
  const finish = async (outcome: Outcome): Promise<Outcome> => {
    await endAttempt(db, jobId, attempt, outcome.kind === 'completed' ? 'completed' : outcome.code);
    return outcome;
  };
  try {
    const company = await stillAllowed(db, job);
    const definition = findReport(job.report_type);
    if (!definition) throw new ProductError('internal', `This worker does not know the report ${job.report_type}.`);
    const scope = await resolveScope(db, company, {
      definition,
      from: job.date_from,
      to: job.date_to,
      filters: job.filters,
    });
    const result = await threads.run(
      {
        jobId,
        attempt,
        reportType: job.report_type,
        fileFormat: job.file_format,
        options: job.options,
        scope,
        requestedBy: job.created_by_name,
        requestedAt: job.created_at,
        fileKey,
      },
      { signal: claim.signal, onCounted: (rows) => progress.counted(rows), onRows: (rows) => progress.rows(rows) },
    );
    await stillAllowed(db, job);
    if (!(await holdsClaim(db, claim))) {
      // frozen or cut off for too long: another run has the job, and what this one made is nobody's
      await store.delete([fileKey]);
      throw new ProductError('worker_lost', 'The export was taken over by another worker.');
    }
    log.info(
      {
        job_id: jobId,
        attempt,
        report: job.report_type,
        format: job.file_format,
        rows: result.rowCount,
        bytes: result.fileSize,
        milliseconds: Math.round(performance.now() - started),
      },
      'export completed',
    );
    return await finish({
      kind: 'completed',
      output: completionOf(result, retentionDays),
    });
  } catch (error) {
    const known =
      error instanceof ProductError ? error : new ProductError('internal', internalSentence, { cause: error });
    log.error({ job_id: jobId, attempt, code: known.code, err: known.cause ?? known }, 'export failed');
    return await finish(
      worthAnotherRun.has(known.code)
        ? { kind: 'retry', code: known.code, message: known.message }
        : { kind: 'failed', code: known.code, message: known.message },
    );
  } finally {
    await progress.stop();
  }
}

const internalSentence =
  'Something went wrong on our side and no file was made. Run it again; if it fails again, tell whoever runs this installation.';

/** Whoever asked must hold the capability when the file is begun, and when it is done. */
async function stillAllowed(db: Database, job: SelectedJob): Promise<CompanyAccess> {
  const requester: Principal = {
    userId: job.created_by,
    name: job.created_by_name,
    email: '',
    via: 'session',
    credentialId: null,
  };
  try {
    return (await requireCapability(db, requester, 'view_financials', job.company_id)).company;
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
    // a claim that was handed back unspent comes again under the same number
    .onConflict((conflict) =>
      conflict
        .columns(['job_id', 'attempt'])
        .doUpdateSet({ worker, started_at: sql`clock_timestamp()`, ended_at: null, outcome: null, swept_at: null }),
    )
    .execute();
}

async function endAttempt(db: Database, jobId: string, attempt: number, outcome: string): Promise<void> {
  await db
    .updateTable('export_attempts')
    .set({ ended_at: sql`clock_timestamp()`, outcome })
    .where('job_id', '=', jobId)
    .where('attempt', '=', attempt)
    .execute();
}
