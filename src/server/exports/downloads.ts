/**
 * The file of a job, for whoever has the proof for its company: as a link made for this click, or, where the installation
 * sends files itself, as the address of the file here, where access is proven again.
 */
import { type DownloadLink, linkLifeSeconds } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { FinancialView } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { activeTraceParent, traced } from '#server/telemetry/tracing.ts';
import type { SelectedJob } from './job-view.ts';
import { entry } from './verbs.ts';

interface DownloadableFile {
  readonly key: string;
  readonly filename: string;
  readonly contentType: string;
  /** How long it may still be asked for, at most an hour. */
  readonly lifeSeconds: number;
  /** Of the request that created the export. */
  readonly traceContext: string | null;
}

/**
 * In this order: the status, the file key, the file's life.
 * @throws ProductError not_ready, no_file, file_expired.
 */
export function downloadableFile(job: SelectedJob): DownloadableFile {
  const { seconds_left: secondsLeft } = job;
  if (job.status !== 'completed') throw new ProductError('not_ready', notReady[job.status]);
  if (job.file_key === null || job.filename === null) throw noFile();
  if (!job.is_downloadable || secondsLeft === null) {
    throw new ProductError(
      'file_expired',
      'The file was kept until its date and has been removed. Run the export again.',
    );
  }
  return {
    key: job.file_key,
    filename: job.filename,
    contentType: 'application/zip',
    lifeSeconds: Math.min(linkLifeSeconds, secondsLeft),
    traceContext: job.trace_context,
  };
}

/** @throws ProductError as downloadableFile, and storage_unavailable. */
export async function linkToExport(
  db: Database,
  store: ObjectStore,
  view: FinancialView,
  origin: Origin,
  job: SelectedJob,
): Promise<DownloadLink> {
  const { lifeSeconds, traceContext, ...file } = downloadableFile(job);
  // in the trace of the export, whenever that was; linked to the click
  const link = await traced(
    {
      name: 'export download',
      parent: traceContext,
      links: [activeTraceParent()],
      attributes: { 'mathership.job_id': job.id },
    },
    () => store.link({ ...file, expiresInSeconds: lifeSeconds }),
  );
  await audit(db, view.principal, origin, entry(view, 'export.downloaded', job));
  return { download_url: link.url, expires_in_seconds: link.expiresInSeconds, filename: file.filename };
}

/** The same answer, leading to `address`, which the asker's session or key must open; audited there. */
export async function addressOfExport(store: ObjectStore, address: string, job: SelectedJob): Promise<DownloadLink> {
  const { key, filename, lifeSeconds } = downloadableFile(job);
  if ((await store.head(key)) === null) throw noFile();
  return { download_url: address, expires_in_seconds: lifeSeconds, filename };
}

const notReady = {
  pending: 'The export is waiting to be made. Its file can be downloaded when the status is Completed.',
  processing: 'The export is being made. Its file can be downloaded when the status is Completed.',
  failed: 'The export failed, so there is no file. Run it again.',
  canceled: 'The export was canceled, so there is no file. Run it again.',
} as const;

const noFile = (): ProductError => new ProductError('no_file', 'This export has no file any more. Run it again.');
