/**
 * What a report's page draws above its rows: totals of the period before, counts, and charts. Amounts are decimal strings
 * at the currency's minor unit; currencies are never added up.
 */
import type { Column, ReportType } from './reports.ts';

/** Totals of all rows of one currency, as the page of a report answers them: sums by column key beside these two. */
export interface ReportTotals {
  readonly currency: string;
  readonly rows: number;
  readonly [column: string]: string | number;
}

/** The same question for another period. */
export interface Comparison {
  readonly date_from: string;
  readonly date_to: string;
  readonly totals: readonly ReportTotals[];
  /** The first day this company has data of for this report; null: none yet. Before it nothing can be compared. */
  readonly data_begins: string | null;
}

/** The first lines of a file as it will have them. */
export interface ReportPreview {
  readonly columns: readonly Column[];
  /** Cells as the file shows them; null where its own text is given. */
  readonly lines: readonly (readonly string[])[] | null;
  /** Of CSV, its heading with it. */
  readonly text: string | null;
}

/** One entry stands for a day, or for the week (from Monday) or month that begins with it, cut to the period. */
export type SummaryStep = 'day' | 'week' | 'month';

/** Of the drawing: what comes in, what goes out (drawn downwards), what is lost. */
export type SeriesTone = 'in' | 'out' | 'lost';

export interface ReportChart {
  readonly key: string;
  readonly title: string;
  /** `bars` and `lines`: along the days; `rank`: one after another, largest first. */
  readonly kind: 'bars' | 'lines' | 'rank';
  /** Of `bars` and `lines`. */
  readonly step: SummaryStep | null;
  /** Where the days begin; a short period is shown with the two weeks that end with it. */
  readonly date_from: string;
  readonly series: readonly { readonly key: string; readonly label: string; readonly tone: SeriesTone }[];
  /** In order; of the days only those that have something. */
  readonly points: readonly ChartPoint[];
  /** Where a point leads: that report, by the point's `filters` and its days. */
  readonly leads_to: ReportType;
}

export interface ChartPoint {
  /** First day; null in a rank. */
  readonly day: string | null;
  /** What an entry of a rank stands for; null: without a name. */
  readonly label: string | null;
  /** How many entries of a rank are taken together; 1 else. */
  readonly of: number;
  readonly currency: string;
  /** By series key. */
  readonly values: Readonly<Record<string, string>>;
  /** What narrows the report it leads to to this point, besides its day. */
  readonly filters: Readonly<Record<string, string>>;
}

export interface ReportSummary {
  readonly previous: Comparison;
  /** Figures that are counts: `{label: 'Orders', value: 12}`. */
  readonly counts: readonly { readonly key: string; readonly label: string; readonly value: number }[];
  readonly charts: readonly ReportChart[];
}
