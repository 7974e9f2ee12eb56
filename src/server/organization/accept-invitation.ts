/**
 * The other end of an invitation's link. Nobody joins without their own consent: an account that exists is joined only by
 * somebody signed in to it, since the link proves an invitation, not a person. A new account is the address's own where
 * the link came by mail, and of this organization alone where it was handed over.
 */
import { sql } from 'kysely';
import type { OrganizationRole } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { InvitationPreview } from '#contract/organization.ts';
import { hashOf } from '#server/access/accounts.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { type StartedSession, startSession } from '#server/access/authenticate.ts';
import type { Principal } from '#server/access/decide.ts';
import { requireOrganization } from '#server/access/organization-access.ts';
import { hashingTurns } from '#server/access/hashing-turns.ts';
import { networkOf } from '#server/access/network.ts';
import { refuseWeakPassword } from '#server/access/password-rules.ts';
import { hashPassword } from '#server/access/passwords.ts';
import { hashToken } from '#server/access/tokens.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { lockMemberships, refuseGivingTooMuch } from './authority.ts';
import { refuseDuplicate } from './changes.ts';
import type { Assignment } from './fields.ts';
import { assignCompanies } from './members.ts';

const selectOpen = (db: Queryable, token: string) =>
  db
    .selectFrom('invitations as i')
    .innerJoin('organizations as o', 'o.id', 'i.organization_id')
    .where('i.token_hash', '=', hashToken(token))
    .where('i.accepted_at', 'is', null)
    .where(sql<boolean>`i.expires_at > now()`);

const refused = (): ProductError =>
  new ProductError(
    'link_refused',
    'This invitation is not valid, has expired or was used already. Ask the person who invited you for a new one.',
  );

interface Offer {
  readonly organization_id: string;
  readonly organization_role: string;
  readonly company_roles: readonly { company_id: string; role: string }[];
  readonly invited_by: string | null;
}

/**
 * Whoever invited could do so today: an invitation gives what its maker may still give, and nothing once they may not.
 * @throws ProductError link_refused
 */
async function requireGround(db: Queryable, offer: Offer): Promise<void> {
  if (offer.invited_by === null) return; // the operator
  const maker = await db
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('id', '=', offer.invited_by)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!maker) throw refused();
  const principal = {
    userId: maker.id,
    name: maker.name,
    email: maker.email,
    via: 'session',
    credentialId: null,
  } as const;
  try {
    const organization = await requireOrganization(db, principal, 'admin', offer.organization_id);
    const role = offer.organization_role as OrganizationRole;
    await refuseGivingTooMuch(db, principal, organization, role, offer.company_roles as Assignment[]);
  } catch (error) {
    throw error instanceof ProductError ? refused() : error;
  }
}

const offered = ['i.organization_id', 'i.organization_role', 'i.company_roles', 'i.invited_by'] as const;

export interface Visitor {
  /** Whoever sent the request, if anybody. */
  readonly signedIn: Principal | null;
  /** Without mail, links are handed over. */
  readonly isMailConfigured: boolean;
}

/** @throws ProductError link_refused, the same for every token that opens nothing. */
export async function previewInvitation(db: Database, visitor: Visitor, token: string): Promise<InvitationPreview> {
  const row = await selectOpen(db, token)
    .leftJoin('users as by', 'by.id', 'i.invited_by')
    .select(['o.name', 'i.email', 'by.name as maker', 'i.expires_at', 'i.mailed', ...offered])
    .select([
      sql<boolean>`EXISTS (SELECT FROM users u WHERE u.email = i.email AND u.home_organization_id IS NULL)`.as(
        'is_known',
      ),
      // an account of another organization alone is, here, somebody else's
      sql<boolean>`EXISTS (SELECT FROM users u WHERE u.id = ${visitor.signedIn?.userId ?? '0'} AND u.email = i.email
        AND coalesce(u.home_organization_id = i.organization_id, true))`.as('is_self'),
    ])
    .executeTakeFirst();
  if (!row) throw refused();
  await requireGround(db, row);
  return {
    organization: row.name,
    email: row.email,
    invited_by: row.maker,
    expires_at: row.expires_at,
    // of a link that was handed over, whoever made it could ask: whether there is such an account is not their business
    has_account: row.mailed ? row.is_known : null,
    may_make_account: row.mailed ? !row.is_known : !visitor.isMailConfigured,
    is_self: row.is_self,
  };
}

export interface Accepted {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly organization: { readonly id: string; readonly name: string };
  /** Of a new account; null when somebody who is signed in already has joined. */
  readonly session: StartedSession | null;
}

interface NewAccount {
  readonly name: string;
  readonly passwordHash: string;
}

/**
 * @param account name and password of an account to be made
 * @throws ProductError link_refused; not_signed_in where no account can be made; invalid_input without a password.
 */
export async function acceptInvitation(
  db: Database,
  visitor: Visitor,
  origin: Origin & { userAgent: string | null },
  token: string,
  account: { name?: string | undefined; password?: string | undefined },
): Promise<Accepted> {
  const { email, is_self, may_make_account } = await previewInvitation(db, visitor, token);
  if (is_self) return join(db, visitor.signedIn, origin, token, null);
  if (!may_make_account) {
    throw new ProductError(
      'not_signed_in',
      `${email} is invited: sign in to that account, then accept. Who has none asks for a new invitation, which comes by mail.`,
    );
  }
  const { name, password } = account;
  if (name === undefined || password === undefined) {
    const missing = (['name', 'password'] as const).filter((field) => account[field] === undefined);
    throw new ProductError('invalid_input', `${missing.join(' and ')}: required for a new account`, {
      fields: missing.map((field) => ({ field, message: 'is required for a new account' })),
    });
  }
  await refuseWeakPassword('password', password, email);
  const passwordHash = await hashingTurns.take(networkOf(origin.address), async () =>
    hashPassword(password, await hashOf(db, email)),
  );
  return join(db, null, origin, token, { name, passwordHash });
}

async function join(
  db: Database,
  signedIn: Principal | null,
  origin: Origin & { userAgent: string | null },
  token: string,
  account: NewAccount | null,
): Promise<Accepted> {
  return db.transaction().execute(async (tx) => {
    const found = await selectOpen(tx, token).select('i.organization_id').executeTakeFirst();
    if (!found) throw refused();
    await lockMemberships(tx, found.organization_id);
    // looked at again under the lock: it may have been revoked, or used in another tab, a moment ago
    const invitation = await selectOpen(tx, token)
      .select(['i.id', 'i.email', 'o.name', 'i.mailed', ...offered])
      .forUpdate('i')
      .executeTakeFirst();
    if (!invitation) throw refused();
    await requireGround(tx, invitation);
    const { principal, session } = signedIn
      ? { principal: signedIn, session: null }
      : await createAccount(tx, origin, invitation, account);
    const userId = principal.userId ?? '0';
    const organization = { id: invitation.organization_id, name: invitation.name };
    await tx
      .insertInto('organization_members')
      .values({ organization_id: organization.id, user_id: userId, role: invitation.organization_role })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .updateTable('invitations')
      .set({ accepted_at: sql<string>`now()` })
      .where('id', '=', invitation.id)
      .execute();
    await audit(tx, principal, origin, {
      action: 'invitation.accepted',
      organizationId: organization.id,
      subjectType: 'invitation',
      subjectId: invitation.id,
      details: {
        email: invitation.email,
        role: invitation.organization_role,
        new_account: session !== null,
        ...(session && { address_proven: invitation.mailed }),
      },
    });
    const to = { organizationId: organization.id, userId, name: principal.name };
    await assignCompanies(tx, principal, origin, to, invitation.company_roles as Assignment[]);
    return { user: { id: userId, email: principal.email, name: principal.name }, organization, session };
  });
}

async function createAccount(
  tx: DatabaseTransaction,
  origin: Origin & { userAgent: string | null },
  { email, mailed, organization_id }: { email: string; mailed: boolean; organization_id: string },
  account: NewAccount | null,
): Promise<{ principal: Principal; session: StartedSession }> {
  if (!account) throw refused();
  const { name, passwordHash } = account;
  const home = mailed ? null : organization_id;
  const insert = tx
    .insertInto('users')
    .values({ email, name, password_hash: passwordHash, home_organization_id: home })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await refuseDuplicate(insert, 'email', 'has an account already: sign in to it, then accept');
  const session = await startSession(tx, id, { ...origin, method: 'invitation' });
  const principal = { userId: id, name, email, via: 'session', credentialId: session.id } as const;
  return { principal, session };
}
