/** A saved report as an address, and whether what is on screen is what was saved. */
import type { ReportDescription } from '#contract/reports.ts';
import { daysOf, type SavedReport } from '#contract/saved-reports.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { nameField } from '#web/parts/report/presets.ts';
import { searchOf } from '#web/parts/report-filters/values.ts';

/** In an address: the order of the file, where the report's own is another. */
export const fileOrder = 'file';

/** What the address of its report says when it is opened on `today`. */
export function searchOfSaved(saved: SavedReport, report: ReportDescription, today: string) {
  const days = daysOf(saved.period, today);
  const { kind } = saved.period;
  return {
    company: saved.company_id,
    ...searchOf(report.filters, saved.filters as FilterValues),
    date_from: days.from,
    date_to: days.to,
    period: kind === 'fixed' ? undefined : nameField(kind, days, today),
    ordering: orderingField(saved.ordering, report),
    columns: saved.columns ?? undefined,
    compare_to: saved.options.compare_to,
    date_basis: saved.options.date_basis,
    saved: saved.id,
  };
}

/** Absent: the report's own order. */
const orderingField = (ordering: string | null, { default_ordering }: ReportDescription): string | undefined =>
  ordering === default_ordering ? undefined : (ordering ?? fileOrder);

interface Asked {
  readonly filters: FilterValues;
  readonly columns?: readonly string[] | undefined;
  readonly compare_to?: string | undefined;
  readonly date_basis?: string | undefined;
}

/** Lists in whatever order they were chosen. */
const plain = (filters: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.entries(filters)
      .map(([key, value]) => [key, Array.isArray(value) ? [...(value as string[])].sort() : String(value)])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );

/** The same question, on whatever days and in whatever order of the page. */
export const asksAsSaved = (saved: SavedReport, { filters, columns, compare_to, date_basis }: Asked): boolean =>
  plain(saved.filters) === plain(filters) &&
  JSON.stringify(saved.columns ?? null) === JSON.stringify(columns ?? null) &&
  saved.options.compare_to === compare_to &&
  saved.options.date_basis === date_basis;
