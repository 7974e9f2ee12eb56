/**
 * One table into its staging table: header, cells, COPY, all as a stream. Every cell that is wrong is reported with its
 * place; its row is staged without it and marked faulty, so that rows which refer to it are not reported as well.
 */
import { ProductError } from '#contract/errors.ts';
import { copyInto } from '#server/database/copy-in.ts';
import type { Connection } from '#server/database/connection.ts';
import { DayRefusal, Doubt, Refusal } from './cells.ts';
import type { Findings } from './findings.ts';
import { fileNameOf, type ImportKind, stagedTable } from './kind.ts';
import { replacement, type Row, type RowSource } from './read-rows.ts';
import type { DaysOfTable, Field, ReportError, TableLayout } from './table-layout.ts';
import type { ZoneClock } from './zone-clock.ts';

/** A file of this many rows is no file for one transaction. */
export const rowsMax = 20_000_000;

export interface StageOptions {
  readonly client: Connection;
  readonly clock: ZoneClock;
  readonly findings: Findings;
  /** Which of its rows and cells are what. */
  readonly layout: TableLayout;
  /** Cells that somebody corrected, by row and field. */
  readonly edits: ReadonlyMap<number, ReadonlyMap<string, string>>;
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
export async function stageFile(kind: ImportKind, source: RowSource, options: StageOptions): Promise<StagedFile> {
  const file = new FileStager(kind, source, options);
  const batches = source.rows();
  const table = await options.layout.open(batches, file.error);
  if (table === null) {
    // the sender is mid-way: what is left has to be taken before the next file can come
    for await (const rows of batches) void rows;
    return { rows: 0, readable: false };
  }
  const columns = table.fields.flatMap((field) => field.columns);
  await copyInto(
    options.client,
    stagedTable(kind.name),
    ['row_no', 'faulty', ...columns],
    file.lines(table.rows, table.fields, table.width, table.days),
  );
  table.days?.judge(file.error);
  await options.client.query(`ANALYZE ${stagedTable(kind.name)}`);
  file.reportDamage();
  return { rows: file.rows, readable: file.readable };
}

class FileStager {
  rows = 0;
  readable = true;
  readonly #kind: ImportKind;
  readonly #source: RowSource;
  readonly #options: StageOptions;
  #damageReported = false;
  #days: DaysOfTable | undefined;

  constructor(kind: ImportKind, source: RowSource, options: StageOptions) {
    this.#kind = kind;
    this.#source = source;
    this.#options = options;
  }

  readonly error: ReportError = (row, column, value, reason, option) => {
    const file = fileNameOf(this.#kind.name);
    this.#options.findings.error({ file, row, column, value, reason, ...(option !== undefined && { option }) });
  };

  #warning(row: number, column: string, value: string, reason: string): void {
    this.#options.findings.warning('unclear_time', { file: fileNameOf(this.#kind.name), row, column, value, reason });
  }

  async *lines(
    batches: AsyncIterable<readonly Row[]>,
    fields: readonly Field[],
    width: number,
    days?: DaysOfTable,
  ): AsyncGenerator<string> {
    this.#days = days;
    const voidField = fields.find(({ name }) => name === 'void');
    for await (const rows of batches) {
      yield this.#staged(rows, fields, width, voidField);
      this.#options.onProgress(this.rows, this.#source.bytes);
      if (this.rows > rowsMax) {
        throw new ProductError('too_large', `${fileNameOf(this.#kind.name)} has more than ${rowsMax} rows. Split it.`);
      }
    }
  }

  #staged(rows: readonly Row[], fields: readonly Field[], width: number, voidField: Field | undefined): string {
    let staged = '';
    for (const row of rows) {
      this.rows += 1;
      if (row.problem !== undefined || row.cells.length !== width) {
        this.error(row.number, null, null, row.problem ?? `Has ${row.cells.length} cells, the header has ${width}`);
        // which rows it would have been cannot be told any more
        this.readable = false;
        continue;
      }
      staged += this.#line(row, fields, voidField);
    }
    return staged;
  }

  #line({ number, cells }: Row, fields: readonly Field[], voidField: Field | undefined): string {
    let line = '';
    let faulty = false;
    const isVoid = voidField !== undefined && givenOf(voidField, cells).toLowerCase() === 'true';
    const edits = this.#options.edits.size > 0 ? this.#options.edits.get(number) : undefined;
    for (const field of fields) {
      const given = edits?.get(field.name) ?? givenOf(field, cells);
      let value: string | Refusal | Doubt;
      if (given === '') {
        value = field.required && (field.isKey || !isVoid) ? new Refusal('Required') : field.empty;
      } else {
        value = field.read(given, this.#options.clock);
        if (this.#source.damaged && given.includes(replacement)) value = this.#damaged();
      }
      if (value instanceof Doubt) {
        this.#warning(number, field.name, given, value.reason);
        value = value.value;
      } else if (typeof value !== 'string') {
        if (value instanceof DayRefusal && this.#days) this.#days.refused(number, field.name, given, value.reason);
        else this.error(number, field.name, given === '' ? null : given, value.reason);
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
    if (this.#source.damaged && !this.#damageReported) this.error(null, null, null, 'The file is not UTF-8');
  }
}

const givenOf = (field: Field, cells: readonly string[]): string =>
  field.given === null ? (cells[field.at] as string) : field.given(cells);
