/** `mathership export`: creates the job over HTTP, waits with a progress bar, downloads, and verifies the checksum. */
import { type ExportJob, isFinished, type Page } from '#contract/export-jobs.ts';
import type { SavedReport } from '#contract/saved-reports.ts';
import { ProductError } from '#contract/errors.ts';
import { attachServer, findCompany, type ServerClient } from './attach.ts';
import { fetchFile } from './fetch-file.ts';
import { say } from './output.ts';
import { progressBar } from './progress-bar.ts';

export interface ExportOptions {
  readonly company: string;
  readonly report: string;
  readonly from?: string;
  readonly to?: string;
  readonly format?: string;
  /** A saved report by its name; days and format, where given, go before its own. */
  readonly saved?: string;
  /** Keys of the columns, in order. */
  readonly columns?: string;
  /** `key=value`, lists comma-separated. */
  readonly filter?: readonly string[];
  readonly out: string;
  readonly location?: readonly string[];
  readonly server?: string;
  readonly json?: boolean;
}

const pollMilliseconds = 250;

export async function runExportCommand(options: ExportOptions): Promise<void> {
  const client = await attachServer(options);
  const company = await findCompany(client, options.company);
  const created = await client.ask<ExportJob>('POST', '/api/v1/export-jobs', {
    company_id: company.id,
    ...(options.saved ? await questionOfSaved(client, company.id, options) : questionOf(options)),
  });
  const job = await finished(client, created.id, !options.json);
  if (job.status !== 'completed') {
    throw new ProductError(job.error?.code ?? 'internal', job.error?.message ?? `The export was ${job.status}.`);
  }
  await fetchFile(client, `/api/v1/export-jobs/${job.id}/download`, options.out, job);
  if (options.json) say(JSON.stringify({ ...job, file: options.out, verified: true }));
  else
    say(
      `${options.out}: ${job.row_count?.toLocaleString('en')} rows, ${job.file_size?.toLocaleString('en')} bytes, SHA-256 verified (${job.sha256})`,
    );
}

function questionOf({ report, from, to, format, location, filter = [], columns }: ExportOptions): object {
  const filters = Object.fromEntries([
    ...(location ? [['delivery_location_ids', location]] : []),
    ...filter.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  ]) as object;
  return {
    report_type: report,
    date_from: from,
    date_to: to,
    file_format: format ?? 'csv',
    ...(Object.keys(filters).length > 0 && { filters }),
    ...(columns && { options: { columns: columns.split(',') } }),
  };
}

/** @throws ProductError not_found when nothing that this person may see is saved under the name. */
async function questionOfSaved(
  client: ServerClient,
  companyId: string,
  { saved = '', from, to, format }: ExportOptions,
): Promise<object> {
  for (let page = 0; ; page++) {
    const path = `/api/v1/companies/${companyId}/saved-reports?page_size=200&page=${page}`;
    const found = await client.ask<Page<SavedReport>>('GET', path);
    const one = found.results.find(({ name }) => name.toLowerCase() === saved.toLowerCase());
    if (one) {
      return {
        saved_report_id: one.id,
        ...(from && { date_from: from }),
        ...(to && { date_to: to }),
        ...(format && { file_format: format }),
      };
    }
    if (page + 1 >= found.total_pages) break;
  }
  throw new ProductError('not_found', `Nothing is saved under the name ${saved} in this company.`);
}

async function finished(client: ServerClient, id: string, shown: boolean): Promise<ExportJob> {
  const bar = shown ? progressBar('Export') : null;
  try {
    for (;;) {
      const job = await client.ask<ExportJob>('GET', `/api/v1/export-jobs/${id}`);
      if (isFinished(job.status)) return job;
      bar?.update(job.progress?.rows_done ?? 0, Math.max(1, job.progress?.rows_total ?? 1), job.status);
      await new Promise((resolve) => {
        setTimeout(resolve, pollMilliseconds);
      });
    }
  } finally {
    bar?.stop();
  }
}
