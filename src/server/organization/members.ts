/** The people of an organization. It keeps at least one owner, and whoever leaves it leaves its companies too. */
import { sql } from 'kysely';
import type { OrganizationRole } from '#contract/access.ts';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { OrganizationMember } from '#contract/organization.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, type Principal } from '#server/access/decide.ts';
import type { OrganizationAccess } from '#server/access/organization-access.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { lockAsAdmin, refuseGivingTooMuch, refuseTouchingOwner } from './authority.ts';
import { accessDenied, conflictOn } from './changes.ts';
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

/**
 * Adds somebody the principal already shares an organization with; everyone else is invited, so that nobody is added
 * by strangers and nobody can try out who has an account.
 */
export async function addMember(
  tx: DatabaseTransaction,
  principal: Principal,
  organization: OrganizationAccess,
  origin: Origin,
  input: { email: string; role: OrganizationRole; company_roles: readonly Assignment[] },
): Promise<OrganizationMember> {
  const actor = await lockAsAdmin(tx, principal, organization.id);
  await refuseGivingTooMuch(tx, principal, actor, input.role, input.company_roles);
  const known = tx
    .selectFrom('organization_members as mine')
    .innerJoin('organization_members as theirs', 'theirs.organization_id', 'mine.organization_id')
    .select('theirs.user_id')
    .where('mine.user_id', '=', principal.userId ?? '0');
  const person = await tx
    .selectFrom('users')
    .select(['id', 'name'])
    .where('email', '=', input.email)
    .where('disabled_at', 'is', null)
    .where((on) => (principal.userId === null ? on.lit(true) : on('id', 'in', known)))
    .executeTakeFirst();
  if (!person) {
    throw invalidField('email', 'belongs to nobody you share an organization with: send an invitation instead');
  }
  const added = await tx
    .insertInto('organization_members')
    .values({ organization_id: organization.id, user_id: person.id, role: input.role })
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .executeTakeFirst();
  if (!added) throw conflictOn('email', 'is a member of this organization already');
  await audit(tx, principal, origin, {
    action: 'member.added',
    organizationId: organization.id,
    subjectType: 'user',
    subjectId: person.id,
    details: { name: person.name, role: input.role },
  });
  const to = { organizationId: organization.id, userId: person.id, name: person.name };
  await assignCompanies(tx, principal, origin, to, input.company_roles);
  return readMember(tx, organization.id, person.id);
}

/** @throws ProductError access_denied for somebody who is no member. */
export async function readMember(db: Queryable, organizationId: string, userId: unknown): Promise<OrganizationMember> {
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
