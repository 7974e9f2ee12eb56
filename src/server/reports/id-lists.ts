/** Filters that are lists of ids: whose ids they are, that they belong to the company, and the names behind them. */
import { sql } from 'kysely';
import { asId } from '#server/access/decide.ts';
import type { Queryable } from '#server/database/database.ts';
import { byName, type FilterDefinition, oneOf, type PartSource, value } from './definition.ts';
import { shownName } from './shown-names.ts';

const kinds = {
  location_list: { table: 'delivery_locations', words: 'delivery locations' },
  vendor_list: { table: 'vendors', words: 'vendors' },
  item_list: { table: 'items', words: 'items' },
  storage_unit_list: { table: 'storage_units', words: 'storage units' },
} as const;

export type IdList = keyof typeof kinds;

export const isIdList = (type: FilterDefinition['type']): type is IdList => type in kinds;

/**
 * What is wrong with the ids, in the same words whether they exist elsewhere or nowhere; null when they are the company's.
 * With `hold` none of them can be deleted before the transaction ends; `past`: or they once were.
 */
export async function strangersAmong(
  db: Queryable,
  companyId: string,
  type: IdList,
  given: readonly string[],
  { hold = false, past = false } = {},
): Promise<string | null> {
  const { table, words } = kinds[type];
  const ids = given.map(asId).filter((id) => id !== null);
  if (ids.length < given.length) return strange(words);
  const known = await db
    .selectFrom(table)
    .select('id')
    .where('company_id', '=', companyId)
    .where('id', 'in', ids)
    // in one order, so that two who hold the same never wait for each other
    .$if(hold, (query) => query.orderBy('id').forKeyShare())
    .execute();
  if (known.length === given.length) return null;
  const found = new Set(known.map(({ id }) => id));
  const gone = ids.filter((id) => !found.has(id));
  return past && (await wereThere(db, companyId, table, gone)) ? null : strange(words);
}

const strange = (words: string): string => `must be ids of ${words} of this company`;

/** What an undone import had made is known of the past. */
async function wereThere(db: Queryable, companyId: string, table: string, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`SELECT count(DISTINCT id)::int AS n FROM ${sql.table(`${table}_past`)}
    WHERE company_id = ${companyId} AND id = ANY (${ids}::bigint[])`.execute(db);
  return rows[0]?.n === ids.length;
}

const namesMax = 12;

/** `Bar, Main Kitchen`; beyond a dozen the rest is counted. */
export async function namesOf(
  source: PartSource,
  companyId: string,
  type: IdList,
  ids: readonly string[],
): Promise<string> {
  const { table } = kinds[type];
  const rows = await source(
    `SELECT ${shownName('t', table, value(companyId))} AS name FROM ${table} t
     WHERE company_id = ${value(companyId)} AND ${oneOf('id', ids)} ORDER BY ${byName('t.name')}, code, id`,
  );
  const names = rows.map((row) => row['name'] ?? '');
  return names.length > namesMax
    ? `${names.slice(0, namesMax).join(', ')} and ${names.length - namesMax} more`
    : names.join(', ');
}
