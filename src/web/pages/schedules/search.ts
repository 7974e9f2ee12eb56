/** What the address of Schedules may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';
import { idField, oneOfField, wholeField } from '#web/url-search.ts';

export const views = ['deliveries', 'destinations', 'calendar'] as const;

export const schedulesSearch = z.object({
  /** Absent: the schedules. */
  view: oneOfField(views),
  /** The schedule whose form or runs are open; `new` for one to be made. */
  edit: idField(),
  runs: idField(),
  page: wholeField(0, 1_000_000),
});
