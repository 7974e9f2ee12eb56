/**
 * The control totals of a CSV, counted again from its rows alone, to be laid beside those that were signed.
 * Knows the columns from a manifest that has been proven; memory is bounded by the groups the export had.
 */
import type { CurrencyTotals, GroupTotals } from '#contract/reports.ts';
import type { Recount } from '#contract/verification.ts';
import { type Row, RowReader } from '#server/imports/read-rows.ts';
import { spreadsheetMarks } from '#server/renderers/csv.ts';
import { guardedText } from '#server/renderers/formula-guard.ts';
import { DecimalSum, isDecimal } from './decimal-sum.ts';
import type { Manifest } from './manifest.ts';

/** Groups that the export did not have; rows of more go into one. */
const strangeGroupsMax = 20;
/** Groups and currencies together, beyond those that the export had. */
const strangeSumsMax = 100;
const otherGroup = '…';
const addedTypes: ReadonlySet<string> = new Set(['money', 'integer']);

interface Sums {
  readonly group: string;
  readonly currency: string;
  rows: number;
  readonly sums: readonly DecimalSum[];
}

interface Layout {
  readonly separator: ',' | ';';
  readonly hasDecimalComma: boolean;
  readonly labels: readonly string[];
  readonly groups: readonly number[];
  readonly sums: readonly { readonly key: string; readonly at: number }[];
  /** -1: not printed. */
  readonly currencyAt: number;
}

function layoutOf(manifest: Manifest): Layout {
  const indexOf = (key: string): number => manifest.columns.findIndex((column) => column.key === key);
  const marks =
    manifest.options.csv_dialect === 'spreadsheets'
      ? spreadsheetMarks(manifest.company.locale)
      : ({ decimal: '.', separator: ',' } as const);
  return {
    separator: marks.separator,
    hasDecimalComma: marks.decimal === ',',
    labels: manifest.columns.map((column) => column.label),
    groups: manifest.group_columns.map(indexOf),
    // a quantity's total is of its value, which the file does not print
    sums: manifest.sum_columns
      .map((key) => ({ key, at: indexOf(key) }))
      .filter(({ at }) => addedTypes.has(manifest.columns[at]?.type ?? '') && !manifest.columns[at]?.total_label),
    currencyAt: indexOf('currency'),
  };
}

/** Null when the first row is not the header of this report. @throws whatever the content throws. */
export async function recount(manifest: Manifest, content: AsyncIterable<Buffer>): Promise<Recount | null> {
  const layout = layoutOf(manifest);
  const counter = new Counter(manifest, layout);
  let isReport: boolean | null = null;
  for await (const rows of new RowReader({ separator: layout.separator }).read(content)) {
    for (const row of rows) {
      // what is no report is still read to its end: others read the same content
      if (isReport) counter.add(row);
      else isReport ??= isHeader(row, layout.labels);
    }
  }
  return isReport ? counter.result() : null;
}

const isHeader = ({ cells }: Row, labels: readonly string[]): boolean =>
  cells.length === labels.length && labels.every((label, at) => label === cells[at]);

class Counter {
  readonly #manifest: Manifest;
  readonly #layout: Layout;
  readonly #groups = new Map<string, Sums>();
  readonly #known: ReadonlySet<string>;
  /** Groups by the names that the file prints. */
  readonly #guarded: Map<string, string>;
  readonly #canonical = new Map<string, string>();
  #rows = 0;
  #unreadable = 0;
  #strange = 0;

  constructor(manifest: Manifest, layout: Layout) {
    this.#manifest = manifest;
    this.#layout = layout;
    const names = manifest.totals.groups.map(({ group }) => group);
    this.#known = new Set(names);
    const guarded = (name: string): string => guardedText(name, layout.separator);
    this.#guarded = new Map(names.map((name) => [name.split(' · ').map(guarded).join(' · '), name]));
    for (const name of names) this.#guarded.set(guarded(name), name);
  }

  add({ cells, problem }: Row): void {
    const { labels, sums, currencyAt, groups } = this.#layout;
    this.#rows += 1;
    if (problem !== undefined || cells.length !== labels.length) {
      this.#unreadable += 1;
      return;
    }
    const currency = currencyAt === -1 ? this.#soleCurrency : (cells[currencyAt] ?? '');
    const group = groups.length === 0 ? '' : this.#groupOf(groups.map((at) => cells[at] ?? '').join(' · '));
    const found = this.#sumsOf(group, currency);
    found.rows += 1;
    let isReadable = true;
    for (let n = 0; n < sums.length; n += 1) {
      const cell = this.#figure(cells[sums[n]?.at ?? -1] ?? '');
      if (cell === '') continue;
      if (isDecimal(cell)) found.sums[n]?.add(cell);
      else isReadable = false;
    }
    if (!isReadable) this.#unreadable += 1;
  }

  /** Of rows that do not print theirs. */
  get #soleCurrency(): string {
    return this.#manifest.totals.currencies[0]?.currency ?? this.#manifest.company.currency;
  }

  #figure(cell: string): string {
    return this.#layout.hasDecimalComma ? cell.replace(',', '.') : cell;
  }

  /** The group's own name: in the file, one that looks like a formula carries an apostrophe. */
  #groupOf(printed: string): string {
    let group = this.#canonical.get(printed);
    if (group === undefined) {
      group = this.#known.has(printed) ? printed : (this.#guarded.get(printed) ?? printed);
      if (!this.#known.has(group)) {
        if (this.#strange >= strangeGroupsMax) return otherGroup;
        this.#strange += 1;
      }
      this.#canonical.set(printed, group);
    }
    return group;
  }

  #sumsOf(group: string, currency: string): Sums {
    const key = `${currency.slice(0, 3)} ${group}`;
    let found = this.#groups.get(key);
    if (!found && this.#groups.size >= this.#manifest.totals.groups.length + strangeSumsMax && group !== otherGroup) {
      return this.#sumsOf(otherGroup, otherGroup);
    }
    if (!found) {
      found = { group, currency: currency.slice(0, 3), rows: 0, sums: this.#layout.sums.map(() => new DecimalSum()) };
      this.#groups.set(key, found);
    }
    return found;
  }

  result(): Recount {
    const groups = [...this.#groups.values()];
    const printed = (rows: number, currency: string, parts: readonly Sums[]): CurrencyTotals => ({
      currency,
      rows,
      sums: Object.fromEntries(this.#layout.sums.map(({ key }, n) => [key, total(parts, n)])),
    });
    const currencies = Map.groupBy(groups, ({ currency }) => currency);
    const signed = this.#manifest.totals.currencies;
    const cannotTell = this.#layout.currencyAt === -1 && signed.length > 1;
    return {
      rows: this.#rows,
      currencies: cannotTell
        ? // rows of several currencies that do not say which: what was signed cannot be added up from them
          signed.map(({ currency, rows }) => ({ currency, rows, sums: {} }))
        : [...currencies]
            .map(([currency, parts]) =>
              printed(
                parts.reduce((rows, part) => rows + part.rows, 0),
                currency,
                parts,
              ),
            )
            .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
      groups:
        this.#layout.groups.length === 0
          ? []
          : groups.map((one): GroupTotals => ({ group: one.group, ...printed(one.rows, one.currency, [one]) })),
      unreadable_rows: this.#unreadable,
    };
  }
}

function total(parts: readonly Sums[], column: number): string {
  const sum = new DecimalSum();
  for (const part of parts) sum.add(part.sums[column]?.toString() ?? '0');
  return sum.toString();
}
