/** Values of the filters a report declares: as its address has them, as a form holds them, and as they are asked for. */
import type { ReportDescription, ReportFilter } from '#contract/reports.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { readDecimal } from './range.ts';

const isList = ({ type }: ReportFilter): boolean => type.endsWith('_list');

/** Words of people may hold commas, which part the members of a list in an address. */
const escaped = (word: string): string => word.replaceAll('%', '%25').replaceAll(',', '%2C');
const unescaped = (text: string): string => text.replaceAll('%2C', ',').replaceAll('%25', '%');

/** What `filter` means by this text of the address; undefined for what it cannot mean. */
function read(filter: ReportFilter, text: string): string | string[] | undefined {
  if (isList(filter)) {
    const members = [...new Set(text.split(',').map((part) => unescaped(part).trim()))].filter(Boolean);
    const known = filter.choices ? members.filter((one) => filter.choices?.includes(one)) : members;
    return known.length > 0 ? known : undefined;
  }
  if (filter.type === 'choice') return filter.choices?.includes(text) ? text : undefined;
  if (filter.type === 'number') return /^-?\d{1,14}(\.\d{1,6})?$/.test(text) ? text : undefined;
  return text.trim() || undefined;
}

/** The filters a person may ask by: those of money only with `view_financials`. */
export const offeredFilters = (report: ReportDescription, withMoney: boolean): readonly ReportFilter[] =>
  report.filters.filter(({ is_financial }) => withMoney || !is_financial);

export const valuesIn = (
  filters: readonly ReportFilter[],
  search: Readonly<Record<string, unknown>>,
): Record<string, string | string[]> =>
  Object.fromEntries(
    filters.flatMap((filter) => {
      const text = search[filter.key];
      const value = typeof text === 'string' ? read(filter, text) : undefined;
      return value === undefined ? [] : [[filter.key, value]];
    }),
  );

/** For the address: every filter by name, undefined where it is not set. */
export const searchOf = (filters: readonly ReportFilter[], values: FilterValues): Record<string, string | undefined> =>
  Object.fromEntries(
    filters.map(({ key }) => {
      const value = values[key];
      return [key, Array.isArray(value) ? value.map(escaped).join(',') || undefined : (value as string) || undefined];
    }),
  );

/** What is worth asking for: no empty text and no empty list, numbers as the server reads them. */
export const cleaned = (filters: readonly ReportFilter[], draft: FilterValues): FilterValues =>
  Object.fromEntries(
    filters.flatMap((filter): [string, string | readonly string[]][] => {
      const value = draft[filter.key];
      if (value === undefined || value.length === 0) return [];
      if (typeof value !== 'string') return [[filter.key, value]];
      const text = filter.type === 'number' ? readDecimal(value) : value.trim();
      return text ? [[filter.key, text]] : [];
    }),
  );

/** Columns with a range, each with the keys of its two bounds. */
export const rangesOf = (filters: readonly ReportFilter[]): { column: string; min: string; max: string }[] =>
  filters.flatMap(({ key, bounds }) => {
    if (bounds?.end !== 'min') return [];
    const max = filters.find((other) => other.bounds?.column === bounds.column && other.bounds.end === 'max');
    return max ? [{ column: bounds.column, min: key, max: max.key }] : [];
  });

export const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
