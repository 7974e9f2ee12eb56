/**
 * A workbook written as a stream: typed cells, the data on the first sheet, totals on the second, further data sheets
 * where one is full. Memory is constant at any number of rows, and the file is refused if a row is missing.
 */
import { formats } from '#contract/formats.ts';
import { ProductError } from '#contract/errors.ts';
import type { ReportDocument } from '#contract/reports.ts';
import type { MeasuredTable } from '../measured.ts';
import { OpenZipEntry } from '#server/zip/open-zip-entry.ts';
import type { FormatDefinition, Renderer, RowBatch } from '../renderer.ts';
import { ZipWriter } from '#server/zip/zip.ts';
import { rowWriter } from './cells.ts';
import {
  contentTypesXml,
  corePropertiesXml,
  rootRelationsXml,
  sheetName,
  sheetPath,
  workbookRelationsXml,
  workbookXml,
} from './parts.ts';
import type { SheetEntry } from './parts.ts';
import { columnWidths, dataRange, dataSheetHead, dataSheetTail } from './sheet.ts';
import { stylesXml } from './styles.ts';
import { totalsSheetXml } from './totals-sheet.ts';

/** Excel's 1,048,576 rows, less the header. */
const dataRowsPerSheetMax = 1_048_575;
/** XML handed to deflate at a time, in characters: one trip to the thread pool. */
const chunkCharacters = 256 * 1024;
/** The data's first part is file 1, Totals is file 2, further parts follow: files are numbered as the tabs stand. */
const totalsFile = 2;

async function* once(text: string): AsyncGenerator<Buffer, void, undefined> {
  yield Buffer.from(text, 'utf8');
}

class XlsxRenderer implements Renderer {
  readonly #document: ReportDocument;
  readonly #rowsPerSheet: number;
  readonly #zip: ZipWriter;
  readonly #writeRow: ReturnType<typeof rowWriter>;
  readonly #data: SheetEntry[] = [];
  readonly #widths: readonly number[];
  #entry: OpenZipEntry | undefined;
  #xml = '';
  /** Data rows in the open sheet, and in all. */
  #sheetRows = 0;
  #rows = 0;

  constructor(document: ReportDocument, measured: MeasuredTable, rowsPerSheet: number) {
    this.#document = document;
    this.#widths = columnWidths(document, measured);
    this.#rowsPerSheet = rowsPerSheet;
    this.#zip = new ZipWriter({ modifiedAt: new Date(document.snapshotAt), hashes: false });
    this.#writeRow = rowWriter(document.columns);
  }

  async *begin(): AsyncGenerator<Buffer, void, undefined> {
    yield* this.#zip.entry('_rels/.rels', once(rootRelationsXml));
    yield* this.#zip.entry('docProps/core.xml', once(corePropertiesXml(this.#document)));
    yield* this.#zip.entry('xl/styles.xml', once(stylesXml));
    yield* this.#zip.entry(sheetPath(totalsFile), once(totalsSheetXml(this.#document)));
  }

  async *rows(batch: RowBatch): AsyncGenerator<Buffer, void, undefined> {
    for (const row of batch.cells()) {
      if (this.#entry && this.#sheetRows === this.#rowsPerSheet) yield* this.#closeSheet();
      this.#entry ??= this.#openSheet();
      this.#sheetRows += 1;
      this.#rows += 1;
      this.#xml += this.#writeRow(row, this.#sheetRows + 1);
      if (this.#xml.length >= chunkCharacters) yield* this.#flush(this.#entry);
    }
  }

  async *finish(): AsyncGenerator<Buffer, void, undefined> {
    if (this.#rows !== this.#document.totals.rows) {
      throw new ProductError(
        'row_check_failed',
        `The workbook got ${this.#rows} rows, but the report has ${this.#document.totals.rows}.`,
      );
    }
    this.#entry ??= this.#openSheet();
    yield* this.#closeSheet();
    const [first, ...further] = this.#data as [SheetEntry, ...SheetEntry[]];
    const sheets = [first, { name: 'Totals', file: totalsFile }, ...further];
    yield* this.#zip.entry('xl/_rels/workbook.xml.rels', once(workbookRelationsXml(sheets)));
    yield* this.#zip.entry('xl/workbook.xml', once(workbookXml(sheets)));
    yield* this.#zip.entry('[Content_Types].xml', once(contentTypesXml(sheets)));
    yield* this.#zip.finish();
  }

  #openSheet(): OpenZipEntry {
    const part = this.#data.length + 1;
    const file = part === 1 ? 1 : part + 1;
    const rows = Math.min(this.#rowsPerSheet, Math.max(0, this.#document.totals.rows - this.#rows));
    const { columns, title } = this.#document;
    this.#data.push({ name: sheetName(title, part), file, filter: dataRange(columns, rows) });
    this.#sheetRows = 0;
    this.#xml = dataSheetHead(columns, rows, this.#widths, part === 1);
    return new OpenZipEntry(this.#zip, sheetPath(file));
  }

  async *#flush(entry: OpenZipEntry): AsyncGenerator<Buffer, void, undefined> {
    const chunk = Buffer.from(this.#xml, 'utf8');
    this.#xml = '';
    yield* entry.write(chunk);
  }

  async *#closeSheet(): AsyncGenerator<Buffer, void, undefined> {
    const entry = this.#entry;
    if (!entry) return;
    this.#xml += dataSheetTail(this.#document, this.#sheetRows, this.#widths);
    yield* this.#flush(entry);
    yield* entry.close();
    this.#entry = undefined;
  }
}

/** `rowsPerSheet` (without the header) is lowered by tests only. Errors of the renderer: `row_check_failed`, `render_failed`. */
export const createXlsx = (
  document: ReportDocument,
  measured: MeasuredTable,
  rowsPerSheet = dataRowsPerSheetMax,
): Renderer => new XlsxRenderer(document, measured, rowsPerSheet);

export const xlsxFormat: FormatDefinition = {
  ...formats.xlsx,
  format: 'xlsx',
  extension: 'xlsx',
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  source: 'text',
  isCompressed: true,
  isMeasured: true,
  create: (document, measured) => createXlsx(document, measured),
};
