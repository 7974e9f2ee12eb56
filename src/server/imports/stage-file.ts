/**
 * One file into its staging table: header, cells, COPY, all as a stream. Every cell that is wrong is reported with its
 * place; its row is staged without it and marked faulty, so that rows which refer to it are not reported as well.
 */
import { ProductError } from '#contract/errors.ts';
import { copyInto } from '#server/database/copy-in.ts';
import type { Connection } from '#server/database/connection.ts';
import { type Cell, Doubt, Refusal } from './cells.ts';
import { closest } from './closest.ts';
import type { Findings } from './findings.ts';
import { type Column, fileNameOf, type ImportKind, stagedTable } from './kind.ts';
import { replacement, type Row, RowReader } from './read-rows.ts';
import type { ZoneClock } from './zone-clock.ts';

const columnsMax = 200;
/** A file of this many rows is no file for one transaction. */
export const rowsMax = 20_000_000;

export interface StageOptions {
  readonly client: Connection;
  readonly clock: ZoneClock;
  readonly findings: Findings;
  readonly ignoreExtra: boolean;
  /** Rows and bytes of this file so far. */
  readonly onProgress: (rows: number, bytes: number) => void;
}

export interface StagedFile {
  readonly rows: number;
  /** False if its rows could not be made out at all. */
  readonly readable: boolean;
}

export async function createStagingTables(client: Connection, kinds: readonly ImportKind[]): Promise<void> {
  for (const kind of kinds) {
    const columns = kind.columns.flatMap(({ name, cell }) => cell.staged(name));
    await client.query(
      `CREATE TEMP TABLE ${stagedTable(kind.name)} (row_no integer NOT NULL, faulty boolean NOT NULL, ${columns.join(', ')})`,
    );
  }
}

/** Never throws for what is in the file. */
export async function stageFile(
  kind: ImportKind,
  content: AsyncIterable<Buffer>,
  options: StageOptions,
): Promise<StagedFile> {
  const reader = new RowReader();
  const batches = reader.read(content);
  const first = await batches.next();
  const [head, ...rest] = first.done ? [] : first.value;
  const file = new FileStager(kind, reader, options);
  const fields = file.readHeader(head);
  if (fields === null) {
    // the sender is mid-way: what is left has to be taken before the next file can come
    for await (const rows of batches) void rows;
    return { rows: 0, readable: false };
  }
  const columns = fields.flatMap((field) => field?.columns ?? []);
  await copyInto(
    options.client,
    stagedTable(kind.name),
    ['row_no', 'faulty', ...columns],
    file.lines(rest, batches, fields),
  );
  await options.client.query(`ANALYZE ${stagedTable(kind.name)}`);
  file.reportDamage();
  return { rows: file.rows, readable: file.readable };
}

interface Field {
  readonly name: string;
  readonly read: Cell['read'];
  readonly required: boolean;
  readonly isKey: boolean;
  readonly columns: readonly string[];
  /** What COPY takes for an empty cell. */
  readonly empty: string;
}

class FileStager {
  rows = 0;
  readable = true;
  readonly #kind: ImportKind;
  readonly #reader: RowReader;
  readonly #options: StageOptions;
  #damageReported = false;
  /** Where a row says that it is taken back; -1 for nowhere. */
  #voidAt = -1;

  constructor(kind: ImportKind, reader: RowReader, options: StageOptions) {
    this.#kind = kind;
    this.#reader = reader;
    this.#options = options;
  }

  #error(row: number | null, column: string | null, value: string | null, reason: string): void {
    this.#options.findings.error({ file: fileNameOf(this.#kind.name), row, column, value, reason });
  }

  #warning(row: number, column: string, value: string, reason: string): void {
    this.#options.findings.warning('unclear_time', { file: fileNameOf(this.#kind.name), row, column, value, reason });
  }

  /** One field for each cell of a row, undefined for a column that is skipped; null when there is no usable header. */
  readHeader(head: Row | undefined): (Field | undefined)[] | null {
    if (!head || head.number !== 1) {
      this.#error(head ? 1 : null, null, null, 'The first row must be the header');
      return null;
    }
    if (head.problem !== undefined || head.cells.length > columnsMax) {
      this.#error(1, null, null, head.problem ?? `More than ${columnsMax} columns`);
      return null;
    }
    const fields: (Field | undefined)[] = [];
    const seen = new Set<string>();
    let usable = true;
    for (const name of head.cells) {
      const column = this.#kind.columns.find((known) => known.name === name);
      fields.push(column && !seen.has(name) ? fieldOf(column) : undefined);
      if (seen.has(name) && column) this.#error(1, name, name, 'This column is there twice');
      else if (!column && !this.#options.ignoreExtra) this.#error(1, name, name, this.#unknownColumn(name, head.cells));
      seen.add(name);
    }
    for (const { name, required } of this.#kind.columns) {
      if (!required || seen.has(name)) continue;
      this.#error(1, name, null, 'This column is required and missing');
      usable = false;
    }
    this.#voidAt = fields.findIndex((field) => field?.name === 'void');
    return usable ? fields : null;
  }

  #unknownColumn(name: string, header: readonly string[]): string {
    if (header.length === 1 && /[;\t|]/.test(name)) return 'Columns must be parted by commas';
    if (name.includes(replacement)) return 'The file is not UTF-8';
    if (name === '') return 'A column without a name';
    const meant = closest(
      name,
      this.#kind.columns.map((column) => column.name),
    );
    return `Not a column of ${fileNameOf(this.#kind.name)}.${meant === null ? '' : ` Did you mean ${meant}?`}`;
  }

  async *lines(
    rest: readonly Row[],
    batches: AsyncIterable<readonly Row[]>,
    fields: readonly (Field | undefined)[],
  ): AsyncGenerator<string> {
    if (rest.length > 0) yield this.#staged(rest, fields);
    for await (const rows of batches) {
      yield this.#staged(rows, fields);
      this.#options.onProgress(this.rows, this.#reader.bytes);
      if (this.rows > rowsMax) {
        throw new ProductError('too_large', `${fileNameOf(this.#kind.name)} has more than ${rowsMax} rows. Split it.`);
      }
    }
  }

  #staged(rows: readonly Row[], fields: readonly (Field | undefined)[]): string {
    let staged = '';
    for (const row of rows) {
      this.rows += 1;
      if (row.problem !== undefined || row.cells.length !== fields.length) {
        this.#error(
          row.number,
          null,
          null,
          row.problem ?? `Has ${row.cells.length} cells, the header has ${fields.length}`,
        );
        // which rows it would have been cannot be told any more
        this.readable = false;
        continue;
      }
      staged += this.#line(row, fields);
    }
    return staged;
  }

  #line({ number, cells }: Row, fields: readonly (Field | undefined)[]): string {
    let line = '';
    let faulty = false;
    const isVoid = this.#voidAt !== -1 && cells[this.#voidAt]?.toLowerCase() === 'true';
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index];
      if (field === undefined) continue;
      const given = cells[index] as string;
      let value: string | Refusal | Doubt;
      if (given === '') {
        value = field.required && (field.isKey || !isVoid) ? new Refusal('Required') : field.empty;
      } else {
        value = field.read(given, this.#options.clock);
        if (this.#reader.damaged && given.includes(replacement)) value = this.#damaged();
      }
      if (value instanceof Doubt) {
        this.#warning(number, field.name, given, value.reason);
        value = value.value;
      } else if (typeof value !== 'string') {
        this.#error(number, field.name, given === '' ? null : given, value.reason);
        faulty = true;
        value = field.empty;
      }
      line += `\t${value}`;
    }
    return `${number}\t${faulty ? 't' : 'f'}${line}\n`;
  }

  #damaged(): Refusal {
    this.#damageReported = true;
    return new Refusal('Not UTF-8. Save the file as CSV UTF-8');
  }

  /** Bytes that are no UTF-8 in a column nobody reads are still not the file that was meant. */
  reportDamage(): void {
    if (this.#reader.damaged && !this.#damageReported) this.#error(null, null, null, 'The file is not UTF-8');
  }
}

function fieldOf({ name, cell, required, key }: Column): Field {
  const columns = cell.staged(name).map((definition) => definition.split(' ', 1)[0] ?? '');
  return {
    name,
    read: cell.read,
    required: required ?? false,
    isKey: key ?? false,
    columns,
    empty: columns.map(() => '\\N').join('\t'),
  };
}
