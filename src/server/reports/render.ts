/**
 * Rows of one report through one renderer, in the snapshot they are read from. The same for a download that a person
 * waits for and an export in the background: only where the bytes go differs.
 */
import type { ReportDocument } from '#contract/reports.ts';
import { cellsOf } from '#server/database/copy-out.ts';
import { OrderedCopies } from '#server/database/ordered-copies.ts';
import { type MeasuredTable, unmeasured } from '#server/renderers/measured.ts';
import type { FormatDefinition, RowBatch } from '#server/renderers/renderer.ts';
import type { ReportDefinition, ReportScope } from './definition.ts';
import type { Snapshot } from './snapshot.ts';
import { measureTable, readSections } from './measure.ts';
import { selectPart } from './statement.ts';

export interface OpenedTable {
  readonly rows: OrderedCopies;
  /** Empty where the format does not ask. */
  readonly measured: MeasuredTable;
}

export interface RenderOptions {
  /** What `readRows` began. */
  readonly table: OpenedTable;
  readonly format: FormatDefinition;
  readonly document: ReportDocument;
  /** Called after each batch with the rows read so far. */
  readonly onRows?: (rowsDone: number) => void;
  /** Called at the end with the cells that were guarded against being read as formulas. */
  readonly onGuarded?: (cells: number) => void;
}

/** Measures the table if the format asks for it, then begins to read its rows over the snapshot's connection; other connections may be lent to it as well. */
export async function readRows(
  definition: ReportDefinition,
  scope: ReportScope,
  snapshot: Snapshot,
  { source, isMeasured, isSectioned = false }: FormatDefinition,
): Promise<OpenedTable> {
  const parts = (await definition.parts?.(scope, snapshot.read)) ?? [definition.table(scope)];
  const sections = isSectioned ? await readSections(definition, scope, snapshot.read) : undefined;
  const table = isMeasured ? await measureTable(definition, scope, parts, snapshot.read) : unmeasured;
  const measured = { ...table, sections };
  const rows = new OrderedCopies(
    parts.map((part) => selectPart(definition, scope, part)),
    source,
  );
  void rows.readOver(snapshot.client);
  return { rows, measured };
}

/** Yields the file's bytes; returns the rows that went into it. */
export async function* renderReport({
  table,
  format,
  document,
  onRows,
  onGuarded,
}: RenderOptions): AsyncGenerator<Buffer, number> {
  const renderer = format.create(document, table.measured);
  let rowsDone = 0;
  yield* renderer.begin();
  for await (const { count, bytes } of table.rows.batches()) {
    rowsDone += count;
    const batch: RowBatch = { count, csv: bytes, cells: () => cellsOf(bytes) };
    yield* renderer.rows(batch);
    onRows?.(rowsDone);
  }
  yield* renderer.finish();
  onGuarded?.(renderer.guardedCells ?? 0);
  return rowsDone;
}
