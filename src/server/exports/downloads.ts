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
import { entry, readJob } from './verbs.ts';

interface DownloadableFile {
  readonly job: SelectedJob;
  readonly key: string;
  readonly filename: string;
  readonly contentType: string;
  /** How long it may still be asked for, at most an hour. */
  readonly lifeSeconds: number;
  /** Of the request that created the export. */
  readonly traceContext: string | null;
}

/**
 * In this order: the company, the status, the file key, the file's life.
 * @throws ProductError company_access_denied, not_ready, no_file, file_expired.
 */
export async function downloadableFile(db: Database, view: FinancialView, id: string): Promise<DownloadableFile> {
  const job = await readJob(db, view, id);
  if (job.status !== 'completed') throw new ProductError('not_ready', notReady[job.status]);
  if (job.file_key === null || job.filename === null) throw noFile();
  const lifeSeconds =
    job.expires_at === null ? linkLifeSeconds : Math.floor((Date.parse(job.expires_at) - Date.now()) / 1000);
  if (job.file_deleted_at !== null || lifeSeconds < 1) {
    throw new ProductError(
      'file_expired',
      'The file was kept until its date and has been removed. Run the export again.',
    );
  }
  return {
    job,
    key: job.file_key,
    filename: job.filename,
    contentType: 'application/zip',
    lifeSeconds: Math.min(linkLifeSeconds, lifeSeconds),
    traceContext: job.trace_context,
  };
}

/** @throws ProductError as downloadableFile, and storage_unavailable. */
export async function linkToExport(
  db: Database,
  store: ObjectStore,
  view: FinancialView,
  origin: Origin,
  id: string,
): Promise<DownloadLink> {
  const { job, lifeSeconds, traceContext, ...file } = await downloadableFile(db, view, id);
  // in the trace of the export, whenever that was; linked to the click
  const link = await traced(
    {
      name: 'export download',
      parent: traceContext,
      links: [activeTraceParent()],
      attributes: { 'mathership.job_id': id },
    },
    () => store.link({ ...file, expiresInSeconds: lifeSeconds }),
  );
  await audit(db, view.principal, origin, entry(view, 'export.downloaded', job));
  return { download_url: link.url, expires_in_seconds: link.expiresInSeconds, filename: file.filename };
}

/** The same answer, leading to `address`, which the asker's session or key must open; audited there. */
export async function addressOfExport(
  db: Database,
  store: ObjectStore,
  view: FinancialView,
  address: string,
  id: string,
): Promise<DownloadLink> {
  const { key, filename, lifeSeconds } = await downloadableFile(db, view, id);
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
