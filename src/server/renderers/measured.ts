/**
 * What is known of a table before its first row, for formats that lay out columns: a sample from every part of it for the
 * texts, and of all rows what the figures need. Whoever makes room by it finds no figure that does not fit.
 */
import type { Cell, Column, Row } from '#contract/reports.ts';

export interface FigureExtent {
  /** Whole numbers, rounded away from zero: no figure of the column has more digits before its point. */
  readonly least: string;
  readonly most: string;
  /** Digits after the point, at most. */
  readonly decimals: number;
}

/** A stretch of the table under a heading of its own: an account, and what it closes with. */
export interface Section {
  readonly heading: string;
  readonly rows: number;
  /** Said before the sums of its last line, as the unit they are in. */
  readonly unit: string;
  /** Column key -> decimal text. */
  readonly closing: Readonly<Record<string, string>>;
}

/** The sections of a table, from its first row to its last. */
export interface Sections {
  /** Of the closing line. */
  readonly label: string;
  /** Keys of the columns that the headings say. */
  readonly headedBy: readonly string[];
  readonly all: readonly Section[];
}

export interface MeasuredTable {
  readonly sample: readonly Row[];
  /** Column key -> extent over all rows. A column that is empty throughout has none. */
  readonly figures: ReadonlyMap<string, FigureExtent>;
  /** Column key of a code -> characters of the longest one, over all rows. */
  readonly codes: ReadonlyMap<string, number>;
  /** Column key of a text or day -> what stands in every row of the table (null: nothing does). */
  readonly same: ReadonlyMap<string, Cell>;
  /** Absent: rows are headed by the groups of the document, or not at all. */
  readonly sections?: Sections | undefined;
}

/** With fewer rows nothing is "the same on every row": it only looks so. */
export const sameRowsMin = 12;

export const isFigure = ({ type }: Pick<Column, 'type'>): boolean => type !== 'text' && type !== 'date';

/** A text that somebody copies letter by letter: an order number, an article, the code of a vendor. */
export const isCode = ({ type, label }: Pick<Column, 'type' | 'label'>): boolean =>
  type === 'text' && /\b(code|number|document|order|article)$/i.test(label);

const decimal = /^(-?)(\d+)(?:\.(\d+))?$/;

const extentOf = (cells: Iterable<Cell | undefined>): FigureExtent | undefined => {
  let least: bigint | undefined;
  let most: bigint | undefined;
  let decimals = 0;
  for (const cell of cells) {
    const [, sign = '', whole = '', fraction = ''] = (cell && decimal.exec(cell)) || [];
    if (whole === '') continue;
    const away = BigInt(whole) + (/[1-9]/.test(fraction) ? 1n : 0n);
    const value = sign ? -away : away;
    if (least === undefined || value < least) least = value;
    if (most === undefined || value > most) most = value;
    decimals = Math.max(decimals, fraction.length);
  }
  return least === undefined || most === undefined ? undefined : { least: String(least), most: String(most), decimals };
};

/** The columns of texts and days in which all these rows hold the same. */
export const sameIn = (columns: readonly Column[], rows: readonly Row[]): Map<string, Cell> => {
  if (rows.length < sameRowsMin) return new Map();
  const same = columns.flatMap((column, index): [string, Cell][] => {
    const first = rows[0]?.[index] ?? null;
    const isSame = !isFigure(column) && rows.every((row) => (row[index] ?? null) === first);
    return isSame ? [[column.key, first]] : [];
  });
  return new Map(same);
};

export const unmeasured: MeasuredTable = { sample: [], figures: new Map(), codes: new Map(), same: new Map() };

/** Of a table that is there as a whole. */
export const measureRows = (columns: readonly Column[], rows: readonly Row[]): MeasuredTable => ({
  sample: rows,
  figures: new Map(
    columns.flatMap((column, index) => {
      const extent = isFigure(column) ? extentOf(rows.map((row) => row[index])) : undefined;
      return extent ? [[column.key, extent]] : [];
    }),
  ),
  codes: new Map(
    columns.flatMap((column, index) =>
      isCode(column) ? [[column.key, rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), 0)]] : [],
    ),
  ),
  same: sameIn(columns, rows),
});
