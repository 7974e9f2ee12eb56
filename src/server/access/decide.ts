/**
 * Who may do what where: decided here and nowhere else, at every call, from what the database says now.
 * The answer is a Grant, a value that only this file can make; verbs that touch a company's money ask for one.
 */
import { sql } from 'kysely';
import { type Capability, type CompanyRole, type OrganizationRole, effectiveCapabilities } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';

/** Who asks. An operator acts on the server's own machine with the token kept there. */
export interface Principal {
  /** Null only for the operator. */
  readonly userId: string | null;
  readonly name: string;
  readonly email: string;
  readonly via: 'session' | 'api_key' | 'operator' | 'schedule';
  /** Of the session or key, for revocation and audit. */
  readonly credentialId: string | null;
}

export interface CompanyAccess {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly locale: string;
  /** That of the last change of its data. */
  readonly dataVersion: number;
  readonly archived: boolean;
  readonly role: CompanyRole | null;
  readonly organizationRole: OrganizationRole | null;
  readonly capabilities: readonly Capability[];
}

const made = Symbol('made by decide.ts');

/** Proof that `principal` holds `capability` in each of `companies`, as of now. */
export class Grant<C extends Capability = Capability> {
  readonly principal: Principal;
  readonly capability: C;
  readonly companies: readonly CompanyAccess[];

  constructor(token: typeof made, principal: Principal, capability: C, companies: readonly CompanyAccess[]) {
    if (token !== made) throw new Error('a Grant is made by decide.ts alone');
    this.principal = principal;
    this.capability = capability;
    this.companies = companies;
  }

  /** The one company this was asked for. */
  get company(): CompanyAccess {
    const [company] = this.companies;
    if (!company || this.companies.length !== 1) throw new Error('this grant is not about one company');
    return company;
  }

  get companyIds(): string[] {
    return this.companies.map((company) => company.id);
  }
}

export type FinancialView = Grant<'view_financials'>;

const idPattern = /^[1-9]\d{0,18}$/;

/** The id as the database knows ids, or null for what cannot be one. */
export function asId(value: unknown): string | null {
  return typeof value === 'string' && idPattern.test(value) && BigInt(value) <= 9_223_372_036_854_775_807n
    ? value
    : null;
}

/** Every company the principal has anything to do with, or just `companyId`; in order of name. */
export async function companiesOf(db: Queryable, principal: Principal, companyId?: string): Promise<CompanyAccess[]> {
  const userId = principal.userId;
  const rows = await db
    .selectFrom('companies as c')
    .leftJoin('organization_members as o', (join) =>
      join.onRef('o.organization_id', '=', 'c.organization_id').on('o.user_id', '=', userId ?? '0'),
    )
    .leftJoin('company_members as m', (join) =>
      join.onRef('m.company_id', '=', 'c.id').on('m.user_id', '=', userId ?? '0'),
    )
    .select([
      'c.id',
      'c.organization_id',
      'c.name',
      'c.currency',
      'c.time_zone',
      'c.locale',
      'c.archived_at',
      'c.data_version',
      'o.role as organization_role',
      'm.role',
      'm.granted',
      'm.denied',
    ])
    .$if(companyId !== undefined, (query) => query.where('c.id', '=', companyId ?? ''))
    .$if(userId !== null, (query) =>
      query.where((on) => on.or([on('m.user_id', 'is not', null), on('o.role', 'in', ['owner', 'admin'])])),
    )
    .orderBy('c.id')
    .execute();
  return rows.map((row) => {
    const organizationRole = userId === null ? 'owner' : (row.organization_role as OrganizationRole | null);
    const role = row.role as CompanyRole | null;
    return {
      id: row.id,
      organizationId: row.organization_id,
      name: row.name,
      currency: row.currency,
      timeZone: row.time_zone,
      dataVersion: Number(row.data_version),
      locale: row.locale,
      archived: row.archived_at !== null,
      role,
      organizationRole,
      capabilities: effectiveCapabilities({
        organizationRole,
        companyRole: role,
        granted: row.granted ?? [],
        denied: row.denied ?? [],
      }),
    };
  });
}

/** The same words for a company that does not exist and one of somebody else. */
export const companyDenied = (): ProductError =>
  new ProductError(
    'company_access_denied',
    'You have no access to this company. Check the company you selected, or ask its administrator.',
  );

const missing = (capability: Capability): ProductError =>
  new ProductError(
    'missing_capability',
    capability === 'view_financials'
      ? 'Your role in this company does not include financial viewing (view_financials). An owner or administrator of the organization can grant it.'
      : `Your role in this company does not include ${capability}. An owner or administrator of the organization can grant it.`,
  );

/** @throws ProductError company_access_denied unless the principal has something to do with the company. */
export async function requireCompany(db: Queryable, principal: Principal, companyId: unknown): Promise<CompanyAccess> {
  const id = asId(companyId);
  const [company] = id === null ? [] : await companiesOf(db, principal, id);
  if (!company) throw companyDenied();
  return company;
}

/**
 * A grant of `capability`; where that is not held, of `lesser`, where one is given and held.
 * @throws ProductError company_access_denied or missing_capability.
 */
export async function requireCapability<C extends Capability>(
  db: Queryable,
  principal: Principal,
  capability: C,
  companyId: unknown,
  lesser: C | null = null,
): Promise<Grant<C>> {
  const company = await requireCompany(db, principal, companyId);
  const held = [capability, lesser].find((one) => one !== null && company.capabilities.includes(one));
  if (!held) throw missing(lesser ?? capability);
  return new Grant(made, principal, held, [company]);
}

/**
 * One grant of `capability` in all of them, for what is of several companies at once.
 * @throws ProductError company_access_denied or missing_capability where one of them is not so; also for none.
 */
export async function requireInAll<C extends Capability>(
  db: Queryable,
  principal: Principal,
  capability: C,
  companyIds: readonly unknown[],
): Promise<Grant<C>> {
  const known = new Map((await companiesOf(db, principal)).map((company) => [company.id, company]));
  const companies = [...new Set(companyIds.map(asId))].map((id) => known.get(id ?? ''));
  if (companies.length === 0) throw companyDenied();
  const found = companies.map((company) => {
    if (!company) throw companyDenied();
    return company;
  });
  if (found.some((company) => !company.capabilities.includes(capability))) throw missing(capability);
  return new Grant(made, principal, capability, found);
}

/** A grant for every company where the capability is held; possibly none. */
export async function grantEverywhere<C extends Capability>(
  db: Queryable,
  principal: Principal,
  capability: C,
): Promise<Grant<C>> {
  const companies = await companiesOf(db, principal);
  return new Grant(
    made,
    principal,
    capability,
    companies.filter((company) => company.capabilities.includes(capability)),
  );
}

/**
 * A grant over all of these together, each under the field that asked for it.
 * @throws ProductError as requireCapability, naming the first field that asks for more than is held.
 */
export async function requireTogether<C extends Capability>(
  db: Queryable,
  principal: Principal,
  capability: C,
  wanted: readonly { readonly field: string; readonly companyIds: readonly string[] }[],
): Promise<Grant<C>> {
  const known = new Map((await companiesOf(db, principal)).map((company) => [company.id, company]));
  const companies = new Map<string, CompanyAccess>();
  for (const { field, companyIds } of wanted) {
    for (const id of companyIds.length > 0 ? companyIds : ['']) {
      const company = known.get(id);
      const isHeld = company?.capabilities.includes(capability);
      if (company && isHeld) companies.set(id, company);
      else {
        const { code, message } = company ? missing(capability) : companyDenied();
        throw new ProductError(code, message, { fields: [{ field, message: 'is nothing that you may see' }] });
      }
    }
  }
  return new Grant(made, principal, capability, [...companies.values()]);
}

/** A company with what a person holds in it, as the database says. */
interface Membership {
  readonly id: string;
  readonly organizationRole: OrganizationRole | null;
  readonly companyRole: CompanyRole | null;
  readonly granted: Capability[] | null;
  readonly denied: Capability[] | null;
}

/**
 * Which of these grants still hold: the session or key lives, the account is not disabled, and the capability is held in
 * every company. One query for any number of grants and people; answers the question for each.
 */
export async function standingOf(db: Queryable, grants: readonly Grant[]): Promise<(grant: Grant) => boolean> {
  const userIds = [...new Set(grants.flatMap(({ principal }) => principal.userId ?? []))];
  const companyIds = [...new Set(grants.flatMap((grant) => grant.companyIds))];
  const { rows } = await sql<{ id: string; credentials: string[]; memberships: Membership[] | null }>`
    SELECT u.id,
      ARRAY(SELECT 'session ' || s.id FROM sessions s WHERE s.user_id = u.id AND s.expires_at > now()
        UNION ALL SELECT 'api_key ' || k.id FROM api_keys k WHERE k.user_id = u.id AND (k.expires_at IS NULL OR k.expires_at > now())) AS credentials,
      (SELECT jsonb_agg(jsonb_build_object('id', c.id::text, 'organizationRole', o.role, 'companyRole', m.role,
          'granted', m.granted, 'denied', m.denied))
        FROM companies c LEFT JOIN organization_members o ON o.organization_id = c.organization_id AND o.user_id = u.id
        LEFT JOIN company_members m ON m.company_id = c.id AND m.user_id = u.id
        WHERE c.id = ANY(${companyIds}::bigint[])) AS memberships
    FROM users u WHERE u.id = ANY(${userIds}::bigint[]) AND u.disabled_at IS NULL`.execute(db);
  const people = new Map(
    rows.map(({ id, credentials, memberships }) => [
      id,
      { credentials: new Set(credentials), held: new Map(memberships?.map((each) => [each.id, heldBy(each)])) },
    ]),
  );
  return ({ principal, capability, companyIds: ids }) => {
    // the operator's access is the machine's own
    if (principal.userId === null) return true;
    const person = people.get(principal.userId);
    if (!person?.credentials.has(`${principal.via} ${principal.credentialId}`)) return false;
    return ids.every((id) => person.held.get(id)?.includes(capability));
  };
}

const heldBy = ({ granted, denied, ...roles }: Membership): readonly Capability[] =>
  effectiveCapabilities({ ...roles, granted: granted ?? [], denied: denied ?? [] });
