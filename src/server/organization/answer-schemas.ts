/** What these routes answer, for the OpenAPI document; tests hold every answer against it. */
import { z } from 'zod';
import { capabilities, companyRoles, organizationRoles } from '#contract/access.ts';

const organizationRole = z.enum(organizationRoles);
const companyRole = z.enum(companyRoles);
const capabilityNames = z.array(z.enum(capabilities));
const nullableText = z.string().nullable();
const instant = z.string();

/** Path parameters. */
export const byId = z.object({ id: z.string() });
export const byUser = byId.extend({ user_id: z.string() });

export const organizationSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: organizationRole,
  created_at: instant,
});

export const companySchema = z.object({
  id: z.string(),
  organization_id: z.string(),
  name: z.string(),
  time_zone: z.string(),
  currency: z.string(),
  locale: z.string(),
  archived_at: nullableText,
  created_at: instant,
  data_version: z.int(),
  location_count: z.int(),
  member_count: z.int(),
});

export const memberSchema = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: organizationRole,
  joined_at: instant,
  companies: z.array(z.object({ company_id: z.string(), role: companyRole })),
});

export const companyMemberSchema = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  organization_role: organizationRole.nullable(),
  role: companyRole.nullable(),
  granted: capabilityNames,
  denied: capabilityNames,
  capabilities: capabilityNames,
});

export const ownAccessSchema = z.object({
  role: companyRole.nullable(),
  organization_role: organizationRole.nullable(),
  capabilities: capabilityNames,
  administrators: z.array(z.object({ name: z.string(), email: z.string() })),
});

export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: organizationRole,
  company_roles: z.array(
    z.object({ company_id: z.string(), role: companyRole, granted: capabilityNames, denied: capabilityNames }),
  ),
  invited_by: z.object({ id: z.string(), name: z.string() }).nullable(),
  created_at: instant,
  expires_at: instant,
  expired: z.boolean(),
});

export const newInvitationSchema = invitationSchema.extend({
  link: nullableText,
  mail: z.enum(['sent', 'failed', 'not_configured']),
});

export const invitationPreviewSchema = z.object({
  organization: z.string(),
  email: z.string(),
  invited_by: nullableText,
  expires_at: instant,
  has_account: z.boolean().nullable(),
  may_make_account: z.boolean(),
  is_self: z.boolean(),
});

const named = z.object({ id: z.string(), name: z.string() });
const user = named.extend({ email: z.string() });
export const acceptedSchema = z.object({ user, organization: named });
export const firstRunSchema = z.object({ user, organization: named, company: named });

export const auditEventSchema = z.object({
  id: z.string(),
  at: instant,
  action: z.string(),
  user: named.nullable(),
  organization_id: nullableText,
  company: named.nullable(),
  subject_type: nullableText,
  subject_id: nullableText,
  subject_name: nullableText,
  location_names: z.array(z.string()).nullable(),
  details: z.record(z.string(), z.unknown()),
  address: nullableText,
  request_id: nullableText,
});

const entry = z.object({ id: z.string(), code: z.string(), name: z.string(), archived_at: nullableText });
export const storageUnitSchema = entry;
export const vendorSchema = entry.extend({ currency: nullableText });
export const itemSchema = entry.extend({ category: nullableText, base_unit: z.string() });

export const locationSchema = z.object({
  id: z.string(),
  company_id: z.string(),
  code: z.string(),
  name: z.string(),
  street: nullableText,
  street_number: nullableText,
  postal_code: nullableText,
  city: nullableText,
  region: nullableText,
  country: nullableText,
  customer_number: nullableText,
  instructions: nullableText,
  storage_unit: z.object({ id: z.string(), code: z.string(), name: z.string() }).nullable(),
  archived_at: nullableText,
  created_at: instant,
  updated_at: instant,
  updated_by: nullableText,
  used: z.boolean(),
  last_delivery_on: nullableText,
  lines_last_month: z.int(),
});

export const locationDetailsSchema = locationSchema.extend({
  open_orders: z.object({ total: z.int(), numbers: z.array(z.string()) }),
});
