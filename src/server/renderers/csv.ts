/**
 * CSV, RFC 4180. For systems: UTF-8, comma, LF, no BOM, ISO dates, decimal point — the database's own bytes, passed on.
 * For spreadsheets: BOM, CRLF, and the list separator and decimal mark that the company's locale makes a spreadsheet expect.
 */
import type { Cell, ColumnType, ReportDocument } from '#contract/reports.ts';
import type { FormatDefinition, Renderer, RowBatch } from './renderer.ts';

const quoted = (text: string, separator: string): string =>
  text.includes('"') || text.includes(separator) || text.includes('\n') || text.includes('\r')
    ? `"${text.replaceAll('"', '""')}"`
    : text;

export const csvFormat: FormatDefinition = {
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

  constructor(document: ReportDocument) {
    this.document = document;
  }

  async *begin(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${this.document.columns.map((column) => quoted(column.label, ',')).join(',')}\n`);
  }

  async *rows(batch: RowBatch): AsyncGenerator<Buffer> {
    yield batch.csv;
  }

  async *finish(): AsyncGenerator<Buffer> {}
}

const numeric = new Set<ColumnType>(['quantity', 'price', 'money', 'percent', 'integer']);
export const formulaStart = new Set(['=', '+', '-', '@', '\t', '\r']);

/** What a spreadsheet of that locale expects: where the decimal mark is a comma, lists are separated by semicolons. */
export function spreadsheetMarks(locale: string): { readonly decimal: ',' | '.'; readonly separator: ';' | ',' } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const isComma = parts.some((part) => part.type === 'decimal' && part.value === ',');
  return isComma ? { decimal: ',', separator: ';' } : { decimal: '.', separator: ',' };
}

class SpreadsheetCsv implements Renderer {
  private readonly document: ReportDocument;
  private readonly separator: string;
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
    return type === 'text' && formulaStart.has(cell.charAt(0)) ? `'${cell}` : cell;
  }

  private line(cells: readonly string[]): string {
    return `${cells.map((cell) => quoted(cell, this.separator)).join(this.separator)}\r\n`;
  }
}
