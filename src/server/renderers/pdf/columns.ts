/**
 * Column widths and text size, fitted to the labels, the totals and the first rows. Numbers and dates are never cut:
 * their columns get what they need, and text columns share the rest so that as few cells as possible lose their end.
 */
import type { Column, Row } from '#contract/reports.ts';
import { cutShare, cutShareMax, quantile, spread, widthsAt } from './column-widths.ts';
import type { Measured } from './column-widths.ts';
import { unbroken } from './line-break.ts';
import type { LocaleFormat } from './locale-format.ts';
import { headSize, points } from './paper.ts';
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
}

export interface FittedTable {
  readonly columns: readonly TableColumn[];
  /** Where the last column ends. */
  readonly right: number;
  /** Size of the rows' text. */
  readonly size: number;
}

const sizes = [7.5, 7, 6.5, 6, 5.5, 5].map(points);
/** Tables of two lines a row start at 6.5 points: a word on one line reads better than a larger one on two. */
const smallerSizes = 2;
const sampleRowsMax = 400;
const sampleUnitsMax = 200;
/** Longer words are no codes. */
const firmUnitsMax = 20;
const gutterWide = points(7);
const gutterNarrow = points(5);
const gutterSpareMax = points(16);
const sumNameWidthMin = points(140);
/** Room for one more digit than the sample has. */
const numberReserve = 1.12;

export const isNumeric = (column: Pick<Column, 'type'>): boolean => column.type !== 'text' && column.type !== 'date';

/** A cell as printed: numbers and days in the locale. Undefined for a text that is not what its column holds. */
export const shownCell = (text: string, column: Pick<Column, 'type'>, format: LocaleFormat): string | undefined => {
  if (column.type === 'text') return text;
  return column.type === 'date' ? format.day(text) : format.number(text);
};

/** The label in as few lines as `width` allows. */
const wrap = (label: string, width: number, style: TextStyle): string[] => {
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
  readonly sample: readonly Row[];
  /** Per column key: sums that must fit, canonical. */
  readonly sums: ReadonlyMap<string, readonly string[]>;
  readonly format: LocaleFormat;
  readonly fonts: FontSet;
  readonly paper: Paper;
}

export const fitTable = ({ columns, sample, sums, format, fonts, paper }: FitInput): FittedTable => {
  const head = new TextStyle(fonts, 'bold', headSize);
  const regular = new TextStyle(fonts, 'regular', points(10));
  const bold = new TextStyle(fonts, 'bold', points(10));
  const step = Math.max(1, Math.floor(sample.length / sampleRowsMax));
  const rows = sample.filter((_, index) => index % step === 0);

  const measured = columns.map((column): Measured => {
    const reserve = isNumeric(column) ? numberReserve : 1;
    const widths = new Map<string, number>();
    const widthOf = (text: string): number => {
      const width = widths.get(text) ?? regular.fragment(text).width * reserve;
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
      // A word among numbers or days is cut like any text, and claims no room.
      return (cell && shownCell(cell.slice(0, sampleUnitsMax), column, format)) || [];
    });
    // A day in any case: the first rows may have none.
    if (column.type === 'date') shown.push(format.day('2026-12-28') ?? '');
    const total = (sums.get(column.key) ?? []).map((sum) => bold.fragment(shownCell(sum, column, format) ?? sum).width);
    return {
      label: labelWidth(column.label, paper.headLines, head),
      cells: [...shown.map(needOf), ...total],
      firm: column.type === 'text' ? quantile(shown.map(firmOf), 1 - cutShareMax) : 0,
      longest: shown.reduce((most, text) => Math.max(most, widthOf(text)), 0),
      flexible: column.type === 'text',
    };
  });

  const gutter = columns.length > 18 ? gutterNarrow : gutterWide;
  const room = paper.right - paper.left - gutter * Math.max(0, columns.length - 1);
  const sum = (widths: readonly number[]): number => widths.reduce((all, width) => all + width, 0);
  const attempts = sizes.slice(paper.rowSlots === 1 ? 0 : smallerSizes).map((size) => {
    const widths = widthsAt(measured, size, room);
    return { size, widths, overflows: sum(widths) > room + 1, cut: cutShare(measured, widths, size) };
  });
  // Below 6 points only to keep numbers whole, never to save the end of a name.
  const legible = attempts.filter((attempt) => attempt.size >= points(6) && !attempt.overflows);
  const chosen =
    legible.find((attempt) => attempt.cut <= cutShareMax) ??
    legible.at(-1) ??
    attempts.find((attempt) => !attempt.overflows) ??
    attempts.at(-1)!;
  const squeeze = Math.min(1, room / sum(chosen.widths));
  const widths = spread(measured, chosen.widths, chosen.size, room - sum(chosen.widths)).map(
    (width) => width * squeeze,
  );
  // The names of subtotals stand before the first sum, and need some room even in a small table.
  const firstSum = columns.findIndex((column) => sums.has(column.key));
  const lead = sum(widths.slice(0, firstSum)) + gutter * firstSum;
  const spare = room - sum(widths);
  if (firstSum > 0 && lead < sumNameWidthMin) widths[0]! += Math.min(Math.max(0, spare), sumNameWidthMin - lead);
  const gaps = Math.max(1, columns.length - 1);
  const gap = gutter + Math.min(gutterSpareMax, Math.max(0, room - sum(widths)) / gaps);

  let left = paper.left;
  const placed = columns.map((column, index): TableColumn => {
    const right = left + widths[index]!;
    const made = {
      ...column,
      left: Math.round(left),
      right: Math.round(right),
      alignRight: isNumeric(column),
      labelLines: wrap(column.label, widths[index]! + 1, head).slice(0, paper.headLines),
    };
    left = right + gap;
    return made;
  });
  return { columns: placed, right: placed.at(-1)?.right ?? paper.right, size: chosen.size };
};
