/** Which rows of a block match: a start and an end by instant, then one narrowing per filter that not all of it meets. */
import type { JobQuery } from '../list-query.ts';
import { type Block, type Column, type Field, kinds } from './block.ts';

/** Rows of one block, in its order. */
export interface Rows {
  readonly block: Block;
  readonly rows: Uint16Array;
  /** By kind: which of these rows are meant. A whole block knows their number, so they are looked for when needed. */
  readonly only: readonly boolean[] | null;
  readonly count: number;
}

export const countOf = (found: readonly Rows[]): number => found.reduce((sum, { count }) => sum + count, 0);

/** The rows that are meant. */
export const settled = ({ block, rows, only }: Rows): Uint16Array => (only ? byCode(rows, block.kind, only) : rows);

/** Those of these kinds. */
export function ofKinds({ block, rows, only }: Rows, wanted: readonly boolean[]): Rows {
  const both = only ? wanted.map((is, kind) => is && only[kind] === true) : wanted;
  if (rows.length < block.jobs) {
    const kept = byCode(rows, block.kind, both);
    return { block, rows: kept, only: null, count: kept.length };
  }
  const count = block.kindCounts.reduce((sum, n, kind) => (both[kind] ? sum + n : sum), 0);
  return { block, rows, only: both, count };
}

/** Microseconds since 1970, both ends included; by company, since a day is each company's own. */
export type CreatedBounds = (companyId: string) => { readonly from: number; readonly to: number };

/** Of a block. */
const rowsMax = 65_536;
const everyRow: Uint16Array = Uint16Array.from({ length: rowsMax }, (_, row) => row);

type Test = (block: Block, rows: Uint16Array) => Uint16Array;

/** @param without rows that something newer stands for */
export function select(
  blocks: readonly Block[],
  query: JobQuery,
  bounds: CreatedBounds,
  without: ReadonlyMap<Block, ReadonlySet<number>>,
): Rows[] {
  const tests = testsOf(query);
  const kindsWanted = kindsOf(query);
  const found: Rows[] = [];
  for (const block of blocks) {
    const { from, to } = bounds(block.companyId);
    // instants are whole microseconds: from the first one after `to` on, nothing matches
    let rows: Uint16Array = everyRow.subarray(block.firstFrom(from), block.firstFrom(to + 1));
    const stale = without.get(block);
    if (stale) rows = rows.filter((row) => !stale.has(row));
    for (const test of tests) if (rows.length > 0) rows = test(block, rows);
    const all: Rows = { block, rows, only: null, count: rows.length };
    const meant = kindsWanted.includes(false) ? ofKinds(all, kindsWanted) : all;
    if (meant.count > 0) found.push(meant);
  }
  return found;
}

function testsOf(query: JobQuery): Test[] {
  const tests: Test[] = [];
  const { created_by: people, delivery_location_id: place, period_from: from, period_to: to } = query;
  if (people?.length) {
    const wanted = new Set(people);
    tests.push((block, rows) =>
      byCode(
        rows,
        block.person,
        block.people.map((id) => wanted.has(id)),
      ),
    );
  }
  if (place) {
    tests.push((block, rows) =>
      byCode(
        rows,
        block.place,
        block.places.map((places) => covers(places, place)),
      ),
    );
  }
  if (from) tests.push((block, rows) => between(rows, block, 'date_to', dayNumber(from), Infinity));
  if (to) tests.push((block, rows) => between(rows, block, 'date_from', -Infinity, dayNumber(to)));
  return tests;
}

function kindsOf(query: JobQuery): boolean[] {
  const has = (list: readonly string[] | undefined, value: string): boolean => !list?.length || list.includes(value);
  return kinds.map(
    (kind) =>
      has(query.status, kind.status) &&
      has(query.file_format, kind.file_format) &&
      has(query.report_type, kind.report_type),
  );
}

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** An export of all locations is also one of this. */
function covers(places: string, wanted: string): boolean {
  const ids: unknown = places === '' ? null : JSON.parse(places);
  return places === '' || (Array.isArray(ids) && ids.includes(wanted));
}

function byCode(rows: Uint16Array, codes: Uint16Array, wanted: readonly boolean[]): Uint16Array {
  if (!wanted.includes(false)) return rows;
  const table = Uint8Array.from(wanted, Number);
  const kept = new Uint16Array(rows.length);
  let n = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    // written always, kept when it matches: no branch to guess wrong
    kept[n] = row;
    n += table[codes[row] as number] as number;
  }
  return kept.subarray(0, n);
}

/** Both ends included. */
export function between(rows: Uint16Array, block: Block, field: Field, least: number, greatest: number): Uint16Array {
  const [low, high] = block.extent(field);
  if (low >= least && high <= greatest) return rows;
  if (low > greatest || high < least) return rows.subarray(0, 0);
  return byValue(rows, block.column(field), least, greatest);
}

function byValue(rows: Uint16Array, values: Column, least: number, greatest: number): Uint16Array {
  const kept = new Uint16Array(rows.length);
  let n = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    const value = values[row] as number;
    kept[n] = row;
    n += value >= least && value <= greatest ? 1 : 0;
  }
  return kept.subarray(0, n);
}
