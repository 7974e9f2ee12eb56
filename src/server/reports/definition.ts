/**
 * What one report is: its columns and where they come from. Page, direct download and background export all read the
 * table that is defined here, so they cannot differ. Adding a report is one file of this shape and a line in registry.ts.
 */
import type { ReportChart, SummaryStep } from '#contract/report-summaries.ts';
import type { Column, ColumnContract, ColumnType, FilterInWords, FilterType, ReportType } from '#contract/reports.ts';
import { literal } from '#server/database/connection.ts';

/** SQL text whose values went through `value()`; COPY takes no parameters, so reports are built from literals. */
export type Sql = string;

export interface ColumnDefinition {
  readonly key: string;
  readonly label: string;
  readonly type: ColumnType;
  /** An expression over the report's FROM. */
  readonly sql: Sql;
  /** Summed in subtotals and totals: the column itself, or an amount of money for the row, under a heading of its own. */
  readonly sum?: true | { readonly money: Sql; readonly label: string };
  /** Printed as it was entered: a quantity of at most four decimals, numeric(18,4), or a rate. Nothing is rounded away. */
  readonly isStored?: boolean;
}

/** A report read as it once was. */
export interface AsOf {
  readonly version: number;
  /** RFC 3339: what "now" is in the report. */
  readonly now: string;
}

/** The question a report answers, parsed and resolved; `locationIds` belong to the company. */
export interface ReportScope {
  readonly companyId: string;
  readonly companyName: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly locale: string;
  /** Business days, both included. */
  readonly from: string;
  readonly to: string;
  /** Null: all. */
  readonly locationIds: readonly string[] | null;
  readonly filters: Readonly<Record<string, unknown>>;
  /** Keys of the columns that are shown, in order; absent: all. Totals are of all whatever is shown. */
  readonly columns?: readonly string[];
  /** Absent: as it is now. */
  readonly asOf?: AsOf;
  /** Absent: by delivery day. */
  readonly dateBasis?: 'posting';
  /** The report is of what has changed since. */
  readonly changes?: ChangesScope;
}

/** A file, and what was written since. */
export interface ChangesScope {
  readonly jobId: string;
  readonly from: {
    readonly version: number;
    readonly scope: Pick<ReportScope, 'companyName' | 'currency' | 'timeZone' | 'columns'> & { readonly asOf: AsOf };
  };
  /** When it was asked for. */
  readonly newest: number;
  /** See `Difference`. */
  readonly isOfRows: boolean;
  /** The last version that wrote anything of it. */
  readonly last: number;
  readonly authors: readonly {
    readonly version: number;
    readonly at: string;
    readonly by: string | null;
    readonly source: string;
  }[];
}

/** A stretch of the table, in the table's order; the parts one after another are the whole table. */
export interface TablePart {
  /** `FROM … WHERE …`, over which the columns' expressions are read. */
  readonly from: Sql;
  /** A total order that an index of `from` gives without sorting. */
  readonly order: Sql;
}

/** Lists of ids are known to be the company's before a report sees them; `text` is searched for, `number` a decimal. */
export interface FilterDefinition {
  readonly key: string;
  readonly label: string;
  readonly type: FilterType;
  readonly choices?: readonly string[];
  /** Of a bound of a column's range, both ends included. */
  readonly bounds?: { readonly column: string; readonly end: 'min' | 'max' };
  /** Of words that others chose: below `/api/v1/companies/{company_id}/`, where they are listed. */
  readonly valuesFrom?: string;
}

export interface ReportDefinition {
  readonly type: ReportType;
  readonly title: string;
  /** First part of file names: lower case, hyphens. */
  readonly slug: string;
  /** What puts a row into the period, in words: stated in every file. */
  readonly dateBasis: string;
  /** Also by posting day: what puts a row into the period then, in words. */
  readonly postingBasis?: string;
  /** Of the end of the period's last day; where the period begins changes nothing. */
  readonly isAsOf?: true;
  /** Absent: 1.0. What pins the columns is column-contract.test.ts. */
  readonly contract?: ColumnContract;
  readonly defaultPeriod: 'last_30_days' | 'yesterday';
  /** What it answers, and when to use it: a sentence each, for whoever looks for the right report. */
  readonly purpose: { readonly answers: string; readonly useWhen: string };
  /** What its first day with data is asked of. */
  readonly about: 'purchases' | 'stock';
  readonly filters: readonly FilterDefinition[];
  columns(scope: ReportScope): readonly ColumnDefinition[];
  /** Keys of the leading columns that make a group; empty for none. */
  readonly groupBy: readonly string[];
  /** Given: it may be shown without money (quantities.ts). The filters by which money could be guessed. */
  readonly moneyFilters?: readonly string[];
  /** The whole table at once, for pages and totals. */
  table(scope: ReportScope): TablePart;
  /** The table in stretches that need no sort, in order; absent: one part, the table itself. */
  parts?(scope: ReportScope, source: PartSource): Promise<readonly TablePart[]>;
  /** What a page's figures are added up from, where not every line need be read for them; null: where it must. */
  readonly summed?: (scope: ReportScope) => SummedRows | null;
  /** On paper: stretches of the table that are accounts of their own; absent: none. */
  readonly sections?: SectionDefinition;
  /** What has to be said beside the rows, after the filters; `snapshotAt` is RFC 3339. */
  facts?(
    scope: ReportScope,
    snapshotAt: string,
    source: PartSource,
  ): readonly FilterInWords[] | Promise<readonly FilterInWords[]>;
  /** What a row is of, unique within a period: by this it is found in another. Absent: a row is a single event. */
  readonly comparedBy?: readonly Sql[];
  /** What is shown of the columns where that is not all of them, or those that were chosen. */
  shown?(scope: ReportScope): readonly ColumnDefinition[];
  /** How a page shows it while nothing else was chosen. */
  readonly page?: PageDefinition;
  /** An expression for the row's currency. */
  readonly currency: (scope: ReportScope) => Sql;
}

/** Fewer rows than the table's, with the same totals, in which the report's own expressions read the same. */
export interface SummedRows {
  /** `FROM … WHERE …` */
  readonly from: Sql;
  /** How many of the table's rows a group of these stands for. Absent: they are the table's rows themselves. */
  readonly rows?: Sql;
  /** By column key: what is summed instead of the column's expression. */
  readonly amounts?: Readonly<Record<string, Sql>>;
}

export interface SectionDefinition {
  /** Keys of the columns that a heading says, and that its rows need not say again. */
  readonly headedBy: readonly string[];
  /** What the closing line is called. */
  readonly label: string;
  /** In the table's order: heading, unit, rows, and by column key what it closes with. */
  readonly select: (scope: ReportScope) => Sql;
  /** Keys of what it closes with. */
  readonly closes: readonly string[];
}

/** What a page has above the rows; all of it can be left out. */
export interface PageDefinition {
  /** As `ordering` takes it; absent: the order of the file. */
  readonly ordering?: string;
  /** Summed columns, most important first; absent: the first five. */
  readonly figures?: readonly string[];
  /** Those of this moment, whatever the period. */
  readonly currentFigures?: readonly string[];
  /** Figures that are counts; `from` is the report's own FROM and WHERE. */
  readonly counts?: (scope: ReportScope) => readonly CountDefinition[];
  readonly charts?: readonly ChartDefinition[];
  /** Where a row leads: a report, and by which of its filters (key -> expression over the row). */
  readonly leadsTo?: RowLead;
}

export interface CountDefinition {
  readonly key: string;
  readonly label: string;
  /** A scalar; `from` is the report's own FROM and WHERE. */
  readonly sql: (from: Sql) => Sql;
}

export interface RowLead {
  readonly report: ReportType;
  readonly by: Readonly<Record<string, Sql>>;
}

export interface ChartDefinition {
  readonly key: string;
  /** Of bars and lines without the step: `Net`, said as `Net by day`. */
  readonly title: string;
  readonly kind: ReportChart['kind'];
  readonly series: ReportChart['series'];
  /** Over the report's own rows; the only series is this amount, rounded as printed. */
  readonly of?: {
    /** A day, or what an entry of a rank is called. */
    readonly by: Sql | ((scope: ReportScope) => Sql);
    readonly amount: Sql;
    /** Which entry it is, and the filter that narrows a report to it. */
    readonly id?: Sql;
    readonly filter?: string;
  };
  /** Or a statement of its own, with the columns `day`, `label`, `id`, `currency` and one for each series. */
  readonly select?: (scope: ReportScope, days: { readonly from: string; readonly step: SummaryStep }) => Sql;
  readonly filter?: string;
  /** A shorter period is shown with as many days as end with it. */
  readonly daysMin?: number;
  /** Absent: the report itself. */
  readonly leadsTo?: ReportType;
}

/** Runs a small query in the snapshot the rows will come from. */
export type PartSource = (select: Sql) => Promise<Record<string, string | null>[]>;

/** A literal that has been validated; the only way a value enters a report's SQL. */
export const value = (text: string | number): Sql => literal(String(text));

/** The present, as far as the report knows. */
export const nowIn = ({ asOf }: ReportScope): Sql => (asOf ? `${value(asOf.now)}::timestamptz` : 'now()');

/** Values that are a list of ids or words; null when the filter was not given. */
export const chosenIn = (scope: ReportScope, filter: string): readonly string[] | null =>
  (scope.filters[filter] as readonly string[] | undefined) ?? null;

/** `column = ANY (…)` for ids, or nothing when all are meant. */
export const oneOf = (column: Sql, ids: readonly string[] | null): Sql =>
  ids === null
    ? 'true'
    : ids.length === 0
      ? 'false'
      : `${column} IN (${ids.map((id) => BigInt(id).toString()).join(', ')})`;

/** The same for words. */
export const oneOfTexts = (column: Sql, texts: readonly string[] | null): Sql =>
  texts === null ? 'true' : `${column} IN (${texts.map(value).join(', ')})`;

/** What puts a row into the period of this scope, in words. */
export const dateBasisOf = (definition: ReportDefinition, scope: ReportScope): string =>
  (scope.dateBasis === 'posting' ? definition.postingBasis : undefined) ?? definition.dateBasis;

/** How names are sorted, everywhere. */
export const byName = (text: Sql): Sql => `${text} COLLATE "und-x-icu"`;

const keyOf = (label: string): string =>
  label
    .toLowerCase()
    .replace(/%/g, 'percent')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

export const contractOf = ({ contract }: ReportDefinition): ColumnContract => contract ?? { major: 1, minor: 0 };

/** What is said of a column outside: to a caller, in a file. */
export const describedColumn = ({ key, label, type, sum }: ColumnDefinition): Column => ({
  key,
  label,
  type,
  ...(typeof sum === 'object' && { total_label: sum.label }),
});

/** What a file or an answer has of the columns, in the order asked for. */
export function shownColumns(definition: ReportDefinition, scope: ReportScope): readonly ColumnDefinition[] {
  if (definition.shown) return definition.shown(scope);
  const all = definition.columns(scope);
  return scope.columns?.flatMap((key) => all.find((column) => column.key === key) ?? []) ?? all;
}

/** A column whose key is its label in snake_case. */
export function column(
  label: string,
  type: ColumnType,
  sql: Sql,
  options: Pick<ColumnDefinition, 'sum' | 'isStored'> = {},
): ColumnDefinition {
  return { key: keyOf(label), label, type, sql, ...options };
}

/** Columns are described for no company in particular. */
export const nowhere: ReportScope = {
  companyId: '0',
  companyName: '',
  currency: 'EUR',
  timeZone: 'UTC',
  locale: 'en',
  from: '2026-01-01',
  to: '2026-01-01',
  locationIds: null,
  filters: {},
};
