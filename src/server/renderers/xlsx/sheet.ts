/**
 * What stands before and after the rows of a data sheet: frozen header, filter, column widths, print set-up.
 * Widths are known before the first row: the figures of the whole table were measured, and texts of all its parts.
 */
import type { Column, ColumnType, ReportDocument } from '#contract/reports.ts';
import { periodText } from '../facts.ts';
import { columnLetters, styledCell } from './cells.ts';
import { isFigure, type MeasuredTable } from '../measured.ts';
import { priceDecimalsMax, styleOf } from './styles.ts';
import { xmlText } from './xml-text.ts';

export const worksheetOpen =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">';

/** In characters of the default font. */
const widthMin = 7;
const widthMax = 48;
/** The filter's button covers the end of a label. */
const filterButtonWidth = 4;
/** On both sides, with the indent of texts. */
const marginWidth = 3;

/** Characters of a figure as it is shown: a separator every three digits, a sign, a per cent sign. */
const shownLength = (whole: string, decimals: number, type: ColumnType): number => {
  const sign = whole.startsWith('-') ? 1 : 0;
  const digits = whole.length - sign;
  const scale = type === 'price' ? priceDecimalsMax : decimals;
  const percent = type === 'percent' ? 1 : 0;
  return sign + digits + Math.floor((digits - 1) / 3) + (scale > 0 ? scale + 1 : 0) + percent;
};

/** Of one figure by itself. */
const lengthOf = (figure: string, type: ColumnType): number => {
  const [whole = '', decimals = ''] = figure.split('.');
  return shownLength(whole, decimals.length, type);
};

/** Characters that a text takes; what is written in full squares takes two. */
export const textLength = (text: string): number => {
  let length = 0;
  for (const character of text) length += wide.test(character) ? 2 : 1;
  return length;
};
const wide = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u;

/**
 * Widths in characters, one per column. Every figure of the table and of its totals has room, for one that has none is
 * shown as ####; texts have room for the longest of a sample of all parts, up to a width that can still be read.
 */
export const columnWidths = ({ columns, totals }: ReportDocument, measured: MeasuredTable): readonly number[] =>
  columns.map((column, index) => {
    const { key, label, type } = column;
    const extent = measured.figures.get(key);
    const figures = [
      ...(extent ? [extent.least, extent.most].map((whole) => shownLength(whole, extent.decimals, type)) : []),
      ...[...totals.currencies, ...totals.groups].map(({ sums }) => lengthOf(sums[key] ?? '', type)),
    ];
    const texts = measured.sample.map((row) =>
      type === 'text' ? textLength(row[index] ?? '') : (row[index]?.length ?? 0),
    );
    const longestText = Math.min(widthMax - marginWidth, max(texts));
    // a code is read letter by letter
    const code = Math.min(2 * widthMax, measured.codes.get(key) ?? 0);
    const longest = isFigure(column) ? Math.max(max(figures), max(texts)) : Math.max(longestText, code);
    return Math.max(widthMin, textLength(label) + filterButtonWidth, longest + marginWidth);
  });

const max = (numbers: readonly number[]): number => numbers.reduce((most, one) => Math.max(most, one), 0);

export const columnsXml = (widths: readonly number[]): string =>
  `<cols>${widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('')}</cols>`;

const headerRow = (columns: readonly Column[]): string => {
  const cells = columns.map(
    (column, index) =>
      `<c r="${columnLetters(index)}1${styledCell(column.label, isFigure(column) ? styleOf.headerRight : styleOf.header)}`,
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

/** Characters that a landscape page holds at full size, and the smallest size at which it can still be read. */
const pageCharacters = { a4: 145, a3: 208 };
const scaleMin = 0.6;
const paperSizes = { a4: 9, a3: 8 };

/** As wide as it takes for figures to be read, on as many pages beside each other; rows are found again by their number. */
const pageSetup = (widths: readonly number[]): string => {
  const width = widths.reduce((sum, one) => sum + one, 0);
  const paper = width * scaleMin > pageCharacters.a4 ? 'a3' : 'a4';
  const pages = Math.max(1, Math.ceil((width * scaleMin) / pageCharacters[paper]));
  return [
    pages > 1 ? '<printOptions headings="1"/>' : '',
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
    `<pageSetup paperSize="${paperSizes[paper]}" fitToWidth="${pages}" fitToHeight="0"${pages > 1 ? ' pageOrder="overThenDown"' : ''} orientation="landscape"/>`,
  ].join('');
};

/** Of a header or footer, with the codes in it and each ampersand doubled. */
const footerUnitsMax = 255;

/** A page's foot: company, report and period as far as there is room, the company's name cut first. */
export const footerOf = (document: ReportDocument): string => {
  // in header and footer codes an ampersand is doubled, or it would start a code
  const doubled = (text: string): string => text.replaceAll('&', '&&');
  const rest = ` · ${doubled(document.title)} · ${periodText(document, (day) => day)}&RPage &P of &N`;
  let name = '';
  for (const character of document.company.name) {
    const longer = name + doubled(character);
    if ('&L'.length + longer.length + 1 + rest.length > footerUnitsMax) {
      name += '…';
      break;
    }
    name = longer;
  }
  return `&L${name}${rest}`;
};

/** Everything after the last row. Text that looks like a number is meant to be text: no green corners. */
export const dataSheetTail = (document: ReportDocument, rows: number, widths: readonly number[]): string => {
  const range = dataRange(document.columns, rows);
  return [
    '</sheetData>',
    `<autoFilter ref="${range}"/>`,
    pageSetup(widths),
    `<headerFooter><oddFooter>${xmlText(footerOf(document))}</oddFooter></headerFooter>`,
    `<ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors>`,
    '</worksheet>',
  ].join('');
};
