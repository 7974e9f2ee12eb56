/** What goes in and out of the export routes: the schemas that validate requests and make the OpenAPI document. */
import { z } from 'zod';
import {
  defaultOrdering,
  jobFormats,
  jobOrderingFields,
  jobStatuses,
  jobTypes,
  type JobOrdering,
} from '#contract/export-jobs.ts';
import { comparisons, dateBases, fileFormats, reportTypes } from '#contract/reports.ts';
import { day, dayOrInstant, listOf, pageQuery, queryList } from '#server/http/input.ts';

const orderings = jobOrderingFields.flatMap((field) => [field, `-${field}`] as const);

export const jobFilterQuery = {
  company_id: z.string().optional().describe('Absent: every company in which you may view financials.'),
  status: listOf(jobStatuses).optional(),
  report_type: listOf(jobTypes).optional(),
  file_format: listOf(jobFormats).optional(),
  created_at_from: dayOrInstant('from')
    .optional()
    .describe('On or after: a day in the zone of the company, or an instant.'),
  created_at_to: dayOrInstant('to')
    .optional()
    .describe('On or before: a whole day in the zone of the company, or an instant.'),
  created_by: queryList.optional().describe('Ids of the people who asked.'),
  period_from: day.optional().describe('The period of the report ends on or after this day.'),
  period_to: day.optional().describe('The period of the report starts on or before this day.'),
  delivery_location_id: z.string().max(30).optional(),
};

export const jobListQuery = z.strictObject({
  ...jobFilterQuery,
  ...pageQuery,
  ordering: z
    .enum(orderings as [JobOrdering, ...JobOrdering[]], { error: () => `must be one of ${orderings.join(', ')}` })
    .default(defaultOrdering)
    .describe('Ties are broken by id.'),
});

export const facetQuery = z.strictObject(jobFilterQuery);

export const exportOptions = z.strictObject({
  csv_dialect: z.enum(['systems', 'spreadsheets']).optional(),
  columns: z
    .array(z.string().max(100))
    .min(1)
    .max(200)
    .optional()
    .describe('Keys of the columns, in order; absent: all.'),
  date_basis: z
    .enum(dateBases, { error: () => `must be one of ${dateBases.join(', ')}` })
    .optional()
    .describe('Of purchases: by the day they were delivered (the usual), or posted.'),
  changes_since: z
    .string()
    .max(100)
    .optional()
    .describe('The id of an export: its changes since, for its own period and filters, instead of the report.'),
  compare_to: z
    .enum(comparisons, { error: () => `must be one of ${comparisons.join(', ')}` })
    .optional()
    .describe('Beside that period: added columns at the end.'),
});

export const createBody = z
  .strictObject({
    company_id: z.string(),
    date_from: day.optional(),
    date_to: day.optional(),
    file_format: z.enum(fileFormats, { error: () => `must be one of ${fileFormats.join(', ')}` }).optional(),
    report_type: z.enum(reportTypes, { error: () => `must be one of ${reportTypes.join(', ')}` }).optional(),
    saved_report_id: z
      .string()
      .optional()
      .describe('Instead of the question; days and format, where they are given, go before its own.'),
    filters: z.record(z.string(), z.unknown()).nullish(),
    options: exportOptions.nullish(),
    as_of_version: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe('The data as they were then.'),
    notify: z.boolean().default(false).describe('Tell me by mail when it has ended.'),
  })
  .superRefine((body, context) => {
    const add = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
    if (body.saved_report_id === undefined) {
      for (const field of ['date_from', 'date_to', 'file_format'] as const) {
        if (body[field] === undefined) add(field, 'is required');
      }
      return;
    }
    for (const field of ['report_type', 'filters', 'options'] as const) {
      if (body[field] !== undefined) add(field, 'is that of the saved report');
    }
    if ((body.date_from === undefined) !== (body.date_to === undefined)) {
      add(body.date_from === undefined ? 'date_from' : 'date_to', 'is required when the other end is given');
    }
  })
  .refine((body) => body.date_from === undefined || body.date_to === undefined || body.date_from <= body.date_to, {
    path: ['date_from'],
    message: 'is after date_to',
    params: { code: 'invalid_date_range' },
  });

/** Of a retry. */
export const retryBody = z
  .strictObject({
    as_of: z.literal('original').optional().describe('The file as it stood: of the same version of the data.'),
  })
  .nullish();

export const jobParams = z.object({ id: z.string() });

const currencyTotals = z.object({
  currency: z.string(),
  rows: z.int(),
  sums: z.record(z.string(), z.string()).describe('Column key to decimal string.'),
});

export const jobSchema = z.object({
  id: z.string(),
  company_id: z.string(),
  report_type: z.enum(jobTypes),
  file_format: z.enum(jobFormats),
  status: z.enum(jobStatuses),
  date_from: z.string(),
  date_to: z.string(),
  filters: z.record(z.string(), z.unknown()),
  options: exportOptions,
  created_at: z.string(),
  updated_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  expires_at: z.string().nullable(),
  created_by: z.object({ id: z.string(), name: z.string() }),
  saved_report: z
    .object({ id: z.string().nullable().describe('Null when it has been deleted.'), name: z.string() })
    .nullable(),
  progress: z.object({ rows_done: z.int(), rows_total: z.int() }).nullable(),
  queue_position: z
    .int()
    .nullable()
    .describe('While it waits: how many exports start before it and with it. Others may move it back by a few.'),
  row_count: z.int().nullable(),
  file_size: z.int().nullable(),
  filename: z.string().nullable(),
  sha256: z.string().nullable(),
  control_totals: z
    .object({
      rows: z.int(),
      currencies: z.array(currencyTotals),
      groups: z.array(currencyTotals.extend({ group: z.string() })),
    })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  data_version: z.int().nullable().describe("Of the company's data, as the file has it; null for older ones."),
  as_of_version: z.int().nullable(),
  changed_since: z
    .object({
      data_version: z.int().describe('The version it was compared with.'),
      lines: z.int().describe('Added, removed or changed.'),
      wording_lines: z.int().describe('Changed only in text that nothing is grouped or totalled by.'),
      totals: z.array(z.object({ currency: z.string(), net_difference: z.string() })),
      is_known: z.boolean().describe('To the person who asks: marked as known, and nothing has changed since.'),
    })
    .nullable()
    .describe("Null while its lines are those of today's data."),
  attempt: z.int(),
  is_downloadable: z.boolean(),
  notes: z
    .object({ count: z.int(), last: z.object({ text: z.string(), created_at: z.string(), by: z.string().nullable() }) })
    .nullable()
    .describe('What people have written on it; null: nothing.'),
  pack_id: z.string().nullable().describe('Of an export in a pack: the pack. It is no row of the list by itself.'),
  pack: z
    .object({
      name: z.string(),
      company_ids: z.array(z.string()),
      members: z.int(),
      members_ended: z.int(),
    })
    .nullable()
    .describe('Of a pack: see GET /export-packs/{id}.'),
});

export const noteSchema = z.object({
  id: z.string(),
  text: z.string(),
  created_at: z.string(),
  created_by: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe('Null: the operator, or somebody whose account is gone.'),
});

export const linkSchema = z.object({ download_url: z.string(), expires_in_seconds: z.int(), filename: z.string() });
