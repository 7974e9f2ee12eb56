/** Organizations: whoever has an account of their own may found one and is its first owner. */
import { sql } from 'kysely';
import type { OrganizationRole } from '#contract/access.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { OrganizationEntry } from '#contract/organization.ts';
import { requireProven } from '#server/access/accounts.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { Principal } from '#server/access/decide.ts';
import type { OrganizationAccess } from '#server/access/organization-access.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { changesBetween } from './changes.ts';

/** Those the principal belongs to; all of them for the operator. */
const selectOrganizations = (db: Queryable, principal: Principal) =>
  db
    .selectFrom('organizations as o')
    .leftJoin('organization_members as m', (join) =>
      join.onRef('m.organization_id', '=', 'o.id').on('m.user_id', '=', principal.userId ?? '0'),
    )
    .select(['o.id', 'o.name', sql<OrganizationRole>`coalesce(m.role, 'owner')`.as('role'), 'o.created_at'])
    .where((on) => (principal.userId === null ? on.lit(true) : on('m.user_id', 'is not', null)));

/** By name. */
export const listOrganizations = (db: Database, principal: Principal, page: PageOf): Promise<Page<OrganizationEntry>> =>
  readPage(db, page, (tx) => selectOrganizations(tx, principal).orderBy('o.name').orderBy('o.id'));

/** @throws ProductError conflict for an account that belongs to one organization alone. */
export async function createOrganization(
  tx: DatabaseTransaction,
  founder: Principal & { userId: string },
  origin: Origin,
  input: { name: string },
): Promise<OrganizationEntry> {
  await requireProven(tx, founder.userId);
  const row = await tx
    .insertInto('organizations')
    .values({ name: input.name })
    .returning(['id', 'name', 'created_at'])
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('organization_members')
    .values({ organization_id: row.id, user_id: founder.userId, role: 'owner' })
    .execute();
  await audit(tx, founder, origin, {
    action: 'organization.created',
    organizationId: row.id,
    subjectType: 'organization',
    subjectId: row.id,
    details: { name: row.name },
  });
  return { id: row.id, name: row.name, role: 'owner', created_at: row.created_at };
}

/** Null for one that the principal does not belong to. */
export const readOrganization = async (
  db: Queryable,
  principal: Principal,
  id: string,
): Promise<OrganizationEntry | null> =>
  (await selectOrganizations(db, principal).where('o.id', '=', id).executeTakeFirst()) ?? null;

export async function changeOrganization(
  db: Database,
  principal: Principal,
  organization: OrganizationAccess,
  origin: Origin,
  input: { name?: string },
): Promise<OrganizationEntry> {
  return db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('organizations')
      .select(['id', 'name', 'created_at'])
      .where('id', '=', organization.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const changes = changesBetween({ name: before.name }, input);
    if (changes) {
      await tx.updateTable('organizations').set(input).where('id', '=', organization.id).execute();
      await audit(tx, principal, origin, {
        action: 'organization.changed',
        organizationId: organization.id,
        subjectType: 'organization',
        subjectId: organization.id,
        details: { changes },
      });
    }
    return { ...before, ...input, role: organization.role };
  });
}
