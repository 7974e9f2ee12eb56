/**
 * The first lines of a file exactly as it will have them, before it is made: read and printed by what makes the file.
 * For CSV its own text; for a workbook and a PDF the cells as they show them.
 */
import type { FormatTraits } from '#contract/formats.ts';
import type { ReportPreview } from '#contract/report-summaries.ts';
import type { Column, ExportOptions, FileFormat, Row } from '#contract/reports.ts';
import { cellsOf, copyOut } from '#server/database/copy-out.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { unmeasured } from '#server/renderers/measured.ts';
import { LocaleFormat } from '#server/renderers/pdf/locale-format.ts';
import type { RowBatch } from '#server/renderers/renderer.ts';
import { describedColumn, type ReportDefinition, type ReportScope, shownColumns } from './definition.ts';
import { documentOf } from './document.ts';
import type { Snapshot } from './snapshot.ts';
import { selectPart } from './statement.ts';

const linesMax = 50;

export async function previewOf(
  definition: ReportDefinition,
  scope: ReportScope,
  snapshot: Snapshot,
  wanted: { readonly fileFormat: FileFormat; readonly options: ExportOptions; readonly requestedBy: string },
): Promise<ReportPreview> {
  const { fileFormat, options, requestedBy } = wanted;
  const format = await loadFormat(fileFormat, options);
  const batches = await firstRows(definition, scope, snapshot, format.source);
  const columns = shownColumns(definition, scope).map(describedColumn);
  if (!format.isText) {
    const shown = asShown(format, new LocaleFormat(scope.locale));
    const rows = batches.flatMap((batch) => batch.cells());
    return { columns, lines: rows.map((row) => row.map((cell, at) => shown(cell, columns[at]?.type))), text: null };
  }
  const totals = { rows: 0, currencies: [], groups: [] };
  const facts = { requestedBy, snapshotAt: snapshot.at, totals, options };
  const renderer = format.create(await documentOf(definition, scope, snapshot.read, facts), unmeasured);
  const pieces: Buffer[] = [];
  for await (const bytes of renderer.begin()) pieces.push(bytes);
  for (const batch of batches) for await (const bytes of renderer.rows(batch)) pieces.push(bytes);
  return { columns, lines: null, text: Buffer.concat(pieces).toString('utf8') };
}

async function firstRows(
  definition: ReportDefinition,
  scope: ReportScope,
  { client, read }: Snapshot,
  form: 'csv' | 'text',
): Promise<RowBatch[]> {
  const parts = (await definition.parts?.(scope, read)) ?? [definition.table(scope)];
  const found: RowBatch[] = [];
  let left = linesMax;
  for (const part of parts) {
    if (left === 0) break;
    for await (const { count, bytes } of copyOut(
      client,
      `${selectPart(definition, scope, part)} LIMIT ${left}`,
      form,
    )) {
      found.push({ count, csv: bytes, cells: () => cellsOf(bytes) });
      left -= count;
    }
  }
  return found;
}

/** A workbook has days as ISO writes them and percent signs; a PDF both as its locale does. */
const asShown =
  ({ localDays, percentSigns }: FormatTraits, locale: LocaleFormat) =>
  (cell: Row[number], type: Column['type'] = 'text'): string => {
    if (cell === null || type === 'text') return cell ?? '';
    if (type === 'date') return localDays ? (locale.day(cell) ?? cell) : cell;
    const figure = locale.number(cell) ?? cell;
    return type === 'percent' && percentSigns ? `${figure}%` : figure;
  };
