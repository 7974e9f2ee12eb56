/** What an import answers, and what its files are: shared by the API, the command line and the page. */
import type { DateOrder } from './import-reading.ts';

/** In the order in which they are applied: later kinds refer to earlier ones. The file is called `<kind>.csv`. */
export const importKindNames = [
  'storage_units',
  'delivery_locations',
  'vendors',
  'items',
  'vendor_items',
  'purchase_orders',
  'receipts',
  'invoices',
  'stock_movements',
  'stock_counts',
] as const;
export type ImportKindName = (typeof importKindNames)[number];

/** Of errors and of warnings, this many are listed; all are counted. */
export const findingsMax = 1000;

/**
 * What a warning is about. `grave`: money or quantities are probably wrong; `notice`: it may be meant; `harmless`:
 * nothing is lost. They are counted by kind and listed in this order, so that a thousand of one hide none of another.
 */
export const warningKinds = {
  closed_day: { rank: 'grave', label: 'Rows of closed days, let through with a reason' },
  ten_times_price: { rank: 'grave', label: 'Amounts ten times away from quantity x price' },
  opposite_sign: { rank: 'grave', label: 'Amounts of the opposite sign' },
  tax_above_net: { rank: 'grave', label: 'Tax larger than the net amount' },
  far_day: { rank: 'grave', label: 'Days far from today' },
  near_twin: { rank: 'grave', label: 'Codes that look alike' },
  damaged_text: { rank: 'grave', label: 'Damaged characters in names' },
  over_delivery: { rank: 'notice', label: 'More accepted than ordered' },
  taken_back: { rank: 'notice', label: 'Rows that were taken back before, and stay so' },
  cancelled_order: { rank: 'notice', label: 'Deliveries of cancelled orders' },
  shared_number: { rank: 'notice', label: 'Numbers that several vendors use' },
  foreign_cost: { rank: 'notice', label: 'Stock without a cost, for its currency is another' },
  unclear_time: { rank: 'notice', label: 'Times that came twice or not at all' },
  no_storage_unit: { rank: 'notice', label: 'Deliveries that move no stock' },
  unknown_article: { rank: 'harmless', label: 'Articles that are not in vendor_items.csv' },
  no_ingredient: { rank: 'harmless', label: 'Articles without an ingredient' },
} as const;
export type WarningKind = keyof typeof warningKinds;

/**
 * What has been booked keeps what it is, unless a change is asked for by name. Each moves the booked lines along, but
 * `vendor_currency` and `item_unit`, which say only what is meant from here on.
 */
export const identityChanges = [
  'order_currency',
  'order_location',
  'item_unit',
  'vendor_currency',
  'article_item',
] as const;
export type IdentityChange = (typeof identityChanges)[number];

/** An error or a warning, with its place. */
export interface ImportFinding {
  readonly file: string;
  /** As a spreadsheet counts, the header being 1; null for the file as a whole. */
  readonly row: number | null;
  readonly column: string | null;
  /** The cell as it was given; null where it was empty. */
  readonly value: string | null;
  readonly reason: string;
  /** Of an error that an option of the import would let through: `other_vendor=new_orders`, `change=<IdentityChange>`. */
  readonly option?: string;
}

export interface ImportWarning extends ImportFinding {
  readonly kind: WarningKind;
}

export interface WarningCount {
  readonly kind: WarningKind;
  readonly rank: (typeof warningKinds)[WarningKind]['rank'];
  readonly label: string;
  readonly count: number;
}

/** Booked lines that a change asked for by name has moved, with their net amounts. */
export interface MovedLines {
  readonly change: IdentityChange;
  readonly lines: number;
  readonly totals: readonly { readonly currency: string; readonly net_amount: string }[];
}

/** Booked receipt lines whose money or day is another now: what they amounted to before and do now. */
export interface CorrectedLines {
  readonly lines: number;
  readonly totals: readonly { readonly currency: string; readonly net_before: string; readonly net_after: string }[];
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

/** A file that was read by a profile, and in which order its days were. */
export interface ReadByProfile {
  readonly file: string;
  /** Its name. */
  readonly profile: string;
  readonly date_order: DateOrder;
  /** Whose word it is. */
  readonly date_order_of: 'profile' | 'request';
  /** A day of the file that would be another in another order; null: there is none. */
  readonly example: { readonly value: string; readonly read: string } | null;
}

/** `POST /api/v1/imports`, 200. */
export interface ImportResult {
  readonly dry_run: boolean;
  readonly files: readonly ImportedFile[];
  /** Null without `receipts.csv`. */
  readonly received: ReceivedTotals | null;
  /** Null where no booked receipt line is another now. */
  readonly corrected: CorrectedLines | null;
  readonly moved: readonly MovedLines[];
  readonly read_by_profile: readonly ReadByProfile[];
  /** The gravest first, at most `findingsMax`, some of every kind. */
  readonly warnings: readonly ImportWarning[];
  readonly warning_count: number;
  /** Of every kind that there is, the gravest first. */
  readonly warning_kinds: readonly WarningCount[];
}

/** One file of a refused import. */
export interface CheckedFile {
  readonly file: string;
  /** Null for a name that is none of the kinds. */
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
