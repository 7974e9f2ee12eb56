/**
 * A version taken back, as a new version: what it added goes, what it changed or removed is there again as it was. Only
 * where nothing stands on it: no later version wrote any of its rows, and no later row refers to what would go.
 */
import { CompiledQuery, sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { Grant } from '#server/access/decide.ts';
import type { Connection } from '#server/database/connection.ts';
import { holdData } from '#server/database/data-versions.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import { judgeClosedDays, noteClosedDays } from './closed-rows.ts';
import { Findings } from './findings.ts';
import { type ImportRun, usualOptions } from './kind.ts';
import { createLedgerChanges, settleLedger } from './stock-ledger.ts';
import { derivedRef } from './stock-movements.ts';
import { ledgerChanges } from './write-movements.ts';

/** What is referred to comes first. */
const tables = [
  'storage_units',
  'delivery_locations',
  'vendors',
  'items',
  'vendor_items',
  'purchase_orders',
  'purchase_order_lines',
  'receipts',
  'receipt_lines',
  'invoices',
  'invoice_lines',
  'stock_movements',
  'stock_counts',
] as const;

const standsOn = (): ProductError =>
  new ProductError('conflict', 'Later changes stand on this one. Undo those first, or correct what is wrong by hand.');
/** A key that is used again, a reference that something later holds. */
const refusals = new Set(['23503', '23505']);

interface Columns {
  readonly all: string;
  /** Without the key. */
  readonly values: string;
  readonly compared: readonly string[];
}

/**
 * @param reason why closed days may be changed, where the company lets that through with one
 * @returns the number of the new version
 * @throws ProductError not_found; conflict where something stands on it, or the company's data are being written;
 *   period_closed, naming the day, where it would change a closed one
 */
export async function undoVersion(
  tx: DatabaseTransaction,
  { principal, company }: Grant<'import_data'>,
  origin: Origin,
  version: number,
  reason?: string,
): Promise<number> {
  await holdData(tx, company.id, { userId: principal.userId, kind: 'undo', id: String(version) });
  const known = await tx
    .selectFrom('data_versions')
    .select(['source_kind', 'source_id'])
    .where('company_id', '=', company.id)
    .where('version', '=', String(version))
    .executeTakeFirst();
  const kept = await tx
    .selectFrom('companies')
    .select(['data_version', 'kept_version'])
    .where('id', '=', company.id)
    .executeTakeFirstOrThrow();
  if (!known) throw new ProductError('not_found', 'This company has no such version.');
  if (known.source_kind === 'import' && known.source_id === null)
    throw new ProductError(
      'conflict',
      'This is what was there before versions were counted. No import or hand made it.',
    );
  if (version <= Number(kept.kept_version))
    throw new ProductError('conflict', 'What this version replaced is not kept any more.');
  const client = clientOf(tx);
  const importId = await register(tx, company.id, principal.userId, version);
  const run = {
    client,
    id: importId,
    company,
    options: usualOptions,
    findings: new Findings([]),
    closed: await noteClosedDays(client, company.id),
  } as unknown as ImportRun;
  await createLedgerChanges(run);
  try {
    await takeBackRows(client, company.id, version);
    await restoreCompany(client, company.id, version);
    await settleLedger(run);
  } catch (error) {
    throw refusals.has((error as { code?: string }).code ?? '') ? standsOn() : error;
  }
  const closedDays = await judgeClosedDays(run, reason);
  await client.query(`SET LOCAL mathership.closed_days = ''`);
  const temporary = [
    'closed_day_writes',
    'closed_rows',
    ledgerChanges,
    'changed_pairs',
    'unsettled',
    'settled',
    ...tables.map(ofVersion),
  ];
  await client.query(`DROP TABLE IF EXISTS ${temporary.join(', ')}`);
  const undone = Number(kept.data_version) + 1;
  await audit(tx, principal, origin, {
    action: 'data_version.undone',
    organizationId: company.organizationId,
    companyId: company.id,
    subjectType: 'data_version',
    subjectId: String(version),
    details: { version, new_version: undone, ...(closedDays && { closed_days: { ...closedDays, reason } }) },
  });
  return undone;
}

/** Statements that were written for a connection, in a transaction of the query builder. */
const clientOf = (tx: DatabaseTransaction): Connection =>
  ({
    query: async (text: string, values: unknown[] = []) => {
      const { rows, numAffectedRows } = await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, values));
      return { rows, rowCount: Number(numAffectedRows ?? rows.length) };
    },
  }) as unknown as Connection;

async function register(
  tx: DatabaseTransaction,
  companyId: string,
  userId: string | null,
  version: number,
): Promise<string> {
  const { rows } = await sql<{ id: string }>`INSERT INTO imports (company_id, user_id, source, reason)
    VALUES (${companyId}, ${userId}, 'hand', ${`Undo of version ${version}`}) RETURNING id`.execute(tx);
  return rows[0]?.id ?? '';
}

/** Of each table the rows that stand as the version left them; also where a later version was itself undone. */
const ofVersion = (table: string): string => `undone_${table}`;

async function takeBackRows(client: Connection, company: string, version: number): Promise<void> {
  const columns = await columnsOf(client);
  const was = (table: string): string =>
    `SELECT * FROM ${table}_past WHERE company_id = ${company} AND died_version = ${version}`;
  for (const table of tables) {
    const { compared } = columns.get(table) as Columns;
    const both = compared.map((name) => [`t.${name}`, `p.${name}`] as const);
    await client.query(
      `CREATE TEMP TABLE ${ofVersion(table)} AS
       SELECT id FROM ${table} WHERE company_id = ${company} AND born_version = ${version}
       UNION SELECT t.id FROM ${table}_past p JOIN ${table} t USING (id) WHERE p.company_id = ${company} AND p.born_version = ${version}
         AND (${both.map(([now]) => now).join(', ')}) IS NOT DISTINCT FROM (${both.map(([, then]) => then).join(', ')})`,
    );
    const later = await client.query(
      `SELECT 1 FROM ${table}_past p WHERE company_id = ${company} AND born_version = ${version} AND NOT EXISTS (SELECT FROM ${ofVersion(table)} u WHERE u.id = p.id)
       UNION ALL SELECT 1 FROM (${was(table)}) w JOIN ${table} t USING (id) WHERE NOT EXISTS (SELECT FROM ${ofVersion(table)} u WHERE u.id = w.id) LIMIT 1`,
    );
    if (later.rowCount) throw standsOn();
  }
  await noteLedger(client, company, version);
  for (const table of tables) {
    const { all } = columns.get(table) as Columns;
    await client.query(
      `INSERT INTO ${table} (${all}) OVERRIDING SYSTEM VALUE
       SELECT ${all} FROM (${was(table)}) w WHERE NOT EXISTS (SELECT FROM ${table} t WHERE t.id = w.id) ORDER BY id`,
    );
  }
  for (const table of tables) {
    const { values } = columns.get(table) as Columns;
    await client.query(
      `UPDATE ${table} t SET (${values}) = (SELECT ${values} FROM (${was(table)}) w WHERE w.id = t.id)
       WHERE t.id IN (SELECT id FROM ${ofVersion(table)}) AND t.id IN (SELECT id FROM (${was(table)}) w)`,
    );
  }
  for (const table of tables.toReversed()) {
    const gone = `FROM ${table} t WHERE t.id IN (SELECT id FROM ${ofVersion(table)}) AND NOT EXISTS (SELECT FROM (${was(table)}) w WHERE w.id = t.id)`;
    if (table === 'receipt_lines') {
      // what they brought into stock later has no reference that the database would hold
      const { rowCount } = await client.query(
        `SELECT 1 ${gone} AND EXISTS (SELECT FROM stock_movements m
           WHERE m.company_id = ${company} AND m.movement_ref = ${derivedRef('receipt', 't.id')}) LIMIT 1`,
      );
      if (rowCount) throw standsOn();
    }
    await client.query(`DELETE ${gone}`);
  }
}

/** Costs that follow from what is taken back are worked out again, where a later version used them. */
async function noteLedger(client: Connection, company: string, version: number): Promise<void> {
  const touched = (day: string, table: string): string =>
    `SELECT storage_unit_id, item_id, ${day} FROM ${table} WHERE company_id = ${company} AND born_version = ${version}
     UNION ALL SELECT storage_unit_id, item_id, ${day} FROM ${table}_past WHERE company_id = ${company} AND died_version = ${version}`;
  await client.query(
    `INSERT INTO ${ledgerChanges} SELECT c.* FROM (${touched('occurred_on', 'stock_movements')} UNION ALL ${touched('counted_on', 'stock_counts')}) c
       (storage_unit_id, item_id, from_on)
     WHERE EXISTS (SELECT FROM stock_movements m WHERE m.company_id = ${company} AND m.storage_unit_id = c.storage_unit_id AND m.item_id = c.item_id
         AND m.born_version > ${version})
       OR EXISTS (SELECT FROM stock_counts m WHERE m.company_id = ${company} AND m.storage_unit_id = c.storage_unit_id AND m.item_id = c.item_id
         AND m.born_version > ${version})`,
  );
  // levels that were kept for the end of a day, and that the version made wrong
  await client.query(
    `INSERT INTO stock_snapshots (company_id, storage_unit_id, item_id, as_of, qty, value)
     SELECT company_id, storage_unit_id, item_id, as_of, qty, value FROM stock_snapshots_past s WHERE company_id = ${company} AND died_version = ${version}
       AND NOT EXISTS (SELECT FROM ${ledgerChanges} c WHERE c.storage_unit_id = s.storage_unit_id AND c.item_id = s.item_id)
     ON CONFLICT DO NOTHING`,
  );
}

/** Its name, clocks and money. */
async function restoreCompany(client: Connection, company: string, version: number): Promise<void> {
  const { rows } = await client.query<{ later: boolean }>(
    `SELECT EXISTS (SELECT FROM companies_past p JOIN companies c ON c.id = p.id WHERE p.id = ${company} AND p.born_version = ${version}
       AND (c.name, c.currency, c.time_zone, c.locale) IS DISTINCT FROM (p.name, p.currency, p.time_zone, p.locale)) AS later`,
  );
  if (rows[0]?.later) throw standsOn();
  await client.query(
    `UPDATE companies c SET name = p.name, currency = p.currency, time_zone = p.time_zone, locale = p.locale
     FROM companies_past p WHERE p.id = c.id AND c.id = ${company} AND p.died_version = ${version}`,
  );
}

async function columnsOf(client: Connection): Promise<Map<string, Columns>> {
  const { rows } = await client.query<Columns & { name: string }>(
    `SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS all,
       string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attname NOT IN ('id', 'company_id')) AS values,
       array_agg(quote_ident(a.attname)::text) FILTER (WHERE a.attname NOT IN ('id', 'import_id', 'updated_at')) AS compared
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> 'born_version'
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1) GROUP BY 1`,
    [[...tables]],
  );
  return new Map(rows.map((row) => [row.name, row]));
}
