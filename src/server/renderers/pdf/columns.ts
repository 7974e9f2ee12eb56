/**
 * Paper, column widths and text size, fitted to the labels, the totals and the measured table. Figures, days and codes
 * are never cut: their columns get what they need, and names share the rest so that as few as possible lose their end.
 */
import type { Column } from '#contract/reports.ts';
import { isCode, isFigure, type MeasuredTable } from '../measured.ts';
import { cutShare, cutShareMax, quantile, spread, widthsAt } from './column-widths.ts';
import type { Measured } from './column-widths.ts';
import { unbroken } from './line-break.ts';
import type { LocaleFormat } from './locale-format.ts';
import { headSize, papersFor, points } from './paper.ts';
import type { Paper } from './paper.ts';
import { TextStyle } from './text.ts';
import type { FontSet } from './fonts.ts';

/** A column as it stands on the page; edges in the page's unit. */
export interface TableColumn extends Column {
  /** Its place in a row. */
  readonly index: number;
  readonly left: number;
  readonly right: number;
  readonly alignRight: boolean;
  readonly labelLines: readonly string[];
  /** From the right edge to where a decimal point stands: figures are aligned on it. */
  readonly fraction: number;
  /** Mostly zeros, which are shown as a dash. */
  readonly showsDash: boolean;
}

export interface FittedTable {
  readonly paper: Paper;
  readonly columns: readonly TableColumn[];
  /** Where the last column ends. */
  readonly right: number;
  /** Size of the rows' text. */
  readonly size: number;
}

const sizes = [7.5, 7, 6.5, 6, 5.5, 5].map(points);
/** Tables of two lines a row start at 6.5 points: a word on one line reads better than a larger one on two. */
const smallerSizes = 2;
const sampleRowsMax = 600;
const sampleUnitsMax = 200;
/** Longer codes may go on in a second line of smaller letters. */
const firmUnitsMax = 24;
const gutterWide = points(7);
const gutterNarrow = points(5);
const gutterSpareMax = points(16);
/** Wanted for the names of subtotals, and what they have in any case. */
const sumNameWidth = points(140);
const sumNameWidthMin = points(96);
/** A column with more zeros than this, and some other figure, shows dashes for them. */
const zeroShareMin = 0.5;
const zero = /^-?0(\.0+)?$/;
export const isZero = (text: string): boolean => zero.test(text);

/** A cell as printed: numbers and days in the locale. Undefined for a text that is not what its column holds. */
export const shownCell = (text: string, column: Pick<Column, 'type'>, format: LocaleFormat): string | undefined => {
  if (column.type === 'text') return text;
  return column.type === 'date' ? format.day(text) : format.number(text);
};

/** The label in as few lines as `width` allows. */
export const wrap = (label: string, width: number, style: TextStyle): string[] => {
  const lines: string[] = [];
  for (const word of label.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && style.widthOf(style.fragment(longer)) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

/** The narrowest column in which the label takes no more than `linesMax` lines. */
const labelWidth = (label: string, linesMax: number, style: TextStyle): number => {
  const words = label.split(' ');
  const stretches = words.flatMap((_, from) =>
    words.slice(from).map((__, count) => style.widthOf(style.fragment(words.slice(from, from + count + 1).join(' ')))),
  );
  const fits = (width: number): boolean => {
    const lines = wrap(label, width, style);
    return lines.length <= linesMax && lines.every((line) => style.widthOf(style.fragment(line)) <= width);
  };
  return stretches.toSorted((a, b) => a - b).find(fits) ?? 0;
};

export interface FitInput {
  /** Columns to print and their places in a row. */
  readonly columns: readonly (Column & { readonly index: number })[];
  readonly measured: MeasuredTable;
  /** Per column key: sums that must fit, canonical. */
  readonly sums: ReadonlyMap<string, readonly string[]>;
  readonly format: LocaleFormat;
  readonly fonts: FontSet;
}

const decimalsOf = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);
const sumOf = (widths: readonly number[]): number => widths.reduce((all, width) => all + width, 0);

/** What the figures of a column need in thousandths of the text size, to the left and to the right of their point. */
const figureNeeds = (
  column: Column,
  { measured, sums, format, fonts }: FitInput,
): { whole: number; fraction: number } => {
  const extent = measured.figures.get(column.key);
  const totals = sums.get(column.key) ?? [];
  const texts = extent ? [extent.least, extent.most, ...totals] : totals;
  const decimals = Math.max(extent?.decimals ?? 0, ...totals.map(decimalsOf));
  const needs = (['regular', 'bold'] as const).map((weight) => {
    const style = new TextStyle(fonts, weight, points(10));
    const wholes = texts.map((text) => style.fragment(format.number(text.split('.')[0]!) ?? '').width);
    return { whole: Math.max(0, ...wholes), fraction: fractionWidth(style, format, decimals) };
  });
  return {
    whole: Math.max(...needs.map((need) => need.whole)),
    fraction: Math.max(...needs.map((need) => need.fraction)),
  };
};

/** Of a decimal point and as many digits, in thousandths of the text size. */
export const fractionWidth = (style: TextStyle, format: LocaleFormat, decimals: number): number =>
  decimals === 0 ? 0 : style.fragment((format.number(`0.${'0'.repeat(decimals)}`) ?? '').slice(1)).width;

/** What must be known of each column, whatever the paper. */
const measure = (input: FitInput, paper: Paper): Measured[] => {
  const { columns, measured, sums, format, fonts } = input;
  const head = new TextStyle(fonts, 'bold', headSize);
  const regular = new TextStyle(fonts, 'regular', points(10));
  const bold = new TextStyle(fonts, 'bold', points(10));
  const step = Math.max(1, Math.ceil(measured.sample.length / sampleRowsMax));
  const rows = measured.sample.filter((_, index) => index % step === 0);
  return columns.map((column): Measured => {
    const label = labelWidth(column.label, paper.headLines, head);
    if (isFigure(column)) {
      const { whole, fraction } = figureNeeds(column, input);
      return { label, cells: [whole + fraction], firm: 0, longest: whole + fraction, flexible: false };
    }
    const widths = new Map<string, number>();
    const widthOf = (text: string): number => {
      const width = widths.get(text) ?? regular.fragment(text).width;
      widths.set(text, width);
      return width;
    };
    const needs = new Map<string, number>();
    /** In two lines a text needs a little more than half, and its longest piece in any case. */
    const needOf = (text: string): number => {
      if (column.type !== 'text' || paper.rowSlots === 1) return widthOf(text);
      const need =
        needs.get(text) ?? Math.max(0.56 * widthOf(text), ...unbroken(text).map((piece) => widthOf(piece.trimEnd())));
      needs.set(text, need);
      return need;
    };
    /** On one line only a text that is a single word is kept whole. */
    const firmOf = (text: string): number => {
      const words = unbroken(text).map((piece) => piece.trimEnd());
      if (words.length > 1 && paper.rowSlots === 1) return 0;
      return Math.max(0, ...words.filter((word) => word.length <= firmUnitsMax).map(widthOf));
    };
    const shown = rows.flatMap((row) => {
      const cell = row[column.index];
      // A word among days is cut like any text, and claims no room.
      return (cell && shownCell(cell.slice(0, sampleUnitsMax), column, format)) || [];
    });
    // A day in any case: the sample may have none.
    if (column.type === 'date') shown.push(format.day('2026-12-28') ?? '');
    const total = (sums.get(column.key) ?? []).map((sum) => bold.fragment(shownCell(sum, column, format) ?? sum).width);
    const code = isCode(column) ? codeNeed(shown.map(widthOf), shown, measured.codes.get(column.key) ?? 0) : 0;
    return {
      label,
      cells: [...shown.map(needOf), ...total],
      firm: column.type === 'text' ? Math.max(code, quantile(shown.map(firmOf), 1 - cutShareMax)) : 0,
      longest: shown.reduce((most, text) => Math.max(most, widthOf(text)), 0),
      flexible: column.type === 'text',
    };
  });
};

/** Size of a code's letters in two lines, for text of a size. */
export const smallCodeSize = (size: number): number => Math.max(points(4.5), Math.round(0.62 * size));
/** Of the text size, at most. */
const smallCode = 0.75;

/** The width in which the longest code of the table stays whole: on one line, or on two of smaller letters. */
const codeNeed = (widths: readonly number[], texts: readonly string[], longestUnits: number): number => {
  const widest = Math.max(0, ...widths);
  const units = Math.max(1, ...texts.map((text) => text.length));
  // longer ones than the sample has are taken for as wide as its widest, letter by letter
  const letter = Math.max(0, ...texts.map((text, at) => widths[at]! / text.length));
  const whole = longestUnits > units ? Math.max(widest, longestUnits * letter) : widest;
  return longestUnits <= firmUnitsMax ? whole : (whole * smallCode) / 2 + 500;
};

interface Attempt {
  readonly paper: Paper;
  readonly measured: readonly Measured[];
  readonly room: number;
  readonly gutter: number;
  readonly size: number;
  readonly widths: readonly number[];
  readonly overflows: boolean;
  readonly cut: number;
}

const attemptsOn = (paper: Paper, input: FitInput): Attempt[] => {
  const { columns, sums } = input;
  const measured = measure(input, paper);
  const gutter = columns.length > 18 ? gutterNarrow : gutterWide;
  const room = paper.right - paper.left - gutter * Math.max(0, columns.length - 1);
  const firstSum = columns.findIndex((column) => sums.has(column.key));
  return sizes.slice(paper.rowSlots === 1 ? 0 : smallerSizes).map((size) => {
    const widths = widthsAt(measured, size, room);
    const lead = sumOf(widths.slice(0, firstSum)) + gutter * firstSum;
    const missing = firstSum > 0 ? Math.max(0, sumNameWidthMin - lead) : 0;
    const overflows = sumOf(widths) + missing > room + 1;
    return { paper, measured, room, gutter, size, widths, overflows, cut: cutShare(measured, widths, size) };
  });
};

/** Below 6 points only to keep figures whole on the largest sheet, never to save the end of a name. */
const chosen = (input: FitInput): Attempt => {
  let attempts: Attempt[] = [];
  for (const paper of papersFor(input.columns.length)) {
    attempts = attemptsOn(paper, input);
    if (attempts.some(({ overflows, size }) => !overflows && size >= points(6))) break;
  }
  const fits = attempts.filter((attempt) => !attempt.overflows);
  const legible = fits.filter((attempt) => attempt.size >= points(6));
  return legible.find(({ cut }) => cut <= cutShareMax) ?? legible.at(-1) ?? fits.at(-1) ?? attempts.at(-1)!;
};

export const fitTable = (input: FitInput): FittedTable => {
  const { columns, measured: table, sums, fonts } = input;
  const { paper, measured, room, gutter, size, widths: least } = chosen(input);
  const head = new TextStyle(fonts, 'bold', headSize);
  const squeeze = Math.min(1, room / sumOf(least));
  const widths = spread(measured, least, size, room - sumOf(least)).map((width) => width * squeeze);
  // The names of subtotals stand before the first sum, and need some room even in a small table.
  const firstSum = columns.findIndex((column) => sums.has(column.key));
  const lead = sumOf(widths.slice(0, firstSum)) + gutter * firstSum;
  const spare = room - sumOf(widths);
  if (firstSum >= 0 && lead < sumNameWidth) widths[0]! += Math.min(Math.max(0, spare), sumNameWidth - lead);
  const gaps = Math.max(1, columns.length - 1);
  const gap = gutter + Math.min(gutterSpareMax, Math.max(0, room - sumOf(widths)) / gaps);

  let left = paper.left;
  const placed = columns.map((column, index): TableColumn => {
    const right = left + widths[index]!;
    const figures = isFigure(column) ? table.sample.flatMap((row) => row[column.index] ?? []) : [];
    const zeros = figures.filter(isZero).length;
    const made = {
      ...column,
      left: Math.round(left),
      right: Math.round(right),
      alignRight: isFigure(column),
      labelLines: wrap(column.label, widths[index]! + 1, head).slice(0, paper.headLines),
      fraction: isFigure(column) ? Math.round((figureNeeds(column, input).fraction * size) / 1000) : 0,
      showsDash: zeros > zeroShareMin * figures.length,
    };
    left = right + gap;
    return made;
  });
  return { paper, columns: placed, right: placed.at(-1)?.right ?? paper.right, size };
};
