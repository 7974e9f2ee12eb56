/**
 * Where the fields of a kind are in a table. Ours have a header in the first row, with our names; files of other systems
 * are read by a profile (mapping/profile-layout.ts).
 */
import type { Cell } from './cells.ts';
import { type Column, fileNameOf, type ImportKind } from './kind.ts';
import { fieldNearly } from './mapping/field-meant.ts';
import { replacement, type Row } from './read-rows.ts';

const columnsMax = 200;

export interface Field {
  readonly name: string;
  readonly read: Cell['read'];
  readonly required: boolean;
  readonly isKey: boolean;
  /** Of the staging table. */
  readonly columns: readonly string[];
  /** What COPY takes for an empty cell. */
  readonly empty: string;
  /** Its cell; not looked at where there is `given`. */
  readonly at: number;
  /** Makes its text of the whole row; null: it is the cell as it is. */
  readonly given: ((cells: readonly string[]) => string) | null;
}

export interface OpenTable {
  readonly fields: readonly Field[];
  /** Cells of every row. */
  readonly width: number;
  readonly rows: AsyncIterable<readonly Row[]>;
  /** In which order its days are written; of a file that another system wrote. */
  readonly days?: DaysOfTable;
}

/** Judged when every row has been read: what one mistake is, is one error. */
export interface DaysOfTable {
  /** A cell that is no day in the order of this file. */
  refused(row: number, field: string, value: string, reason: string): void;
  judge(error: ReportError): void;
}

/** @param option of the import that would let it through */
export type ReportError = (
  row: number | null,
  column: string | null,
  value: string | null,
  reason: string,
  option?: string,
) => void;

export interface TableLayout {
  /** Null when the table cannot be read: why has been reported. */
  open(batches: AsyncGenerator<readonly Row[]>, error: ReportError): Promise<OpenTable | null>;
}

export function fieldOf({ name, cell, required, key }: Column, at: number): Field {
  const columns = cell.staged(name).map((definition) => definition.split(' ', 1)[0] ?? '');
  return {
    name,
    read: cell.read,
    required: required ?? false,
    isKey: key ?? false,
    columns,
    empty: columns.map(() => '\\N').join('\t'),
    at,
    given: null,
  };
}

/** Empty in every row: a file of rows that are taken back needs no more than their key; any other row is told it lacks this. */
export const absentField = (column: Column): Field => ({ ...fieldOf(column, -1), given: () => '' });

/** @param headerRow 2 behind a line that states the delimiter */
export function ownLayout(kind: ImportKind, ignoreExtra: boolean, headerRow: number): TableLayout {
  return {
    async open(batches, error) {
      const first = await batches.next();
      const [head, ...rest] = first.done ? [] : first.value;
      const fields = head?.number === headerRow ? readHeader(kind, ignoreExtra, head, error) : noHeader(head, error);
      if (fields === null) return null;
      return { fields, width: head?.cells.length ?? 0, rows: allRows(rest, batches) };
    },
  };
}

export async function* allRows(
  rest: readonly Row[],
  batches: AsyncIterable<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  if (rest.length > 0) yield rest;
  yield* batches;
}

function noHeader(head: Row | undefined, error: ReportError): null {
  error(head ? 1 : null, null, null, 'The first row must be the header');
  return null;
}

/** Null when there is no usable header. */
function readHeader(kind: ImportKind, ignoreExtra: boolean, head: Row, error: ReportError): Field[] | null {
  if (head.problem !== undefined) {
    error(1, null, null, head.problem);
    return null;
  }
  if (head.cells.length > columnsMax) {
    error(1, null, null, `More than ${columnsMax} columns`);
    return null;
  }
  const byName = new Map(kind.columns.map((column) => [column.name, column]));
  const missing = new Set(kind.columns.map(({ name }) => name).filter((name) => !head.cells.includes(name)));
  const seen = new Set<string>();
  // a column by another name is one mistake, not also one that is missing
  const meantFields = new Set<string>();
  const fields: Field[] = [];
  for (const [index, name] of head.cells.entries()) {
    const column = byName.get(name);
    if (seen.has(name) && column) error(1, name, name, 'This column is there twice');
    else if (column) fields.push(fieldOf(column, index));
    else {
      const meant = fieldNearly(kind.name, name, [...missing]);
      if (meant !== null) meantFields.add(meant);
      if (!ignoreExtra || (meant !== null && byName.get(meant)?.required))
        error(1, name, name, unknownColumn(kind, name, meant));
    }
    seen.add(name);
  }
  const lacking = kind.columns.filter(({ name, required }) => required && missing.has(name));
  if (fields.some(({ name }) => name === 'void') && lacking.every(({ key, name }) => !key && !meantFields.has(name)))
    return [...fields, ...lacking.map(absentField)];
  for (const { name } of lacking) {
    if (!meantFields.has(name)) error(1, name, null, 'This column is required and missing');
  }
  return lacking.length > 0 ? null : fields;
}

function unknownColumn(kind: ImportKind, name: string, meant: string | null): string {
  if (name.includes(replacement)) return 'The file is not UTF-8';
  if (name === '') return 'A column without a name';
  return `Not a column of ${fileNameOf(kind.name)}.${meant === null ? '' : ` Did you mean ${meant}?`}`;
}
