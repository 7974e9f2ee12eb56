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
  readonly #book: WorkbookOfTables | undefined;
  readonly #writeRow: ReturnType<typeof rowWriter>;
  readonly #data: SheetEntry[] = [];
  readonly #widths: readonly number[];
  #entry: OpenZipEntry | undefined;
  #xml = '';
  /** Data rows in the open sheet, and in all. */
  #sheetRows = 0;
  #rows = 0;

  /** @param book the workbook of several tables that it is written into; absent: one of its own, with totals */
  constructor(document: ReportDocument, measured: MeasuredTable, rowsPerSheet: number, book?: WorkbookOfTables) {
    this.#document = document;
    this.#book = book;
    this.#widths = columnWidths(document, measured);
    this.#rowsPerSheet = rowsPerSheet;
    this.#zip = book?.zip ?? new ZipWriter({ modifiedAt: new Date(document.snapshotAt), hashes: false });
    this.#writeRow = rowWriter(document.columns);
  }

  async *begin(): AsyncGenerator<Buffer, void, undefined> {
    if (this.#book) return;
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
    if (this.#book) return;
    const [first, ...further] = this.#data as [SheetEntry, ...SheetEntry[]];
    yield* finished(this.#zip, [first, { name: 'Totals', file: totalsFile }, ...further]);
  }

  #openSheet(): OpenZipEntry {
    const part = this.#data.length + 1;
    const { columns, title } = this.#document;
    const named = this.#book?.next(title, part);
    const file = named?.file ?? (part === 1 ? 1 : part + 1);
    const rows = Math.min(this.#rowsPerSheet, Math.max(0, this.#document.totals.rows - this.#rows));
    const sheet = { name: named?.name ?? sheetName(title, part), file, filter: dataRange(columns, rows) };
    this.#data.push(sheet);
    this.#book?.sheets.push(sheet);
    this.#sheetRows = 0;
    this.#xml = dataSheetHead(columns, rows, this.#widths, file === 1);
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

/** The parts that name the sheets, in the order of their tabs. */
async function* finished(zip: ZipWriter, sheets: readonly SheetEntry[]): AsyncGenerator<Buffer, void, undefined> {
  yield* zip.entry('xl/_rels/workbook.xml.rels', once(workbookRelationsXml(sheets)));
  yield* zip.entry('xl/workbook.xml', once(workbookXml(sheets)));
  yield* zip.entry('[Content_Types].xml', once(contentTypesXml(sheets)));
  yield* zip.finish();
}

/** Several tables in one workbook, one after the other, a sheet each: numbered, so that no two have one name. */
export class WorkbookOfTables {
  readonly zip: ZipWriter;
  readonly sheets: SheetEntry[] = [];
  readonly #document: ReportDocument;
  #tables = 0;

  /** @param document what the workbook says of itself */
  constructor(document: ReportDocument) {
    this.#document = document;
    this.zip = new ZipWriter({ modifiedAt: new Date(document.snapshotAt), hashes: false });
  }

  /** Before the first table. */
  async *begin(): AsyncGenerator<Buffer, void, undefined> {
    yield* this.zip.entry('_rels/.rels', once(rootRelationsXml));
    yield* this.zip.entry('docProps/core.xml', once(corePropertiesXml(this.#document)));
    yield* this.zip.entry('xl/styles.xml', once(stylesXml));
  }

  /** What writes the next table. */
  readonly format: FormatDefinition = {
    ...xlsxFormat,
    create: (document, measured) => new XlsxRenderer(document, measured, dataRowsPerSheetMax, this),
  };

  /** Where a table's next sheet goes, and what it is called. */
  next(title: string, part: number): { readonly file: number; readonly name: string } {
    if (part === 1) this.#tables += 1;
    // the first is the list of the others, which are numbered as it has them
    const numbered = this.#tables === 1 ? title : `${this.#tables - 1} ${title}`;
    return { file: this.sheets.length + 1, name: sheetName(numbered, part) };
  }

  /** After the last. */
  finish(): AsyncGenerator<Buffer, void, undefined> {
    return finished(this.zip, this.sheets);
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
