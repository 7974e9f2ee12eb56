/**
 * What the address of a report may say besides the company: what all reports have in common, each field falling back alone,
 * and any filter by its own name. Which filters there are the report says; what is none of them is left aside.
 */
import * as z from 'zod/mini';
import { isDay } from '#contract/calendar.ts';
import { pageSizeMax } from '#contract/export-jobs.ts';
import { comparisons, dateBases } from '#contract/reports.ts';
import { movingPeriods } from '#contract/saved-reports.ts';
import { dayField, idField, oneOfField, textField, wholeField, wordsField } from '#web/url-search.ts';

const common = {
  date_from: dayField(isDay),
  date_to: dayField(isDay),
  /** What the days were chosen as, where they have several names. */
  period: oneOfField(movingPeriods),
  page: wholeField(0, 10_000_000),
  page_size: wholeField(1, pageSizeMax),
  ordering: textField(100),
  /** The saved report this began with. */
  saved: idField(),
  /** Keys of the columns on screen, in order; absent: all. */
  columns: wordsField(),
  compare_to: oneOfField(comparisons),
  date_basis: oneOfField(dateBases),
};

export const reportFields = z.object(common);

export type ReportSearch = z.infer<typeof reportFields> & { readonly [filter: string]: unknown };

const filterLengthMax = 30_000;

export function reportSearch(raw: Record<string, unknown>): ReportSearch {
  const filters = Object.entries(raw).flatMap(([name, value]) => {
    const isFilter = !(name in common) && name !== 'company' && /^[a-z][a-z_]{0,60}$/.test(name);
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return isFilter && text !== '' && text.length <= filterLengthMax ? [[name, text]] : [];
  });
  return { ...reportFields.parse(raw), ...(Object.fromEntries(filters) as Record<string, string>) };
}

export const defaultPageSize = 25;
