/** What an import answers, and what its files are: shared by the API, the command line and the page. */

/** In the order in which they are applied: later kinds refer to earlier ones. The file is called `<kind>.csv`. */
export const importKindNames = [
  'storage_units',
  'delivery_locations',
  'vendors',
  'items',
  'vendor_items',
  'purchase_orders',
  'receipts',
  'stock_movements',
  'stock_counts',
] as const;
export type ImportKindName = (typeof importKindNames)[number];

/** Of errors and of warnings, this many are listed; all are counted. */
export const findingsMax = 1000;

/** An error or a warning, with its place. */
export interface ImportFinding {
  readonly file: string;
  /** As a spreadsheet counts, the header being 1; null for the file as a whole. */
  readonly row: number | null;
  readonly column: string | null;
  /** The cell as it was given; null where it was empty. */
  readonly value: string | null;
  readonly reason: string;
}

export interface ImportedFile {
  readonly file: string;
  readonly kind: ImportKindName;
  /** Without the header; created, updated and unchanged add up to it. */
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** What `receipts.csv` amounts to, whether its rows are new or not. Amounts are decimals in the currency's digits. */
export interface ReceivedTotals {
  readonly date_from: string;
  readonly date_to: string;
  readonly totals: readonly {
    readonly currency: string;
    readonly lines: number;
    readonly net_amount: string;
    readonly tax_amount: string;
  }[];
}

/** `POST /api/v1/imports`, 200. */
export interface ImportResult {
  readonly dry_run: boolean;
  readonly files: readonly ImportedFile[];
  /** Null without `receipts.csv`. */
  readonly received: ReceivedTotals | null;
  /** The first `findingsMax`. */
  readonly warnings: readonly ImportFinding[];
  readonly warning_count: number;
}

/** One file of a refused import. */
export interface CheckedFile {
  readonly file: string;
  /** Null for a name that is none of the nine. */
  readonly kind: ImportKindName | null;
  /** Null for a file that was not read. */
  readonly rows: number | null;
  readonly errors: number;
}

/** `POST /api/v1/imports`, 422 with code `import_refused`: what it has beside the members of every problem. */
export interface ImportRefusal {
  /** The first `findingsMax`; `field` is `file:row:column`, `message` the reason. */
  readonly errors: readonly (ImportFinding & { readonly field: string; readonly message: string })[];
  readonly error_count: number;
  readonly files: readonly CheckedFile[];
}

export interface ImportProgress {
  readonly phase: 'reading' | 'writing';
  readonly file: string;
  /** Over all files: read so far, or written so far. */
  readonly rows: number;
  /** How many there will be; null while files are still read. */
  readonly rows_total: number | null;
  readonly bytes: number;
}

/** `GET /api/v1/imports/current`. */
export interface CurrentImport {
  readonly import: (ImportProgress & { readonly started_at: string }) | null;
}

/** One of `GET /api/v1/import-templates`. */
export interface ImportTemplate {
  readonly kind: ImportKindName;
  readonly file: string;
  readonly label: string;
  readonly columns: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly type: string;
    readonly description: string;
    readonly example: string;
  }[];
}
