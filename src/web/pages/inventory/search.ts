/** What the address of Inventory may say besides the company. Every field falls back alone. */
import * as z from 'zod/mini';
import { isDay } from '#contract/calendar.ts';
import { pageSizeMax } from '#contract/export-jobs.ts';
import { activities, movementTypes, rangeColumns, type RangeColumn } from '#contract/inventory-report.ts';
import {
  dayField,
  decimalField,
  idsField,
  listField,
  oneOfField,
  textField,
  wholeField,
  wordsField,
} from '#web/url-search.ts';

const sortKeys = [
  'ingredient',
  'on_hand',
  'unit_cost',
  'inventory_value',
  'receipts',
  'issues',
  'waste',
  'adjustments',
  'transfers_in',
  'transfers_out',
  'last_movement',
  'active',
] as const;

type StockOrdering = (typeof sortKeys)[number] | `-${(typeof sortKeys)[number]}`;

/** What binds most money first. */
export const defaultOrdering: StockOrdering = '-inventory_value';
export const defaultPageSize = 25;

type RangeName = `${RangeColumn}_${'min' | 'max'}`;
const rangeNames = rangeColumns.flatMap((key) => [`${key}_min`, `${key}_max`] as const);

const filters = {
  storage_unit_ids: idsField(1000),
  activity: oneOfField(activities),
  ingredient: textField(100),
  categories: wordsField(),
  movement_types: listField(movementTypes),
  ...(Object.fromEntries(rangeNames.map((name) => [name, decimalField()])) as Record<
    RangeName,
    ReturnType<typeof decimalField>
  >),
};

/** The same keys as in the API, so that the address is the question. */
export const filterNames = Object.keys(filters) as (keyof typeof filters)[];

export const inventorySearch = z.object({
  date_from: dayField(isDay),
  date_to: dayField(isDay),
  page: wholeField(0, 10_000_000),
  page_size: wholeField(1, pageSizeMax),
  ordering: oneOfField<StockOrdering>(sortKeys.flatMap((key) => [key, `-${key}` as const])),
  ...filters,
});

export type InventorySearch = z.infer<typeof inventorySearch>;
export type StockFilters = Pick<InventorySearch, keyof typeof filters>;

/** Columns, ranges and orders that are about money, for those who may not see it. */
export const moneyColumns: readonly string[] = ['unit_cost', 'inventory_value'];
const isOfMoney = (name: string): boolean => moneyColumns.some((column) => name.replace(/^-/, '').startsWith(column));

export const filtersOf = (search: InventorySearch, withMoney: boolean): StockFilters =>
  Object.fromEntries(
    filterNames.flatMap((name) =>
      search[name] === undefined || (!withMoney && isOfMoney(name)) ? [] : [[name, search[name]]],
    ),
  );

/** Without amounts the ingredients stand by name. */
export function orderingOf({ ordering }: InventorySearch, withMoney: boolean): StockOrdering {
  if (withMoney) return ordering ?? defaultOrdering;
  return ordering === undefined || isOfMoney(ordering) ? 'ingredient' : ordering;
}

export const withoutFilters = Object.fromEntries(filterNames.map((name) => [name, undefined])) as {
  [name in keyof StockFilters]: undefined;
};
