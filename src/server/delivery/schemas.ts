/** What goes in and out of the routes of schedules and deliveries. */
import { z } from 'zod';
import {
  conditions,
  deliveryStatuses,
  destinationTypes,
  recurrenceKinds,
  runStatuses,
  webhookEvents,
  weekdays,
} from '#contract/schedules.ts';
import { day } from '#server/http/input.ts';
import { email, line } from '#server/organization/fields.ts';

export const byCompany = z.object({ id: z.string() });
export const bySchedule = byCompany.extend({ schedule_id: z.string() });
export const byDestination = byCompany.extend({ destination_id: z.string() });

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: () => `must be one of ${values.join(', ')}` });

const nth = (most: number) => z.int().min(1).max(most);

export const recurrence = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('daily'), weekdays: z.array(oneOf(weekdays)).min(1).max(7).optional() }),
    z.strictObject({ kind: z.literal('weekly'), weekday: oneOf(weekdays) }),
    z.strictObject({
      kind: z.literal('monthly'),
      day: z.union([z.int().min(1).max(31), z.literal('last')], { error: () => 'must be from 1 to 31, or last' }),
    }),
    z.strictObject({ kind: z.literal('working_day'), nth: nth(66), of: oneOf(['month', 'quarter']) }),
    z.strictObject({ kind: z.literal('when_complete'), latest_working_day: nth(23) }),
  ],
  { error: () => `must be an object whose kind is one of ${recurrenceKinds.join(', ')}` },
);

const id = z.string().max(30);

export const scheduleFields = {
  name: line(100),
  saved_report_id: id.nullish(),
  pack_id: id.nullish(),
  recurrence,
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day as HH:MM'),
  condition: oneOf(conditions),
  destination_ids: z.array(id).max(50),
  is_paused: z.boolean(),
};

export const scheduleBody = z.strictObject({
  ...scheduleFields,
  condition: scheduleFields.condition.default('always'),
  destination_ids: scheduleFields.destination_ids.default([]),
  is_paused: scheduleFields.is_paused.default(false),
});
export const schedulePatch = z.strictObject(scheduleFields).partial();
/** The body of a schedule; what does not say when it comes may be left out. */
export const previewBody = z.strictObject({
  ...schedulePatch.shape,
  recurrence: scheduleFields.recurrence,
  at: scheduleFields.at,
  from: day.optional(),
});

export const plannedSchema = z.object({
  occurrence: z.string(),
  due_at: z.string(),
  date_from: z.string(),
  date_to: z.string(),
});
export const previewSchema = z.object({ results: z.array(plannedSchema) });

const person = z.object({ id: z.string(), name: z.string() });
const instant = z.string();
const maybe = z.string().nullable();

export const scheduleSchema = z.object({
  id: z.string(),
  company_id: z.string(),
  name: z.string(),
  saved_report_id: maybe,
  saved_report_name: maybe,
  pack_id: maybe,
  pack_name: maybe,
  recurrence,
  at: z.string(),
  condition: z.enum(conditions),
  destination_ids: z.array(z.string()),
  is_paused: z.boolean(),
  paused_reason: maybe,
  owner: person.nullable(),
  next: plannedSchema.nullable(),
  last_run: z.object({ occurrence: z.string(), status: z.enum(runStatuses), reason: maybe }).nullable(),
  created_at: instant,
  updated_at: instant,
});

export const deliverySchema = z.object({
  id: z.string(),
  company_id: z.string(),
  job_id: maybe,
  pack_id: maybe,
  schedule_id: maybe,
  occurrence: maybe,
  destination_id: z.string(),
  destination_name: z.string(),
  recipient: maybe,
  event: maybe,
  status: z.enum(deliveryStatuses),
  attempts: z.array(
    z.object({
      at: instant,
      outcome: z.enum(['sent', 'failed', 'refused', 'unknown']).nullable(),
      detail: maybe,
    }),
  ),
  next_at: instant.nullable(),
  sent_at: instant.nullable(),
  created_at: instant,
  link: z.object({ opened: z.int(), expires_at: instant, is_revoked: z.boolean() }).nullable(),
});

export const runSchema = z.object({
  schedule_id: z.string(),
  occurrence: z.string(),
  due_at: instant,
  date_from: maybe,
  date_to: maybe,
  status: z.enum(runStatuses),
  reason: maybe,
  job_id: maybe,
  pack_id: maybe,
  started_at: maybe,
  ended_at: maybe,
  deliveries: z.array(deliverySchema),
});

export const destinationBody = z.strictObject({
  name: line(100),
  type: oneOf(destinationTypes),
  settings: z.record(z.string(), z.unknown()),
});
export const destinationPatch = z.strictObject({
  name: line(100).optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
});

export const destinationSchema = z.object({
  id: z.string(),
  company_id: z.string(),
  name: z.string(),
  type: z.enum(destinationTypes),
  settings: z.union([
    z.strictObject({ recipients: z.array(z.string()), attach: z.enum(['never', 'when_it_fits']) }),
    z.strictObject({ url: z.string(), events: z.array(z.enum(webhookEvents)) }),
    z.strictObject({
      host: z.string(),
      port: z.int(),
      username: z.string(),
      host_key: z.string(),
      folder: z.string(),
    }),
    z.strictObject({
      bucket: z.string(),
      endpoint: z.string().optional(),
      region: z.string(),
      prefix: z.string().optional(),
      access_key_id: z.string(),
    }),
  ]),
  has_secret: z.boolean(),
  disabled_reason: maybe,
  created_by: person.nullable(),
  created_at: instant,
  updated_at: instant,
});

export const destinationTestSchema = z.object({
  ok: z.boolean(),
  steps: z.array(z.object({ step: z.string(), ok: z.boolean(), detail: z.string() })),
});

export const guestBody = z.strictObject({ email });
export const guestSchema = z.object({
  id: z.string(),
  email: z.string(),
  created_at: instant,
  approved_at: maybe,
  approved_by: person.nullable(),
});

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/, 'must be domains such as example.com');

export const rulesSchema = z.strictObject({
  attachments: z.boolean(),
  guest_domains: z.array(domain).max(100).nullable(),
  ignore_after_days: z.int().min(0).max(3650).nullable(),
});
export const closedDaysSchema = z.strictObject({ days: z.array(day).max(5000) });
