/**
 * What a report is, to page, API, file and worker alike: columns with a type, and totals that stay apart by currency.
 * Values travel as the text that is printed: decimals as strings at their column's scale, days as YYYY-MM-DD.
 */

/**
 * `quantity`: up to 4 decimals, trailing zeros trimmed. `price`: 2 to 6 decimals. `money`: the currency's minor unit.
 * `percent`: 1 decimal, or as entered where it is a stored rate. `integer`: digits. `date`: YYYY-MM-DD. `text`: as typed.
 */
export type ColumnType = 'text' | 'date' | 'quantity' | 'price' | 'money' | 'percent' | 'integer';

export interface Column {
  /** snake_case of the label; the key in JSON rows. */
  readonly key: string;
  /** The header in every file. */
  readonly label: string;
  readonly type: ColumnType;
  /** Heading of its total where that is money and the column is not: "Receipts value" for a column of quantities. */
  readonly total_label?: string;
}

/**
 * Version of a report's columns, for programs that read its files: `minor` rises when columns are added, `major` when
 * one changes its key, heading, type or meaning, or goes.
 */
export interface ColumnContract {
  readonly major: number;
  readonly minor: number;
}

export const reportTypes = [
  'delivery_location',
  'vendor',
  'item',
  'order_lines',
  'receiving_variance',
  'inventory',
  'inventory_levels',
  'inventory_movements',
  'price_changes',
  'cost_of_goods',
  'three_way',
] as const;
export type ReportType = (typeof reportTypes)[number];

export const fileFormats = ['csv', 'pdf', 'xlsx'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Lists of ids are of the company's own; `text` is searched for; `number` is a decimal, as text. */
export const filterTypes = [
  'location_list',
  'vendor_list',
  'item_list',
  'storage_unit_list',
  'choice',
  'choice_list',
  'text',
  'text_list',
  'number',
] as const;
export type FilterType = (typeof filterTypes)[number];

/** A filter as `GET /reports` names it: enough to build a field of a form from. */
export interface ReportFilter {
  /** Its name in a query, in a job's `filters` and in the page's address. */
  readonly key: string;
  readonly label: string;
  readonly type: FilterType;
  /** Of `choice` and `choice_list`: the values that are taken. */
  readonly choices?: readonly string[];
  /** Of a bound of a column's range: which column, and which end; both ends are included. */
  readonly bounds?: { readonly column: string; readonly end: 'min' | 'max' };
  /** Where its values are listed, `{company_id}` to be filled in: objects with `id`, or for words, `name`. */
  readonly values_from?: string;
  /** Asked for by money: only for those who hold `view_financials`. */
  readonly is_financial: boolean;
}

/** A report as `GET /reports` describes it: a page, a dialog and a command are made of this. */
export interface ReportDescription {
  readonly report_type: ReportType;
  readonly type: ReportType;
  readonly title: string;
  /** The last part of its page's address. */
  readonly slug: string;
  /** What it answers, and when to use it: a sentence each. */
  readonly answers: string;
  readonly use_when: string;
  /** Of its columns. */
  readonly contract: ColumnContract;
  /** What the days of its period are days of. */
  readonly date_basis: string;
  /** Values of `date_basis` that it takes, the usual one first; empty: it has one basis. */
  readonly date_bases: readonly DateBasis[];
  /** `as_of`: what was there at the end of the last day; where the period begins changes nothing. */
  readonly period_kind: 'range' | 'as_of';
  readonly default_period: 'last_30_days' | 'yesterday';
  /** As `ordering` takes it; null: the order of the file. */
  readonly default_ordering: string | null;
  readonly columns: readonly (Column & { readonly is_summed: boolean })[];
  /** Leading columns whose change starts a group with a subtotal. */
  readonly group_by: readonly string[];
  /** Summed columns that stand above the rows, most important first. */
  readonly figures: readonly string[];
  /** Those of them that are of this moment, whatever the period: not compared with another. */
  readonly current_figures: readonly string[];
  readonly filters: readonly ReportFilter[];
  /** Compared with another period row by row, by added columns; or by its totals, where rows are single events. */
  readonly compares: 'rows' | 'totals';
  /** Shown without money, by these columns, to those who hold `view_inventory` alone; null: not at all. */
  readonly quantity_columns: readonly string[] | null;
  readonly formats: readonly FileFormat[];
}

/** A report as a person knows it. */
export interface ReportMark {
  readonly report_type: ReportType;
  readonly is_starred: boolean;
  /** When they last took a file of it, RFC 3339. */
  readonly last_used_at: string | null;
}

/** One cell as text, or null for "nothing". */
export type Cell = string | null;
/** One row, in column order. */
export type Row = readonly Cell[];

/** Sums of the report's money columns over some rows of one currency: `{currency, rows, total_price, …}`. */
export interface CurrencyTotals {
  readonly currency: string;
  /** Rows that were summed. */
  readonly rows: number;
  /** Column key -> decimal string at the column's scale. */
  readonly sums: Readonly<Record<string, string>>;
}

/** Subtotals of one group (for example a delivery location), one entry per currency in it. */
export interface GroupTotals extends CurrencyTotals {
  /** The group's heading, the cells of the report's group columns joined by " · ". */
  readonly group: string;
}

/** What must be true of a file: computed by a query of its own, in the snapshot the rows were read from. */
export interface ControlTotals {
  readonly rows: number;
  readonly currencies: readonly CurrencyTotals[];
  /** In the order in which the groups appear in the file; empty for reports without groups. */
  readonly groups: readonly GroupTotals[];
}

/** `at`: an RFC 3339 instant that belongs to the value and is said after it, each format in its own form of a day. */
export interface FilterInWords {
  readonly label: string;
  readonly value: string;
  readonly at?: string;
}

/** Everything a renderer may print besides the rows themselves. */
export interface ReportDocument {
  readonly reportType: ReportType;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly contract: ColumnContract;
  /** Indexes of the leading columns whose change starts a new group; empty for none. */
  readonly groupColumns: readonly number[];
  /** Keys of the columns that are summed in subtotals and totals. */
  readonly sumColumns: readonly string[];
  readonly company: {
    readonly id: string;
    readonly name: string;
    /** IANA zone. */
    readonly timeZone: string;
    /** ISO 4217. */
    readonly currency: string;
    /** BCP 47. */
    readonly locale: string;
  };
  /** Business days, both inclusive. `isAsOf`: the report is of the end of the last one, whenever the period begins. */
  readonly period: { readonly from: string; readonly to: string; readonly isAsOf?: boolean };
  /** What puts a row into the period: "Delivery date". */
  readonly dateBasis: string;
  /** What narrowed the report, in words: "Delivery locations" -> "Main Kitchen, Bar", or "All". */
  readonly filters: readonly FilterInWords[];
  readonly requestedBy: string;
  /** RFC 3339 instant of the database snapshot all rows and totals come from. */
  readonly snapshotAt: string;
  readonly totals: ControlTotals;
  readonly options: ExportOptions;
}

/** With what a period can be compared. */
export const comparisons = ['previous_period', 'previous_year'] as const;
export type ComparedTo = (typeof comparisons)[number];

/** What puts a purchase into a period: the day it was delivered, or the day it was posted (else delivered). */
export const dateBases = ['delivery', 'posting'] as const;
export type DateBasis = (typeof dateBases)[number];

/** Choices beside the filters. */
export interface ExportOptions {
  /** `systems` (default): comma, LF, no BOM. `spreadsheets`: BOM, CRLF, semicolon and decimal comma where the locale wants them. */
  readonly csv_dialect?: 'systems' | 'spreadsheets';
  /** Keys of the columns in the file, in order; absent: all. Control totals are of all rows and columns whatever is shown. */
  readonly columns?: readonly string[];
  /** `delivery` unless given. */
  readonly date_basis?: DateBasis;
  /** Beside this period: added columns at the end, and rows of what is in it alone. */
  readonly compare_to?: ComparedTo;
  /** The id of an export: what has changed of it since, instead of the report. */
  readonly changes_since?: string;
}
