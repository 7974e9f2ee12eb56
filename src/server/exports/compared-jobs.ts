/**
 * Exports beside later data: the two versions of one question, ready to be compared. Time alone changes nothing: what is
 * "now" in a report is that of the file on both sides.
 */
import { sql } from 'kysely';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { JobType } from '#contract/export-jobs.ts';
import type { ExportOptions } from '#contract/reports.ts';
import type { DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { companyAsOf, notReproducible } from '#server/reports/as-of.ts';
import type { ChangesScope, ReportScope } from '#server/reports/definition.ts';
import type { Difference, Side } from '#server/reports/difference.ts';
import { findReport } from '#server/reports/registry.ts';
import { traitsOf } from '#server/reports/row-traits.ts';
import { asJobId } from './job-id.ts';

/** What of a job is compared. */
export interface ComparedJob {
  readonly id: string;
  readonly company_id: string;
  readonly report_type: JobType;
  readonly date_from: string;
  readonly date_to: string;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly options: ExportOptions;
  readonly data_version: string | null;
  readonly snapshot_at: string | null;
  readonly as_of_instant: string | null;
}

export interface ComparedSides {
  readonly difference: Difference;
  readonly fromVersion: number;
  readonly toVersion: number;
}

/**
 * The export as it was made, and as its question would be answered now, or as another export was made.
 * @throws ProductError not_reproducible for what is not known any more, invalid_input for another report's.
 */
export async function sidesOf(tx: DatabaseTransaction, job: ComparedJob, other?: ComparedJob): Promise<ComparedSides> {
  const definition = findReport(job.report_type);
  if (!definition) throw new ProductError('internal', `This server does not know the report ${job.report_type}.`);
  if (other && (other.company_id !== job.company_id || other.report_type !== job.report_type)) {
    throw invalidField('against', 'must be an export of the same company and report, or now');
  }
  const company = await tx
    .selectFrom('companies')
    .select(['data_version', 'kept_version'])
    .where('id', '=', job.company_id)
    .executeTakeFirstOrThrow();
  const [newest, oldest] = [Number(company.data_version), Number(company.kept_version)];
  const from = await sideOf(tx, job, versionOf(job, oldest));
  const to = await (other ? sideOf(tx, other, versionOf(other, oldest)) : sideOf(tx, job, newest, 'now'));
  const fromVersion = from.version ?? newest;
  const toVersion = to.version ?? newest;
  const isOfRows = !other && (await onlyRowsChanged(tx, job, fromVersion, toVersion));
  return { difference: { definition, from, to, isOfRows }, fromVersion, toVersion };
}

/** An export of the company that can be compared. @throws ProductError invalid_input */
export async function changedJob(db: Queryable, companyId: string, id: string): Promise<ComparedJob> {
  const known = asJobId(id);
  const job =
    known === null
      ? undefined
      : await db
          .selectFrom('export_jobs')
          .selectAll()
          .where('id', '=', known)
          .where('company_id', '=', companyId)
          .where('status', '=', 'completed')
          .executeTakeFirst();
  if (!job || job.data_version === null || job.options.changes_since !== undefined) {
    throw invalidField(
      'options.changes_since',
      'must be a completed export of this company, of a version that is known',
    );
  }
  return job;
}

const authorsMax = 5000;

/** What the changes of an export are read by. @throws ProductError as `sidesOf` */
export async function changesScopeOf(tx: DatabaseTransaction, job: ComparedJob): Promise<ChangesScope> {
  const { difference, fromVersion, toVersion } = await sidesOf(tx, job);
  const { companyName, currency, timeZone, asOf, columns } = difference.from.scope;
  const versions = await tx
    .selectFrom('data_versions as v')
    .leftJoin('users as u', 'u.id', 'v.user_id')
    .select(['v.version', 'v.at', 'v.source_kind', 'v.source_id', 'v.tables', 'u.name'])
    .where('v.company_id', '=', job.company_id)
    .where('v.version', '>', String(fromVersion))
    .orderBy('v.version', 'desc')
    .limit(authorsMax)
    .execute();
  const { reads } = traitsOf(job.report_type);
  const last = versions.find(({ tables }) => Object.keys(tables).some((table) => reads[table] !== undefined));
  return {
    jobId: job.id,
    from: {
      version: fromVersion,
      scope: {
        companyName,
        currency,
        timeZone,
        asOf: asOf ?? { version: fromVersion, now: new Date().toISOString() },
        ...(columns && { columns }),
      },
    },
    newest: toVersion,
    isOfRows: difference.isOfRows,
    last: Number(last?.version ?? toVersion),
    authors: versions.map(({ version, at, name, source_kind, source_id }) => ({
      version: Number(version),
      at,
      by: name,
      source: source_id === null ? source_kind : `${source_kind} ${source_id}`,
    })),
  };
}

function versionOf({ data_version }: ComparedJob, oldest: number): number {
  if (data_version === null) {
    throw notReproducible('It is not known of which version of the data this export was made.');
  }
  if (Number(data_version) < oldest) throw notReproducible('What this export was made of is not kept any more.');
  return Number(data_version);
}

async function sideOf(tx: DatabaseTransaction, job: ComparedJob, version: number, reading?: 'now'): Promise<Side> {
  const now = job.as_of_instant ?? job.snapshot_at ?? new Date().toISOString();
  const asOf = { version, now };
  const { name, currency, timeZone, locale } = await companyAsOf(tx, job.company_id, asOf);
  const shown = new Set(job.options.columns ?? []);
  const scope: ReportScope = {
    companyId: job.company_id,
    companyName: name,
    currency,
    timeZone,
    locale,
    from: job.date_from,
    to: job.date_to,
    locationIds: (job.filters['delivery_location_ids'] as string[] | undefined) ?? null,
    filters: job.filters,
    asOf,
    ...(shown.size > 0 && { columns: [...shown] }),
    ...(job.options.date_basis === 'posting' && { dateBasis: 'posting' as const }),
  };
  return { scope, version: reading === 'now' ? null : version };
}

/** Whether no name that stands in rows was changed: then only rows that were written themselves can differ. */
async function onlyRowsChanged(tx: DatabaseTransaction, job: ComparedJob, from: number, to: number): Promise<boolean> {
  const { changed, reads } = traitsOf(job.report_type);
  if (!changed) return false;
  const ofRows = new Set(changed.by.map(([table]) => table));
  const names = Object.keys(reads).filter((table) => !ofRows.has(table));
  const { rows } = await sql<{
    any: boolean;
  }>`SELECT EXISTS (SELECT FROM data_versions WHERE company_id = ${job.company_id}
    AND version > ${from} AND version <= ${to} AND tables ?| ${names}::text[]) AS any`.execute(tx);
  return rows[0]?.any === false;
}
