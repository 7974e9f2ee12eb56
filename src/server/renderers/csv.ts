/**
 * CSV, RFC 4180. For systems: UTF-8, comma, LF, no BOM, ISO dates, decimal point — the database's own bytes, passed on
 * but for the apostrophes that keep text from being read as a formula (formula-guard.ts).
 * For spreadsheets: BOM, CRLF, and the list separator and decimal mark that the company's locale makes a spreadsheet expect.
 */
import { formats } from '#contract/formats.ts';
import type { Cell, ColumnType, ReportDocument } from '#contract/reports.ts';
import { FormulaGuard, guardedText } from './formula-guard.ts';
import type { FormatDefinition, Renderer, RowBatch } from './renderer.ts';

/** Of the bytes: raised by whatever writes the same rows otherwise, so that nobody promises the old file again. */
export const csvForm = 1;

const quoted = (text: string, separator: string): string =>
  text.includes('"') || text.includes(separator) || text.includes('\n') || text.includes('\r')
    ? `"${text.replaceAll('"', '""')}"`
    : text;

export const csvFormat: FormatDefinition = {
  ...formats.csv,
  format: 'csv',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  source: 'csv',
  isCompressed: false,
  isMeasured: false,
  create: (document) => new SystemsCsv(document),
};

export const spreadsheetCsvFormat: FormatDefinition = {
  ...csvFormat,
  source: 'text',
  create: (document) => new SpreadsheetCsv(document),
};

class SystemsCsv implements Renderer {
  private readonly document: ReportDocument;
  private readonly guard: FormulaGuard;

  constructor(document: ReportDocument) {
    this.document = document;
    this.guard = new FormulaGuard(document.columns.map(({ type }) => type === 'text'));
  }

  get guardedCells(): number {
    return this.guard.guarded;
  }

  async *begin(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${this.document.columns.map((column) => quoted(column.label, ',')).join(',')}\n`);
  }

  async *rows(batch: RowBatch): AsyncGenerator<Buffer> {
    yield this.guard.guard(batch.csv);
  }

  async *finish(): AsyncGenerator<Buffer> {}
}

const numeric = new Set<ColumnType>(['quantity', 'price', 'money', 'percent', 'integer']);

/** Regions whose lists are separated by semicolons although their decimal mark is a point, whatever the language. */
const semicolonRegions = new Set(['CH', 'LI']);
const semicolonLanguages = new Set(['ar', 'fa']);

/**
 * What a spreadsheet of that locale expects. Where the decimal mark is a comma, lists are separated by semicolons; in some
 * places they are all the same: Swiss and Arabic settings have a point and a semicolon.
 */
export function spreadsheetMarks(locale: string): { readonly decimal: ',' | '.'; readonly separator: ';' | ',' } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const isComma = parts.some((part) => part.type === 'decimal' && part.value === ',');
  const { language, region } = new Intl.Locale(locale).maximize();
  const isSemicolon = isComma || semicolonRegions.has(region ?? '') || semicolonLanguages.has(language);
  return { decimal: isComma ? ',' : '.', separator: isSemicolon ? ';' : ',' };
}

class SpreadsheetCsv implements Renderer {
  guardedCells = 0;
  private readonly document: ReportDocument;
  private readonly separator: ',' | ';';
  private readonly decimal: string;

  constructor(document: ReportDocument) {
    this.document = document;
    const { decimal, separator } = spreadsheetMarks(document.company.locale);
    this.decimal = decimal;
    this.separator = separator;
  }

  async *begin(): AsyncGenerator<Buffer> {
    yield Buffer.from(`\uFEFF${this.line(this.document.columns.map((column) => column.label))}`);
  }

  async *rows(batch: RowBatch): AsyncGenerator<Buffer> {
    const { columns } = this.document;
    const lines = batch
      .cells()
      .map((row) => this.line(row.map((cell, at) => this.printed(cell, columns[at]?.type ?? 'text'))));
    yield Buffer.from(lines.join(''));
  }

  async *finish(): AsyncGenerator<Buffer> {}

  private printed(cell: Cell, type: ColumnType): string {
    if (cell === null) return '';
    if (numeric.has(type)) return this.decimal === ',' ? cell.replace('.', ',') : cell;
    if (type !== 'text') return cell;
    const guarded = guardedText(cell, this.separator);
    if (guarded !== cell) this.guardedCells += 1;
    return guarded;
  }

  private line(cells: readonly string[]): string {
    return `${cells.map((cell) => quoted(cell, this.separator)).join(this.separator)}\r\n`;
  }
}
