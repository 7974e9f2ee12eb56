/** The schemas that inputs share: ids, days, instants, pages, lists in a query, text that a database can hold. */
import { z } from 'zod';
import { isDayOfOtherYears, isPeriodDay } from '#contract/calendar.ts';
import { defaultPageSize, pageSizeMax, type Page } from '#contract/export-jobs.ts';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be from ${min} to ${max}`);

export const pageQuery = {
  // times the largest page still a number without rounding
  page: wholeNumber(0, 10_000_000_000_000).default(0).describe('Counted from 0.'),
  page_size: wholeNumber(1, pageSizeMax).default(defaultPageSize).describe(`1 to ${pageSizeMax}.`),
};

export const day = z.string().refine(isPeriodDay, {
  error: ({ input }) =>
    isDayOfOtherYears(String(input))
      ? 'must be a date of the years 1900 to 9999'
      : 'must be a date that exists, as YYYY-MM-DD',
});

const instantPattern = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
export const isInstant = (text: string): boolean =>
  instantPattern.test(text) && isPeriodDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
export const dayOrInstant = z
  .string()
  .refine((text) => isPeriodDay(text) || isInstant(text), 'must be a date (YYYY-MM-DD) or an RFC 3339 instant');

/** Text a person typed: trimmed, not empty, no control characters. */
export const typedText = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    // oxlint-disable-next-line no-control-regex
    .refine((text) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text), 'must not contain control characters');

/** `?status=a,b` and `?status=a&status=b` alike; each member checked against the allow-list. */
export function listOf<const T extends readonly [string, ...string[]]>(values: T) {
  return queryList.pipe(z.array(z.enum(values, { error: () => `must be one of ${values.join(', ')}` })));
}

export const queryList = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [
    ...new Set(
      (Array.isArray(given) ? given : [given])
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .filter((text) => text !== ''),
    ),
  ])
  .refine((list) => list.length <= 1000, 'must have at most 1000 members');

export function pageOf<T>(results: T[], total: number, query: { page: number; page_size: number }): Page<T> {
  return {
    results,
    page: query.page,
    page_size: query.page_size,
    total,
    total_pages: Math.ceil(total / query.page_size),
  };
}

/** Answer schemas, for the OpenAPI document. */
export const pageSchema = <T extends z.ZodType>(results: T) =>
  z.object({
    results: z.array(results),
    page: z.int().min(0),
    page_size: z.int().min(1).max(pageSizeMax),
    total: z.int().min(0),
    total_pages: z.int().min(0),
  });

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/**
 * What a route can answer, for the OpenAPI document: its success by status, and its problems. Not a type for the
 * handler: that one returns the contract's own types.
 */
export function answers(success: Readonly<Record<number, z.ZodType>>, ...problemStatuses: number[]): object {
  return { ...success, ...Object.fromEntries(problemStatuses.map((status) => [status, problemSchema])) };
}
