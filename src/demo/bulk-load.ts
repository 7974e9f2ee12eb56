/**
 * What makes a large load fast and safe, inside one transaction: references are checked once for all rows instead of
 * row by row, indexes of empty tables are built afterwards, empty tables may skip the log, ids continue where the
 * sequences are, and the planner knows the tables in the end. Nobody else reads or writes them meanwhile.
 */
import type { Connection } from '#server/database/connection.ts';
import { type TableName, tableNames } from './rows.ts';

interface Reference {
  readonly table: string;
  readonly name: string;
}

interface Index {
  readonly name: string;
  /** The statement that makes it. */
  readonly definition: string;
}

interface Trigger {
  readonly table: string;
  readonly name: string;
  /** The statement that makes it, and to stand as it did. */
  readonly definition: string;
  readonly how: string;
}

const withId = tableNames.filter((table) => table !== 'stock_snapshots');

export class BulkLoad {
  /** The last id in use of every table. */
  readonly lastIds: Readonly<Record<TableName, number>>;
  /** The tables had no rows: what is copied may be frozen. */
  readonly fresh: boolean;
  private readonly client: Connection;
  private readonly references: readonly Reference[];
  private readonly indexes: readonly Index[];
  private readonly triggers: readonly Trigger[];

  private constructor(
    client: Connection,
    lastIds: Record<TableName, number>,
    fresh: boolean,
    references: readonly Reference[],
    indexes: readonly Index[],
    triggers: readonly Trigger[],
  ) {
    this.client = client;
    this.lastIds = lastIds;
    this.fresh = fresh;
    this.references = references;
    this.indexes = indexes;
    this.triggers = triggers;
  }

  /** The transaction has begun and has written nothing yet. */
  static async begin(client: Connection): Promise<BulkLoad> {
    await client.query(`SET LOCAL maintenance_work_mem = '128MB'`);
    await client.query(`LOCK TABLE ${tableNames.join(', ')}`);
    const empty = await emptyTables(client);
    const fresh = empty.length === tableNames.length && !(await referredToFromOutside(client));
    // nothing to lose: a table emptied in this transaction need not be logged where no replica follows (wal_level minimal)
    if (fresh) await client.query(`TRUNCATE ${tableNames.join(', ')}`);
    const references = await easeReferences(client);
    const triggers = await putTriggersAside(client);
    const indexes = await putIndexesAside(client, empty);
    const lastIds = Object.fromEntries(tableNames.map((table) => [table, 0])) as Record<TableName, number>;
    for (const table of withId) {
      const last = await client.query<{ last: string }>(
        `SELECT greatest((SELECT max(id) FROM ${table}), pg_sequence_last_value(pg_get_serial_sequence($1, 'id')), 0) AS last`,
        [table],
      );
      lastIds[table] = Number(last.rows[0]?.last ?? 0);
    }
    return new BulkLoad(client, lastIds, fresh, references, indexes, triggers);
  }

  /**
   * @param lastIds the ids given out since
   * @throws the database's error if a row refers to nothing
   */
  async finish(lastIds: Readonly<Record<TableName, number>>): Promise<void> {
    for (const { definition } of this.indexes) await this.client.query(definition);
    for (const { table, name, definition, how } of this.triggers) {
      await this.client.query(`${definition}; ALTER TABLE ${table} ${how} TRIGGER ${name}`);
    }
    // what their triggers would have added up, line by line
    await this.client.query(`INSERT INTO receipt_sums SELECT * FROM receipt_sums_recounted WHERE receipt_id > $1`, [
      this.lastIds.receipts,
    ]);
    for (const { table, name } of this.references) {
      await this.client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${name} ENFORCED`);
    }
    for (const table of withId) {
      if (lastIds[table] === this.lastIds[table]) continue;
      await this.client.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, lastIds[table]]);
    }
    await this.client.query(`ANALYZE ${tableNames.join(', ')}, receipt_sums`);
  }
}

/** Three checks a movement, six a receipt line: row by row they cost more than the rows. As one join each they cost 0.3 s. */
async function easeReferences(client: Connection): Promise<readonly Reference[]> {
  const { rows } = await client.query<{ able: boolean }>(
    `SELECT current_setting('server_version_num')::int >= 180000 AS able`,
  );
  // before PostgreSQL 18 a reference cannot be set aside and proven later: rows are checked one by one
  if (!rows[0]?.able) return [];
  const found = await client.query<Reference>(
    `SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name FROM pg_constraint
     WHERE contype = 'f' AND conenforced AND conrelid = ANY ($1::regclass[]) ORDER BY 1, 2`,
    [tableNames],
  );
  for (const { table, name } of found.rows) {
    await client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${name} NOT ENFORCED`);
  }
  return found.rows;
}

/**
 * Those that look at each row before it is stored keep COPY from storing many at once, and pages from being frozen. Rows
 * that are loaded are of the first version of companies nobody knows yet, as their columns say by themselves.
 */
async function putTriggersAside(client: Connection): Promise<readonly Trigger[]> {
  const { rows } = await client.query<Trigger>(
    `SELECT tgrelid::regclass::text AS table, quote_ident(tgname) AS name, pg_get_triggerdef(oid) AS definition, CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS how
     FROM pg_trigger WHERE tgrelid = ANY ($1::regclass[]) AND NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY 1, 2`,
    [tableNames],
  );
  for (const { table, name } of rows) await client.query(`DROP TRIGGER ${name} ON ${table}`);
  return rows;
}

async function emptyTables(client: Connection): Promise<TableName[]> {
  const empty: TableName[] = [];
  for (const table of tableNames) {
    const { rowCount } = await client.query(`SELECT FROM ${table} LIMIT 1`);
    if (rowCount === 0) empty.push(table);
  }
  return empty;
}

/** A table that others refer to is not emptied, though it has no rows. */
async function referredToFromOutside(client: Connection): Promise<boolean> {
  const found = await client.query(
    `SELECT FROM pg_constraint
     WHERE contype = 'f' AND confrelid = ANY ($1::regclass[]) AND conrelid <> ALL ($1::regclass[]) LIMIT 1`,
    [tableNames],
  );
  return found.rowCount !== 0;
}

/**
 * Indexes that are no constraint, of tables without rows. Building them at the end takes 2.5 s of the server's processor
 * for the default demo, keeping them 3.6 s (November 2026, 2 cores); beside other rows they stay.
 */
async function putIndexesAside(client: Connection, empty: readonly TableName[]): Promise<readonly Index[]> {
  const found = await client.query<Index>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1`,
    [empty],
  );
  for (const { name } of found.rows) await client.query(`DROP INDEX ${name}`);
  return found.rows;
}
