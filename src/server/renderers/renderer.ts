/**
 * The one seam every file format goes through, for direct downloads and background exports alike:
 * begin, rows (many times), finish. Each verb yields the bytes it made; whoever drives it owns the back-pressure.
 */
import type { FormatTraits } from '#contract/formats.ts';
import type { FileFormat, ReportDocument, Row } from '#contract/reports.ts';
import type { MeasuredTable } from './measured.ts';

/** A piece of the table as it came from the database: some whole rows. */
export interface RowBatch {
  /** Rows in this batch, counted by the database's own messages. */
  readonly count: number;
  /** The rows in COPY's CSV form (RFC 4180, LF, no header), only for renderers with `source: 'csv'`. */
  readonly csv: Buffer;
  /** The rows as cells, decoded only when a renderer asks. */
  cells(): Row[];
}

export interface Renderer {
  /** Cells that were changed so that no spreadsheet reads them as formulas; absent: the format has no need to. */
  readonly guardedCells?: number;
  /** What precedes the first row. */
  begin(): AsyncIterable<Buffer>;
  /** Called once per batch, in order. */
  rows(batch: RowBatch): AsyncIterable<Buffer>;
  /** What follows the last row. After it the file is complete. */
  finish(): AsyncIterable<Buffer>;
}

/** The traits of the format, and how its bytes are made. */
export interface FormatDefinition extends FormatTraits {
  readonly format: FileFormat;
  /** Without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** The COPY form this renderer reads: `csv` bytes are passed on, `text` is decoded to cells. */
  readonly source: 'csv' | 'text';
  /** Its bytes are compressed already: the archive around it only carries them. */
  readonly isCompressed: boolean;
  /** It lays out columns, and wants its table measured before it begins. */
  readonly isMeasured: boolean;
  /** It heads the sections that a report says it has. */
  readonly isSectioned?: boolean;
  create(document: ReportDocument, measured: MeasuredTable): Renderer;
}
