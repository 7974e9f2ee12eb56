/**
 * An old file and its changes make the new file, shown from the three ZIPs alone: no server, no database. Rows are compared
 * as they are printed; what the files say of each other must agree too.
 */
import { parse } from 'csv-parse/sync';
import { wholeEntry } from '#server/zip/zip-entry.ts';
import { readDirectory } from '#server/zip/zip-directory.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import { type Manifest, manifestName, readManifest, summaryName } from './manifest.ts';

interface ChangeProof {
  /** Sentences; none: it is shown. */
  readonly faults: readonly string[];
  readonly rows: { readonly old: number; readonly changes: number; readonly new: number };
}

interface Table {
  readonly manifest: Manifest;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Of a CSV that is read as a whole. */
const bytesMax = 512 * 1024 * 1024;
const faultsMax = 10;

/** @throws Error in a sentence, for what is no CSV export */
async function tableOf(source: ByteSource, name: string): Promise<Table> {
  const directory = await readDirectory(source);
  const entries = directory.kind === 'read' ? directory.entries : [];
  const entry = (matches: (entryName: string) => boolean) => entries.find((one) => matches(one.name));
  const [said, content] = [
    entry((one) => one === manifestName),
    entry((one) => one.endsWith('.csv') && one !== summaryName),
  ];
  const manifest = said ? readManifest(await wholeEntry(source, said, bytesMax)) : null;
  if (!manifest || !content) throw new Error(`${name} is no export with a CSV file in it.`);
  const [header = [], ...rows] = parse(await wholeEntry(source, content, bytesMax), {
    bom: true,
    relax_column_count: false,
  }) as string[][];
  return { manifest, header, rows: rows.map((row) => row.map(unguarded)) };
}

/** Without the apostrophe that keeps a spreadsheet from reading a formula. */
const unguarded = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
const keyOf = (cells: readonly string[]): string => JSON.stringify(cells);

class Bag {
  private readonly counts = new Map<string, number>();

  constructor(rows: readonly (readonly string[])[]) {
    for (const row of rows) this.add(keyOf(row), 1);
  }

  add(row: string, by: number): void {
    const count = (this.counts.get(row) ?? 0) + by;
    if (count === 0) this.counts.delete(row);
    else this.counts.set(row, count);
  }

  has(row: string): boolean {
    return (this.counts.get(row) ?? 0) > 0;
  }

  left(): string[] {
    return [...this.counts.keys()];
  }
}

interface RowChange {
  readonly change: string;
  readonly keys: readonly string[];
  /** By place in the report's columns. */
  readonly fields: Map<number, { readonly old: string; readonly new: string }>;
}

/** Lines one after another that are of one row: the same key, and fields in the order of the columns. */
function changesOf(
  { header, rows }: Table,
  columns: readonly string[],
): { keyColumns: number[]; changes: RowChange[] } {
  const field = header.indexOf('Field');
  const keyColumns = header.slice(1, field).map((label) => columns.indexOf(label));
  const changes: RowChange[] = [];
  let last = -1;
  for (const row of rows) {
    const [change = ''] = row;
    const keys = row.slice(1, field);
    const at = columns.indexOf(row[field] ?? '');
    const before = changes.at(-1);
    const continues = before && before.change === change && keyOf(before.keys) === keyOf(keys) && at > last;
    const current = continues ? before : { change, keys, fields: new Map() };
    if (!continues) changes.push(current);
    current.fields.set(at, { old: row[field + 1] ?? '', new: row[field + 2] ?? '' });
    last = at;
  }
  return { keyColumns, changes };
}

export async function proveChanges(sources: {
  readonly old: ByteSource;
  readonly changes: ByteSource;
  readonly new: ByteSource;
}): Promise<ChangeProof> {
  const old = await tableOf(sources.old, 'The first file');
  const between = await tableOf(sources.changes, 'The second file');
  const next = await tableOf(sources.new, 'The third file');
  const faults = saidOfEachOther(old.manifest, between.manifest, next.manifest);
  if (keyOf(old.header) !== keyOf(next.header)) faults.push('The first and the third file have other columns.');
  const wanted = new Bag(next.rows);
  const stand = new Set(old.rows.map((row) => [...row]));
  const { keyColumns, changes } = changesOf(between, old.header);
  const byKey = Map.groupBy([...stand], (row) => keyOf(keyColumns.map((at) => row[at] ?? '')));
  const made: string[] = [];
  for (const { change, keys, fields } of changes) {
    const side = (which: 'old' | 'new', row: readonly string[]): string[] =>
      old.header.map((_, at) => fields.get(at)?.[which] ?? row[at] ?? '');
    const nothing = old.header.map(() => '');
    if (change === 'added') {
      made.push(keyOf(side('new', nothing)));
      continue;
    }
    const candidates = (byKey.get(keyOf(keys)) ?? []).filter(
      (row) => stand.has(row) && keyOf(side('old', change === 'removed' ? nothing : row)) === keyOf(row),
    );
    const found =
      candidates.find((row) => change === 'removed' || wanted.has(keyOf(side('new', row)))) ?? candidates[0];
    if (!found) {
      faults.push(`The first file has no row ${keys.join(' · ')} as the changes say it was.`);
      continue;
    }
    stand.delete(found);
    if (change === 'changed') made.push(keyOf(side('new', found)));
  }
  for (const row of [...[...stand].map(keyOf), ...made]) wanted.add(row, -1);
  for (const row of wanted.left()) faults.push(`The first file and the changes do not make: ${row}`);
  return {
    faults: faults.slice(0, faultsMax),
    rows: { old: old.rows.length, changes: changes.length, new: next.rows.length },
  };
}

function saidOfEachOther(old: Manifest, changes: Manifest, next: Manifest): string[] {
  const faults: string[] = [];
  if (changes.options.changes_since !== old.job_id) faults.push('The second file is not the changes of the first.');
  if (new Set([old, changes, next].map(({ company }) => company.id)).size > 1)
    faults.push('The files are of several companies.');
  if (new Set([old, changes, next].map(({ report }) => report.type)).size > 1)
    faults.push('The files are of several reports.');
  if (changes.data_version !== next.data_version) {
    faults.push(
      `The changes are up to version ${changes.data_version} of the data, the third file is of ${next.data_version}.`,
    );
  }
  return faults;
}
