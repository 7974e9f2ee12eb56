/**
 * Column widths and text size, fitted to the labels, the totals and the first rows. Numbers and dates are never cut:
 * their columns get what they need, and text columns share the rest so that as few cells as possible lose their end.
 */
import type { Column, Row } from '#contract/reports.ts';
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
/** Smaller text only while more than this share of sampled texts would be cut. */
const cutShareMax = 0.03;
const sampleRowsMax = 400;
const sampleUnitsMax = 200;
const gutterWide = points(7);
const gutterNarrow = points(5);
const textWidthMin = points(20);
const widenedMax = 1.35;
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

interface Measured {
  readonly label: number;
  /** Widths of sampled cells in thousandths of the text size, ascending. */
  readonly cells: readonly number[];
  readonly flexible: boolean;
}

/** Of texts the few longest are left out: one long note must not take the page from all other columns. */
const widest = ({ cells, flexible }: Measured): number => {
  const place = flexible ? Math.ceil(cells.length * (1 - cutShareMax)) - 1 : cells.length - 1;
  return cells[Math.max(0, place)] ?? 0;
};

/** Widths at one size: fixed columns as needed, the others capped at the one width that fills the page. */
const widthsAt = (columns: readonly Measured[], size: number, room: number): number[] => {
  const wanted = columns.map((one) => {
    const needed = (widest(one) * size) / 1000;
    return Math.max(one.label, one.flexible ? needed : needed + 1);
  });
  const least = columns.map((one, index) => (one.flexible ? Math.max(one.label, textWidthMin) : wanted[index]!));
  const total = (cap: number): number =>
    wanted.reduce((sum, width, index) => sum + Math.max(least[index]!, Math.min(width, cap)), 0);
  if (total(room) <= room) return wanted.map((width, index) => Math.max(width, least[index]!));
  let low = 0;
  let high = room;
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (total(middle) <= room) low = middle;
    else high = middle;
  }
  return wanted.map((width, index) =>
    columns[index]!.flexible ? Math.max(least[index]!, Math.min(width, low)) : width,
  );
};

/** Share of the sampled texts that would be cut. */
const cutShare = (columns: readonly Measured[], widths: readonly number[], size: number): number => {
  let cells = 0;
  let cut = 0;
  columns.forEach((one, index) => {
    if (!one.flexible) return;
    cells += one.cells.length;
    cut += one.cells.filter((cell) => (cell * size) / 1000 > widths[index]! + 1).length;
  });
  return cells === 0 ? 0 : cut / cells;
};

/**
 * What is left over goes to the text columns: first until their longest texts fit, then up to a third more by width.
 * Wider they do not get: a name and the sum that belongs to it stay together.
 */
const spread = (columns: readonly Measured[], widths: readonly number[], size: number, spare: number): number[] => {
  if (spare <= 0) return [...widths];
  const missing = columns.map((one, index) =>
    one.flexible ? Math.max(0, ((one.cells.at(-1) ?? 0) * size) / 1000 + 1 - widths[index]!) : 0,
  );
  const short = missing.reduce((sum, width) => sum + width, 0);
  const share = short > 0 ? Math.min(1, spare / short) : 0;
  const filled = widths.map((width, index) => width + missing[index]! * share);
  const flexible = filled.reduce((sum, width, index) => sum + (columns[index]!.flexible ? width : 0), 0);
  const left = spare - short * share;
  const factor = flexible > 0 ? Math.min(widenedMax, 1 + left / flexible) : 1;
  return filled.map((width, index) => (columns[index]!.flexible ? width * factor : width));
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
    const cells = rows.flatMap((row) => {
      const cell = row[column.index];
      if (!cell) return [];
      const text = cell.slice(0, sampleUnitsMax);
      const shown = shownCell(text, column, format);
      // A word among numbers or days is cut like any text, and claims no room.
      return shown === undefined ? [] : [widthOf(shown)];
    });
    // A day in any case: the first rows may have none.
    if (column.type === 'date') cells.push(widthOf(format.day('2026-12-28') ?? ''));
    const total = (sums.get(column.key) ?? []).map((sum) => bold.fragment(shownCell(sum, column, format) ?? sum).width);
    return {
      label: labelWidth(column.label, paper.headLines, head),
      cells: [...cells, ...total].toSorted((a, b) => a - b),
      flexible: column.type === 'text',
    };
  });

  const gutter = columns.length > 18 ? gutterNarrow : gutterWide;
  const room = paper.right - paper.left - gutter * Math.max(0, columns.length - 1);
  const sum = (widths: readonly number[]): number => widths.reduce((all, width) => all + width, 0);
  const attempts = sizes.map((size) => {
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
    left = right + gutter;
    return made;
  });
  return { columns: placed, right: placed.at(-1)?.right ?? paper.right, size: chosen.size };
};
