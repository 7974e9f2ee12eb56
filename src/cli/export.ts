/** `mathership export`: creates the job over HTTP, waits with a progress bar, downloads, and verifies the checksum. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DownloadLink, type ExportJob, isFinished } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { attachServer, findCompany, type ServerClient } from './attach.ts';
import { say } from './output.ts';
import { progressBar } from './progress-bar.ts';

export interface ExportOptions {
  readonly company: string;
  readonly report: string;
  readonly from: string;
  readonly to: string;
  readonly format: string;
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
    report_type: options.report,
    date_from: options.from,
    date_to: options.to,
    file_format: options.format,
    ...(options.location && { filters: { delivery_location_ids: options.location } }),
  });
  const job = await finished(client, created.id, !options.json);
  if (job.status !== 'completed') {
    throw new ProductError(job.error?.code ?? 'internal', job.error?.message ?? `The export was ${job.status}.`);
  }
  const link = await client.ask<DownloadLink>('GET', `/api/v1/export-jobs/${job.id}/download`);
  await download(await open(client, link), options.out, job);
  if (options.json) say(JSON.stringify({ ...job, file: options.out, verified: true }));
  else
    say(
      `${options.out}: ${job.row_count?.toLocaleString('en')} rows, ${job.file_size?.toLocaleString('en')} bytes, SHA-256 verified (${job.sha256})`,
    );
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

/** A link works by itself; a file that the server sends only to those who may have it wants the key once more. */
async function open(client: ServerClient, { download_url }: DownloadLink): Promise<Response> {
  const { pathname } = new URL(download_url);
  return pathname.startsWith('/api/v1/export-jobs/') ? client.fetch('GET', pathname) : fetch(download_url);
}

/** Nothing stands under the file's name before its bytes have been proven to be those of the job. */
async function download(answer: Response, out: string, job: ExportJob): Promise<void> {
  if (!answer.ok || !answer.body)
    throw new ProductError('storage_unavailable', `The file could not be downloaded (${answer.status}).`);
  const hash = createHash('sha256');
  let bytes = 0;
  const temporary = `${out}.part`;
  try {
    await pipeline(
      answer.body,
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          bytes += chunk.length;
          done(null, chunk);
        },
      }),
      createWriteStream(temporary),
    );
    if (hash.digest('hex') !== job.sha256 || bytes !== job.file_size) {
      throw new ProductError(
        'storage_unavailable',
        'The downloaded file is not the one that was made: its checksum differs. Download it again.',
      );
    }
    await rename(temporary, out);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
