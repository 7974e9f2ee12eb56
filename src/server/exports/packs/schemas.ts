/** What goes in and out of the routes of packs: the schemas that validate requests and make the OpenAPI document. */
import { z } from 'zod';
import { packRules, packMembersMax, packStatuses } from '#contract/packs.ts';
import { tieOutRules } from '#contract/closing.ts';
import { fileFormats, reportTypes } from '#contract/reports.ts';
import { periodKinds } from '#contract/saved-reports.ts';
import { day, typedText } from '#server/http/input.ts';
import { savedPeriod } from '../saved-report-routes.ts';
import { exportOptions, jobSchema } from '../schemas.ts';

const memberOptions = exportOptions.omit({ changes_since: true });

const member = z
  .strictObject({
    company_id: z.string(),
    report_type: z.enum(reportTypes, { error: () => `must be one of ${reportTypes.join(', ')}` }).optional(),
    saved_report_id: z.string().optional().describe('Instead of the question; its days are the pack’s.'),
    file_format: z.enum(fileFormats, { error: () => `must be one of ${fileFormats.join(', ')}` }),
    filters: z.record(z.string(), z.unknown()).optional(),
    options: memberOptions.optional(),
  })
  .superRefine((one, context) => {
    const add = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
    if (one.saved_report_id === undefined) {
      if (one.report_type === undefined) add('report_type', 'is required, or saved_report_id');
      return;
    }
    for (const field of ['report_type', 'filters', 'options'] as const) {
      if (one[field] !== undefined) add(field, 'is that of the saved report');
    }
  });

const members = z
  .array(member)
  .min(1, 'must have at least one member')
  .max(packMembersMax, `must have at most ${packMembersMax} members`);
const options = z.strictObject({
  workbook: z
    .boolean()
    .optional()
    .describe('One XLSX besides, with a sheet for each question of the members, whatever their formats.'),
});

export const savedPackBody = z.strictObject({
  name: typedText(100),
  members,
  period: savedPeriod,
  options: options.default({}),
});
export const savedPackPatch = z.strictObject({ name: typedText(100), members, period: savedPeriod, options }).partial();

export const packBody = z
  .strictObject({
    organization_id: z.string(),
    pack_id: z.string().optional().describe('A saved pack, instead of members; its period unless days are given.'),
    members: members.optional(),
    name: typedText(100).optional(),
    date_from: day.optional(),
    date_to: day.optional(),
    options: options.optional(),
    notify: z.boolean().default(false).describe('Tell me by mail when it has ended.'),
  })
  .superRefine((body, context) => {
    const add = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
    if (body.pack_id === undefined) {
      if (body.members === undefined) add('members', 'is required, or pack_id');
      for (const field of ['date_from', 'date_to'] as const) if (body[field] === undefined) add(field, 'is required');
      return;
    }
    for (const field of ['members', 'name', 'options'] as const) {
      if (body[field] !== undefined) add(field, 'is that of the saved pack');
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

const savedMember = z.object({
  company_id: z.string(),
  report_type: z.enum(reportTypes).optional(),
  saved_report_id: z.string().optional(),
  file_format: z.enum(fileFormats),
  filters: z.record(z.string(), z.unknown()).optional(),
  options: memberOptions.optional(),
});
const person = z.object({ id: z.string(), name: z.string() });

export const savedPackSchema = z.object({
  id: z.string(),
  organization_id: z.string(),
  name: z.string(),
  members: z.array(savedMember),
  company_ids: z.array(z.string()),
  period: z.object({ kind: z.enum(periodKinds), date_from: z.string().optional(), date_to: z.string().optional() }),
  options: z.object({ workbook: z.boolean().optional() }),
  created_by: person.nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

const status = z.enum(['agrees', 'differs', 'not_applicable']);

export const packSchema = z.object({
  id: z.string().describe('Also of its job among the export jobs.'),
  organization_id: z.string(),
  name: z.string(),
  saved_pack: z
    .object({ id: z.string().nullable().describe('Null when it has been deleted.'), name: z.string() })
    .nullable(),
  status: z
    .enum(packStatuses)
    .describe('incomplete: some member is missing, and there is no file; run the missing ones again.'),
  date_from: z.string(),
  date_to: z.string(),
  options: z.object({ workbook: z.boolean().optional() }),
  members: z.array(jobSchema),
  data_versions: z.record(z.string(), z.int()).describe('By company: all of the pack is of these.'),
  created_by: person,
  created_at: z.string(),
  updated_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  expires_at: z.string().nullable(),
  row_count: z.int().nullable(),
  file_size: z.int().nullable(),
  filename: z.string().nullable(),
  sha256: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  tie_out: z
    .object({
      status,
      rules: z.array(
        z.object({
          key: z.enum([...tieOutRules, ...packRules]),
          company_id: z.string(),
          status,
          difference: z.string(),
          currency: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe('Null until the file is made; the lines that make a difference are in its tie-out.'),
  is_downloadable: z.boolean(),
});
