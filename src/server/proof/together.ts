/**
 * Several exports in one ZIP, made as it is sent: each export's own ZIP as it was made, a list of them for people and one
 * for programs, a manifest and its signature over all. A ZIP that is not the one that was made ends the download: what
 * arrives whole has been checked.
 */
import { extname } from 'node:path';
import { ProductError } from '#contract/errors.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import { product } from '#server/config/product.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';
import { guardedText } from '#server/renderers/formula-guard.ts';
import { slug } from '#server/reports/file-names.ts';
import { findReport } from '#server/reports/registry.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { ZipWriter } from '#server/zip/zip.ts';
import { manifestName, signatureName } from './manifest.ts';
import type { ManifestSigner } from './signing-key.ts';

export const indexName = 'index.json';
const listName = 'index.csv';

export interface Together {
  readonly jobs: readonly SelectedJob[];
  /** Of each job. */
  readonly companies: ReadonlyMap<string, CompanyAccess>;
  readonly requestedBy: string;
  readonly at: Date;
}

/** What the list says of one export; `file`: its place in this ZIP. */
const indexEntry = (job: SelectedJob, file: string, company: CompanyAccess | undefined) => ({
  id: job.id,
  file,
  sha256: job.sha256,
  bytes: Number(job.file_size),
  company: { id: job.company_id, name: company?.name ?? '', time_zone: company?.timeZone ?? 'UTC' },
  report: { type: job.report_type, title: findReport(job.report_type)?.title ?? job.report_type },
  period: { date_from: job.date_from, date_to: job.date_to },
  filters: job.filters,
  file_format: job.file_format,
  options: job.options,
  rows: Number(job.row_count),
  data_version: job.data_version === null ? null : Number(job.data_version),
  requested_by: job.created_by_name,
  created_at: job.created_at,
  completed_at: job.completed_at,
});
type IndexEntry = ReturnType<typeof indexEntry>;

/** In a folder of their company where there are several; of one name the second is `… (2)`. */
function placed({ jobs, companies }: Together): Map<string, SelectedJob> {
  const several = new Set(jobs.map(({ company_id }) => company_id)).size > 1;
  const places = new Map<string, SelectedJob>();
  const folders = new Map<string, string>();
  for (const job of jobs) {
    let folder = folders.get(job.company_id);
    if (several && folder === undefined) {
      const name = slug(companies.get(job.company_id)?.name ?? '', 'company');
      // two companies of one name are two folders
      folder = [...folders.values()].includes(`${name}/`) ? `${name}-${job.company_id}/` : `${name}/`;
      folders.set(job.company_id, folder);
    }
    const name = job.filename ?? `${job.id}.zip`;
    const end = extname(name);
    let place = `${folder ?? ''}${name}`;
    for (let n = 2; places.has(place); n += 1) place = `${folder ?? ''}${name.slice(0, -end.length)} (${n})${end}`;
    places.set(place, job);
  }
  return places;
}

/** RFC 4180, UTF-8, LF. */
function listOf(entries: readonly IndexEntry[]): string {
  const cell = (text: string): string => {
    const safe = guardedText(text);
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [
    ['File', 'Company', 'Report', 'From', 'To', 'Format', 'Rows', 'Requested by', 'Completed at', 'SHA-256'],
    ...entries.map((one) => [
      one.file,
      one.company.name,
      one.report.title,
      one.period.date_from,
      one.period.date_to,
      one.file_format,
      String(one.rows),
      one.requested_by,
      one.completed_at ?? '',
      one.sha256 ?? '',
    ]),
  ];
  return lines.map((cells) => `${cells.map(cell).join(',')}\n`).join('');
}

/** @throws ProductError (while it is sent) no_file, and storage_unavailable for a file that is not the one that was made. */
export async function* zipOf(together: Together, store: ObjectStore, signer: ManifestSigner): AsyncGenerator<Buffer> {
  const { at, requestedBy, companies } = together;
  const places = placed(together);
  const entries = [...places].map(([file, job]) => indexEntry(job, file, companies.get(job.company_id)));
  const zip = new ZipWriter({ modifiedAt: at });
  const files: FileChecksum[] = [];
  async function* add(name: string, content: AsyncIterable<Buffer>, level?: number): AsyncGenerator<Buffer, string> {
    const { sha256, bytes } = yield* zip.entry(name, content, level);
    files.push({ name, sha256, bytes });
    return sha256;
  }
  const made = { product, created_at: at.toISOString(), requested_by: requestedBy };
  yield* add(indexName, once(`${JSON.stringify({ index_version: 1, ...made, exports: entries }, null, 2)}\n`));
  yield* add(listName, once(listOf(entries)));
  for (const [place, job] of places) {
    const sha256 = yield* add(place, pieces(await store.get(job.file_key ?? '')), 0);
    if (sha256 !== job.sha256) {
      throw new ProductError('storage_unavailable', `The file of ${job.id} is not the one that was made.`);
    }
  }
  const signature = { algorithm: 'Ed25519', key_id: signer.keyId, file: signatureName };
  const manifest = Buffer.from(
    `${JSON.stringify({ manifest_version: 1, kind: 'exports', ...made, signature, exports: entries, files }, null, 2)}\n`,
  );
  yield* zip.entry(manifestName, once(manifest));
  yield* zip.entry(signatureName, once(signer.sign(manifest)));
  yield* zip.finish();
}

async function* once(content: string | Buffer): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

async function* pieces(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const piece of stream) yield piece as Buffer;
}
