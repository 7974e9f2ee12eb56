/** The audit log as it may be read: of companies one manages, and of organizations one administers. */
import { sql } from 'kysely';
import { addDays, isDay, startOfDay } from '#contract/calendar.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { AuditEvent } from '#contract/organization.ts';
import { asId, type Grant } from '#server/access/decide.ts';
import { organizationsOf, requireOrganization } from '#server/access/organization-access.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';

export interface AuditFilter extends PageOf {
  /** Only this company's; without it also what concerns an organization as a whole. */
  readonly company_id?: string | undefined;
  readonly organization_id?: string | undefined;
  readonly action?: readonly string[] | undefined;
  readonly user_id?: string | undefined;
  /** A day (whole, in the company's zone or else UTC) or an instant, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Newest first. @throws ProductError company_access_denied or missing_capability for the organization named. */
export async function listAuditEvents(
  db: Database,
  grant: Grant<'manage_company'>,
  filter: AuditFilter,
): Promise<Page<AuditEvent>> {
  const { principal } = grant;
  const administered =
    filter.organization_id === undefined
      ? (await organizationsOf(db, principal)).filter(({ role }) => role !== 'member')
      : [await requireOrganization(db, principal, 'admin', filter.organization_id)];
  const organizationIds = administered.map(({ id }) => id);
  const companyIds = grant.companies
    .filter((company) => filter.organization_id === undefined || organizationIds.includes(company.organizationId))
    .map(({ id }) => id);
  const zone = filter.company_id === undefined ? 'UTC' : grant.company.timeZone;

  const ofOrganizations = sql<boolean>`(
    e.company_id IS NULL AND e.organization_id = ANY(${organizationIds}::bigint[]) OR ${ofAccounts(organizationIds)})`;
  const ofCompanies = sql<boolean>`e.company_id = ANY(${companyIds}::bigint[])`;

  const entries = (tx: Queryable) => {
    let query = tx
      .selectFrom('audit_events as e')
      .select([
        'e.id',
        'e.at',
        'e.action',
        sql<AuditEvent['user']>`(
        SELECT json_build_object('id', u.id::text, 'name', u.name) FROM users u WHERE u.id = e.user_id)`.as('user'),
        'e.organization_id',
        sql<AuditEvent['company']>`(
        SELECT json_build_object('id', c.id::text, 'name', c.name) FROM companies c WHERE c.id = e.company_id)`.as(
          'company',
        ),
        'e.subject_type',
        'e.subject_id',
        sql<string | null>`CASE WHEN e.subject_id ~ '^[0-9]{1,18}$' THEN CASE e.subject_type
        WHEN 'user' THEN (SELECT name FROM users WHERE id = e.subject_id::bigint)
        WHEN 'delivery_location' THEN (SELECT name FROM delivery_locations WHERE id = e.subject_id::bigint)
        WHEN 'company' THEN (SELECT name FROM companies WHERE id = e.subject_id::bigint)
        WHEN 'organization' THEN (SELECT name FROM organizations WHERE id = e.subject_id::bigint) END END`.as(
          'subject_name',
        ),
        sql<string[] | null>`CASE WHEN jsonb_typeof(e.details -> 'delivery_location_ids') = 'array' THEN (
        SELECT json_agg(l.name ORDER BY l.name) FROM delivery_locations l WHERE l.company_id = e.company_id
          AND e.details -> 'delivery_location_ids' ? l.id::text) END`.as('location_names'),
        'e.details',
        'e.address',
        'e.request_id',
      ])
      .where(filter.company_id === undefined ? sql<boolean>`(${ofCompanies} OR ${ofOrganizations})` : ofCompanies)
      .orderBy('e.id', 'desc');
    if (filter.action && filter.action.length > 0) query = query.where('e.action', 'in', filter.action);
    if (filter.user_id !== undefined) query = query.where('e.user_id', '=', asId(filter.user_id) ?? '0');
    if (filter.from !== undefined) query = query.where('e.at', '>=', instantFrom(filter.from, zone));
    if (filter.to !== undefined) {
      query = isDay(filter.to)
        ? query.where('e.at', '<', startOfDay(addDays(filter.to, 1), zone).toISOString())
        : query.where('e.at', '<=', filter.to);
    }
    return query;
  };
  return readPage(db, filter, entries);
}

/** Failed sign-ins from before entries about accounts named an organization: of members, since they joined. */
const ofAccounts = (organizationIds: readonly string[]) => sql<boolean>`(
  e.organization_id IS NULL AND e.action = 'sign_in.failed' AND e.subject_type = 'user' AND EXISTS (
    SELECT FROM organization_members m WHERE m.organization_id = ANY(${organizationIds}::bigint[])
      AND m.user_id::text = e.subject_id AND m.created_at <= e.at))`;

const instantFrom = (from: string, zone: string): string => (isDay(from) ? startOfDay(from, zone).toISOString() : from);
