/**
 * Creating an export, from the question as it was asked: one transaction with the job's row, its engine job and the audit
 * entry. A 201 is a promise: whatever dies next, the job is queued. Equal questions of one person that arrive while the
 * first is unanswered or unfinished are one job.
 */
import { type ExportJob, isFinished } from '#contract/export-jobs.ts';
import type { RowLimits } from '#contract/formats.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { FileFormat } from '#contract/reports.ts';
import type { Origin } from '#server/access/audit.ts';
import { companyDenied, type FinancialView } from '#server/access/decide.ts';
import { onlyOnce, questionOf } from '#server/access/idempotency.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { asOfFile, asOfVersion } from '#server/reports/as-of.ts';
import type { AsOf } from '#server/reports/definition.ts';
import { changedJob } from './compared-jobs.ts';
import { jobRows, type SelectedJob, viewOf } from './job-view.ts';
import {
  type ExportQuestion,
  holdCreates,
  insertJob,
  type PlannedExport,
  planExport,
  readQuestion,
  refuseTooMany,
  requesterOf,
  type SavedOrigin,
  twinOf,
} from './plan.ts';
import type { ExportQueue } from './queue.ts';

export interface CreateDependencies {
  readonly db: Database;
  readonly queue: ExportQueue;
  readonly limits: { readonly unfinishedMax: number; readonly rowsMax: RowLimits };
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
  if (job.pack_companies) {
    throw new ProductError('conflict', 'This is a pack. Run its missing exports again, or run the pack anew.');
  }
  const file_format = asked.file_format as FileFormat;
  const question = { ...asked, file_format, ...(version !== null && { as_of_version: Number(version) }) };
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
  const { file_format: fileFormat, date_from: from, date_to: to, as_of_version: version } = question;
  const { definition, filters, options } = readQuestion(question);
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

  let ready: { planned: PlannedExport; requester: string } | undefined;
  const { value: job, isNew } = await onlyOnce(db, asked, {
    async before() {
      if (retried && !isFinished(retried.status)) {
        throw new ProductError('conflict', 'The export has not finished yet. Wait for it, or cancel it first.');
      }
      const asOf = original && retried ? await asOfFile(db, company.id, definition, retried) : await asOfAsked();
      const planned = await planExport(db, company, question, { asOf, rowsMax: limits.rowsMax });
      ready = { planned, requester: await requesterOf(db, principal, company.organizationId) };
    },
    async make(tx) {
      if (!ready) throw new Error('nothing was planned');
      const { planned, requester } = ready;
      await holdCreates(tx, [company.id]);
      const twin = await twinOf(tx, requester, print, key === null ? origin.receivedAt : undefined);
      if (twin !== null) {
        if (notify) await tx.updateTable('export_jobs').set({ notify }).where('id', '=', twin).execute();
        await within?.(tx, twin);
        return { id: twin, value: await read(tx, twin), isNew: false };
      }
      await refuseTooMany(tx, company.id, limits.unfinishedMax);
      const facts = { principal, origin, requester, print, retryOf: retried?.id ?? null, saved, notify };
      const id = await insertJob(tx, queue, planned, facts);
      await within?.(tx, id);
      return { id, value: await read(tx, id) };
    },
    async read(of, id) {
      const row = await jobRows(of).where('j.id', '=', id).executeTakeFirst();
      if (row && !view.companyIds.includes(row.company_id)) throw companyDenied();
      return row ? viewOf(row) : null;
    },
  });
  return { job, isNew };
}

const read = async (tx: DatabaseTransaction, id: string): Promise<ExportJob> =>
  viewOf(await jobRows(tx).where('j.id', '=', id).executeTakeFirstOrThrow());

const retryQuestion = ({ id }: SelectedJob, original: boolean): string =>
  questionOf({ retry: id, ...(original && { as_of: 'original' }) });
