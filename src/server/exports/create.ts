/**
 * Creating an export, from the question as it was asked: one transaction with the job's row, its engine job and the audit
 * entry. A 201 is a promise: whatever dies next, the job is queued. Equal questions of one person that arrive while the
 * first is unanswered or unfinished are one job.
 */
import { sql } from 'kysely';
import { type ExportJob, isFinished } from '#contract/export-jobs.ts';
import type { RowLimits } from '#contract/formats.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { ExportOptions, FileFormat } from '#contract/reports.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { companyDenied, type FinancialView } from '#server/access/decide.ts';
import { onlyOnce, questionOf } from '#server/access/idempotency.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { auditFacts } from '#server/reports/audit-facts.ts';
import { asOfFile, asOfVersion } from '#server/reports/as-of.ts';
import { inComparison } from '#server/reports/comparison.ts';
import type { AsOf, ReportDefinition, ReportScope } from '#server/reports/definition.ts';
import { estimateRows, seemsLargerThan } from '#server/reports/estimate.ts';
import { markUsed } from '#server/reports/marks.ts';
import { findReport } from '#server/reports/registry.ts';
import { holdNamed, parseFilters, resolveScope } from '#server/reports/scope.ts';
import { tooManyRows } from '#server/reports/size.ts';
import { activeTraceParent } from '#server/telemetry/tracing.ts';
import { changedJob } from './compared-jobs.ts';
import { newJobId } from './job-id.ts';
import { jobRows, type SelectedJob, viewOf } from './job-view.ts';
import { type ExportQueue, type Lane, lanes } from './queue.ts';

export interface CreateDependencies {
  readonly db: Database;
  readonly queue: ExportQueue;
  readonly limits: { readonly unfinishedMax: number; readonly rowsMax: RowLimits };
}

/** Of one company, as it was asked: nothing of it has been looked at but its shape. */
export interface ExportQuestion {
  readonly report_type: string;
  readonly file_format: FileFormat;
  /** Days, in order. */
  readonly date_from: string;
  readonly date_to: string;
  readonly filters?: Readonly<Record<string, unknown>> | null | undefined;
  readonly options?: ExportOptions | null | undefined;
  /** Of the company's data; absent: as it is when the file is made. */
  readonly as_of_version?: number | undefined;
}

/** A kept question that the export is made of, by the name it has now. */
export interface SavedOrigin {
  readonly id: string;
  readonly name: string;
}

/** What else is asked for with an export. */
export interface Extra {
  /** In the transaction that makes it, or that finds an equal one unfinished: what throws here makes nothing. */
  readonly within?: (tx: DatabaseTransaction, jobId: string) => Promise<void>;
  /** Whoever asks is told by mail when it has ended. */
  readonly notify?: boolean | undefined;
}

/** Who asks, with what right, and under which Idempotency-Key. */
export interface Asker {
  readonly view: FinancialView;
  readonly origin: Origin;
  readonly key: string | null;
}

export interface Created {
  readonly job: ExportJob;
  /** False: an earlier, equal request made it. */
  readonly isNew: boolean;
}

/** Above this many rows (by the planner's estimate) an export takes the lane for large ones. */
const quickRowsMax = 100_000;

/** First half of the advisory lock that a company's creates take. */
export const createLock = 7_263_115;

/**
 * @throws ProductError for what is wrong with the question, naming the field; row_limit_exceeded,
 *   too_many_unfinished_exports, idempotency_key_reused, idempotency_result_deleted.
 */
export async function createExport(
  parts: CreateDependencies,
  asker: Asker,
  question: ExportQuestion,
  saved?: SavedOrigin,
  extra: Extra = {},
): Promise<Created> {
  return make(parts, asker, await ofChanges(parts.db, asker.view, question), { saved, ...extra });
}

/** The changes of an export are of its own question, whatever else was asked. */
async function ofChanges(db: Database, view: FinancialView, question: ExportQuestion): Promise<ExportQuestion> {
  const { changes_since, columns: _shown, compare_to: _other, date_basis: _basis, ...options } = question.options ?? {};
  if (changes_since === undefined) return question;
  const job = await changedJob(db, view.company.id, changes_since);
  if (job.report_type !== question.report_type) {
    throw invalidField('options.changes_since', `is an export of the report ${job.report_type}`);
  }
  const { date_from, date_to, filters } = job;
  const { date_basis } = job.options;
  return {
    ...question,
    date_from,
    date_to,
    filters,
    options: { ...options, changes_since, ...(date_basis && { date_basis }) },
  };
}

/**
 * The same question again, as a new job; `original`: and of the data as they were.
 * @throws ProductError as `createExport`, conflict while it is unfinished, not_reproducible for what is not known any more.
 */
export async function retryExport(
  parts: CreateDependencies,
  asker: Asker,
  job: SelectedJob,
  { original = false } = {},
): Promise<Created> {
  const { saved_report_id: id, saved_report_name: name, as_of_version: version, ...asked } = job;
  const question = { ...asked, ...(version !== null && { as_of_version: Number(version) }) };
  const saved = id !== null && name !== null ? { id, name } : undefined;
  return make(parts, asker, question, { retried: job, original, saved });
}

interface Origins {
  readonly retried?: SelectedJob;
  readonly original?: boolean;
  readonly saved?: SavedOrigin | undefined;
}

async function make(
  { db, queue, limits }: CreateDependencies,
  { view, origin, key }: Asker,
  question: ExportQuestion,
  { retried, original = false, saved, within, notify }: Extra & Origins,
): Promise<Created> {
  const { company, principal } = view;
  const { report_type, file_format: fileFormat, date_from: from, date_to: to } = question;
  const definition = findReport(report_type);
  if (!definition) throw invalidField('report_type', `${report_type} is not offered`);
  const filters = parseFilters(definition, question.filters, 'filters');
  const options = question.options ?? {};
  const version = question.as_of_version;
  const print = questionOf({
    asOf: original && retried ? { original: retried.id } : version,
    companyId: company.id,
    reportType: definition.type,
    fileFormat,
    from,
    to,
    filters,
    options,
  });
  const asked = { userId: principal.userId, key, question: retried ? retryQuestion(retried, original) : print };

  const asOfAsked = async (): Promise<AsOf | undefined> =>
    version === undefined
      ? undefined
      : {
          ...(await asOfVersion(db, company.id, version)),
          ...(retried?.as_of_instant && { now: retried.as_of_instant }),
        };

  let planned: { scope: ReportScope; lane: Lane; requester: string } | undefined;
  const { value: job, isNew } = await onlyOnce(db, asked, {
    async before() {
      if (retried && !isFinished(retried.status)) {
        throw new ProductError('conflict', 'The export has not finished yet. Wait for it, or cancel it first.');
      }
      const asOf = original && retried ? await asOfFile(db, company.id, definition, retried) : await asOfAsked();
      const scope = await resolveScope(
        db,
        company,
        { definition, from, to, filters, columns: options.columns, dateBasis: options.date_basis, asOf },
        'filters',
      );
      const lane = await laneFor(
        db,
        inComparison(definition, options.compare_to),
        scope,
        fileFormat,
        limits.rowsMax[fileFormat],
      );
      planned = { scope, lane, requester: await requesterOf(db, view) };
    },
    async make(tx) {
      if (!planned) throw new Error('nothing was planned');
      const { scope, lane, requester } = planned;
      // creates of one company come one by one: the limit is exact, first come is first served, and twins see each other
      await sql`SELECT pg_advisory_xact_lock(${createLock}, hashint8(${company.id}::bigint))`.execute(tx);
      const twin = await twinOf(tx, requester, print, key === null ? origin.receivedAt : undefined);
      if (twin) {
        if (notify) await tx.updateTable('export_jobs').set({ notify }).where('id', '=', twin.id).execute();
        await within?.(tx, twin.id);
        return { id: twin.id, value: twin, isNew: false };
      }
      await holdNamed(tx, definition, scope, 'filters');
      await refuseTooMany(tx, company.id, limits.unfinishedMax);
      const { id, createdAt } = newJobId(await clockOf(tx));
      await tx
        .insertInto('export_jobs')
        .values({
          id,
          company_id: company.id,
          created_by: requester,
          report_type: definition.type,
          file_format: fileFormat,
          date_from: from,
          date_to: to,
          filters: JSON.stringify(filters),
          options: JSON.stringify(options),
          question: print,
          queue: lanes[lane],
          created_at: createdAt,
          updated_at: createdAt,
          retry_of: retried?.id ?? null,
          trace_context: activeTraceParent(),
          as_of_version: scope.asOf ? String(scope.asOf.version) : null,
          as_of_instant: scope.asOf?.now ?? null,
          saved_report_id: saved?.id ?? null,
          saved_report_name: saved?.name ?? null,
          notify: notify ?? false,
        })
        .execute();
      await markUsed(tx, principal.userId, definition.type);
      await queue.enqueue(tx, { id, companyId: company.id, lane });
      await audit(tx, principal, origin, {
        action: 'export.created',
        companyId: company.id,
        organizationId: company.organizationId,
        subjectType: 'export_job',
        subjectId: id,
        details: auditFacts({
          report_type: definition.type,
          file_format: fileFormat,
          date_from: from,
          date_to: to,
          filters,
        }),
      });
      await within?.(tx, id);
      const row = await jobRows(tx).where('j.id', '=', id).executeTakeFirstOrThrow();
      return { id, value: viewOf(row) };
    },
    async read(of, id) {
      const row = await jobRows(of).where('j.id', '=', id).executeTakeFirst();
      if (row && !view.companyIds.includes(row.company_id)) throw companyDenied();
      return row ? viewOf(row) : null;
    },
  });
  return { job, isNew };
}

const retryQuestion = ({ id }: SelectedJob, original: boolean): string =>
  questionOf({ retry: id, ...(original && { as_of: 'original' }) });

/** One look by the planner says which lane; a file that plainly holds too much for its format is refused here. */
async function laneFor(
  db: Database,
  definition: ReportDefinition,
  scope: ReportScope,
  fileFormat: FileFormat,
  rowsMax: number | undefined,
): Promise<Lane> {
  const estimate = await estimateRows(db, definition, scope);
  if (rowsMax !== undefined && (await seemsLargerThan(db, { definition, scope, estimate }, rowsMax))) {
    throw tooManyRows(fileFormat, rowsMax, 'background');
  }
  return estimate > quickRowsMax ? 'bulk' : 'quick';
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

/**
 * The person's job with the same question that is unfinished, or that was when this request arrived: by the database's
 * clock, from how long ago that is, so that no two machines' clocks are compared.
 */
async function twinOf(
  tx: DatabaseTransaction,
  requester: string,
  print: string,
  receivedAt: number | undefined,
): Promise<ExportJob | null> {
  const ago = receivedAt === undefined ? null : performance.now() - receivedAt;
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM export_jobs WHERE question = ${print} AND created_by = ${requester} AND completed_at IS NULL
    UNION ALL
    SELECT id FROM export_jobs WHERE question = ${print} AND created_by = ${requester}
      AND completed_at >= clock_timestamp() - ${ago}::float8 * interval '1 millisecond'
    LIMIT 1`.execute(tx);
  const [found] = rows;
  if (!found) return null;
  const row = await jobRows(tx).where('j.id', '=', found.id).executeTakeFirst();
  return row ? viewOf(row) : null;
}

async function refuseTooMany(tx: DatabaseTransaction, companyId: string, unfinishedMax: number): Promise<void> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM export_jobs
    WHERE company_id = ${companyId} AND status IN ('pending', 'processing')`.execute(tx);
  const unfinished = rows[0]?.n ?? 0;
  if (unfinished < unfinishedMax) return;
  throw new ProductError(
    'too_many_unfinished_exports',
    `This company has ${unfinished.toLocaleString('en')} unfinished exports, the most allowed. Wait until some are done, or cancel some.`,
    { retryAfterSeconds: 10 },
  );
}

/** The database's clock, in milliseconds since 1970: under the company's lock, ids and instants rise whoever makes them. */
async function clockOf(tx: DatabaseTransaction): Promise<number> {
  const { rows } = await sql<{ now: number }>`
    SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`.execute(tx);
  return rows[0]?.now ?? Date.now();
}
