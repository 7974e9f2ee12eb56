/**
 * What report pages draw above their rows: figures, bars by day, rankings. Amounts are decimal strings at the currency's
 * minor unit; currencies are never added up.
 */
import type { ReportType } from './reports.ts';

/** Totals of all rows of one currency, as the page of a report answers them: sums by column key beside these two. */
export interface ReportTotals {
  readonly currency: string;
  readonly rows: number;
  readonly [column: string]: string | number;
}

/** One entry stands for a day, or for the week (from Monday) or month that begins with it, cut to the period. */
export type SummaryStep = 'day' | 'week' | 'month';

export interface DeliverySummary {
  /** The period before this one, just as long; whole months before whole months. */
  readonly previous: { readonly date_from: string; readonly date_to: string; readonly totals: readonly ReportTotals[] };
  readonly step: SummaryStep;
  /** In order; only days, weeks or months that have lines. */
  readonly by_day: readonly { readonly day: string; readonly currency: string; readonly net: string }[];
  /** Largest first; `vendor` null is all the others together, `vendors` how many an entry stands for. */
  readonly by_vendor: readonly {
    readonly vendor: string | null;
    readonly vendors: number;
    readonly currency: string;
    readonly net: string;
  }[];
  readonly lines: number;
  readonly orders: number;
  readonly vendors: number;
  /** In use, whether or not they delivered. */
  readonly vendors_on_file: number;
}

/** Which report answers which summary; a report that is not named has none. */
export interface ReportSummaries {
  readonly delivery_location: DeliverySummary;
}

export type SummarizedReport = keyof ReportSummaries & ReportType;
