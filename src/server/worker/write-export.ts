/**
 * One export, from the database to the store: COPY -> renderer -> ZIP -> upload, in one snapshot and constant memory.
 * The file is published only if the rows written are the rows that a query of its own counted in that snapshot.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import type { RowLimits } from '#contract/formats.ts';
import { ProductError } from '#contract/errors.ts';
import type { ControlTotals } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { ReadFrom } from '#server/database/replica.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { csvFormOf, provenVersion } from '#server/reports/as-of.ts';
import { inChanges } from '#server/reports/changes-file.ts';
import { inComparison } from '#server/reports/comparison.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import { ZipWriter } from '#server/zip/zip.ts';
import { documentOf, withTotals } from '#server/reports/document.ts';
import { zipName } from '#server/reports/file-names.ts';
import { findReport } from '#server/reports/registry.ts';
import { openSnapshot, type Snapshot } from '#server/reports/snapshot.ts';
import { readTotals } from '#server/reports/totals.ts';
import { noTotals, withinLimits, writeReport } from '#server/reports/write-report.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { manifestName, manifestOf, signatureName, summaryName } from '#server/proof/manifest.ts';
import type { ManifestSigner } from '#server/proof/signing-key.ts';
import { summaryCsv } from '#server/proof/summary-csv.ts';
import type { RenderStep, RenderTask, RenderedExport } from './render-task.ts';

export interface WriteDependencies {
  readonly store: ObjectStore;
  readonly signer: ManifestSigner;
  /** The connection the rows come over. */
  readonly client: pg.ClientBase;
  /** A second one, for the totals beside the rows. */
  readonly beside: () => Promise<pg.ClientBase>;
  /** Where both lead; absent: to the one database there is. */
  readonly readFrom?: ReadFrom | null;
  readonly signal: AbortSignal;
  /** A file with more rows than its format takes fails; absent: each takes any number. */
  readonly rowsMax?: RowLimits;
  readonly onCounted: (rows: number) => void;
  readonly onRows: (rows: number) => void;
}

/** @throws ProductError row_check_failed, row_limit_exceeded, storage_unavailable, disk_full; database errors as they are. */
export async function writeExport(task: RenderTask, dependencies: WriteDependencies): Promise<RenderedExport> {
  const { store, signer, client, signal, onCounted, onRows } = dependencies;
  const plain = findReport(task.reportType);
  if (!plain) throw new ProductError('internal', `This worker does not know the report ${task.reportType}.`);
  const definition = inChanges(inComparison(plain, task.options.compare_to), task.scope.changes);
  const { scope } = task;
  const format = await loadFormat(task.fileFormat, task.options);
  const snapshot = await openSnapshot(client, { asOf: scope.asOf, companyId: scope.companyId });
  const dataVersion = await provenVersion(snapshot.read, scope.companyId, scope.asOf);
  let guardedCells = 0;
  const steps: RenderStep[] = [];
  const begin = (name: RenderStep['name']): (() => void) => {
    const startedAt = Date.now();
    return () => void steps.push({ name, startedAt, endedAt: Date.now() });
  };
  const counted = begin('count');
  const joining = joinSnapshot(snapshot, dependencies, scope);
  const counting = joining.then(({ read }) => readTotals(definition, scope, read)).finally(counted);
  // a failure here surfaces where the totals are awaited, or is overtaken by the failure of the rows
  counting.catch(() => undefined);
  void counting.then(
    (totals) => onCounted(totals.rows),
    () => undefined,
  );
  const report = await writeReport({
    definition,
    scope,
    format,
    options: task.options,
    requestedBy: task.requestedBy,
    snapshot,
    totals: counting.then((totals) => withinLimits(totals, format, dependencies.rowsMax ?? {}, 'background')),
    // a renderer is slower than the database; the bytes of COPY's own CSV are taken as fast as two connections bring them
    ...(format.source === 'csv' &&
      availableParallelism() > 1 && { beside: counting.then(async () => (await joining).client) }),
    onRows,
    onGuarded: (cells) => void (guardedCells = cells),
  });
  const { document: described, stem } = report;
  // of all columns, whichever the file shows; asked for on this connection before it is given to the rows
  const { columns: shown, ...unshown } = scope;
  const whole = shown
    ? await documentOf(definition, unshown, snapshot.read, {
        requestedBy: task.requestedBy,
        snapshotAt: snapshot.at,
        totals: noTotals,
        options: task.options,
      })
    : described;
  const zip = new ZipWriter({ modifiedAt: new Date(snapshot.at) });
  const hash = createHash('sha256');
  let fileSize = 0;
  let rowCount = 0;
  let controlTotals: ControlTotals = noTotals;
  const files: FileChecksum[] = [];

  async function* entry(name: string, content: AsyncIterable<Buffer>, level?: number): AsyncGenerator<Buffer> {
    const { sha256, bytes } = yield* zip.entry(name, content, level);
    files.push({ name, sha256, bytes });
  }
  async function* archive(): AsyncGenerator<Buffer> {
    const content = async function* (): AsyncGenerator<Buffer> {
      rowCount = yield* report.content();
    };
    const copied = begin('copy');
    yield* entry(report.name, content(), format.isCompressed ? 0 : undefined);
    copied();
    const zipped = begin('zip');
    controlTotals = await counting;
    if (rowCount !== controlTotals.rows) {
      throw new ProductError(
        'row_check_failed',
        `The row check failed: ${controlTotals.rows.toLocaleString('en')} rows were counted, ${rowCount.toLocaleString('en')} written. The file was thrown away. Run the export again.`,
      );
    }
    const complete = withTotals(described, controlTotals);
    // of all columns, whichever the file shows
    yield* entry(summaryName, once(Buffer.from(summaryCsv({ ...whole, totals: controlTotals }))));
    const manifest = Buffer.from(
      manifestOf(
        {
          jobId: task.jobId,
          attempt: task.attempt,
          fileFormat: task.fileFormat,
          filters: scope.filters,
          requestedAt: task.requestedAt,
          createdAt: new Date().toISOString(),
          keyId: signer.keyId,
          guardedCells,
          dataVersion,
          asOfVersion: scope.asOf?.version ?? null,
          readFrom: dependencies.readFrom ?? null,
          files,
        },
        complete,
      ),
    );
    yield* entry(manifestName, once(manifest));
    yield* entry(signatureName, once(signer.sign(manifest)));
    yield* zip.finish();
    zipped();
  }
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
  await Promise.all([snapshot.end(), joining.then((joined) => joined.end())]);
  const stored = await store.head(task.fileKey);
  if (stored?.size !== fileSize) {
    throw new ProductError('storage_unavailable', 'File storage did not keep the whole file. The export is run again.');
  }
  return {
    fileKey: task.fileKey,
    filename: zipName(stem, task.fileFormat, task.options),
    fileSize,
    sha256: hash.digest('hex'),
    rowCount,
    controlTotals,
    files,
    dataVersion,
    snapshotAt: snapshot.at,
    csvForm: csvFormOf(definition),
    steps,
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** A second connection in the same snapshot: it counts and sums while the first rows are on their way. */
async function joinSnapshot(
  snapshot: Snapshot,
  { beside }: WriteDependencies,
  { asOf, companyId }: Pick<ReportScope, 'asOf' | 'companyId'>,
): Promise<Snapshot> {
  const [name, client] = await Promise.all([snapshot.share(), beside()]);
  return openSnapshot(client, { join: name, asOf, companyId });
}
