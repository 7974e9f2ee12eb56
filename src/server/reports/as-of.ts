/**
 * Reports as of a version: which versions can still be read, what "now" was then, and whose company it was. How its tables
 * are read as they were is the snapshot's (snapshot.ts): a report's definition knows nothing of it.
 */
import { sql } from 'kysely';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';
import { csvForm } from '#server/renderers/csv.ts';
import { type AsOf, contractOf, type PartSource, type ReportDefinition } from './definition.ts';
import { versionsIn } from './snapshot.ts';

export const notReproducible = (detail: string): ProductError => new ProductError('not_reproducible', detail);

const tooOld = (version: number): ProductError =>
  notReproducible(
    `Version ${version} of the data is not kept any more: what was replaced is kept as long as the rows of exports are.`,
  );

/** What makes two CSV files of the same rows the same bytes: how they are written, and which columns the report has. */
export const csvFormOf = (definition: ReportDefinition): string => {
  const { major, minor } = contractOf(definition);
  return `csv ${csvForm}, ${definition.type} ${major}.${minor}`;
};

/** A file that was made, as what it takes to make it again. */
export interface MadeFile {
  readonly data_version: string | null;
  readonly as_of_instant: string | null;
  readonly snapshot_at: string | null;
  readonly csv_form: string | null;
}

/** @throws ProductError not_reproducible */
export async function asOfFile(
  db: Queryable,
  companyId: string,
  definition: ReportDefinition,
  file: MadeFile,
): Promise<AsOf> {
  const now = file.as_of_instant ?? file.snapshot_at;
  if (file.data_version === null || now === null) {
    throw notReproducible('It is not known of which version of the data this export was made.');
  }
  if (file.csv_form !== csvFormOf(definition)) {
    throw notReproducible('The file was written in another form than this release writes. Export it anew instead.');
  }
  const version = Number(file.data_version);
  if (version < (await oldestKept(db, companyId))) throw tooOld(version);
  return { version, now };
}

/** @throws ProductError invalid_input for a version that there is not yet, not_reproducible for one that is not kept */
export async function asOfVersion(db: Queryable, companyId: string, version: number): Promise<AsOf> {
  const { rows } = await sql<{ newest: string; at: string | null }>`
    SELECT c.data_version AS newest, (SELECT at FROM data_versions v WHERE v.company_id = c.id AND v.version = ${version}) AS at
    FROM companies c WHERE c.id = ${companyId}`.execute(db);
  const newest = Number(rows[0]?.newest ?? 0);
  if (version > newest) {
    throw invalidField('as_of_version', `there is no version ${version} yet: the newest is ${newest}`);
  }
  if (version < (await oldestKept(db, companyId))) throw tooOld(version);
  return { version, now: rows[0]?.at ?? new Date().toISOString() };
}

async function oldestKept(db: Queryable, companyId: string): Promise<number> {
  const company = await db
    .selectFrom('companies')
    .select('kept_version')
    .where('id', '=', companyId)
    .executeTakeFirst();
  return Number(company?.kept_version ?? 0);
}

/** In the snapshot that is read: nothing of the version may have been dropped since it was asked for. */
export async function provenVersion(read: PartSource, companyId: string, asOf: AsOf | undefined): Promise<number> {
  const { newest, oldest } = await versionsIn(read, companyId);
  if (!asOf) return newest;
  if (asOf.version < oldest || asOf.version > newest) throw tooOld(asOf.version);
  return asOf.version;
}

export interface CompanyThen {
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly locale: string;
}

/** Its name, its clocks and its money as they were. */
export async function companyAsOf(db: Queryable, companyId: string, { version }: AsOf): Promise<CompanyThen> {
  const { rows } = await sql<CompanyThen>`
    SELECT name, currency, time_zone AS "timeZone", locale FROM companies WHERE id = ${companyId} AND born_version <= ${version}
    UNION ALL
    SELECT name, currency, time_zone, locale FROM companies_past
    WHERE id = ${companyId} AND born_version <= ${version} AND died_version > ${version}`.execute(db);
  const [found] = rows;
  if (!found) throw tooOld(version);
  return found;
}
