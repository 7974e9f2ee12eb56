/**
 * Looks at a whole file of any form: how it is written, which rows are what, what its columns are most likely, and what
 * nobody can tell but a person. Nothing is written, and nothing is guessed where two readings fit.
 */
import type { FileDelimiter, FileEncoding, ImportProfile, RawRow } from '#contract/import-profiles.ts';
import type { ImportKindName } from '#contract/imports.ts';
import { spoolPieces } from '#server/http/spool.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import { delimiterOf, endsInReturns, statedDelimiter } from '../files/delimiters.ts';
import { EncodingSearch, textOf } from '../files/encodings.ts';
import type { OpenedFile, OpenLimits } from '../files/opened-file.ts';
import { sheetTable } from '../files/sheet-table.ts';
import type { Workbook } from '../files/workbook.ts';
import type { Row, RowSource } from '../read-rows.ts';
import { textTable } from '../text-table.ts';
import { ColumnFacts } from './column-facts.ts';
import { findHeader, headerSearchedMax, rowsOfSums } from './find-header.ts';
import { columnNames, fingerprintOf } from './header-names.ts';
import { cleaned } from './profile-layout.ts';

/** What somebody has said already. */
export interface Asked {
  readonly encoding?: FileEncoding | undefined;
  readonly delimiter?: FileDelimiter | undefined;
  readonly sheet?: string | undefined;
  readonly header_row?: number | undefined;
  readonly skip_last_rows?: number | undefined;
  readonly kind?: ImportKindName | undefined;
  /** Rows that are to be shown, by number. */
  readonly rows?: ReadonlySet<number> | undefined;
}

/** A table whose rows have all been looked at. */
export interface LookedAt {
  readonly names: readonly string[];
  readonly facts: readonly ColumnFacts[];
  readonly header: { readonly row: number; readonly choices: readonly number[] };
  readonly rowCount: number;
  readonly skipLast: number;
  readonly fingerprint: string;
  readonly rows: readonly RawRow[];
  readonly asked: readonly RawRow[];
}

const shownFirst = 30;
const shownLast = 8;

/** @param known fingerprints of profiles */
export async function lookAt(source: RowSource, asked: Asked, known: ReadonlySet<string>): Promise<LookedAt> {
  const look = new Look(asked, known);
  for await (const rows of source.rows()) for (const row of rows) look.add(row);
  return look.end();
}

const isBlank = ({ cells, problem }: Row): boolean =>
  problem === undefined && cells.every((cell) => cell.trim() === '');

class Look {
  readonly #asked: Asked;
  readonly #known: ReadonlySet<string>;
  readonly #first: Row[] = [];
  #header: LookedAt['header'] | null = null;
  #names: string[] = [];
  #head: readonly string[] = [];
  #facts: ColumnFacts[] = [];
  readonly #shown: RawRow[] = [];
  readonly #askedRows: RawRow[] = [];
  /** The last rows, of which some may be sums: not counted yet. */
  readonly #last: Row[] = [];
  #count = 0;
  #cells = 0;

  constructor(asked: Asked, known: ReadonlySet<string>) {
    this.#asked = asked;
    this.#known = known;
  }

  add(row: Row): void {
    if (this.#asked.rows?.has(row.number)) this.#askedRows.push({ number: row.number, cells: row.cells, is: 'data' });
    if (isBlank(row)) return;
    if (this.#header === null) {
      this.#first.push(row);
      if (this.#first.length === headerSearchedMax) this.#begin();
    } else this.#data(row);
  }

  #begin(): void {
    const given = this.#asked.header_row;
    const broken = this.#first.find(({ problem }) => problem !== undefined);
    if (broken && this.#first[0] === broken) throw invalidField('file', broken.problem ?? '');
    const found = given === undefined ? findHeader(this.#first, this.#known) : { row: given, choices: [given] };
    this.#header = found;
    const head = this.#first.find(({ number }) => number === found.row);
    if (found.row !== 0 && !head)
      throw invalidField('header_row', `there is no row ${found.row} near the beginning with something in it`);
    const width = head?.cells.length ?? Math.max(0, ...this.#first.map(({ cells }) => cells.length));
    this.#head = head?.cells ?? [];
    this.#names = columnNames(head?.cells ?? [], trimmedWidth(head, width));
    this.#facts = this.#names.map(() => new ColumnFacts());
    for (const row of this.#first) {
      if (row.number <= found.row)
        this.#shown.push({ number: row.number, cells: row.cells, is: row === head ? 'header' : 'above' });
      else this.#data(row);
    }
  }

  #data(row: Row): void {
    // where a page repeats it
    if (
      this.#head.length > 0 &&
      row.cells.length === this.#head.length &&
      row.cells.every((cell, at) => cell === this.#head[at])
    )
      return;
    if (this.#shown.length < shownFirst) this.#shown.push({ number: row.number, cells: row.cells, is: 'data' });
    this.#last.push(row);
    const sure = this.#last.length > shownLast ? this.#last.shift() : undefined;
    if (sure) this.#take(sure);
  }

  #take({ cells }: Row): void {
    this.#count += 1;
    for (const [at, facts] of this.#facts.entries()) {
      const value = cleaned(cells[at] ?? '');
      if (value !== '') this.#cells += 1;
      facts.add(value);
    }
  }

  end(): LookedAt {
    if (this.#header === null) this.#begin();
    const filled = (row: Row): number => row.cells.filter((cell) => cell.trim() !== '').length;
    const usual = this.#count > 0 ? this.#cells / this.#count : Math.max(0, ...this.#last.map(filled));
    const skipLast = this.#asked.skip_last_rows ?? Math.min(this.#last.length, rowsOfSums(this.#last, usual));
    const below = new Set(this.#last.slice(this.#last.length - skipLast).map(({ number }) => number));
    for (const row of this.#last.slice(0, this.#last.length - skipLast)) this.#take(row);
    const shown = new Set(this.#shown.map(({ number }) => number));
    const rest = this.#last
      .filter(({ number }) => !shown.has(number))
      .map(({ number, cells }): RawRow => ({ number, cells, is: 'data' }));
    const rows = [...this.#shown, ...rest].map((row): RawRow =>
      below.has(row.number) ? { ...row, is: 'below' } : row,
    );
    return {
      names: this.#names,
      facts: this.#facts,
      header: this.#header ?? { row: 0, choices: [0] },
      rowCount: this.#count,
      skipLast,
      fingerprint: fingerprintOf(this.#names),
      rows,
      asked: this.#askedRows,
    };
  }
}

/** Without empty columns at the end, which sheets and some systems write. */
function trimmedWidth(head: Row | undefined, width: number): number {
  if (!head) return width;
  return head.cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

export interface OpenedTable {
  readonly encoding: FileEncoding | null;
  readonly encodings: readonly FileEncoding[];
  readonly delimiter: FileDelimiter | null;
  readonly delimiters: readonly FileDelimiter[];
  readonly sheets: readonly string[];
  readonly sheet: string | null;
  /** Of the workbook that hold a table. */
  readonly tables: readonly string[];
  /** Anew, from its beginning. */
  source(): RowSource;
  /** The same, as somebody says it is. */
  as(asked: Asked): Promise<OpenedTable>;
  close(): Promise<void>;
}

const sampleBytes = 256 * 1024;

/** Readable more than once. */
export async function openTable(
  file: Exclude<OpenedFile, { is: 'refused' }>,
  asked: Asked,
  limits: OpenLimits,
): Promise<OpenedTable> {
  if (file.is === 'workbook') return openSheet(file.workbook, asked);
  const spooled = await spoolPieces(file.content, limits.folder, {
    bytesMax: limits.bytesMax,
    tooLarge: () => new ProductError('too_large', `${file.name} is larger than this installation takes. Split it.`),
  });
  const all = (to = spooled.source.bytes): AsyncIterable<Buffer> =>
    spooled.source.stream(0, Math.min(to, spooled.source.bytes));
  const search = new EncodingSearch();
  for await (const piece of all()) search.add(piece);
  const found = search.found();
  const readAs = async (said: Asked): Promise<OpenedTable> => {
    const encoding = said.encoding ?? found.encoding;
    let sample = '';
    for await (const piece of textOf(all(sampleBytes), encoding)) sample += piece;
    const form = await delimiterOf(sample);
    const delimiter = said.delimiter ?? form.delimiter;
    return {
      encoding,
      encodings: said.encoding === undefined ? found.choices : [encoding],
      delimiter,
      delimiters: said.delimiter === undefined ? form.choices : [delimiter],
      sheets: [],
      sheet: null,
      tables: [],
      source: () =>
        textTable(all(), {
          encoding,
          delimiter,
          returns: endsInReturns(sample),
          stated: statedDelimiter(sample) !== null,
        }),
      as: readAs,
      close: () => spooled.close(),
    };
  };
  return readAs(asked);
}

async function openSheet(workbook: Workbook, asked: Asked): Promise<OpenedTable> {
  const { sheets } = workbook;
  if (asked.sheet !== undefined && !sheets.includes(asked.sheet))
    throw invalidField('sheet', `the workbook has ${sheets.join(', ')}`);
  const tables: string[] = [];
  for (const sheet of sheets) if (await hasTable(workbook, sheet)) tables.push(sheet);
  const sheet = asked.sheet ?? tables[0] ?? sheets[0] ?? '';
  return {
    encoding: null,
    encodings: [],
    delimiter: null,
    delimiters: [],
    sheets,
    sheet,
    tables: asked.sheet === undefined ? tables : [sheet],
    source: () => sheetTable(workbook, sheet),
    as: (said) => openSheet(workbook, said),
    close: () => Promise.resolve(),
  };
}

/** At least two rows of two cells. */
async function hasTable(workbook: Workbook, sheet: string): Promise<boolean> {
  let rows = 0;
  for await (const batch of workbook.rows(sheet)) {
    rows += batch.filter(({ cells }) => cells.filter((cell) => cell !== '').length >= 2).length;
    if (rows >= 2) return true;
  }
  return false;
}

/** The settings of a profile as what somebody has said: a known file is looked at as it is read. */
export const askedBy = ({ encoding, delimiter, sheet }: ImportProfile): Asked => ({
  encoding: encoding ?? undefined,
  delimiter: delimiter ?? undefined,
  sheet: sheet ?? undefined,
});
