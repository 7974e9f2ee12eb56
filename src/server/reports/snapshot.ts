/**
 * One REPEATABLE READ snapshot for everything that one file says: rows, counts and totals are of the same instant,
 * also when they are read over several connections.
 */
import type pg from 'pg';
import { type DatabasePool, parseInstant } from '#server/database/database.ts';
import type { PartSource, Sql } from './definition.ts';

export interface Snapshot {
  readonly client: pg.ClientBase;
  /** RFC 3339. */
  readonly at: string;
  readonly read: PartSource;
  /** The name under which other connections can join. */
  share(): Promise<string>;
  end(): Promise<void>;
}

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

export async function openSnapshot(client: pg.ClientBase, join?: string): Promise<Snapshot> {
  await client.query(begin);
  if (join !== undefined) await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(join)}`);
  const read: PartSource = async (select: Sql) => (await client.query({ text: select, types: textOnly })).rows;
  const [first] = await read('SELECT now()::text AS at');
  return {
    client,
    at: parseInstant(first?.['at'] ?? ''),
    read,
    share: async () => {
      const [shared] = await read('SELECT pg_export_snapshot() AS name');
      return shared?.['name'] ?? '';
    },
    end: async () => {
      await client.query('COMMIT');
    },
  };
}

/** `work` in a snapshot on a connection of its own; a connection on which something failed is not used again. */
export async function inSnapshot<T>(pool: DatabasePool, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await pool.pool.connect();
  try {
    const snapshot = await openSnapshot(client);
    const found = await work(snapshot);
    await snapshot.end();
    client.release();
    return found;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Every value as the text the database prints. */
const textOnly: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };
