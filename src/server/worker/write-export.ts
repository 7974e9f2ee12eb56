/**
 * One export, from the database to the store: COPY -> renderer -> ZIP -> upload, in one snapshot and constant memory.
 * The file is published only if the rows written are the rows that a query of its own counted in that snapshot.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { ProductError } from '#contract/errors.ts';
import type { ControlTotals } from '#contract/reports.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { ZipWriter } from '#server/renderers/zip.ts';
import { documentOf, fileStem } from '#server/reports/document.ts';
import { findReport } from '#server/reports/registry.ts';
import { renderReport } from '#server/reports/render.ts';
import { openSnapshot, type Snapshot } from '#server/reports/snapshot.ts';
import { readTotals } from '#server/reports/totals.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { manifestOf, summaryCsv } from './proof.ts';
import type { RenderTask, RenderedExport } from './render-task.ts';

export interface WriteDependencies {
  readonly store: ObjectStore;
  /** The connection the rows come over. */
  readonly client: pg.ClientBase;
  /** A second one, for the totals beside the rows. */
  readonly beside: () => Promise<pg.ClientBase>;
  readonly signal: AbortSignal;
  readonly onCounted: (rows: number) => void;
  readonly onRows: (rows: number) => void;
}

/** @throws ProductError row_check_failed, storage_unavailable, disk_full; database errors as they are. */
export async function writeExport(task: RenderTask, dependencies: WriteDependencies): Promise<RenderedExport> {
  const { store, client, signal, onCounted, onRows } = dependencies;
  const definition = findReport(task.reportType);
  if (!definition) throw new ProductError('internal', `This worker does not know the report ${task.reportType}.`);
  const { scope } = task;
  const format = await loadFormat(task.fileFormat, task.options);
  const snapshot = await openSnapshot(client);
  const counting = countBeside(snapshot, dependencies, (source) => readTotals(definition, scope, source));
  // a failure here surfaces where the totals are awaited, or is overtaken by the failure of the rows
  counting.catch(() => undefined);
  void counting.then(
    (totals) => onCounted(totals.rows),
    () => undefined,
  );
  // CSV prints no totals and starts at once; the others need them for their first page
  const printed = task.fileFormat === 'csv' ? noTotals : await counting;
  const document = await documentOf(definition, scope, snapshot.read, {
    requestedBy: task.requestedBy,
    snapshotAt: snapshot.at,
    totals: printed,
    options: task.options,
  });
  const stem = fileStem(definition, scope);
  const zip = new ZipWriter({ modifiedAt: new Date(snapshot.at) });
  const hash = createHash('sha256');
  let fileSize = 0;
  let rowCount = 0;
  let controlTotals: ControlTotals = noTotals;

  async function* archive(): AsyncGenerator<Buffer> {
    const dataName = `${stem}.${format.extension}`;
    const counted = async function* (): AsyncGenerator<Buffer> {
      rowCount = yield* renderReport({
        snapshot,
        definition: definition as NonNullable<typeof definition>,
        scope,
        format,
        document,
        onRows,
      });
    };
    const data = yield* zip.entry(dataName, counted());
    controlTotals = await counting;
    if (rowCount !== controlTotals.rows) {
      throw new ProductError(
        'row_check_failed',
        `The row check failed: ${controlTotals.rows.toLocaleString('en')} rows were counted, ${rowCount.toLocaleString('en')} written. The file was thrown away. Run the export again.`,
      );
    }
    const complete = { ...document, totals: controlTotals };
    const summary = Buffer.from(summaryCsv(complete));
    const described = yield* zip.entry('summary.csv', once(summary));
    const manifest = manifestOf(task, complete, [
      { name: dataName, sha256: data.sha256, bytes: data.bytes },
      { name: 'summary.csv', sha256: described.sha256, bytes: described.bytes },
    ]);
    yield* zip.entry('manifest.json', once(Buffer.from(manifest)));
    yield* zip.finish();
  }
  async function* weighed(): AsyncGenerator<Buffer> {
    for await (const bytes of archive()) {
      hash.update(bytes);
      fileSize += bytes.length;
      yield bytes;
    }
  }

  await store.put(task.fileKey, weighed(), { contentType: 'application/zip', signal });
  await snapshot.end();
  const stored = await store.head(task.fileKey);
  if (stored?.size !== fileSize) {
    throw new ProductError('storage_unavailable', 'File storage did not keep the whole file. The export is run again.');
  }
  return {
    fileKey: task.fileKey,
    filename: `${stem}.zip`,
    fileSize,
    sha256: hash.digest('hex'),
    rowCount,
    controlTotals,
  };
}

const noTotals: ControlTotals = { rows: 0, currencies: [], groups: [] };

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Counts and sums on a second connection that joins the snapshot, while the rows are already on their way. */
async function countBeside(
  snapshot: Snapshot,
  { beside }: WriteDependencies,
  read: (source: Snapshot['read']) => Promise<ControlTotals>,
): Promise<ControlTotals> {
  const name = await snapshot.share();
  const joined = await openSnapshot(await beside(), name);
  const totals = await read(joined.read);
  await joined.end();
  return totals;
}
