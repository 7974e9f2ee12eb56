/**
 * A table of another system, read by a profile: where its header is, which rows are sums, which column is which field, and
 * how its cells are written. What comes out is what a file of ours would have; the same checks follow.
 */
import type { ProfileDraft } from '#contract/import-profiles.ts';
import { readDecimal, readPack, readTax } from '#contract/import-reading.ts';
import { DayRefusal, Refusal } from '../cells.ts';
import type { Column, ImportKind } from '../kind.ts';
import type { Row } from '../read-rows.ts';
import {
  absentField,
  allRows,
  type Field,
  fieldOf,
  type OpenTable,
  type ReportError,
  type TableLayout,
} from '../table-layout.ts';
import type { CompanyNames, VendorsOfFile } from './company-names.ts';
import { columnNames, fingerprintOf } from './header-names.ts';
import { currencyMeant, listOfField, valueMeant } from './known-values.ts';
import type { DaysOfFile } from './days-of-file.ts';
import { orderNames } from './written-days.ts';

/** How far down a header is looked for that is not where it was. */
const headerSearchedMax = 60;

export interface ProfileUse {
  readonly profile: ProfileDraft;
  readonly kind: ImportKind;
  readonly names: CompanyNames;
  readonly vendors: VendorsOfFile;
  readonly days: DaysOfFile;
}

export function profileLayout(use: ProfileUse): TableLayout {
  const { profile } = use;
  return {
    async open(batches, error) {
      const found = await findHeader(batches, profile);
      if (typeof found === 'string') {
        error(null, null, null, found);
        return null;
      }
      const fields = fieldsOf(use, found.names, error);
      if (fields === null) return null;
      const width = found.names.length;
      const rows = dataRows(allRows(found.rest, batches), { ...found, width, profile, fields, error });
      return { fields, width, rows, days: use.days };
    },
  } satisfies { open(batches: AsyncGenerator<readonly Row[]>, error: ReportError): Promise<OpenTable | null> };
}

interface Header {
  readonly names: readonly string[];
  readonly cells: readonly string[];
  readonly rest: readonly Row[];
}

/** Where the profile says, or where a row has the columns it knows; else what is wrong. */
async function findHeader(batches: AsyncGenerator<readonly Row[]>, profile: ProfileDraft): Promise<Header | string> {
  const first: Row[] = [];
  while (first.length < headerSearchedMax) {
    const next = await batches.next();
    if (next.done) break;
    first.push(...next.value);
  }
  if (first.length === 0) return 'The file is empty';
  if (profile.header_row === 0) {
    const width = Math.max(...first.map(({ cells }) => cells.length));
    return { names: columnNames([], width), cells: [], rest: first };
  }
  const wanted = new Set(
    Object.values(profile.fields).flatMap((source) => ('column' in source ? [source.column] : [])),
  );
  const fits = (row: Row | undefined): boolean => {
    const names = new Set(columnNames(row?.cells ?? []));
    return row?.problem === undefined && [...wanted].every((name) => names.has(name));
  };
  const stated = first.find(({ number }) => number === profile.header_row);
  const head =
    stated && fits(stated)
      ? stated
      : first.find(
          (row) => fits(row) && (wanted.size > 1 || fingerprintOf(columnNames(row.cells)) === profile.fingerprint),
        );
  const broken = first.find(({ problem }) => problem !== undefined);
  if (!head && broken) return broken.problem ?? '';
  if (!head) {
    const names = new Set(columnNames(stated?.cells ?? first[0]?.cells ?? []));
    const missing = [...wanted].filter((name) => !names.has(name));
    return `Not a file of the profile ${profile.name}: it has no column ${missing.join(', ')}`;
  }
  return { names: columnNames(head.cells), cells: head.cells, rest: first.slice(first.indexOf(head) + 1) };
}

interface DataRows extends Header {
  readonly width: number;
  readonly profile: ProfileDraft;
  readonly fields: readonly Field[];
  readonly error: ReportError;
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** Rows with something in them, but the header where a page repeats it, and the sums at the end. */
async function* dataRows(batches: AsyncIterable<readonly Row[]>, table: DataRows): AsyncGenerator<Row[]> {
  const { profile, cells: header, width } = table;
  const isHeader = (cells: readonly string[]): boolean =>
    header.length > 0 && cells.length === header.length && cells.every((cell, at) => cell === header[at]);
  let waiting: Row[] = [];
  for await (const rows of batches) {
    for (const row of rows) {
      if (row.problem === undefined && (isBlank(row.cells) || isHeader(row.cells))) continue;
      waiting.push(row.problem === undefined ? { ...row, cells: fitted(row.cells, width) } : row);
    }
    if (waiting.length <= profile.skip_last_rows) continue;
    const ready = waiting.slice(0, waiting.length - profile.skip_last_rows);
    waiting = waiting.slice(waiting.length - profile.skip_last_rows);
    yield ready;
  }
  for (const row of waiting) {
    if (!readsLikeData(row, table)) continue;
    const reason = `Left out by the profile ${profile.name} as one of the last ${profile.skip_last_rows}, but it reads like any other. Say how many rows at the end are sums`;
    table.error(row.number, null, null, reason);
  }
}

/** Sheets leave out empty cells at the end, and some systems do as well; what is beyond the header must be empty. */
function fitted(cells: readonly string[], width: number): readonly string[] {
  if (cells.length === width) return cells;
  if (cells.length < width) return [...cells, ...Array.from({ length: width - cells.length }, () => '')];
  return isBlank(cells.slice(width)) ? cells.slice(0, width) : cells;
}

/** A row that would be dropped unseen although it has all that a row needs. */
const readsLikeData = ({ cells }: Row, { fields }: DataRows): boolean => {
  const needed = fields.filter(({ required, given, at }) => required && given !== null && at >= 0);
  return needed.length > 0 && needed.every((field) => (field.given?.(cells) ?? '') !== '');
};

/** A cell without the spaces around it, and without the apostrophe that keeps spreadsheets from computing. */
export const cleaned = (cell: string): string =>
  cell
    .replaceAll('\u00a0', ' ')
    .trim()
    .replace(/^'(?=[=+\-@])/, '');

function fieldsOf(use: ProfileUse, names: readonly string[], error: ReportError): Field[] | null {
  const { profile, kind } = use;
  const fields: Field[] = [];
  let isUsable = true;
  for (const column of kind.columns) {
    const source = profile.fields[column.name] ?? impliedSource(column, profile);
    if (source === undefined) {
      if (!column.required) continue;
      if (profile.fields['void'] !== undefined && !column.key) {
        fields.push(absentField(column));
        continue;
      }
      error(null, column.name, null, `Required: the profile ${profile.name} does not say where it comes from`);
      isUsable = false;
      continue;
    }
    const read = readerOf(column, use);
    const field = { ...fieldOf(column, -1), read };
    if ('constant' in source)
      fields.push({
        ...field,
        given: () => source.constant,
        read: column.cell.type === 'text' ? read : ownOr(column.cell.read, read),
      });
    else if ('generated' in source) fields.push({ ...field, given: lineNumbers(use, names) });
    else {
      const at = names.indexOf(source.column);
      if (at === -1) {
        error(null, column.name, null, `The file has no column ${source.column}`);
        isUsable = false;
      }
      fields.push({ ...field, at, given: (cells) => cleaned(cells[at] ?? '') });
    }
  }
  return isUsable ? fields : null;
}

/** A constant is as a file of ours has it; what cannot be that is as the files of the profile have it: 19 of percents. */
const ownOr =
  (own: Field['read'], ofFile: Field['read']): Field['read'] =>
  (given, clock) => {
    const read = own(given, clock);
    return read instanceof Refusal ? ofFile(given, clock) : read;
  };

const impliedSource = (
  { name }: Column,
  { kind, prices_include_tax }: ProfileDraft,
): { constant: string } | undefined =>
  kind === 'invoices' && name === 'prices_include_tax' && prices_include_tax ? { constant: 'true' } : undefined;

/** Lines counted within what they are lines of. */
function lineNumbers({ profile, kind }: ProfileUse, names: readonly string[]): (cells: readonly string[]) => string {
  const heads = kind.columns
    .filter(({ key, name }) => key && name !== 'line_no')
    .flatMap(({ name }) => {
      const source = profile.fields[name];
      return source && 'column' in source ? [names.indexOf(source.column)] : [];
    });
  const counts = new Map<string, number>();
  return (cells) => {
    const key = heads.map((at) => cells[at] ?? '').join('\u0000');
    const next = (counts.get(key) ?? 0) + 1;
    counts.set(key, next);
    return String(next);
  };
}

/** Text of the file to the text that a file of ours would have, or why there is none. */
export function translator(column: Column, use: ProfileUse): (given: string) => string | Refusal {
  const { profile, names, vendors } = use;
  const { name, cell } = column;
  const decimal = (given: string): string | Refusal =>
    readDecimal(given, profile.decimal) ??
    new Refusal(`Not a number with a decimal ${profile.decimal === '.' ? 'point' : 'comma'}`);
  const list = listOfField(profile.kind, name, cell.type);
  if (name === 'tax_rate')
    return (given) =>
      readTax(given, profile.tax, profile.decimal) ?? new Refusal('Not a tax rate. Say which rate this code is');
  if (/units_per_/.test(name))
    return (given) =>
      readDecimal(given, profile.decimal) ??
      readPack(given)?.quantity ??
      new Refusal('Neither a number nor a pack such as 4/5 LB that can be read in one way');
  if (name === 'price_unit' || name === 'base_unit')
    return (given) => (/\d/.test(given) ? (readPack(given)?.unit ?? given) : given);
  if (cell.type === 'decimal') return decimal;
  if (cell.type === 'integer')
    return (given) =>
      /^\d+$/.test(given) ? given : (readDecimal(given, profile.decimal)?.replace(/\.0+$/, '') ?? given);
  if (cell.type === 'date' || cell.type === 'date or instant') return dayReader(use, name, cell.type === 'date');
  if (cell.type === 'currency') return currencyMeant;
  if (list !== null) return (given) => valueMeant(list, given) ?? given;
  if (name === 'vendor_code') return (given) => vendors.codeOf(given) ?? noSuchVendor(vendors.like(given));
  const named = {
    delivery_location_code: names.delivery_locations,
    line_delivery_location_code: names.delivery_locations,
    storage_unit_code: names.storage_units,
    item_code: names.items,
  }[name];
  return named ? (given) => named.find(given) ?? given : (given) => given;
}

/** Every day is noted, so that the file can be heard against the order of its profile. */
function dayReader(
  { profile, days }: ProfileUse,
  field: string,
  isDayOnly: boolean,
): (given: string) => string | Refusal {
  const column = days.column(field);
  const refusal = new DayRefusal(`Not a day with ${orderNames[profile.date_order]}`);
  return (given) => {
    const read = column.add(given)[profile.date_order];
    if (read === null) return refusal;
    return isDayOnly ? read.slice(0, 10) : read;
  };
}

const noSuchVendor = (like: string | null): Refusal =>
  new Refusal(`No vendor is called so.${like === null ? '' : ` Did you mean ${like}?`}`);

function readerOf(column: Column, use: ProfileUse): Field['read'] {
  const translate = translator(column, use);
  const own = new Map(Object.entries(use.profile.values[column.name] ?? {}));
  return (given, clock) => {
    const translated = own.get(given) ?? translate(given);
    return typeof translated === 'string' ? column.cell.read(translated, clock) : translated;
  };
}
