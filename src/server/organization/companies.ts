/**
 * Companies of an organization. Their time zone decides the business day of what is written from then on;
 * changing it moves no day that is already recorded.
 */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyEntry } from '#contract/organization.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { CompanyAccess, Principal } from '#server/access/decide.ts';
import type { OrganizationAccess } from '#server/access/organization-access.ts';
import { holdData } from '#server/database/data-versions.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import type { Tables } from '#server/database/tables.ts';
import { type Changes, changesBetween, refuseDuplicate } from './changes.ts';
import { isArchived } from './paging.ts';

export interface CompanySettings {
  name: string;
  time_zone: string;
  currency: string;
  locale: string;
}

const settings = ['name', 'time_zone', 'currency', 'locale'] as const;
const nameTaken = 'is the name of another company of this organization';

type Companies = Tables & { c: Tables['companies'] };

const entryColumns = (build: ExpressionBuilder<Companies, 'c'>) =>
  [
    'c.id',
    'c.organization_id',
    'c.name',
    'c.time_zone',
    'c.currency',
    'c.locale',
    'c.archived_at',
    'c.created_at',
    sql<number>`c.data_version::int`.as('data_version'),
    build
      .selectFrom('delivery_locations as l')
      .select(sql<number>`count(*)::int`.as('n'))
      .whereRef('l.company_id', '=', 'c.id')
      .where('l.archived_at', 'is', null)
      .$asScalar()
      .$notNull()
      .as('location_count'),
    sql<number>`(SELECT count(*)::int FROM (
      SELECT user_id FROM company_members WHERE company_id = c.id UNION
      SELECT user_id FROM organization_members WHERE organization_id = c.organization_id AND role IN ('owner', 'admin')
    ) AS people)`.as('member_count'),
  ] as const;

/** Owners and administrators see every company, the others those they have a role in. */
function mayBeSeen(principal: Principal, organization: OrganizationAccess): Expression<SqlBool> {
  if (organization.role !== 'member') return sql<SqlBool>`true`;
  const member = sql`SELECT FROM company_members AS m WHERE m.company_id = c.id AND m.user_id = ${principal.userId}`;
  return sql<SqlBool>`EXISTS (${member})`;
}

/** Those of the organization that the principal may see, in use before archived, then by name. */
export async function listCompanies(
  db: Database,
  principal: Principal,
  organization: OrganizationAccess,
  filter: PageOf & { archived: 'true' | 'false' | 'all' },
): Promise<Page<CompanyEntry>> {
  return readPage(db, filter, (tx) =>
    tx
      .selectFrom('companies as c')
      .select(entryColumns)
      .where('c.organization_id', '=', organization.id)
      .where(isArchived('c.archived_at', filter.archived))
      .where(mayBeSeen(principal, organization))
      .orderBy(sql`c.archived_at IS NOT NULL`)
      .orderBy('c.name')
      .orderBy('c.id'),
  );
}

export async function readCompany(db: Queryable, id: string): Promise<CompanyEntry> {
  return db.selectFrom('companies as c').select(entryColumns).where('c.id', '=', id).executeTakeFirstOrThrow();
}

/** @throws ProductError conflict when the organization has a company of that name. */
export async function createCompany(
  tx: DatabaseTransaction,
  principal: Principal,
  organizationId: string,
  origin: Origin,
  input: CompanySettings,
): Promise<CompanyEntry> {
  const insert = tx
    .insertInto('companies')
    .values({ organization_id: organizationId, ...input })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await refuseDuplicate(insert, 'name', nameTaken);
  await audit(tx, principal, origin, {
    action: 'company.created',
    organizationId,
    companyId: id,
    subjectType: 'company',
    subjectId: id,
    details: { ...input },
  });
  return readCompany(tx, id);
}

/** @throws ProductError conflict when the organization has another company of that name. */
export async function changeCompany(
  db: Database,
  principal: Principal,
  company: CompanyAccess,
  origin: Origin,
  input: Partial<CompanySettings> & { archived?: boolean },
): Promise<CompanyEntry> {
  const { archived, ...fields } = input;
  return db.transaction().execute(async (tx) => {
    await holdData(tx, company.id, { userId: principal.userId, kind: 'hand' });
    const before = await tx
      .selectFrom('companies')
      .select([...settings, 'archived_at'])
      .where('id', '=', company.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const tell = (action: string, changes?: Changes): Promise<void> =>
      audit(tx, principal, origin, {
        action,
        organizationId: company.organizationId,
        companyId: company.id,
        subjectType: 'company',
        subjectId: company.id,
        ...(changes && { details: { changes } }),
      });
    const changes = changesBetween(before, fields);
    if (changes) {
      const update = tx.updateTable('companies').set(fields).where('id', '=', company.id).execute();
      await refuseDuplicate(update, 'name', nameTaken);
      await tell('company.changed', changes);
    }
    if (archived !== undefined && archived !== (before.archived_at !== null)) {
      await tx
        .updateTable('companies')
        .set({ archived_at: archived ? sql<string>`now()` : null })
        .where('id', '=', company.id)
        .execute();
      await tell(archived ? 'company.archived' : 'company.restored');
    }
    return readCompany(tx, company.id);
  });
}
