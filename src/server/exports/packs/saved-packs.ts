/**
 * Saved packs: definitions with a period that moves with the days, run with one press. They are the organization's: seen by
 * whoever may view financials in every company of them, changed by whoever made them and by its owners and administrators.
 */
import { sql } from 'kysely';
import { dayIn } from '#contract/calendar.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { PackMember, PackOptions, SavedPack } from '#contract/packs.ts';
import { daysOf, type SavedPeriod } from '#contract/saved-reports.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, companyDenied, type FinancialView } from '#server/access/decide.ts';
import type { OrganizationAccess } from '#server/access/organization-access.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { resolveScope } from '#server/reports/scope.ts';
import { readQuestion } from '../plan.ts';
import type { PackQuestion } from './create-pack.ts';
import { ofMember, readMembers } from './members.ts';

export interface PackDefinition {
  readonly name: string;
  readonly members: readonly PackMember[];
  readonly period: SavedPeriod;
  readonly options: PackOptions;
}

const rows = (db: Queryable) =>
  db
    .selectFrom('packs as p')
    .leftJoin('users as u', 'u.id', 'p.created_by')
    .selectAll('p')
    .select('u.name as created_by_name');

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

const viewOfPack = ({ created_by, created_by_name, ...row }: Row): SavedPack => ({
  ...row,
  created_by: created_by === null ? null : { id: created_by, name: created_by_name ?? '' },
});

/** Those that the proof covers in every company. */
export const listSavedPacks = (db: Database, view: FinancialView, organizationId: string, page: PageOf) =>
  readPage(
    db,
    page,
    (tx) =>
      rows(tx)
        .where('p.organization_id', '=', organizationId)
        .where(sql<boolean>`p.company_ids <@ ${view.companyIds}::bigint[]`)
        .orderBy(sql`lower(p.name)`)
        .orderBy('p.id'),
    (found) => found.map(viewOfPack),
  );

/** Null for one that is not there, or of another organization. */
export async function findSavedPack(db: Queryable, organizationId: unknown, id: unknown): Promise<SavedPack | null> {
  const row = await rows(db)
    .where('p.id', '=', asId(id) ?? '0')
    .where('p.organization_id', '=', asId(organizationId) ?? '0')
    .executeTakeFirst();
  return row ? viewOfPack(row) : null;
}

/** @throws ProductError company_access_denied unless the proof is of every company of it */
export async function readSavedPack(
  db: Queryable,
  view: FinancialView,
  organizationId: string,
  id: unknown,
): Promise<SavedPack> {
  const pack = await findSavedPack(db, organizationId, id);
  if (!pack?.company_ids.every((one) => view.companyIds.includes(one))) throw companyDenied();
  return pack;
}

/** Its days today, or those that are given. */
export function questionOfPack(
  view: FinancialView,
  { id, organization_id, name, members, company_ids, period, options }: SavedPack,
  days: { readonly date_from?: string | undefined; readonly date_to?: string | undefined } = {},
): PackQuestion {
  const first = view.companies.find((company) => company.id === company_ids[0]);
  const { from, to } = daysOf(period, dayIn(first?.timeZone ?? 'UTC'));
  return {
    organizationId: organization_id,
    name,
    savedPackId: id,
    members,
    from: days.date_from ?? from,
    to: days.date_to ?? to,
    options,
  };
}

/** @throws ProductError invalid_input for a member of a company of another organization */
export function refuseForeign(view: FinancialView, organizationId: string, members: readonly PackMember[]): void {
  for (const [place, { company_id }] of members.entries()) {
    const company = view.companies.find(({ id }) => id === company_id);
    if (company && company.organizationId !== organizationId) {
      throw invalidField(`members.${place}.company_id`, 'is a company of another organization');
    }
  }
}

/** As it would be asked today. @throws ProductError invalid_input, naming the member */
async function judged(
  db: Queryable,
  view: FinancialView,
  organizationId: string,
  { members, period }: PackDefinition,
): Promise<string[]> {
  refuseForeign(view, organizationId, members);
  const [first] = members;
  const zone = view.companies.find(({ id }) => id === first?.company_id)?.timeZone ?? 'UTC';
  const days = daysOf(period, dayIn(zone));
  const asked = await readMembers(db, view, members, days);
  for (const [place, { companyId, question }] of asked.entries()) {
    const company = view.companies.find(({ id }) => id === companyId);
    const { definition, filters, options } = readQuestion(question);
    const scope = { definition, ...days, filters, columns: options.columns, dateBasis: options.date_basis };
    if (company) await ofMember(place, () => resolveScope(db, company, scope, 'filters'));
  }
  return [...new Set(asked.map(({ companyId }) => companyId))];
}

const uniqueViolation = '23505';
const named =
  (name: string) =>
  (error: unknown): never => {
    if ((error as { code?: string } | null)?.code !== uniqueViolation) throw error;
    throw new ProductError('conflict', `There is a pack named ${name} already. Choose another name.`, {
      fields: [{ field: 'name', message: 'is taken' }],
    });
  };

/** Of an organization. */
export const savedPacksMax = 200;

interface Asking {
  readonly view: FinancialView;
  readonly organization: OrganizationAccess;
  readonly origin: Origin;
}

export async function createSavedPack(
  tx: DatabaseTransaction,
  asking: Asking,
  pack: PackDefinition,
): Promise<SavedPack> {
  const { view, organization } = asking;
  const companyIds = await judged(tx, view, organization.id, pack);
  await tx.selectFrom('organizations').select('id').where('id', '=', organization.id).forNoKeyUpdate().execute();
  const { n } = await tx
    .selectFrom('packs')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('organization_id', '=', organization.id)
    .executeTakeFirstOrThrow();
  if (Number(n) >= savedPacksMax) {
    throw new ProductError(
      'conflict',
      `There are ${savedPacksMax} packs, the most there can be. Delete one that is not needed any more.`,
    );
  }
  const { id } = await tx
    .insertInto('packs')
    .values({ ...valuesOf(pack, companyIds), organization_id: organization.id, created_by: view.principal.userId })
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch(named(pack.name));
  await told(tx, asking, 'saved_pack.created', id, companyIds[0]);
  return readSavedPack(tx, view, organization.id, id);
}

const valuesOf = ({ name, members, period, options }: PackDefinition, companyIds: string[]) => ({
  name,
  members: JSON.stringify(members),
  company_ids: companyIds,
  period: JSON.stringify(period),
  options: JSON.stringify(options),
});

/** @throws ProductError access_denied for whoever neither made it nor runs the organization */
export async function changeSavedPack(
  db: Database,
  asking: Asking,
  id: unknown,
  patch: Partial<PackDefinition>,
): Promise<SavedPack> {
  const { view, organization } = asking;
  return db.transaction().execute(async (tx) => {
    const known = await ownPack(tx, asking, id);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next: PackDefinition = { ...known, ...given };
    const companyIds = await judged(tx, view, organization.id, next);
    await tx
      .updateTable('packs')
      .set({ ...valuesOf(next, companyIds), updated_at: sql`clock_timestamp()` })
      .where('id', '=', known.id)
      .execute()
      .catch(named(next.name));
    await told(tx, asking, 'saved_pack.changed', known.id, companyIds[0]);
    return readSavedPack(tx, view, organization.id, known.id);
  });
}

export async function deleteSavedPack(db: Database, asking: Asking, id: unknown): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const known = await ownPack(tx, asking, id);
    await tx.deleteFrom('packs').where('id', '=', known.id).execute();
    await told(tx, asking, 'saved_pack.deleted', known.id, known.company_ids[0]);
  });
}

/** Held until the transaction ends. */
async function ownPack(tx: DatabaseTransaction, { view, organization }: Asking, id: unknown): Promise<SavedPack> {
  await tx
    .selectFrom('packs')
    .select('id')
    .where('id', '=', asId(id) ?? '0')
    .forUpdate()
    .execute();
  const known = await readSavedPack(tx, view, organization.id, id);
  if (organization.role !== 'member' || known.created_by?.id === view.principal.userId) return known;
  throw new ProductError(
    'access_denied',
    `${known.created_by?.name ?? 'Somebody else'} made this pack. Owners and administrators of the organization can change it too; save one of your own.`,
  );
}

const told = (
  tx: DatabaseTransaction,
  { view, organization, origin }: Asking,
  action: string,
  id: string,
  companyId = '',
) =>
  audit(tx, view.principal, origin, {
    action,
    companyId: companyId || null,
    organizationId: organization.id,
    subjectType: 'pack',
    subjectId: id,
  });
