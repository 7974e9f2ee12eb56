/**
 * The state of Export History as its address says it (M10). Absent means the default; nonsense counts as absent,
 * field by field, so that no address breaks the page.
 */
import * as z from 'zod/mini';
import { isDay } from '#contract/calendar.ts';
import {
  defaultOrdering,
  defaultPageSize,
  jobOrderingFields,
  jobFormats,
  jobStatuses,
  jobTypes,
  pageSizeMax,
  type JobOrdering,
} from '#contract/export-jobs.ts';
import { dayField, idField, idsField, listField, oneOfField, wholeField } from '#web/url-search.ts';

const orderings: readonly JobOrdering[] = jobOrderingFields.flatMap((name) => [name, `-${name}` as const]);

export const exportHistorySearch = z.object({
  page: wholeField(0, 100_000_000),
  page_size: wholeField(1, pageSizeMax),
  ordering: oneOfField(orderings),
  status: listField(jobStatuses),
  file_format: listField(jobFormats),
  created_from: dayField(isDay),
  created_to: dayField(isDay),
  report_type: listField(jobTypes),
  created_by: idsField(),
  period_from: dayField(isDay),
  period_to: dayField(isDay),
  delivery_location_id: idsField(1),
  /** `all`: of every company one may see, not only the selected one. */
  of: oneOfField(['all']),
  /** Of all, only this company's. */
  in: idField(),
  /** The export whose details are open. */
  job: idField(),
  /** The export that was just made: marked as new for a moment. */
  highlight: idField(),
});

export type ExportHistorySearch = z.infer<typeof exportHistorySearch>;

/** What narrows the list. */
export const filterNames = [
  'status',
  'file_format',
  'created_from',
  'created_to',
  'report_type',
  'created_by',
  'period_from',
  'period_to',
  'delivery_location_id',
] as const;
export type JobListFilters = Pick<ExportHistorySearch, (typeof filterNames)[number]>;

/** One page of one list: the filters with paging and order filled in. */
export interface JobListView extends JobListFilters {
  page: number;
  page_size: number;
  ordering: JobOrdering;
}

/** The defaults filled in, and periods that were given the wrong way round turned. */
export function viewOf(search: ExportHistorySearch): JobListView {
  const view: JobListView = {
    page: search.page ?? 0,
    page_size: search.page_size ?? defaultPageSize,
    ordering: search.ordering ?? defaultOrdering,
  };
  for (const name of filterNames) if (search[name] !== undefined) Object.assign(view, { [name]: search[name] });
  const { created_from, created_to, period_from, period_to } = view;
  if (created_from && created_to && created_from > created_to) {
    Object.assign(view, { created_from: created_to, created_to: created_from });
  }
  if (period_from && period_to && period_from > period_to) {
    Object.assign(view, { period_from: period_to, period_to: period_from });
  }
  return view;
}

export const hasFilters = (search: JobListFilters): boolean => filterNames.some((name) => search[name] !== undefined);

export const withoutFilters = (search: ExportHistorySearch): ExportHistorySearch => ({
  ...search,
  ...Object.fromEntries(filterNames.map((name) => [name, undefined])),
  page: undefined,
});
