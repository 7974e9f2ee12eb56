/**
 * From a provider's word to an account. Known by issuer and subject first; by a verified e-mail of a configured domain
 * only to join or make an account of that domain's organization. An address alone never opens an account that is somebody
 * else's: not unverified, not of another organization, not of another person of the same provider.
 */
import { sql } from 'kysely';
import { audit, type Origin } from '#server/access/audit.ts';
import { type Claims, SingleSignOnError } from '#server/access/oidc-provider.ts';
import type { Person } from '#server/access/sign-in.ts';
import type { SingleSignOnSettings } from '#server/config/sign-in-settings.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { lockMemberships } from './authority.ts';
import { email as emailField } from './fields.ts';

/** First sign-ins of the same person in two tabs wait for each other. */
const lockSpace = 7_263_117;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f\u2028\u2029]+/g;

/** @throws SingleSignOnError sso_unverified, sso_domain, sso_account. */
export async function accountOf(
  db: Database,
  settings: Pick<SingleSignOnSettings, 'domains'>,
  claims: Claims,
  origin: Origin,
): Promise<Person> {
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${lockSpace}, hashtext(${claims.email ?? claims.subject}))`.execute(tx);
    const known = await tx
      .selectFrom('identities as i')
      .innerJoin('users as u', 'u.id', 'i.user_id')
      .select(['u.id', 'u.email', 'u.name', 'u.disabled_at'])
      .where('i.issuer', '=', claims.issuer)
      .where('i.subject', '=', claims.subject)
      .executeTakeFirst();
    if (known?.disabled_at) throw new SingleSignOnError('sso_account');
    if (known) return { id: known.id, email: known.email, name: known.name };
    const { email, organizationId } = await admittedBy(tx, settings, claims);
    const local = await tx
      .selectFrom('users as u')
      .leftJoin('organization_members as m', (join) =>
        join.onRef('m.user_id', '=', 'u.id').on('m.organization_id', '=', organizationId),
      )
      .leftJoin('identities as i', (join) => join.onRef('i.user_id', '=', 'u.id').on('i.issuer', '=', claims.issuer))
      .select(['u.id', 'u.email', 'u.name', 'u.disabled_at', 'm.role', 'i.subject'])
      .where('u.email', '=', email)
      // an account that belongs to another organization alone is nobody here, nor is one that was closed
      .where((on) =>
        on.or([
          on('u.home_organization_id', 'is', null),
          on.and([on('u.home_organization_id', '=', organizationId), on('u.disabled_at', 'is', null)]),
        ]),
      )
      .orderBy('u.home_organization_id', (order) => order.nullsLast())
      .executeTakeFirst();
    if (local && (local.disabled_at !== null || local.role === null || local.subject !== null)) {
      throw new SingleSignOnError('sso_account');
    }
    const person = local
      ? { id: local.id, email: local.email, name: local.name }
      : await createAccount(tx, claims, email, organizationId, origin);
    await tx
      .insertInto('identities')
      .values({ issuer: claims.issuer, subject: claims.subject, user_id: person.id })
      .execute();
    await audit(tx, asPrincipal(person), origin, {
      action: 'identity.linked',
      organizationId,
      subjectType: 'user',
      subjectId: person.id,
      details: { issuer: claims.issuer, name: person.name },
    });
    return person;
  });
}

const asPrincipal = ({ id, email, name }: Person) =>
  ({ userId: id, email, name, via: 'session', credentialId: null }) as const;

async function admittedBy(
  tx: DatabaseTransaction,
  { domains }: Pick<SingleSignOnSettings, 'domains'>,
  claims: Claims,
): Promise<{ email: string; organizationId: string }> {
  const parsed = emailField.safeParse(claims.email ?? '');
  if (!parsed.success || !claims.isEmailVerified) throw new SingleSignOnError('sso_unverified');
  const domain = parsed.data.slice(parsed.data.lastIndexOf('@') + 1);
  const organizationId = domains.get(domain);
  if (organizationId === undefined) throw new SingleSignOnError('sso_domain');
  const organizations = await tx
    .selectFrom('organizations')
    .select('id')
    .$if(organizationId !== null, (query) => query.where('id', '=', organizationId ?? ''))
    .limit(2)
    .execute();
  const [only] = organizations;
  if (!only || organizations.length > 1) throw new SingleSignOnError('sso_domain');
  return { email: parsed.data, organizationId: only.id };
}

/** A member of the organization with no role in any company: what they may do is for its administrators to say. */
async function createAccount(
  tx: DatabaseTransaction,
  claims: Claims,
  email: string,
  organizationId: string,
  origin: Origin,
): Promise<Person> {
  await lockMemberships(tx, organizationId);
  const given = (claims.name ?? '').replaceAll(controls, ' ').trim().slice(0, 200);
  const person = await tx
    .insertInto('users')
    .values({ email, name: given || (email.split('@')[0] ?? email), password_hash: null })
    // somebody accepted an invitation to this address a moment ago
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'email', 'name'])
    .executeTakeFirst();
  if (!person) throw new SingleSignOnError('sso_account');
  await tx
    .insertInto('organization_members')
    .values({ organization_id: organizationId, user_id: person.id, role: 'member' })
    .execute();
  await audit(tx, asPrincipal(person), origin, {
    action: 'member.joined',
    organizationId,
    subjectType: 'user',
    subjectId: person.id,
    details: { name: person.name, role: 'member', by: 'single_sign_on' },
  });
  return person;
}
