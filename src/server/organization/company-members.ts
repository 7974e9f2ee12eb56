/** What each person may do in one company: a role, what is granted on top, what is denied whatever else says. */
import { sql } from 'kysely';
import { type Capability, type CompanyRole, effectiveCapabilities, type OrganizationRole } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyMember, OwnCompanyAccess } from '#contract/organization.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, type CompanyAccess, type Grant, requireCapability } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { lockMemberships, refuseMoreThanOwn, refuseTouchingOwner } from './authority.ts';
import { accessDenied, changesBetween } from './changes.ts';
import { contains } from './paging.ts';

/** Members of the company or of its organization, with what the database says about each. */
const selectPeople = (db: Queryable, company: CompanyAccess) =>
  db
    .selectFrom('users as u')
    .leftJoin('organization_members as o', (join) =>
      join.onRef('o.user_id', '=', 'u.id').on('o.organization_id', '=', company.organizationId),
    )
    .leftJoin('company_members as m', (join) =>
      join.onRef('m.user_id', '=', 'u.id').on('m.company_id', '=', company.id),
    )
    .select([
      'u.id as user_id',
      'u.name',
      'u.email',
      sql<OrganizationRole | null>`o.role`.as('organization_role'),
      sql<CompanyRole | null>`m.role`.as('role'),
      sql<Capability[]>`coalesce(m.granted, '{}')`.as('granted'),
      sql<Capability[]>`coalesce(m.denied, '{}')`.as('denied'),
    ]);

type Stored = Omit<CompanyMember, 'capabilities'>;

const withCapabilities = (stored: Stored): CompanyMember => ({
  ...stored,
  capabilities: effectiveCapabilities({
    organizationRole: stored.organization_role,
    companyRole: stored.role,
    granted: stored.granted,
    denied: stored.denied,
  }),
});

/** Everybody who may do something here, by name: owners and administrators of the organization too. */
export async function listCompanyMembers(
  db: Database,
  { company }: Grant<'manage_members'>,
  filter: PageOf & { search?: string | undefined },
): Promise<Page<CompanyMember>> {
  const here = sql<string>`(
    SELECT user_id FROM company_members WHERE company_id = ${company.id} UNION
    SELECT user_id FROM organization_members
    WHERE organization_id = ${company.organizationId} AND role IN ('owner', 'admin'))`;
  const { search } = filter;
  const people = (tx: Queryable) => {
    const all = selectPeople(tx, company).where('u.id', 'in', here).orderBy('u.name').orderBy('u.id');
    return search === undefined ? all : all.where(contains(['u.name', 'u.email'], search));
  };
  return readPage(db, filter, people, (rows) => rows.map(withCapabilities));
}

async function readPerson(db: Queryable, company: CompanyAccess, userId: unknown): Promise<Stored> {
  const row = await selectPeople(db, company)
    .where('u.id', '=', asId(userId) ?? '0')
    .where((on) => on.or([on('o.role', 'is not', null), on('m.role', 'is not', null)]))
    .executeTakeFirst();
  if (!row) throw accessDenied('member');
  return row;
}

/** The principal's standing as it is once nobody else can change it. */
async function lockAsManager(tx: DatabaseTransaction, grant: Grant<'manage_members'>): Promise<CompanyAccess> {
  await lockMemberships(tx, grant.company.organizationId);
  return (await requireCapability(tx, grant.principal, 'manage_members', grant.company.id)).company;
}

function refuseTouchingSuperior(actor: CompanyAccess, target: Stored): void {
  refuseTouchingOwner(actor.organizationRole, target.organization_role);
  if (
    target.organization_role === 'admin' &&
    actor.organizationRole !== 'owner' &&
    actor.organizationRole !== 'admin'
  ) {
    throw new ProductError('missing_capability', 'Only an owner or administrator can do this to an administrator.');
  }
}

const gainedBy = (before: Stored, after: Stored): Capability[] => {
  const had = withCapabilities(before).capabilities;
  return withCapabilities(after).capabilities.filter((capability) => !had.includes(capability));
};

/**
 * Sets all three at once, for any member of the organization; takes effect at the next request.
 * @throws ProductError access_denied for somebody outside the organization, missing_capability for giving more than
 * one's own or touching an owner.
 */
export async function putCompanyMember(
  db: Database,
  grant: Grant<'manage_members'>,
  origin: Origin,
  userId: string,
  input: { role: CompanyRole; granted: Capability[]; denied: Capability[] },
): Promise<CompanyMember> {
  const { principal } = grant;
  return db.transaction().execute(async (tx) => {
    const company = await lockAsManager(tx, grant);
    const before = await readPerson(tx, company, userId);
    const after = { ...before, ...input };
    refuseTouchingSuperior(company, before);
    refuseMoreThanOwn(company, gainedBy(before, after));
    const changes = changesBetween({ role: before.role, granted: before.granted, denied: before.denied }, input);
    if (!changes) return withCapabilities(before);
    await tx
      .insertInto('company_members')
      .values({ company_id: company.id, user_id: before.user_id, ...input })
      .onConflict((conflict) => conflict.columns(['company_id', 'user_id']).doUpdateSet(input))
      .execute();
    await audit(tx, principal, origin, {
      action: before.role === null ? 'company_member.added' : 'company_member.changed',
      organizationId: company.organizationId,
      companyId: company.id,
      subjectType: 'user',
      subjectId: before.user_id,
      details: { name: before.name, changes },
    });
    return withCapabilities(after);
  });
}

/** @throws ProductError as `putCompanyMember`; removing an administrator's row also removes what it denies them. */
export async function removeCompanyMember(
  db: Database,
  grant: Grant<'manage_members'>,
  origin: Origin,
  userId: string,
): Promise<void> {
  const { principal } = grant;
  await db.transaction().execute(async (tx) => {
    const company = await lockAsManager(tx, grant);
    const before = await readPerson(tx, company, userId);
    if (before.role === null) throw accessDenied('member');
    refuseTouchingSuperior(company, before);
    refuseMoreThanOwn(company, gainedBy(before, { ...before, role: null, granted: [], denied: [] }));
    await tx
      .deleteFrom('company_members')
      .where('company_id', '=', company.id)
      .where('user_id', '=', before.user_id)
      .execute();
    await audit(tx, principal, origin, {
      action: 'company_member.removed',
      organizationId: company.organizationId,
      companyId: company.id,
      subjectType: 'user',
      subjectId: before.user_id,
      details: { name: before.name, role: before.role, granted: before.granted, denied: before.denied },
    });
  });
}

/** One's own standing in a company, and the people to ask for more. */
export async function readOwnAccess(db: Database, company: CompanyAccess): Promise<OwnCompanyAccess> {
  const administrators = await db
    .selectFrom('organization_members as o')
    .innerJoin('users as u', 'u.id', 'o.user_id')
    .select(['u.name', 'u.email'])
    .where('o.organization_id', '=', company.organizationId)
    .where('o.role', 'in', ['owner', 'admin'])
    .where('u.disabled_at', 'is', null)
    .orderBy(sql`o.role = 'owner'`, 'desc')
    .orderBy('u.name')
    .limit(20)
    .execute();
  return {
    role: company.role,
    organization_role: company.organizationRole,
    capabilities: [...company.capabilities],
    administrators,
  };
}
