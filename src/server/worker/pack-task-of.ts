/** From a pack's job to what a thread writes: every member that there must be, with its file and what it was asked. */
import { ProductError } from '#contract/errors.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';
import { memberRows, type PackRow, readPackRow } from '#server/exports/packs/pack-view.ts';
import { findReport } from '#server/reports/registry.ts';
import { resolveScope } from '#server/reports/scope.ts';
import type { PackedCompany, PackedMember, PackTask } from './pack-task.ts';

/** @throws ProductError pack_incomplete while a member is missing */
export async function packTaskOf(
  db: Database,
  job: SelectedJob,
  companies: readonly CompanyAccess[],
  { attempt, fileKey }: { readonly attempt: number; readonly fileKey: string },
): Promise<PackTask> {
  const pack = await readPackRow(db, job.id);
  const [first] = companies;
  if (!pack || !first) throw new ProductError('internal', 'The pack was deleted.');
  const rows = await memberRows(db, [job.id]).execute();
  refuseMissing(rows, companies);
  const members: PackedMember[] = [];
  for (const row of rows) members.push(await memberOf(db, pack, row, companies));
  const organization = await db
    .selectFrom('organizations')
    .select(['id', 'name'])
    .where('id', '=', pack.organization_id)
    .executeTakeFirstOrThrow();
  return {
    jobId: job.id,
    attempt,
    fileKey,
    name: pack.pack_name,
    organization,
    companies: companies.map((company) => companyThen(company, pack, members)),
    members,
    withWorkbook: pack.pack_options.workbook ?? false,
    from: job.date_from,
    to: job.date_to,
    now: pack.pack_instant,
    requestedBy: job.created_by_name,
    requestedAt: job.created_at,
  };
}

const namedMax = 3;

/** Not a file with something left out: nobody hands that on by mistake. */
function refuseMissing(rows: readonly SelectedJob[], companies: readonly CompanyAccess[]): void {
  const missing = rows.filter(({ is_downloadable }) => !is_downloadable);
  if (missing.length === 0) return;
  const named = missing.slice(0, namedMax).map((row) => {
    const title = findReport(row.report_type)?.title ?? row.report_type;
    const company = companies.find(({ id }) => id === row.company_id)?.name ?? '';
    return `${title} of ${company} (${row.file_format.toUpperCase()}): ${reasonOf(row)}`;
  });
  const more = missing.length > namedMax ? `, and ${missing.length - namedMax} more` : '';
  throw new ProductError(
    'pack_incomplete',
    `${missing.length} of ${rows.length} exports of this pack are missing, so there is no file. ${named.join(' ')}${more} Run the missing ones again: the others are kept, and all are of the same data.`,
  );
}

function reasonOf({ status, error_message }: SelectedJob): string {
  if (status === 'failed') return error_message ?? 'It failed.';
  return status === 'canceled' ? 'It was canceled.' : 'Its file is not kept any more.';
}

async function memberOf(
  db: Database,
  { data_versions, pack_instant: now }: PackRow,
  row: SelectedJob,
  companies: readonly CompanyAccess[],
): Promise<PackedMember> {
  const company = companies.find(({ id }) => id === row.company_id);
  const definition = findReport(row.report_type);
  if (!company || !definition) throw new ProductError('internal', `This worker does not know ${row.report_type}.`);
  const { options, control_totals: totals } = row;
  const asOf = { version: data_versions[company.id] ?? 0, now };
  const scope = await resolveScope(db, company, {
    definition,
    from: row.date_from,
    to: row.date_to,
    filters: row.filters,
    columns: options.columns,
    asOf,
    dateBasis: options.date_basis,
  });
  return {
    jobId: row.id,
    companyId: company.id,
    reportType: row.report_type as ReportType,
    fileFormat: row.file_format as FileFormat,
    options,
    scope,
    rowCount: Number(row.row_count ?? 0),
    // groups are in its own summary
    totals: { rows: totals?.rows ?? 0, currencies: totals?.currencies ?? [], groups: [] },
    fileKey: row.file_key ?? '',
    fileSize: Number(row.file_size ?? 0),
    sha256: row.sha256 ?? '',
    filename: row.filename ?? 'export.zip',
    files: row.files,
  };
}

/** Its name, clock and money as they were in the version. */
function companyThen(company: CompanyAccess, pack: PackRow, members: readonly PackedMember[]): PackedCompany {
  const scope = members.find(({ companyId }) => companyId === company.id)?.scope;
  return {
    id: company.id,
    name: scope?.companyName ?? company.name,
    currency: scope?.currency ?? company.currency,
    timeZone: scope?.timeZone ?? company.timeZone,
    locale: scope?.locale ?? company.locale,
    version: pack.data_versions[company.id] ?? 0,
  };
}
