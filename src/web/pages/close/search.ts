/** What the address of Month end may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';
import { isMonth } from '#contract/calendar.ts';
import { pageSizeMax } from '#contract/export-jobs.ts';
import { closeKeys } from '#contract/closing.ts';
import { dayField, oneOfField, wholeField } from '#web/url-search.ts';

export const closeSearch = z.object({
  /** `YYYY-MM`; absent: the last month that has ended. */
  month: dayField(isMonth),
  /** The item whose rows are shown. */
  item: oneOfField(closeKeys),
  page: wholeField(0, 10_000_000),
  page_size: wholeField(1, pageSizeMax),
  view: oneOfField(['group', 'packs']),
});
