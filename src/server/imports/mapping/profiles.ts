/** Import profiles of a company: how its files of one form are read. Anybody who may import makes and changes them. */
import { sql } from 'kysely';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { ImportProfile, ProfileDraft } from '#contract/import-profiles.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, type Grant } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { importKinds } from '../kinds.ts';

type ImportGrant = Grant<'import_data'>;

const profilesOf = (db: Queryable, companyId: string) =>
  db
    .selectFrom('import_profiles as p')
    .leftJoin('users as u', 'u.id', 'p.created_by')
    .selectAll('p')
    .select('u.name as created_by_name')
    .where('p.company_id', '=', companyId);

type Row = Awaited<ReturnType<ReturnType<typeof profilesOf>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Row): ImportProfile => ({
  id: row.id,
  company_id: row.company_id,
  name: row.name,
  fingerprint: row.fingerprint,
  ...row.settings,
  created_by: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const listProfiles = (db: Database, companyId: string, page: PageOf & { fingerprint?: string | undefined }) =>
  readPage(
    db,
    page,
    (tx) =>
      profilesOf(tx, companyId)
        .$if(page.fingerprint !== undefined, (query) => query.where('p.fingerprint', '=', page.fingerprint ?? ''))
        .orderBy(sql`lower(p.name)`)
        .orderBy('p.id'),
    (rows) => rows.map(viewOf),
  );

/** All of a company, those that changed last first. */
export const everyProfile = async (db: Queryable, companyId: string): Promise<ImportProfile[]> =>
  (await profilesOf(db, companyId).orderBy('p.updated_at', 'desc').orderBy('p.id', 'desc').execute()).map(viewOf);

/** @throws ProductError access_denied for what is not there. */
export async function readProfile(db: Queryable, companyId: string, id: unknown): Promise<ImportProfile> {
  const row = await profilesOf(db, companyId)
    .where('p.id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!row) throw new ProductError('access_denied', 'You have access to no import profile by this id.');
  return viewOf(row);
}

/** @throws ProductError invalid_input, naming the one that is none of the company's. */
export async function profilesByIds(
  db: Queryable,
  companyId: string,
  ids: readonly string[],
): Promise<ImportProfile[]> {
  return Promise.all(
    ids.map(async (id) => {
      const known = await readProfile(db, companyId, id).catch(() => null);
      if (!known) throw invalidField('profile_id', `${id} is no import profile of this company`);
      return known;
    }),
  );
}

/** By its name or id, for the command line. @throws ProductError not_found */
export const findProfile = async (db: Queryable, companyId: string, name: string): Promise<ImportProfile> =>
  profileNamed(await everyProfile(db, companyId), name);

/** @throws ProductError not_found, with the names there are */
export function profileNamed(all: readonly ImportProfile[], name: string): ImportProfile {
  const found = all.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? all.find(({ id }) => id === name);
  if (found) return found;
  const names = all.map((one) => one.name).join(', ');
  const choices = names === '' ? 'The company has none.' : `There are: ${names}.`;
  throw new ProductError('not_found', `There is no import profile ${name}. ${choices}`);
}

/** @throws ProductError invalid_input, naming the field. */
function judged(profile: ProfileDraft): ProfileDraft {
  const columns = importKinds.find(({ name }) => name === profile.kind)?.columns ?? [];
  const known = new Set(columns.map(({ name }) => name));
  for (const part of ['fields', 'values'] as const) {
    const wrong = Object.keys(profile[part]).find((field) => !known.has(field));
    if (wrong !== undefined) throw invalidField(`${part}.${wrong}`, `is no column of ${profile.kind}.csv`);
  }
  const generated = Object.entries(profile.fields).find(
    ([field, source]) => 'generated' in source && field !== 'line_no',
  );
  if (generated) throw invalidField(`fields.${generated[0]}`, 'only line_no is generated');
  return profile;
}

/** What of a profile is its maker's word. */
const draftOf = (profile: ImportProfile): ProfileDraft => {
  const { id: _id, company_id: _company, created_by: _by, created_at: _made, updated_at: _changed, ...draft } = profile;
  return draft;
};

const valuesOf = ({ name, fingerprint, ...settings }: ProfileDraft) => ({
  name,
  fingerprint,
  settings: JSON.stringify(settings),
});

const uniqueViolation = '23505';
const named =
  (name: string) =>
  (error: unknown): never => {
    if ((error as { code?: string } | null)?.code !== uniqueViolation) throw error;
    throw new ProductError('conflict', `There is an import profile named ${name} already. Choose another name.`, {
      fields: [{ field: 'name', message: 'is taken' }],
    });
  };

/** Of one company: each look at a file compares with all of them. */
export const profilesMax = 500;

/** Profiles of the company are made one after the other, so that the limit is exact. */
async function refuseTooMany(tx: DatabaseTransaction, companyId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('import profiles', ${companyId}::bigint))`.execute(tx);
  const { n } = await tx
    .selectFrom('import_profiles')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow();
  if (Number(n) < profilesMax) return;
  throw new ProductError(
    'conflict',
    `This company has ${profilesMax} import profiles, the most there can be. Delete one that is not needed any more.`,
  );
}

/** @throws ProductError conflict for a name that is taken, and for one profile too many. */
export async function createProfile(
  tx: DatabaseTransaction,
  grant: ImportGrant,
  origin: Origin,
  draft: ProfileDraft,
): Promise<ImportProfile> {
  await refuseTooMany(tx, grant.company.id);
  const { id } = await tx
    .insertInto('import_profiles')
    .values({ ...valuesOf(judged(draft)), company_id: grant.company.id, created_by: grant.principal.userId })
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch(named(draft.name));
  await told(tx, grant, origin, 'import_profile.created', id, draft.name);
  return readProfile(tx, grant.company.id, id);
}

export const changeProfile = (
  db: Database,
  grant: ImportGrant,
  origin: Origin,
  id: unknown,
  patch: Partial<ProfileDraft>,
): Promise<ImportProfile> =>
  db.transaction().execute(async (tx) => {
    const known = await held(tx, grant, id);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next = judged({ ...draftOf(known), ...given });
    await tx
      .updateTable('import_profiles')
      .set({ ...valuesOf(next), updated_at: sql`clock_timestamp()` })
      .where('id', '=', known.id)
      .execute()
      .catch(named(next.name));
    await told(tx, grant, origin, 'import_profile.changed', known.id, next.name);
    return readProfile(tx, grant.company.id, known.id);
  });

export const deleteProfile = (db: Database, grant: ImportGrant, origin: Origin, id: unknown): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const known = await held(tx, grant, id);
    await tx.deleteFrom('import_profiles').where('id', '=', known.id).execute();
    await told(tx, grant, origin, 'import_profile.deleted', known.id, known.name);
  });

/** Held until the transaction ends. */
async function held(tx: DatabaseTransaction, grant: ImportGrant, id: unknown): Promise<ImportProfile> {
  await tx
    .selectFrom('import_profiles')
    .select('id')
    .where('id', '=', asId(id) ?? '0')
    .where('company_id', '=', grant.company.id)
    .forUpdate()
    .execute();
  return readProfile(tx, grant.company.id, id);
}

const told = (
  tx: DatabaseTransaction,
  { principal, company }: ImportGrant,
  origin: Origin,
  action: string,
  id: string,
  name: string,
) =>
  audit(tx, principal, origin, {
    action,
    companyId: company.id,
    organizationId: company.organizationId,
    subjectType: 'import_profile',
    subjectId: id,
    details: { name },
  });
