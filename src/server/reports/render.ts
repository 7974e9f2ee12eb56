/**
 * Rows of one report through one renderer, in the snapshot they are read from. The same for a download that a person
 * waits for and an export in the background: only where the bytes go differs.
 */
import type { ReportDocument } from '#contract/reports.ts';
import { cellsOf, copyOut } from '#server/database/copy-out.ts';
import type { FormatDefinition, RowBatch } from '#server/renderers/renderer.ts';
import type { ReportDefinition, ReportScope } from './definition.ts';
import type { Snapshot } from './snapshot.ts';
import { selectPart } from './statement.ts';

export interface RenderOptions {
  readonly snapshot: Snapshot;
  readonly definition: ReportDefinition;
  readonly scope: ReportScope;
  readonly format: FormatDefinition;
  readonly document: ReportDocument;
  /** Called after each batch with the rows read so far. */
  readonly onRows?: (rowsDone: number) => void;
}

/** Yields the file's bytes; returns the rows that went into it. */
export async function* renderReport(options: RenderOptions): AsyncGenerator<Buffer, number> {
  const { snapshot, definition, scope, format, document } = options;
  const purpose = format.source === 'csv' ? 'file' : 'cells';
  const parts = (await definition.parts?.(scope, snapshot.read)) ?? [definition.table(scope)];
  const renderer = format.create(document);
  let rowsDone = 0;
  yield* renderer.begin();
  for (const part of parts) {
    for await (const batch of copyOut(snapshot.client, selectPart(definition, scope, part, purpose), format.source)) {
      rowsDone += batch.count;
      const rows: RowBatch = { count: batch.count, csv: batch.bytes, cells: () => cellsOf(batch.bytes) };
      yield* renderer.rows(rows);
      options.onRows?.(rowsDone);
    }
  }
  yield* renderer.finish();
  return rowsDone;
}
