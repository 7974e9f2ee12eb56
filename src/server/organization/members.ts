/** The people of an organization. It keeps at least one owner, and whoever leaves it leaves its companies too. */
import { sql } from 'kysely';
import type { OrganizationRole } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { OrganizationMember } from '#contract/organization.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, type Principal } from '#server/access/decide.ts';
import type { OrganizationAccess } from '#server/access/organization-access.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { lockAsAdmin, refuseGivingTooMuch, refuseTouchingOwner } from './authority.ts';
import { accessDenied } from './changes.ts';
import type { Assignment } from './fields.ts';
import { contains } from './paging.ts';

const selectMembers = (db: Queryable, organizationId: string) =>
  db
    .selectFrom('organization_members as o')
    .innerJoin('users as u', 'u.id', 'o.user_id')
    .where('o.organization_id', '=', organizationId)
    .select([
      'u.id as user_id',
      'u.name',
      'u.email',
      sql<OrganizationRole>`o.role`.as('role'),
      'o.created_at as joined_at',
      sql<OrganizationMember['companies']>`(
        SELECT coalesce(json_agg(json_build_object('company_id', m.company_id::text, 'role', m.role) ORDER BY c.name), '[]')
        FROM company_members m JOIN companies c ON c.id = m.company_id
        WHERE m.user_id = u.id AND c.organization_id = o.organization_id)`.as('companies'),
    ]);

export async function listMembers(
  db: Database,
  organization: OrganizationAccess,
  filter: PageOf & { search?: string | undefined },
): Promise<Page<OrganizationMember>> {
  const { search } = filter;
  return readPage(db, filter, (tx) => {
    const all = selectMembers(tx, organization.id).orderBy('u.name').orderBy('u.id');
    return search === undefined ? all : all.where(contains(['u.name', 'u.email'], search));
  });
}

/** Roles in companies that somebody gets on joining; a role that is there already stays as it is. */
export async function assignCompanies(
  tx: DatabaseTransaction,
  principal: Principal,
  origin: Origin,
  to: { organizationId: string; userId: string; name: string },
  assignments: readonly Assignment[],
): Promise<void> {
  for (const { company_id, role, granted, denied } of assignments) {
    const added = await tx
      .insertInto('company_members')
      .values({ company_id, user_id: to.userId, role, granted, denied })
      .onConflict((conflict) => conflict.doNothing())
      .returning('user_id')
      .executeTakeFirst();
    if (!added) continue;
    await audit(tx, principal, origin, {
      action: 'company_member.added',
      organizationId: to.organizationId,
      companyId: company_id,
      subjectType: 'user',
      subjectId: to.userId,
      details: { name: to.name, role, granted, denied },
    });
  }
}

async function readMember(db: Queryable, organizationId: string, userId: unknown): Promise<OrganizationMember> {
  const row = await selectMembers(db, organizationId)
    .where('u.id', '=', asId(userId) ?? '0')
    .executeTakeFirst();
  if (!row) throw accessDenied('member');
  return row;
}

/** @throws ProductError last_owner, missing_capability where an owner is concerned, access_denied for an unknown person. */
export async function changeMember(
  db: Database,
  principal: Principal,
  organization: OrganizationAccess,
  origin: Origin,
  userId: string,
  input: { role: OrganizationRole },
): Promise<OrganizationMember> {
  return db.transaction().execute(async (tx) => {
    const actor = await lockAsAdmin(tx, principal, organization.id);
    const member = await readMember(tx, organization.id, userId);
    refuseTouchingOwner(actor.role, member.role);
    await refuseGivingTooMuch(tx, principal, actor, input.role);
    if (member.role === input.role) return member;
    if (member.role === 'owner') await refuseLosingLastOwner(tx, organization.id, member.user_id);
    await tx
      .updateTable('organization_members')
      .set(input)
      .where('organization_id', '=', organization.id)
      .where('user_id', '=', member.user_id)
      .execute();
    await revokeInvitationsOf(tx, organization.id, member.user_id, input.role);
    await audit(tx, principal, origin, {
      action: 'member.changed',
      organizationId: organization.id,
      subjectType: 'user',
      subjectId: member.user_id,
      details: { name: member.name, changes: { role: { from: member.role, to: input.role } } },
    });
    return { ...member, role: input.role };
  });
}

/** @throws ProductError last_owner, missing_capability where an owner is concerned, access_denied for an unknown person. */
export async function removeMember(
  db: Database,
  principal: Principal,
  organization: OrganizationAccess,
  origin: Origin,
  userId: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const actor = await lockAsAdmin(tx, principal, organization.id);
    const member = await readMember(tx, organization.id, userId);
    refuseTouchingOwner(actor.role, member.role);
    if (member.role === 'owner') await refuseLosingLastOwner(tx, organization.id, member.user_id);
    await tx
      .deleteFrom('company_members')
      .where('user_id', '=', member.user_id)
      .where('company_id', 'in', (on) =>
        on.selectFrom('companies').select('id').where('organization_id', '=', organization.id),
      )
      .execute();
    await tx
      .deleteFrom('organization_members')
      .where('organization_id', '=', organization.id)
      .where('user_id', '=', member.user_id)
      .execute();
    // an account of this organization alone ends with its membership; whoever is invited again makes another
    await tx
      .updateTable('users')
      .set({ disabled_at: sql<string>`now()` })
      .where('id', '=', member.user_id)
      .where('home_organization_id', '=', organization.id)
      .execute();
    await revokeInvitationsOf(tx, organization.id, member.user_id);
    await audit(tx, principal, origin, {
      action: 'member.removed',
      organizationId: organization.id,
      subjectType: 'user',
      subjectId: member.user_id,
      details: { name: member.name, role: member.role, companies: member.companies },
    });
  });
}

async function refuseLosingLastOwner(tx: DatabaseTransaction, organizationId: string, userId: string): Promise<void> {
  const another = await tx
    .selectFrom('organization_members as o')
    .innerJoin('users as u', 'u.id', 'o.user_id')
    .select('u.id')
    .where('o.organization_id', '=', organizationId)
    .where('o.role', '=', 'owner')
    .where('o.user_id', '<>', userId)
    .where('u.disabled_at', 'is', null)
    .executeTakeFirst();
  if (another) return;
  throw new ProductError('last_owner', 'This is the only owner. Make somebody else an owner first.');
}

/** Somebody who may no longer invite must not have let in others, or themselves, by a link still open. */
async function revokeInvitationsOf(
  tx: DatabaseTransaction,
  organizationId: string,
  userId: string,
  remaining: OrganizationRole = 'member',
): Promise<void> {
  if (remaining === 'owner') return;
  await tx
    .deleteFrom('invitations')
    .where('organization_id', '=', organizationId)
    .where('invited_by', '=', userId)
    .where('accepted_at', 'is', null)
    .$if(remaining === 'admin', (query) => query.where('organization_role', '=', 'owner'))
    .execute();
}
