/**
 * An export before it is made (`planExport`: the question judged, nothing locked) and as it is made (`insertJob`: its row,
 * its engine job and its audit entry, in the caller's transaction). Single exports and members of packs alike.
 */
import { sql } from 'kysely';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { RowLimits } from '#contract/formats.ts';
import type { ExportOptions, FileFormat } from '#contract/reports.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { CompanyAccess, Principal } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { auditFacts } from '#server/reports/audit-facts.ts';
import { inComparison } from '#server/reports/comparison.ts';
import type { AsOf, ReportDefinition, ReportScope } from '#server/reports/definition.ts';
import { estimateRows, seemsLargerThan } from '#server/reports/estimate.ts';
import { markUsed } from '#server/reports/marks.ts';
import { findReport } from '#server/reports/registry.ts';
import { holdNamed, parseFilters, resolveScope } from '#server/reports/scope.ts';
import { tooManyRows } from '#server/reports/size.ts';
import { activeTraceParent } from '#server/telemetry/tracing.ts';
import { newJobId } from './job-id.ts';
import { type ExportQueue, type Lane, lanes } from './queue.ts';

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

/** What of a question can be judged without the database. */
export interface ReadQuestion {
  readonly definition: ReportDefinition;
  readonly filters: Record<string, unknown>;
  readonly options: ExportOptions;
}

/** @throws ProductError invalid_input, naming the field */
export function readQuestion({ report_type, filters, options }: ExportQuestion): ReadQuestion {
  const definition = findReport(report_type);
  if (!definition) throw invalidField('report_type', `${report_type} is not offered`);
  return { definition, filters: parseFilters(definition, filters, 'filters'), options: options ?? {} };
}

/** An export that can be made. */
export interface PlannedExport extends ReadQuestion {
  readonly company: CompanyAccess;
  readonly fileFormat: FileFormat;
  readonly scope: ReportScope;
  readonly lane: Exclude<Lane, 'packs'>;
}

/** @throws ProductError for what is wrong with the question, naming the field; row_limit_exceeded */
export async function planExport(
  db: Database,
  company: CompanyAccess,
  question: ExportQuestion,
  { asOf, rowsMax }: { readonly asOf: AsOf | undefined; readonly rowsMax: RowLimits },
): Promise<PlannedExport> {
  const read = readQuestion(question);
  const { definition, filters, options } = read;
  const { date_from: from, date_to: to, file_format: fileFormat } = question;
  const scope = await resolveScope(
    db,
    company,
    { definition, from, to, filters, columns: options.columns, dateBasis: options.date_basis, asOf },
    'filters',
  );
  const compared = inComparison(definition, options.compare_to);
  return { ...read, company, fileFormat, scope, lane: await laneFor(db, compared, scope, fileFormat, rowsMax) };
}

/** Above this many rows (by the planner's estimate) an export takes the lane for large ones. */
const quickRowsMax = 100_000;

/** One look by the planner says which lane; a file that plainly holds too much for its format is refused here. */
async function laneFor(
  db: Database,
  definition: ReportDefinition,
  scope: ReportScope,
  fileFormat: FileFormat,
  { [fileFormat]: rowsMax }: RowLimits,
): Promise<PlannedExport['lane']> {
  const estimate = await estimateRows(db, definition, scope);
  if (rowsMax !== undefined && (await seemsLargerThan(db, { definition, scope, estimate }, rowsMax))) {
    throw tooManyRows(fileFormat, rowsMax, 'background');
  }
  return estimate > quickRowsMax ? 'bulk' : 'quick';
}

/** Whose it is, and why it is made. */
export interface JobFacts {
  readonly principal: Principal;
  readonly origin: Origin;
  /** A person; of what the operator asks, the organization's owner. */
  readonly requester: string;
  /** Fingerprint: equal for equal questions. */
  readonly print: string;
  readonly retryOf?: string | null;
  readonly saved?: SavedOrigin | undefined;
  readonly notify?: boolean | undefined;
  /** Made with a pack: its audit entry is the pack's. */
  readonly member?: { readonly packId: string; readonly place: number };
}

/** Under the company's lock. */
export async function insertJob(
  tx: DatabaseTransaction,
  queue: ExportQueue,
  { company, definition, fileFormat, filters, options, scope, lane }: PlannedExport,
  { principal, origin, requester, print, retryOf, saved, notify, member }: JobFacts,
): Promise<string> {
  await holdNamed(tx, definition, scope, 'filters');
  const { id, createdAt } = newJobId(await clockOf(tx));
  const { from: date_from, to: date_to } = scope;
  await tx
    .insertInto('export_jobs')
    .values({
      id,
      company_id: company.id,
      created_by: requester,
      report_type: definition.type,
      file_format: fileFormat,
      date_from,
      date_to,
      filters: JSON.stringify(filters),
      options: JSON.stringify(options),
      question: print,
      queue: lanes[lane],
      created_at: createdAt,
      updated_at: createdAt,
      retry_of: retryOf ?? null,
      trace_context: activeTraceParent(),
      as_of_version: scope.asOf ? String(scope.asOf.version) : null,
      as_of_instant: scope.asOf?.now ?? null,
      saved_report_id: saved?.id ?? null,
      saved_report_name: saved?.name ?? null,
      notify: notify ?? false,
      pack_id: member?.packId ?? null,
      pack_place: member?.place ?? null,
    })
    .execute();
  await markUsed(tx, principal.userId, definition.type);
  await queue.enqueue(tx, { id, companyId: company.id, lane });
  if (member) return id;
  await audit(tx, principal, origin, {
    action: 'export.created',
    companyId: company.id,
    organizationId: company.organizationId,
    subjectType: 'export_job',
    subjectId: id,
    details: auditFacts({ report_type: definition.type, file_format: fileFormat, date_from, date_to, filters }),
  });
  return id;
}

/** Who a job belongs to: the person who asks; for the operator, the owner of the organization. */
export async function requesterOf(db: Database, principal: Principal, organizationId: string): Promise<string> {
  if (principal.userId !== null) return principal.userId;
  const owner = await db
    .selectFrom('organization_members')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .orderBy('created_at')
    .orderBy('user_id')
    .executeTakeFirst();
  if (!owner) throw new ProductError('conflict', 'The organization of this company has no owner to export for.');
  return owner.user_id;
}

/** First half of the advisory lock that a company's creates take. */
export const createLock = 7_263_115;

/** Creates of one company come one by one: the limit is exact, first come is first served, and twins see each other. */
export async function holdCreates(tx: DatabaseTransaction, companyIds: readonly string[]): Promise<void> {
  for (const id of [...companyIds].sort((a, b) => Number(BigInt(a) - BigInt(b)))) {
    await sql`SELECT pg_advisory_xact_lock(${createLock}, hashint8(${id}::bigint))`.execute(tx);
  }
}

/** A pack counts as one in each of its companies, and its members as none. */
export async function refuseTooMany(tx: DatabaseTransaction, companyId: string, unfinishedMax: number): Promise<void> {
  const { rows } = await sql<{ n: number }>`
    SELECT ((SELECT count(*) FROM export_jobs WHERE company_id = ${companyId} AND status IN ('pending', 'processing')
        AND pack_id IS NULL AND pack_companies IS NULL)
      + (SELECT count(*) FROM export_jobs WHERE pack_companies @> ARRAY[${companyId}::bigint] AND status IN ('pending', 'processing')))::int AS n`.execute(
    tx,
  );
  const unfinished = rows[0]?.n ?? 0;
  if (unfinished < unfinishedMax) return;
  throw new ProductError(
    'too_many_unfinished_exports',
    `This company has ${unfinished.toLocaleString('en')} unfinished exports, the most allowed. Wait until some are done, or cancel some.`,
    { retryAfterSeconds: 10 },
  );
}

/**
 * The person's job with the same question that is unfinished, or that was when this request arrived: by the database's
 * clock, from how long ago that is, so that no two machines' clocks are compared.
 */
export async function twinOf(
  tx: DatabaseTransaction,
  requester: string,
  print: string,
  receivedAt: number | undefined,
): Promise<string | null> {
  const ago = receivedAt === undefined ? null : performance.now() - receivedAt;
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM export_jobs WHERE question = ${print} AND created_by = ${requester} AND completed_at IS NULL
    UNION ALL
    SELECT id FROM export_jobs WHERE question = ${print} AND created_by = ${requester}
      AND completed_at >= clock_timestamp() - ${ago}::float8 * interval '1 millisecond'
    LIMIT 1`.execute(tx);
  return rows[0]?.id ?? null;
}

/** The database's clock, in milliseconds since 1970: under the company's lock, ids and instants rise whoever makes them. */
export async function clockOf(tx: DatabaseTransaction): Promise<number> {
  const { rows } = await sql<{ now: number }>`
    SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`.execute(tx);
  return rows[0]?.now ?? Date.now();
}
