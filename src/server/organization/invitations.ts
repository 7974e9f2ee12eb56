/**
 * Invitations by link: 256 random bits, good for seven days, of which only the hash is kept. The link is mailed, or shown
 * once to whoever invites where there is no mail; a second invitation of the same address replaces the first.
 */
import { sql } from 'kysely';
import type { OrganizationRole } from '#contract/access.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyAssignment, Invitation } from '#contract/organization.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, type Principal } from '#server/access/decide.ts';
import type { OrganizationAccess } from '#server/access/organization-access.ts';
import { newToken } from '#server/access/tokens.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { lockAsAdmin, refuseGivingTooMuch, refuseTouchingOwner } from './authority.ts';
import { accessDenied, conflictOn } from './changes.ts';
import type { Assignment } from './fields.ts';

export const invitationLifeDays = 7;

const selectInvitations = (db: Queryable, organizationId: string) =>
  db
    .selectFrom('invitations as i')
    .leftJoin('users as u', 'u.id', 'i.invited_by')
    .where('i.organization_id', '=', organizationId)
    .where('i.accepted_at', 'is', null)
    .select([
      'i.id',
      'i.email',
      sql<OrganizationRole>`i.organization_role`.as('role'),
      sql<CompanyAssignment[]>`i.company_roles`.as('company_roles'),
      sql<Invitation['invited_by']>`CASE WHEN u.id IS NOT NULL THEN
        json_build_object('id', u.id::text, 'name', u.name) END`.as('invited_by'),
      'i.created_at',
      'i.expires_at',
      sql<boolean>`i.expires_at <= now()`.as('expired'),
    ]);

/** Those not accepted yet, newest first. */
export async function listInvitations(
  db: Database,
  organization: OrganizationAccess,
  page: PageOf,
): Promise<Page<Invitation>> {
  return readPage(db, page, (tx) =>
    selectInvitations(tx, organization.id).orderBy('i.created_at', 'desc').orderBy('i.id', 'desc'),
  );
}

/**
 * @returns the invitation and its token, which exists nowhere else.
 * @throws ProductError conflict for a member, missing_capability for giving more than one's own.
 */
export async function createInvitation(
  tx: DatabaseTransaction,
  principal: Principal,
  organization: OrganizationAccess,
  origin: Origin,
  input: {
    email: string;
    role: OrganizationRole;
    company_roles: readonly Assignment[];
    /** The token goes into a letter and is shown to nobody: whoever has it reads the mail of that address. */
    mailed: boolean;
  },
): Promise<{ invitation: Invitation; token: string }> {
  const token = newToken();
  const actor = await lockAsAdmin(tx, principal, organization.id);
  await refuseGivingTooMuch(tx, principal, actor, input.role, input.company_roles);
  const member = await tx
    .selectFrom('organization_members as o')
    .innerJoin('users as u', 'u.id', 'o.user_id')
    .select('u.id')
    .where('o.organization_id', '=', organization.id)
    .where('u.email', '=', input.email)
    .executeTakeFirst();
  if (member) throw conflictOn('email', 'is a member of this organization already');
  await tx
    .deleteFrom('invitations')
    .where('organization_id', '=', organization.id)
    .where('email', '=', input.email)
    .where('accepted_at', 'is', null)
    .execute();
  const { id } = await tx
    .insertInto('invitations')
    .values({
      organization_id: organization.id,
      email: input.email,
      organization_role: input.role,
      company_roles: JSON.stringify(input.company_roles),
      token_hash: token.hash,
      invited_by: principal.userId,
      mailed: input.mailed,
      expires_at: sql<string>`now() + ${invitationLifeDays} * interval '1 day'`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await audit(tx, principal, origin, {
    action: 'invitation.created',
    organizationId: organization.id,
    subjectType: 'invitation',
    subjectId: id,
    details: { email: input.email, role: input.role, company_roles: input.company_roles },
  });
  const invitation = await selectInvitations(tx, organization.id).where('i.id', '=', id).executeTakeFirstOrThrow();
  return { invitation, token: token.text };
}

/** Null for one that has been accepted, withdrawn or replaced. */
export const readInvitation = async (db: Queryable, organizationId: string, id: string): Promise<Invitation | null> =>
  (await selectInvitations(db, organizationId).where('i.id', '=', id).executeTakeFirst()) ?? null;

/** Its link stops working at once. @throws ProductError access_denied for an unknown one. */
export async function revokeInvitation(
  db: Database,
  principal: Principal,
  organization: OrganizationAccess,
  origin: Origin,
  id: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const actor = await lockAsAdmin(tx, principal, organization.id);
    const gone = await tx
      .deleteFrom('invitations')
      .where('id', '=', asId(id) ?? '0')
      .where('organization_id', '=', organization.id)
      .where('accepted_at', 'is', null)
      .returning(['id', 'email', 'organization_role'])
      .executeTakeFirst();
    if (!gone) throw accessDenied('invitation');
    refuseTouchingOwner(actor.role, gone.organization_role);
    await audit(tx, principal, origin, {
      action: 'invitation.revoked',
      organizationId: organization.id,
      subjectType: 'invitation',
      subjectId: gone.id,
      details: { email: gone.email },
    });
  });
}
