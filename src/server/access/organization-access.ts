/** What somebody may do in an organization as a whole: being an owner or admin of it, or a member at all. */
import type { OrganizationRole } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';
import { type Principal, asId } from './decide.ts';

export interface OrganizationAccess {
  readonly id: string;
  readonly name: string;
  readonly role: OrganizationRole;
}

export async function organizationsOf(
  db: Queryable,
  principal: Principal,
  organizationId?: string,
): Promise<OrganizationAccess[]> {
  const rows = await db
    .selectFrom('organizations as o')
    .leftJoin('organization_members as m', (join) =>
      join.onRef('m.organization_id', '=', 'o.id').on('m.user_id', '=', principal.userId ?? '0'),
    )
    .select(['o.id', 'o.name', 'm.role'])
    .$if(organizationId !== undefined, (query) => query.where('o.id', '=', organizationId ?? ''))
    .$if(principal.userId !== null, (query) => query.where('m.user_id', 'is not', null))
    .orderBy('o.id')
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, role: (row.role ?? 'owner') as OrganizationRole }));
}

/** @throws ProductError company_access_denied for an unknown or foreign one, missing_capability for a lesser role. */
export async function requireOrganization(
  db: Queryable,
  principal: Principal,
  role: 'owner' | 'admin' | 'member',
  organizationId: unknown,
): Promise<OrganizationAccess> {
  const id = asId(organizationId);
  const [organization] = id === null ? [] : await organizationsOf(db, principal, id);
  if (!organization) {
    throw new ProductError('company_access_denied', 'You have no access to this organization.');
  }
  if (role === 'owner' && organization.role !== 'owner') {
    throw new ProductError('missing_capability', 'Only an owner of the organization can do this. Ask one of them.');
  }
  if (role === 'admin' && organization.role === 'member') {
    throw new ProductError(
      'missing_capability',
      'Only an owner or administrator of the organization can do this. Ask one of them.',
    );
  }
  return organization;
}
