/** Questions that are kept: a report, its filters, columns and order, a period that moves with the days, and a format. */
import { addDays, isDay, monthStart } from './calendar.ts';
import type { ExportOptions, FileFormat, ReportType } from './reports.ts';

export const periodKinds = [
  'yesterday',
  'last_7_days',
  'last_30_days',
  'this_month',
  'last_month',
  'last_quarter',
  'year_to_date',
  'fixed',
] as const;
export type PeriodKind = (typeof periodKinds)[number];

/**
 * Those that move on with the days, the likelier first where days have several names: of the 30 before the first of
 * December the month is meant.
 */
export const movingPeriods = [
  'this_month',
  'last_month',
  'last_quarter',
  'year_to_date',
  'yesterday',
  'last_7_days',
  'last_30_days',
] as const satisfies readonly PeriodKind[];
export type MovingPeriod = (typeof movingPeriods)[number];

/** `fixed` alone has days of its own, both included. */
export interface SavedPeriod {
  readonly kind: PeriodKind;
  readonly date_from?: string | undefined;
  readonly date_to?: string | undefined;
}

export interface SavedReport {
  readonly id: string;
  readonly company_id: string;
  readonly name: string;
  readonly report_type: ReportType;
  readonly filters: Readonly<Record<string, unknown>>;
  /** Keys, in order; null: all. */
  readonly columns: readonly string[] | null;
  /** Null: the order of the file. */
  readonly ordering: string | null;
  readonly period: SavedPeriod;
  readonly file_format: FileFormat;
  readonly options: ExportOptions;
  /** The company's, not only its maker's. */
  readonly is_shared: boolean;
  readonly created_by: { readonly id: string; readonly name: string };
  readonly created_at: string;
  readonly updated_at: string;
}

/**
 * The days a period means on `today`, of the company's zone; both included. The `last_…_days` end yesterday, `this_month`
 * and `year_to_date` today.
 */
export function daysOf(period: SavedPeriod, today: string): { from: string; to: string } {
  const yesterday = addDays(today, -1);
  switch (period.kind) {
    case 'yesterday':
      return { from: yesterday, to: yesterday };
    case 'last_7_days':
      return { from: addDays(today, -7), to: yesterday };
    case 'last_30_days':
      return { from: addDays(today, -30), to: yesterday };
    case 'this_month':
      return { from: monthStart(today, 0), to: today };
    case 'last_month':
      return { from: monthStart(today, -1), to: addDays(monthStart(today, 0), -1) };
    case 'last_quarter': {
      const into = (Number(today.slice(5, 7)) - 1) % 3;
      return { from: monthStart(today, -into - 3), to: addDays(monthStart(today, -into), -1) };
    }
    case 'year_to_date':
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    case 'fixed':
      return { from: period.date_from ?? today, to: period.date_to ?? today };
  }
}

/** What days chosen without a name mean on `today`, so that what was meant by a name is kept by it. */
export const periodFor = (from: string, to: string, today: string): SavedPeriod => {
  // the month so far is that month, whether its last day is today or, as on the pages, yesterday
  if (from === monthStart(today, 0) && to === addDays(today, -1) && from < to) return { kind: 'this_month' };
  const kind = movingPeriods.find((one) => {
    const days = daysOf({ kind: one }, today);
    return days.from === from && days.to === to;
  });
  return kind && isDay(from) ? { kind } : { kind: 'fixed', date_from: from, date_to: to };
};
