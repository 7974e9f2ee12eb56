/** What the routes of closing answer, for the OpenAPI document; tests hold every answer against it. */
import { z } from 'zod';
import { closeKeys, closingPolicies, tieOutRules } from '#contract/closing.ts';

const by = z.object({ id: z.string(), name: z.string() }).nullable().describe('Null: the operator.');

export const closingSchema = z.object({
  closed_until: z.string().nullable().describe('The last closed day; null: everything is open.'),
  policy: z.enum(closingPolicies),
  closed_by: by,
  closed_at: z.string().nullable(),
});

export const closingChangeSchema = z.object({
  id: z.string(),
  at: z.string(),
  by,
  kind: z.enum(['closed', 'reopened', 'policy']),
  closed_until_before: z.string().nullable(),
  closed_until: z.string().nullable(),
  policy: z.enum(closingPolicies),
  reason: z.string().nullable(),
  month: z.string().nullable().describe('YYYY-MM, where a month was closed in one press.'),
  blocking: z.array(z.enum(closeKeys)).describe('What stood against it.'),
});

export const closedWriteSchema = z.object({
  id: z.string(),
  at: z.string(),
  by,
  import_id: z.string().nullable(),
  reason: z.string(),
  rows: z.int(),
  date_from: z.string(),
  date_to: z.string(),
  closed_until: z.string(),
});

const status = z.enum(['agrees', 'differs', 'not_applicable']);

export const tieOutSchema = z.object({
  company: z.object({ id: z.string(), name: z.string() }),
  date_from: z.string(),
  date_to: z.string(),
  status,
  rules: z.array(
    z.object({
      key: z.enum(tieOutRules),
      status,
      difference: z.string().describe('Found less expected, exactly.'),
      expected: z.string(),
      found: z.string(),
      currency: z.string().nullable().describe('Null: a quantity.'),
      lines: z
        .array(
          z.object({
            name: z.string(),
            expected: z.string(),
            found: z.string(),
            difference: z.string(),
            link: z.string().nullable().describe('Address on the page where the rows are.'),
          }),
        )
        .describe('What makes the difference, the largest first, at most 1,000.'),
      line_count: z.int(),
    }),
  ),
  snapshot_at: z.string(),
});

export const closeListSchema = z.object({
  month: z.string(),
  items: z.array(
    z.object({
      key: z.enum(closeKeys),
      state: z.enum(['ok', 'attention', 'blocking']),
      count: z.int(),
      amount: z.string().nullable().describe('Null where it is not about money, or of several currencies.'),
      currency: z.string().nullable(),
      link: z.string().describe('Address on the page where the rows are.'),
    }),
  ),
  closed_until: z.string().nullable(),
});

export const closeRowSchema = z.object({
  name: z.string(),
  day: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  link: z.string(),
});

export const closedMonthSchema = z.object({
  closed_until: z.string().nullable(),
  pack: z
    .looseObject({ id: z.string(), status: z.string() })
    .nullable()
    .describe('Made with the press, where one was named: as GET /export-packs/{id} answers it.'),
});

export const companyMonthsSchema = z.object({
  company: z.object({ id: z.string(), name: z.string(), currency: z.string() }),
  closed_until: z.string().nullable(),
  months: z.array(
    z.object({
      month: z.string(),
      state: z.enum(['open', 'closed', 'changed']),
      closed_at: z.string().nullable(),
      closed_by: by,
      changes: z.array(z.object({ currency: z.string(), net_difference: z.string() })),
      exports: z.int().describe('Completed, of exactly this month.'),
      days_late: z.int().describe('Since the month ended and it is still open.'),
    }),
  ),
});
