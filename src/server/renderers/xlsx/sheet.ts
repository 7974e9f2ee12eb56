/**
 * What stands before and after the rows of a data sheet: frozen header, filter, column widths, print set-up.
 * Widths are fitted to the first rows, so a sheet's head is written when they are there and never needs the rest.
 */
import type { Column, ReportDocument, Row } from '#contract/reports.ts';
import { periodText } from '../facts.ts';
import { columnLetters, styledCell } from './cells.ts';
import { styleOf } from './styles.ts';
import { xmlText } from './xml-text.ts';

export const worksheetOpen =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">';

/** In characters of the default font. */
const widthMin = 7;
const widthMax = 48;
/** The filter's button covers the end of a label. */
const filterButtonWidth = 4;
const marginWidth = 2;
const sampleRowsMax = 2_000;

const isNumber = (column: Column): boolean => column.type !== 'text' && column.type !== 'date';

/** A cell's characters as shown: numbers get a separator every three digits. */
const shownLength = (text: string, column: Column): number => {
  if (!isNumber(column)) return text.length;
  const whole = text.indexOf('.') < 0 ? text.length : text.indexOf('.');
  return text.length + Math.floor((whole - 1) / 3);
};

/** Widths in characters, one per column, from its label and a sample of rows. */
export const columnWidths = (columns: readonly Column[], sample: readonly Row[]): readonly number[] =>
  columns.map((column, index) => {
    let longest = 0;
    for (const row of sample.slice(0, sampleRowsMax)) {
      const cell = row[index];
      if (cell) longest = Math.max(longest, shownLength(cell, column));
    }
    // Totals grow beyond the sample's numbers, and a number that does not fit is shown as ####.
    const room = isNumber(column) ? longest + 2 : longest;
    return Math.max(widthMin, column.label.length + filterButtonWidth, Math.min(widthMax, room + marginWidth));
  });

export const columnsXml = (widths: readonly number[]): string =>
  `<cols>${widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('')}</cols>`;

const headerRow = (columns: readonly Column[]): string => {
  const cells = columns.map(
    (column, index) =>
      `<c r="${columnLetters(index)}1${styledCell(column.label, isNumber(column) ? styleOf.headerRight : styleOf.header)}`,
  );
  return `<row r="1">${cells.join('')}</row>`;
};

/** Up to and including the header row. `rows`: data rows that will follow; `front`: the sheet seen on opening. */
export const dataSheetHead = (
  columns: readonly Column[],
  rows: number,
  widths: readonly number[],
  front: boolean,
): string =>
  [
    worksheetOpen,
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
    `<dimension ref="${dataRange(columns, rows)}"/>`,
    `<sheetViews><sheetView${front ? ' tabSelected="1"' : ''} workbookViewId="0">`,
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>',
    '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>',
    '<sheetFormatPr defaultRowHeight="15"/>',
    columnsXml(widths),
    '<sheetData>',
    headerRow(columns),
  ].join('');

/** Header and data of a sheet with this many data rows: `A1:P1001`. */
export const dataRange = (columns: readonly Column[], rows: number): string =>
  `A1:${columnLetters(Math.max(0, columns.length - 1))}${rows + 1}`;

/** Everything after the last row. Text that looks like a number is meant to be text: no green corners. */
export const dataSheetTail = (document: ReportDocument, rows: number): string => {
  const range = dataRange(document.columns, rows);
  // In header and footer codes an ampersand is doubled, or it would start a code.
  const doubled = (text: string): string => text.replaceAll('&', '&&');
  const { company, title } = document;
  const footer = `&L${doubled(company.name)} · ${doubled(title)} · ${periodText(document, (day) => day)}&RPage &P of &N`;
  return [
    '</sheetData>',
    `<autoFilter ref="${range}"/>`,
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
    `<pageSetup paperSize="${document.columns.length > 22 ? 8 : 9}" orientation="landscape" fitToHeight="0"/>`,
    `<headerFooter><oddFooter>${xmlText(footer)}</oddFooter></headerFooter>`,
    `<ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors>`,
    '</worksheet>',
  ].join('');
};
