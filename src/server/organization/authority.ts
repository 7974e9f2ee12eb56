/**
 * Who may give what to whom. Nobody gives more than they hold themselves, and owners are changed by owners alone;
 * a denial therefore cannot be undone by the person it was meant for.
 */
import { type Capability, capabilities, effectiveCapabilities, type OrganizationRole } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import { type CompanyAccess, companiesOf, companyDenied, type Principal } from '#server/access/decide.ts';
import { type OrganizationAccess, requireOrganization } from '#server/access/organization-access.ts';
import type { DatabaseTransaction, Queryable } from '#server/database/database.ts';
import type { Assignment } from './fields.ts';

const refused = (sentence: string): ProductError => new ProductError('missing_capability', sentence);

/**
 * Memberships of one organization change one after the other, each decided from what the one before left: a removal
 * and an addition never pass each other, and nobody acts on a role that has just been taken away.
 */
export async function lockMemberships(tx: DatabaseTransaction, organizationId: string): Promise<void> {
  await tx.selectFrom('organizations').select('id').where('id', '=', organizationId).forNoKeyUpdate().execute();
}

/** The principal's role as it is once nobody else can change it. */
export async function lockAsAdmin(
  tx: DatabaseTransaction,
  principal: Principal,
  organizationId: string,
): Promise<OrganizationAccess> {
  await lockMemberships(tx, organizationId);
  return requireOrganization(tx, principal, 'admin', organizationId);
}

/** @throws ProductError missing_capability if `gained` holds something the actor does not have in that company. */
export function refuseMoreThanOwn(actor: CompanyAccess, gained: readonly Capability[]): void {
  const tooMuch = gained.filter((capability) => !actor.capabilities.includes(capability));
  if (tooMuch.length > 0) {
    throw refused(`You cannot give ${tooMuch.join(', ')} in ${actor.name}: you do not have it there yourself.`);
  }
}

/** @throws ProductError missing_capability unless the actor is an owner, when an owner is concerned. */
export function refuseTouchingOwner(actor: OrganizationRole | null, ...concerned: (string | null)[]): void {
  if (actor !== 'owner' && concerned.includes('owner')) throw refused('Only an owner can do this to an owner.');
}

/**
 * @param role what somebody is to become in the organization
 * @param assignments and in its companies
 * @throws ProductError missing_capability, or company_access_denied for a company that is not of this organization.
 */
export async function refuseGivingTooMuch(
  db: Queryable,
  principal: Principal,
  organization: OrganizationAccess,
  role: OrganizationRole,
  assignments: readonly Assignment[] = [],
): Promise<void> {
  refuseTouchingOwner(organization.role, role);
  const companies = (await companiesOf(db, principal)).filter((c) => c.organizationId === organization.id);
  if (role === 'admin') for (const company of companies) refuseMoreThanOwn(company, capabilities);
  for (const given of assignments) {
    const company = companies.find(({ id }) => id === given.company_id);
    if (!company) throw companyDenied();
    const { granted, denied } = given;
    const gained = effectiveCapabilities({ organizationRole: 'member', companyRole: given.role, granted, denied });
    refuseMoreThanOwn(company, gained);
  }
}
