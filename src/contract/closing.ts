/** Closing of periods, what must agree (tie-out), and the close of a month, as browser and server agree on them. */

/** `refuse`: what would change a closed day is refused; `reason`: it is let through with a reason, which is kept. */
export const closingPolicies = ['refuse', 'reason'] as const;
export type ClosingPolicy = (typeof closingPolicies)[number];

/** `GET|PUT /api/v1/companies/{id}/closing`. */
export interface Closing {
  /** The last closed day; null: everything is open. */
  readonly closed_until: string | null;
  readonly policy: ClosingPolicy;
  readonly closed_by: { readonly id: string; readonly name: string } | null;
  readonly closed_at: string | null;
}

/** `GET /api/v1/companies/{id}/closing/history`, newest first. */
export interface ClosingChange {
  readonly id: string;
  readonly at: string;
  /** Null: the operator. */
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly kind: 'closed' | 'reopened' | 'policy';
  readonly closed_until_before: string | null;
  readonly closed_until: string | null;
  readonly policy: ClosingPolicy;
  readonly reason: string | null;
  /** `YYYY-MM`, where a month was closed in one press. */
  readonly month: string | null;
  /** What stood against it. */
  readonly blocking: readonly CloseKey[];
}

/** `GET /api/v1/companies/{id}/closing/writes`: what was let through into closed days, newest first. */
export interface ClosedWrite {
  readonly id: string;
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly import_id: string | null;
  readonly reason: string;
  readonly rows: number;
  readonly date_from: string;
  readonly date_to: string;
  readonly closed_until: string;
}

/** What `period_closed` (409) has beside the members of every problem. */
export interface ClosedRefusal {
  readonly closed_until: string;
  readonly policy: ClosingPolicy;
  readonly error_count: number;
  readonly errors: readonly {
    readonly field: string;
    readonly message: string;
    readonly file: string | null;
    readonly row: number | null;
    readonly day: string;
  }[];
}

export const tieOutRules = [
  'vendor_sums',
  'location_sums',
  'item_sums',
  'received_into_stock',
  'opening_is_closing',
  'on_hand',
] as const;
export type TieOutRule = (typeof tieOutRules)[number];

/** As people call them; what is expected stands first. */
export const tieOutRuleNames: Readonly<Record<TieOutRule, string>> = {
  vendor_sums: 'Order lines = sum by vendor',
  location_sums: 'Order lines = sum by delivery location',
  item_sums: 'Order lines = sum by item',
  received_into_stock: 'Purchases with an ingredient = receipts into stock',
  opening_is_closing: 'Closing of the last period = opening',
  on_hand: 'Opening + movements = on hand at the end',
};

/** One line of what makes a difference: what it is called, both sides and how far they are apart. */
export interface TieOutLine {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
  readonly difference: string;
  /** Address on the page where the rows are. */
  readonly link: string | null;
}

export interface TieOutResult {
  readonly key: TieOutRule;
  readonly status: 'agrees' | 'differs' | 'not_applicable';
  /** `found` - `expected`, exactly; "0" with the digits of the currency where it agrees. */
  readonly difference: string;
  readonly expected: string;
  readonly found: string;
  /** ISO 4217; of quantities null. */
  readonly currency: string | null;
  /** The lines that make the difference, the largest first; at most `tieOutLinesMax`. */
  readonly lines: readonly TieOutLine[];
  readonly line_count: number;
}
export const tieOutLinesMax = 1000;

/** `GET /api/v1/companies/{id}/tie-out?date_from=&date_to=` */
export interface TieOut {
  readonly company: { readonly id: string; readonly name: string };
  readonly date_from: string;
  readonly date_to: string;
  readonly status: 'agrees' | 'differs' | 'not_applicable';
  readonly rules: readonly TieOutResult[];
  /** RFC 3339: the instant of the snapshot. */
  readonly snapshot_at: string;
}

export const closeKeys = [
  'not_received',
  'not_invoiced',
  'invoiced_not_received',
  'unmapped',
  'not_counted',
  'uncredited',
  'negative_stock',
  'out_of_proportion',
  'late_imports',
  'changed_since_close',
] as const;
export type CloseKey = (typeof closeKeys)[number];
export type CloseState = 'ok' | 'attention' | 'blocking';

/** One of `GET /api/v1/companies/{id}/close/{key}?month=`, the largest amount first. */
export interface CloseRow {
  readonly name: string;
  readonly day: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  /** Address on the page. */
  readonly link: string;
}

/** `GET /api/v1/organizations/{id}/close?months=`: companies x months. */
export interface CloseMonth {
  readonly month: string;
  /** `changed`: closed, and its deliveries amount to something else since. */
  readonly state: 'open' | 'closed' | 'changed';
  readonly closed_at: string | null;
  readonly closed_by: { readonly id: string; readonly name: string } | null;
  /** Since the close, by currency. */
  readonly changes: readonly { readonly currency: string; readonly net_difference: string }[];
  /** Completed exports of exactly this month. */
  readonly exports: number;
  /** Since the month ended and it is still open. */
  readonly days_late: number;
}
export interface CompanyMonths {
  readonly company: { readonly id: string; readonly name: string; readonly currency: string };
  readonly closed_until: string | null;
  readonly months: readonly CloseMonth[];
}

export interface CloseItem {
  readonly key: CloseKey;
  readonly state: CloseState;
  readonly count: number;
  /** Null where it is not about money, or of several currencies. */
  readonly amount: string | null;
  readonly currency: string | null;
  /** Address on the page where the rows are. */
  readonly link: string;
}

/** `GET /api/v1/companies/{id}/close?month=YYYY-MM` */
export interface CloseList {
  readonly month: string;
  readonly items: readonly CloseItem[];
  readonly closed_until: string | null;
}
