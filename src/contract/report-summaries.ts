/**
 * What report pages draw above their rows: figures, bars by day, rankings. Amounts are decimal strings at the currency's
 * minor unit; currencies are never added up.
 */
import type { MovementType } from './inventory-report.ts';
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

/** Values are at the cost of the movement; issues, waste and transfers out count as what went out: positive. */
export interface InventorySummary {
  /** RFC 3339: what is on hand is what is there at this instant. */
  readonly as_of: string;
  readonly currency: string;
  /** Of what is on hand. */
  readonly value: string;
  /** Of the movements in the period; adjustments with their sign. */
  readonly moved: Readonly<Record<MovementType, { readonly value: string; readonly ingredients: number }>>;
  /** Counts in the period: ingredients counted, and those whose count differed from the book. */
  readonly counted: number;
  readonly differing: number;
  /** All that match the filters, and those of them that moved in the period. */
  readonly ingredients: number;
  readonly active: number;
  /** Value on hand, largest first; null is without a category. */
  readonly by_category: readonly { readonly category: string | null; readonly value: string }[];
  readonly step: SummaryStep;
  /** The days of the chart: the period, or two weeks that end with a shorter one. Only those with movements. */
  readonly chart_from: string;
  readonly by_day: readonly {
    readonly day: string;
    readonly receipts: string;
    readonly issues: string;
    readonly waste: string;
  }[];
}

/** Which report answers which summary; a report that is not named has none. */
export interface ReportSummaries {
  readonly delivery_location: DeliverySummary;
  readonly inventory: InventorySummary;
}

export type SummarizedReport = keyof ReportSummaries & ReportType;
