/**
 * The rows from one rank to another in an order, without sorting the rest: leave out blocks that lie before or behind as
 * a whole, count how many of the others' rows fall into each of some slices of the values, go on within the slices that
 * hold the two ends, take what lies between. Rows with equal values are told apart by the next field.
 */
import { type Block, type Field, type Kind, kinds } from './block.ts';
import { between, countOf, Rows } from './select.ts';

interface Entry {
  readonly block: Block;
  readonly row: number;
}

const slicesMax = 256;
/** So few are sorted. */
const sortMax = 512;

/**
 * Ids of the jobs ranked `from` (0 is the first) to before `to`, in order of `fields`, of which `created_at` is the
 * last, and of id where these are equal. There must be so many.
 */
export const pick = (found: readonly Rows[], fields: readonly Field[], from: number, to: number): string[] =>
  ranked(found, fields, fields, null, from, to).map(({ block, row }) => block.id(row));

/** The same in order of a word, then of creation: which words the ranks fall on, and the ranks among the jobs that have it. */
export function pickByWord(found: readonly Rows[], word: keyof Kind, from: number, to: number): string[] {
  const counts = kinds.map((_, kind) => found.reduce((sum, { kindCounts }) => sum + (kindCounts[kind] ?? 0), 0));
  const ids: string[] = [];
  let before = 0;
  for (const value of [...new Set(kinds.map((kind) => kind[word]))].toSorted()) {
    const wanted = kinds.map((kind) => kind[word] === value);
    const count = counts.reduce((sum, n, kind) => (wanted[kind] ? sum + n : sum), 0);
    const [first, end] = [Math.max(0, from - before), Math.min(count, to - before)];
    if (first < end) {
      const having = found.map((rows) => rows.ofKinds(wanted));
      ids.push(...pick(having, ['created_at'], first, end));
    }
    before += count;
  }
  return ids;
}

/**
 * @param rest the fields in which the rows still differ
 * @param range the least and greatest value of the first of them, if it is known
 */
function ranked(
  all: readonly Rows[],
  fields: readonly Field[],
  rest: readonly Field[],
  range: readonly [number, number] | null,
  first: number,
  end: number,
): Entry[] {
  if (first >= end) return [];
  const [field, ...later] = rest;
  const { near, before } = field ? withoutFar(all, field, first, end) : { near: all, before: 0 };
  const found = near.map((rows) => rows.settled());
  const [from, to] = [first - before, end - before];
  if (field === undefined || countOf(found) <= sortMax) return sorted(found, fields).slice(from, to);
  const [least, greatest] = range ?? extentOf(found, field);
  if (least === greatest) return ranked(found, fields, later, null, from, to);

  // a power of two of whole days or microseconds: where a slice ends is exact
  const width = 2 ** Math.max(0, Math.ceil(Math.log2((greatest - least + 1) / slicesMax)));
  const counts = countSlices(found, field, least, width);
  const edges = (low: number, high: number) => [least + low * width, least + (high + 1) * width - 1] as const;
  const within = (low: number, high: number): Rows[] =>
    found
      .map(({ block, rows }) => new Rows(block, between(rows, block, field, ...edges(low, high))))
      .filter(({ count }) => count > 0);
  const [low, beforeLow] = sliceAt(counts, from);
  const [high, beforeHigh] = sliceAt(counts, to - 1);
  const go = (slice: number, start: number, stop: number): Entry[] =>
    ranked(within(slice, slice), fields, rest, edges(slice, slice), start, stop);
  if (low === high) return go(low, from - beforeLow, to - beforeLow);
  return [
    ...go(low, from - beforeLow, counts[low] as number),
    ...(high > low + 1 ? sorted(within(low + 1, high - 1), fields) : []),
    ...go(high, 0, to - beforeHigh),
  ];
}

/** Without blocks all of whose rows are known to rank before `from`, which are counted, or not before `to`. */
function withoutFar(
  all: readonly Rows[],
  field: Field,
  from: number,
  to: number,
): { near: readonly Rows[]; before: number } {
  const sizes = all.map(({ count }) => count);
  const startsUpTo = summed(
    all.map(({ block }) => block.extent(field)[0]),
    sizes,
  );
  const endsUpTo = summed(
    all.map(({ block }) => block.extent(field)[1]),
    sizes,
  );
  let before = 0;
  const near = all.filter(({ block, count }) => {
    const [least, greatest] = block.extent(field);
    const rankedBefore = startsUpTo(greatest) <= from;
    if (rankedBefore) before += count;
    return !rankedBefore && endsUpTo(least - 1) < to;
  });
  return { near, before };
}

/** The sum of the sizes whose value is not greater than a given one. Values are whole numbers. */
function summed(values: readonly number[], sizes: readonly number[]): (value: number) => number {
  const order = Uint32Array.from(values, (_, n) => n).sort((a, b) => (values[a] as number) - (values[b] as number));
  const sums = new Float64Array(order.length + 1);
  for (const [n, at] of order.entries()) sums[n + 1] = (sums[n] as number) + (sizes[at] as number);
  return (value) => {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[order[middle] as number] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return sums[low] as number;
  };
}

function extentOf(found: readonly Rows[], field: Field): [number, number] {
  const extents = found.map(({ block }) => block.extent(field));
  return [
    extents.reduce((least, [low]) => Math.min(least, low), Infinity),
    extents.reduce((greatest, [, high]) => Math.max(greatest, high), -Infinity),
  ];
}

function countSlices(found: readonly Rows[], field: Field, least: number, width: number): Uint32Array {
  const counts = new Uint32Array(slicesMax);
  const scale = 1 / width;
  for (const { block, rows } of found) {
    const values = block.column(field);
    for (let at = 0; at < rows.length; at += 1) {
      const slice = (((values[rows[at] as number] as number) - least) * scale) | 0;
      counts[slice] = (counts[slice] as number) + 1;
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

function sorted(found: readonly Rows[], fields: readonly Field[]): Entry[] {
  const entries = found.flatMap(({ block, rows }) => Array.from(rows, (row) => ({ block, row })));
  return entries.sort((a, b) => {
    for (const field of fields) {
      const difference = (a.block.column(field)[a.row] as number) - (b.block.column(field)[b.row] as number);
      if (difference !== 0) return difference;
    }
    return a.block.compareIds(a.row, b.block, b.row);
  });
}
