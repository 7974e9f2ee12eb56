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

/** Offsets as far as the database takes them; no clock on earth is more than 14 hours from UTC. */
const instantPattern = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.(\d{1,9}))?(?:[Zz]|[+-](?:0\d|1[0-5]):[0-5]\d)$/;
const isInstant = (text: string): boolean =>
  instantPattern.test(text) && isPeriodDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));

const lastInstant = '9999-12-31T23:59:59.999999Z';

/**
 * In UTC and whole microseconds, which is how finely instants are kept. Of a finer one the next after it where it is the
 * beginning of something and the last before it where it is the end: compared, never rounded.
 */
function inMicroseconds(text: string, end: 'from' | 'to'): string {
  const fraction = (instantPattern.exec(text)?.[1] ?? '').padEnd(9, '0');
  const second = Date.parse(text.replace(/\.\d+/, ''));
  const rest = end === 'from' && !fraction.endsWith('000') ? 1 : 0;
  const microseconds = Number(fraction.slice(0, 6)) + rest;
  const at = new Date(second + (microseconds === 1_000_000 ? 1000 : 0)).toISOString();
  // an offset may lead past the last day there is
  return at.length > 24 ? lastInstant : `${at.slice(0, 20)}${String(microseconds % 1_000_000).padStart(6, '0')}Z`;
}

/** A day as it is, an instant in UTC; `end`: whether it bounds from below or from above. */
export const dayOrInstant = (end: 'from' | 'to') =>
  z
    .string()
    .refine(
      (text) => isPeriodDay(text) || isInstant(text),
      'must be a date (YYYY-MM-DD) or an RFC 3339 instant with an offset up to 15:59',
    )
    .transform((text) => (isPeriodDay(text) ? text : inMicroseconds(text, end)));

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

/** As it was given: where order matters, what is named twice is for the question to judge. */
export const queryListAsGiven = z
  .union([z.string(), z.array(z.string())])
  .transform((given) =>
    (Array.isArray(given) ? given : [given])
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  )
  .refine((list) => list.length <= 1000, 'must have at most 1000 members');

export const queryList = queryListAsGiven.transform((list) => [...new Set(list)]);

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
