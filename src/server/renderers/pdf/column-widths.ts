/**
 * How the width of a page is shared among columns. Numbers and dates get what they need; text columns are capped at the
 * one width that fills the page, and what is left over goes where texts would still be cut.
 */
import { points } from './paper.ts';

/** Smaller text only while more than this share of sampled texts would be cut. */
export const cutShareMax = 0.03;
/** A name is never narrower, unless it is shorter: what is left of it tells it from others. */
export const nameWidthMin = points(44);
const widenedMax = 1.35;
/** Edges are rounded to whole units, and a text must not miss its column by one. */
const slack = 2;

export interface Measured {
  readonly label: number;
  /** Widths the sampled cells need in thousandths of the text size: less than their own where rows have two lines. */
  readonly cells: readonly number[];
  /** Of the longest cell on one line. */
  readonly longest: number;
  /** What codes and single words need: an order number is not cut to make room for a name. */
  readonly firm: number;
  readonly flexible: boolean;
}

/** The value below which this share of the values lies. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

/** Of texts the few longest are left out: one long note must not take the page from all other columns. */
const widest = ({ cells, flexible }: Measured): number => quantile(cells, flexible ? 1 - cutShareMax : 1);

/** Widths at one size: fixed columns as needed, the others capped at the one width that fills the page. */
export const widthsAt = (columns: readonly Measured[], size: number, room: number): number[] => {
  const wanted = columns.map((one) => {
    return Math.max(one.label, (widest(one) * size) / 1000 + slack);
  });
  const least = columns.map((one, index) =>
    one.flexible
      ? Math.max(one.label, Math.min(wanted[index]!, nameWidthMin), (one.firm * size) / 1000 + slack)
      : wanted[index]!,
  );
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
export const cutShare = (columns: readonly Measured[], widths: readonly number[], size: number): number => {
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
export const spread = (
  columns: readonly Measured[],
  widths: readonly number[],
  size: number,
  spare: number,
): number[] => {
  if (spare <= 0) return [...widths];
  const missing = columns.map((one, index) =>
    one.flexible ? Math.max(0, (one.longest * size) / 1000 + slack - widths[index]!) : 0,
  );
  const short = missing.reduce((sum, width) => sum + width, 0);
  const share = short > 0 ? Math.min(1, spare / short) : 0;
  const filled = widths.map((width, index) => width + missing[index]! * share);
  const flexible = filled.reduce((sum, width, index) => sum + (columns[index]!.flexible ? width : 0), 0);
  const left = spare - short * share;
  const factor = flexible > 0 ? Math.min(widenedMax, 1 + left / flexible) : 1;
  return filled.map((width, index) => (columns[index]!.flexible ? width * factor : width));
};
