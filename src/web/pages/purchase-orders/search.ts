/** What the address of Purchase Orders may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';
import { isDay } from '#contract/calendar.ts';
import { pageSizeMax } from '#contract/export-jobs.ts';
import { dayField, idsField, oneOfField, wholeField } from '#web/url-search.ts';

const sortKeys = [
  'delivery_location',
  'delivery_date',
  'vendor',
  'order_number',
  'article_number',
  'product',
  'category',
  'ordered_quantity',
  'received_quantity',
  'unit_price',
  'total_price',
  'tax',
  'total_incl_tax',
] as const;

type LineOrdering = (typeof sortKeys)[number] | `-${(typeof sortKeys)[number]}`;

/** Newest day first. */
export const defaultOrdering: LineOrdering = '-delivery_date';
export const defaultPageSize = 25;

export const purchaseOrdersSearch = z.object({
  date_from: dayField(isDay),
  date_to: dayField(isDay),
  /** Absent: all. */
  delivery_location_ids: idsField(1000),
  page: wholeField(0, 10_000_000),
  page_size: wholeField(1, pageSizeMax),
  ordering: oneOfField<LineOrdering>(sortKeys.flatMap((key) => [key, `-${key}` as const])),
});

export type PurchaseOrdersSearch = z.infer<typeof purchaseOrdersSearch>;
