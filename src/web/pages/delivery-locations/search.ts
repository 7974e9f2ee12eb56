/** What the address of Delivery Locations may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';
import { pageSizeMax } from '#contract/export-jobs.ts';
import { idField, oneOfField, textField, wholeField } from '#web/url-search.ts';

const shownKinds = ['in_use', 'archived', 'all'] as const;
export type ShownKind = (typeof shownKinds)[number];

const orderings = ['name', '-name', 'code', '-code'] as const;
export type LocationOrdering = (typeof orderings)[number];
export const defaultPageSize = 50;

export const deliveryLocationsSearch = z.object({
  search: textField(),
  /** Absent: in use. */
  show: oneOfField(shownKinds),
  /** Absent: by name. */
  ordering: oneOfField(orderings),
  page: wholeField(0, 1_000_000),
  page_size: wholeField(1, pageSizeMax),
  /** The location whose form is open; `new` for one to be added. */
  location: idField(),
});

export type DeliveryLocationsSearch = z.infer<typeof deliveryLocationsSearch>;
