/** A pack once more: what is missing of it, of the same data; or all of it, of the data as they are now. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ExportPack, PackMember } from '#contract/packs.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import { makePack, readPack, retryPack } from '#web/api/packs.ts';

/** @param days of the new one; null: its own */
export async function packAgain(
  job: ExportJob,
  days: { readonly from: string; readonly to: string } | null,
): Promise<ExportPack> {
  const pack = await readPack(job.id);
  if (days === null && pack.status !== 'completed') return retryPack(job.id);
  const { organization_id, saved_pack: saved, options, name } = pack;
  const { from, to } = days ?? { from: pack.date_from, to: pack.date_to };
  const period = { date_from: from, date_to: to };
  // of a past pack the same days are asked for anew each time; other days only once
  const key = days === null ? crypto.randomUUID() : `${job.id}-${from}-${to}`;
  return saved !== null && saved.id !== null
    ? makePack({ organization_id, pack_id: saved.id, ...period }, key)
    : makePack({ organization_id, name, options, members: pack.members.map(memberOf), ...period }, key);
}

/** As it was asked, with what a saved report meant then. */
function memberOf({ company_id, report_type, file_format, filters, options }: ExportJob): PackMember {
  const { changes_since: _, ...kept } = options;
  return {
    company_id,
    report_type: report_type as ReportType,
    file_format: file_format as FileFormat,
    filters,
    options: kept,
  };
}
