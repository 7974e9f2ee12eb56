/**
 * Creating an export: proof, parsed question, one transaction with the job's row, its engine job and the audit entry.
 * A 201 is a promise: whatever dies next, the job is queued.
 */
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { ExportOptions, FileFormat } from '#contract/reports.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { FinancialView } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { auditFacts } from '#server/reports/audit-facts.ts';
import type { ReportDefinition, ReportScope } from '#server/reports/definition.ts';
import { estimateRows, seemsLargerThan } from '#server/reports/estimate.ts';
import { pdfLimitSentence, tooManyRows } from '#server/reports/size.ts';
import { activeTraceParent } from '#server/telemetry/tracing.ts';
import { newJobId } from './job-id.ts';
import { jobRows, viewOf } from './job-view.ts';
import { fingerprint } from './question.ts';
import { type ExportQueue, type Lane, lanes } from './queue.ts';

export interface CreateDependencies {
  readonly db: Database;
  readonly queue: ExportQueue;
  readonly limits: { readonly unfinishedMax: number; readonly pdfRowsMax: number };
}

export interface CreateInput {
  readonly definition: ReportDefinition;
  readonly scope: ReportScope;
  readonly fileFormat: FileFormat;
  readonly options: ExportOptions;
  readonly idempotencyKey: string | null;
  readonly retryOf?: string;
}

export interface Created {
  readonly job: ExportJob;
  /** False: an earlier, equal request made it. */
  readonly isNew: boolean;
}

/** Above this many rows (by the planner's estimate) an export takes the lane for large ones. */
const quickRowsMax = 100_000;

/** First half of the advisory lock that a company's creates take. */
const createLock = 7_263_115;

/** @throws ProductError row_limit_exceeded, too_many_unfinished_exports, idempotency_key_reused. */
export async function createExport(
  { db, queue, limits }: CreateDependencies,
  view: FinancialView,
  origin: Origin,
  input: CreateInput,
): Promise<Created> {
  const { definition, scope, fileFormat, options } = input;
  const question = {
    companyId: scope.companyId,
    reportType: definition.type,
    fileFormat,
    from: scope.from,
    to: scope.to,
    filters: scope.filters,
    options,
  };
  const print = fingerprint(question);
  const userId = await requesterOf(db, view);

  if (input.idempotencyKey !== null) {
    const earlier = await answeredBefore(db, userId, input.idempotencyKey, print);
    if (earlier) return { job: earlier, isNew: false };
  }
  const estimate = await estimateRows(db, definition, scope);
  const { pdfRowsMax } = limits;
  if (fileFormat === 'pdf' && (await seemsLargerThan(db, { definition, scope, estimate }, pdfRowsMax))) {
    throw tooManyRows(pdfRowsMax, pdfLimitSentence(pdfRowsMax));
  }
  const lane: Lane = estimate > quickRowsMax ? 'bulk' : 'quick';

  return db.transaction().execute(async (tx) => {
    // creates of one company come one by one: the limit is exact, and slots fill evenly
    await sql`SELECT pg_advisory_xact_lock(${createLock}, hashint8(${scope.companyId}::bigint))`.execute(tx);
    const unfinished = await unfinishedOf(tx, scope.companyId);
    const { id, createdAt } = newJobId();
    const inserted = await tx
      .insertInto('export_jobs')
      .values({
        id,
        company_id: scope.companyId,
        created_by: userId,
        report_type: definition.type,
        file_format: fileFormat,
        date_from: scope.from,
        date_to: scope.to,
        filters: JSON.stringify(scope.filters),
        options: JSON.stringify(options),
        question: print,
        queue: lanes[lane],
        created_at: createdAt,
        updated_at: createdAt,
        retry_of: input.retryOf ?? null,
        trace_context: activeTraceParent(),
      })
      .onConflict((conflict) =>
        conflict
          .columns(['company_id', 'created_by', 'question'])
          .where('status', 'in', ['pending', 'processing'])
          .doNothing(),
      )
      .returning('id')
      .executeTakeFirst();
    if (!inserted) {
      // a double click: the same person's same question, still unfinished
      const job = await unfinishedTwin(tx, scope.companyId, userId, print);
      if (input.idempotencyKey !== null) await remember(tx, userId, input.idempotencyKey, print, job.id);
      return { job, isNew: false };
    }
    if (unfinished >= limits.unfinishedMax) {
      throw new ProductError(
        'too_many_unfinished_exports',
        `This company has ${unfinished.toLocaleString('en')} unfinished exports, the most allowed. Wait until some are done, or cancel some.`,
        { retryAfterSeconds: 10 },
      );
    }
    await queue.enqueue(tx, { id, companyId: scope.companyId, lane });
    if (input.idempotencyKey !== null) await remember(tx, userId, input.idempotencyKey, print, id);
    await audit(tx, view.principal, origin, {
      action: 'export.created',
      companyId: scope.companyId,
      organizationId: view.company.organizationId,
      subjectType: 'export_job',
      subjectId: id,
      details: auditFacts({
        report_type: definition.type,
        file_format: fileFormat,
        date_from: scope.from,
        date_to: scope.to,
        filters: scope.filters,
      }),
    });
    const row = await jobRows(tx).where('j.id', '=', id).executeTakeFirstOrThrow();
    return { job: viewOf(row), isNew: true };
  });
}

/** Who a job belongs to: the person who asks; for the operator, the owner of the organization. */
async function requesterOf(db: Database, view: FinancialView): Promise<string> {
  if (view.principal.userId !== null) return view.principal.userId;
  const owner = await db
    .selectFrom('organization_members')
    .select('user_id')
    .where('organization_id', '=', view.company.organizationId)
    .where('role', '=', 'owner')
    .orderBy('created_at')
    .orderBy('user_id')
    .executeTakeFirst();
  if (!owner) throw new ProductError('conflict', 'The organization of this company has no owner to export for.');
  return owner.user_id;
}

async function unfinishedOf(tx: DatabaseTransaction, companyId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM export_jobs
    WHERE company_id = ${companyId} AND status IN ('pending', 'processing')`.execute(tx);
  return rows[0]?.n ?? 0;
}

async function unfinishedTwin(
  tx: DatabaseTransaction,
  companyId: string,
  userId: string,
  print: string,
): Promise<ExportJob> {
  const row = await jobRows(tx)
    .where('j.company_id', '=', companyId)
    .where('j.created_by', '=', userId)
    .where('j.question', '=', print)
    .orderBy('j.created_at', 'desc')
    .executeTakeFirst();
  // it finished between the conflict and this look: the caller's next try makes a new one
  if (!row) throw new ProductError('conflict', 'The same export just finished. Run it again.');
  return viewOf(row);
}

async function answeredBefore(db: Database, userId: string, key: string, print: string): Promise<ExportJob | null> {
  const before = await db
    .selectFrom('idempotency_keys')
    .select(['question', 'job_id'])
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .where(sql<boolean>`created_at > now() - interval '1 day'`)
    .executeTakeFirst();
  if (!before) return null;
  if (before.question !== print) {
    throw keyReused();
  }
  const row = await jobRows(db).where('j.id', '=', before.job_id).executeTakeFirst();
  if (!row) throw invalidField('Idempotency-Key', 'belongs to an export that has been deleted; use a new key');
  return viewOf(row);
}

/** Keeps the key for a day. Two equal requests that race end with the same job; the key never changes its question. */
async function remember(
  tx: DatabaseTransaction,
  userId: string,
  key: string,
  print: string,
  jobId: string,
): Promise<void> {
  const kept = await tx
    .insertInto('idempotency_keys')
    .values({ user_id: userId, key, question: print, job_id: jobId })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'key'])
        .doUpdateSet({ question: print, job_id: jobId, created_at: sql`now()` })
        .where('idempotency_keys.created_at', '<', sql<string>`now() - interval '1 day'`),
    )
    .returning('job_id')
    .executeTakeFirst();
  if (kept) return;
  const { question } = await tx
    .selectFrom('idempotency_keys')
    .select('question')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (question !== print) throw keyReused();
}

const keyReused = (): ProductError =>
  new ProductError('idempotency_key_reused', 'This Idempotency-Key was used for a different export. Use a new key.', {
    fields: [{ field: 'Idempotency-Key', message: 'was used for a different export' }],
  });
