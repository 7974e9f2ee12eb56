/**
 * One cell of a worksheet as XML. A value becomes a number or a date only when the workbook gives back exactly the same
 * value: a double keeps 15 significant digits, so longer decimals stay text, digit for digit. Text is always an inline
 * string, which no spreadsheet reads as a formula.
 */
import type { Cell, Column, ColumnType } from '#contract/reports.ts';
import { dayNumber } from '../calendar-day.ts';
import { priceDecimalsMax, styleOf } from './styles.ts';
import { fitCell, xmlText } from './xml-text.ts';

/** What stands between `<c r="` and `</c>`: the row number with its quote, style, value. Empty for no cell. */
type CellXml = string;

const significantDigitsMax = 15;
/** Excel formats of text cells show `####` above this length in older versions; such cells keep the general format. */
const textFormatUnitsMax = 255;

const zero = 48;
const nine = 57;
const minus = 45;
const point = 46;

/** Digits after the point of a canonical decimal (`-12.50`), or -1 for anything a double would not keep exactly. */
export const decimalsOf = (text: string): number => {
  const end = text.length;
  let at = text.charCodeAt(0) === minus ? 1 : 0;
  const first = text.charCodeAt(at);
  // A leading zero is a number's only in front of its point.
  if (first === zero && at + 1 < end && text.charCodeAt(at + 1) !== point) return -1;
  const start = at;
  let pointAt = -1;
  let significantFrom = -1;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= nine) {
      if (significantFrom < 0 && code !== zero) significantFrom = at;
    } else if (code === point && pointAt < 0 && at > start && at + 1 < end) {
      pointAt = at;
    } else {
      return -1;
    }
  }
  if (end === start) return -1;
  if (significantFrom < 0) return pointAt < 0 ? 0 : end - pointAt - 1;
  const digits = end - significantFrom - (pointAt > significantFrom ? 1 : 0);
  if (digits > significantDigitsMax) return -1;
  return pointAt < 0 ? 0 : end - pointAt - 1;
};

/** 1 January 1970 in the 1900 date system, as spreadsheets count from March 1900 on. */
const epochSerial = 25_569;
/** 1 March 1900: before it Excel counts a 29 February 1900 that never was. */
const serialMin = 61;

/** The serial number of a day, or -1 when the text is no day a workbook can hold (before March 1900, 30 February, words). */
export const daySerial = (text: string): number => {
  const day = dayNumber(text);
  return day === undefined || day + epochSerial < serialMin ? -1 : day + epochSerial;
};

/** Days repeat from row to row; a report of 20 years has some 7,000. */
const daysKeptMax = 8_192;
const days = new Map<string, number>();
const cachedSerial = (text: string): number => {
  let serial = days.get(text);
  if (serial === undefined) {
    serial = daySerial(text);
    if (days.size >= daysKeptMax) days.clear();
    days.set(text, serial);
  }
  return serial;
};

const inline = (text: string, style: number): CellXml => {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  // Outer white space is lost without the attribute.
  const open = first <= 32 || last <= 32 ? '<is><t xml:space="preserve">' : '<is><t>';
  return `" s="${style}" t="inlineStr">${open}${xmlText(fitCell(text))}</t></is></c>`;
};

export const textCell = (text: string): CellXml =>
  inline(text, text.length > textFormatUnitsMax ? styleOf.longText : styleOf.text);

/** Right-aligned, so that a column of numbers keeps its edge. */
const exactCell = (text: string): CellXml => inline(text, styleOf.exactNumber);

export const styledCell = inline;

const dateCell = (text: string): CellXml => {
  const serial = cachedSerial(text);
  return serial < 0 ? textCell(text) : `" s="${styleOf.date}"><v>${serial}</v></c>`;
};

const numberCell = (text: string): CellXml => {
  const decimals = decimalsOf(text);
  const style = decimals < 0 ? undefined : styleOf.decimals[decimals];
  return style === undefined ? exactCell(text) : `" s="${style}"><v>${text}</v></c>`;
};

/** A percentage as the fraction that a spreadsheet computes with: "8.875" is 0.08875, shown as 8.875%. */
export const fractionOf = (percentage: string): string => {
  const sign = percentage.startsWith('-') ? '-' : '';
  const [whole = '', decimals = ''] = percentage.slice(sign.length).split('.');
  const digits = whole.padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${decimals}`;
};

const canonical = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

const percentCell = (text: string): CellXml => {
  const decimals = decimalsOf(text);
  const style = decimals < 0 ? undefined : styleOf.percents[decimals];
  if (style === undefined) return exactCell(canonical.test(text) ? `${text}%` : text);
  return `" s="${style}"><v>${fractionOf(text)}</v></c>`;
};

/** All of a column's prices have their points below one another, whatever digits they have. */
const priceCell = (text: string): CellXml => {
  const decimals = decimalsOf(text);
  return decimals < 0 || decimals > priceDecimalsMax ? numberCell(text) : `" s="${styleOf.price}"><v>${text}</v></c>`;
};

/** How one column's cells are written. */
export const cellWriter = (type: ColumnType): ((text: string) => CellXml) => {
  if (type === 'text') return textCell;
  if (type === 'date') return dateCell;
  if (type === 'percent') return percentCell;
  if (type === 'price') return priceCell;
  return numberCell;
};

/** A column's letters, counted from 0: A … Z, AA … */
export const columnLetters = (index: number): string =>
  (index >= 26 ? columnLetters(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

/** Writes rows of one shape. Row numbers count from 1. */
export const rowWriter = (
  columns: readonly Pick<Column, 'type'>[],
): ((cells: readonly Cell[], row: number) => string) => {
  const writers = columns.map((column) => cellWriter(column.type));
  const opens = columns.map((_, index) => `<c r="${columnLetters(index)}`);
  return (cells, row) => {
    let xml = `<row r="${row}">`;
    for (let index = 0; index < writers.length; index += 1) {
      const cell = cells[index];
      // An empty text is a value and keeps its cell; null has none.
      if (cell !== null && cell !== undefined) xml += opens[index]! + row + writers[index]!(cell);
    }
    return `${xml}</row>`;
  };
};
