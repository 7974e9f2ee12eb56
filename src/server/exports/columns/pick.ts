/**
 * The rows from one rank to another in an order, without sorting the rest: count how many fall into each of 256 equal
 * slices of the values, go on within the slices that hold the two ends, take what lies between whole. Rows with equal
 * values are told apart by the next field. A million rows take two or three passes; instants of creation are in order
 * already and are searched, not passed over.
 */
import type { Block, Field } from './block.ts';
import type { Rows } from './select.ts';

interface Entry {
  readonly block: Block;
  readonly row: number;
}

/** Slices of the values of a field, from the least on; what lies outside counts to the first or the last. */
interface Slicing {
  readonly field: Field;
  readonly least: number;
  readonly scale: number;
}

const slices = 256;
/** What a search for where a slice begins costs, in rows passed over. */
const searchSteps = 16;
/** So few are sorted. */
const sortMax = 512;

export const countOf = (found: readonly Rows[]): number => found.reduce((sum, { rows }) => sum + rows.length, 0);

/**
 * Ids of the jobs ranked `from` (0 is the first) to before `to`, in order of `fields`, of which `created_at` is the
 * last, and of id where these are equal.
 */
export function pick(found: readonly Rows[], fields: readonly Field[], from: number, to: number): string[] {
  const ranked = new Picking(fields).ranked(found, fields, from, Math.min(to, countOf(found)), true);
  return ranked.map(({ block, row }) => block.id(row));
}

class Picking {
  private readonly fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.fields = fields;
  }

  /** @param rest the fields in which the rows still differ */
  ranked(found: readonly Rows[], rest: readonly Field[], from: number, to: number, first = false): Entry[] {
    if (from >= to) return [];
    const [field, ...later] = rest;
    if (field === undefined || countOf(found) <= sortMax) return this.sorted(found).slice(from, to);
    const [least, greatest] = extentOf(found, field, first);
    if (least === greatest) return this.ranked(found, later, from, to);
    const slicing = { field, least, scale: slices / (greatest - least) };
    const counts = countSlices(found, slicing);
    const [low, beforeLow] = sliceAt(counts, from);
    const [high, beforeHigh] = sliceAt(counts, to - 1);
    const lowest = restrict(found, slicing, low, low);
    if (low === high) return this.ranked(lowest, rest, from - beforeLow, to - beforeLow);
    return [
      ...this.ranked(lowest, rest, from - beforeLow, counts[low] as number),
      ...(high > low + 1 ? this.sorted(restrict(found, slicing, low + 1, high - 1)) : []),
      ...this.ranked(restrict(found, slicing, high, high), rest, 0, to - beforeHigh),
    ];
  }

  private sorted(found: readonly Rows[]): Entry[] {
    const entries = found.flatMap(({ block, rows }) => Array.from(rows, (row) => ({ block, row })));
    return entries.sort((a, b) => {
      for (const field of this.fields) {
        const difference = (a.block.column(field)[a.row] as number) - (b.block.column(field)[b.row] as number);
        if (difference !== 0) return difference;
      }
      return a.block.compareIds(a.row, b.block, b.row);
    });
  }
}

/** @param roughly of the whole blocks, which is known: good enough to begin with, but might never get narrower */
function extentOf(found: readonly Rows[], field: Field, roughly: boolean): [number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  const take = (value: number): void => {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  };
  for (const { block, rows } of found) {
    const values = block.column(field);
    if (field === 'created_at') {
      take(values[rows[0] as number] as number);
      take(values[rows[rows.length - 1] as number] as number);
    } else if (roughly || rows.length === block.jobs) {
      block.extent(field).forEach(take);
    } else {
      for (let at = 0; at < rows.length; at += 1) take(values[rows[at] as number] as number);
    }
  }
  return [least, greatest];
}

const sliceOf = ({ least, scale }: Slicing, value: number): number =>
  Math.max(0, Math.min(slices - 1, Math.floor((value - least) * scale)));

function countSlices(found: readonly Rows[], slicing: Slicing): Uint32Array {
  const counts = new Uint32Array(slices);
  for (const { block, rows } of found) {
    const values = block.column(slicing.field);
    const [least, greatest] = block.extent(slicing.field);
    const [low, high] = [sliceOf(slicing, least), sliceOf(slicing, greatest)];
    if (low === high) counts[low] = (counts[low] as number) + rows.length;
    else if (slicing.field === 'created_at' && (high - low) * searchSteps < rows.length) {
      for (let slice = low, start = 0; slice <= high; slice += 1) {
        const end = firstInSlice(rows, values, slicing, slice + 1);
        counts[slice] = (counts[slice] as number) + end - start;
        start = end;
      }
    } else {
      for (let at = 0; at < rows.length; at += 1) {
        const slice = sliceOf(slicing, values[rows[at] as number] as number);
        counts[slice] = (counts[slice] as number) + 1;
      }
    }
  }
  return counts;
}

/** The slice that holds this rank, and how many rows come before that slice. */
function sliceAt(counts: Uint32Array, rank: number): [slice: number, before: number] {
  let before = 0;
  let slice = 0;
  while (before + (counts[slice] as number) <= rank) {
    before += counts[slice] as number;
    slice += 1;
  }
  return [slice, before];
}

function restrict(found: readonly Rows[], slicing: Slicing, first: number, last: number): Rows[] {
  const within: Rows[] = [];
  for (const { block, rows } of found) {
    const values = block.column(slicing.field);
    const [least, greatest] = block.extent(slicing.field);
    if (sliceOf(slicing, greatest) < first || sliceOf(slicing, least) > last) continue;
    const kept =
      slicing.field === 'created_at'
        ? rows.subarray(firstInSlice(rows, values, slicing, first), firstInSlice(rows, values, slicing, last + 1))
        : rows.filter((row) => {
            const slice = sliceOf(slicing, values[row] as number);
            return slice >= first && slice <= last;
          });
    if (kept.length > 0) within.push({ block, rows: kept });
  }
  return within;
}

/** Where the rows of this slice or a later one begin, in a column that never falls. */
function firstInSlice(rows: Uint16Array, values: ArrayLike<number>, slicing: Slicing, slice: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sliceOf(slicing, values[rows[middle] as number] as number) < slice) low = middle + 1;
    else high = middle;
  }
  return low;
}
