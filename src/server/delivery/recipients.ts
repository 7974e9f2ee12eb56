/** Who a mail may go to, looked at when it goes: a member needs the capability then, a guest the company's consent. */
import { sql } from 'kysely';
import { effectiveCapabilities, type CompanyRole, type OrganizationRole } from '#contract/access.ts';
import type { Queryable } from '#server/database/database.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';
import { readRules } from './rules.ts';

export type Standing =
  | { readonly kind: 'member' }
  | { readonly kind: 'guest' }
  | { readonly kind: 'refused'; readonly why: string };

interface Membership {
  readonly organization_role: OrganizationRole | null;
  readonly role: CompanyRole | null;
  readonly granted: string[] | null;
  readonly denied: string[] | null;
}

/** Of a pack, in every company that it has something of: a guest of all of them, or a member who may view all of them. */
export async function standingForFile(
  db: Queryable,
  companyId: string,
  { pack_companies }: Pick<SelectedJob, 'pack_companies'>,
  email: string,
): Promise<Standing> {
  let standing = await standingOfRecipient(db, companyId, email);
  for (const id of pack_companies ?? []) {
    if (standing.kind === 'refused') return standing;
    const there = id === companyId ? standing : await standingOfRecipient(db, id, email);
    if (there.kind !== 'member') standing = there;
  }
  return standing;
}

export async function standingOfRecipient(db: Queryable, companyId: string, email: string): Promise<Standing> {
  const { rows } = await sql<Membership>`
    SELECT o.role AS organization_role, m.role, m.granted, m.denied
    FROM users u JOIN companies c ON c.id = ${companyId}
      LEFT JOIN organization_members o ON o.organization_id = c.organization_id AND o.user_id = u.id
      LEFT JOIN company_members m ON m.company_id = c.id AND m.user_id = u.id
    WHERE lower(u.email) = lower(${email}) AND u.disabled_at IS NULL
      AND (m.user_id IS NOT NULL OR o.role IS NOT NULL)`.execute(db);
  if (rows.length > 0) {
    const mayView = rows.some(({ organization_role, role, granted, denied }) =>
      effectiveCapabilities({
        organizationRole: organization_role,
        companyRole: role,
        granted: granted ?? [],
        denied: denied ?? [],
      }).includes('view_financials'),
    );
    return mayView ? { kind: 'member' } : { kind: 'refused', why: `${email} may not view financials of this company.` };
  }
  const guest = await db
    .selectFrom('guests')
    .select('approved_at')
    .where('company_id', '=', companyId)
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .executeTakeFirst();
  if (guest?.approved_at == null) {
    return {
      kind: 'refused',
      why: `${email} is no member of this company, and ${guest ? 'not approved as a guest yet' : 'no guest of it'}.`,
    };
  }
  const { guest_domains: domains } = await readRules(db, companyId);
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (domains && !domains.includes(domain)) {
    return { kind: 'refused', why: `This company sends nothing to guests at ${domain}.` };
  }
  return { kind: 'guest' };
}
