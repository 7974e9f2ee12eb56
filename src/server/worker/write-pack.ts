/**
 * A pack, from its members' files to one: index, tie-out, the members' entries carried as they were compressed, and one
 * manifest and signature over all of it. Streamed to the store in constant memory, however many and large the members are.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { ProductError } from '#contract/errors.ts';
import type { FileChecksum } from '#contract/verification.ts';
import { tieOutPdf } from '#server/close/tie-out-sheet.ts';
import { statusOf } from '#server/close/tie-out.ts';
import { manifestName, signatureName } from '#server/proof/manifest.ts';
import { packManifestOf } from '#server/proof/pack-manifest.ts';
import type { ManifestSigner } from '#server/proof/signing-key.ts';
import type { SheetFacts } from '#server/renderers/sheet.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { ZipWriter } from '#server/zip/zip.ts';
import { carryMember } from './carry-member.ts';
import { indexJson, indexPdf } from './pack-index.ts';
import { foldersOf, memberNames, packFilename, workbookName } from './pack-names.ts';
import type { PackTask, RenderedPack } from './pack-task.ts';
import { briefly, readPackTieOut } from './pack-tie-out.ts';
import { packWorkbook } from './pack-workbook.ts';
import type { RenderStep } from './render-task.ts';

export interface WritePackDependencies {
  readonly store: ObjectStore;
  readonly signer: ManifestSigner;
  readonly client: pg.ClientBase;
  readonly signal: AbortSignal;
  /** Of the members that are in it by now. */
  readonly onRows: (rows: number) => void;
}

/** @throws ProductError storage_unavailable, disk_full, no_file; database errors as they are */
export async function writePack(task: PackTask, dependencies: WritePackDependencies): Promise<RenderedPack> {
  const { store, signer, client, signal, onRows } = dependencies;
  const steps: RenderStep[] = [];
  const begin = (name: RenderStep['name']): (() => void) => {
    const startedAt = Date.now();
    return () => void steps.push({ name, startedAt, endedAt: Date.now() });
  };
  const tied = begin('tie out');
  const tieOuts = await readPackTieOut(task, client, signal);
  tied();
  const { members } = task;
  const folders = foldersOf(task.companies);
  const names = memberNames(members, folders);
  const rows = members.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const facts = { task, folders, names, tieOuts };
  const sheet = sheetOf(task);
  const zip = new ZipWriter({ modifiedAt: new Date(task.now) });
  const hash = createHash('sha256');
  const files: FileChecksum[] = [];
  let fileSize = 0;

  async function* entry(name: string, content: AsyncIterable<Buffer>, level?: number): AsyncGenerator<Buffer> {
    const { sha256, bytes } = yield* zip.entry(name, content, level);
    files.push({ name, sha256, bytes });
  }
  async function* archive(): AsyncGenerator<Buffer> {
    yield* entry('index.json', once(indexJson(facts)));
    yield* entry('index.pdf', indexPdf(facts, sheet));
    const tieOut = { status: statusOf(tieOuts), snapshot_at: task.now, companies: tieOuts };
    yield* entry('tie-out.json', once(`${JSON.stringify(tieOut, null, 2)}\n`));
    yield* entry('tie-out.pdf', tieOutPdf(tieOuts, sheet));
    if (task.withWorkbook) yield* entry(workbookName(task), packWorkbook(task, sheet, client), 0);
    let done = 0;
    for (const [n, member] of members.entries()) {
      const { file = '', proof = '' } = names[n] ?? {};
      const nameOf = (place: number): string => (place === 0 ? file : `${proof}/${member.files[place]?.name}`);
      files.push(...(yield* carryMember(zip, store, member, nameOf)));
      done += member.rowCount;
      onRows(done);
    }
    const manifest = Buffer.from(manifestOf());
    yield* entry(manifestName, once(manifest));
    yield* entry(signatureName, once(signer.sign(manifest)));
    yield* zip.finish();
  }
  const manifestOf = (): string =>
    packManifestOf({
      ...task,
      period: { from: task.from, to: task.to },
      createdAt: new Date().toISOString(),
      snapshotAt: task.now,
      keyId: signer.keyId,
      companies: task.companies.map(({ id, name, timeZone, currency, version }) => ({
        id,
        name,
        time_zone: timeZone,
        currency,
        data_version: version,
        folder: folders.get(id) ?? '',
      })),
      members: members.map((member, n) => ({
        job_id: member.jobId,
        company_id: member.companyId,
        report_type: member.reportType,
        file_format: member.fileFormat,
        rows: member.rowCount,
        file: names[n]?.file ?? '',
        proof: names[n]?.proof ?? '',
      })),
      tieOut: { status: statusOf(tieOuts) },
      rows,
      files,
    });
  async function* weighed(): AsyncGenerator<Buffer> {
    for await (const bytes of archive()) {
      hash.update(bytes);
      fileSize += bytes.length;
      yield bytes;
    }
  }

  const uploaded = begin('upload');
  await store.put(task.fileKey, weighed(), { contentType: 'application/zip', signal });
  uploaded();
  const stored = await store.head(task.fileKey);
  if (stored?.size !== fileSize) {
    throw new ProductError('storage_unavailable', 'File storage did not keep the whole file. The pack is run again.');
  }
  return {
    fileKey: task.fileKey,
    filename: packFilename(task),
    fileSize,
    sha256: hash.digest('hex'),
    rowCount: rows,
    controlTotals: { rows, currencies: [], groups: [] },
    files,
    snapshotAt: task.now,
    steps,
    tieOut: briefly(tieOuts),
  };
}

/** The organization's, in the way its first company writes figures. */
function sheetOf({ organization, companies, from, to, requestedBy, now }: PackTask): SheetFacts {
  const [first] = companies;
  return {
    company: {
      id: first?.id ?? '',
      name: companies.length === 1 ? (first?.name ?? '') : organization.name,
      timeZone: first?.timeZone ?? 'UTC',
      currency: first?.currency ?? 'EUR',
      locale: first?.locale ?? 'en',
    },
    period: { from, to },
    requestedBy,
    snapshotAt: now,
  };
}

async function* once(bytes: Buffer | string): AsyncGenerator<Buffer> {
  yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}
