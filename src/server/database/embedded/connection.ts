/** How to reach an embedded server, and the product's own database in it. */
import { Client, DatabaseError } from 'pg';

export interface Connection {
  /** The socket's folder. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

const database = 'mathership';
const noSuchDatabase = '3D000';

export const connectionTo = (socketFolder: string, port = 5432): Connection => ({
  host: socketFolder,
  port,
  user: 'postgres',
  database,
});

/** A URL that `pg`, libpq and `new URL()` all read; the socket folder in the query wins over `localhost`. */
export const urlOf = ({ host, port, user, database: name }: Connection): string =>
  `postgresql://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;

export async function databaseExists(connection: Connection): Promise<boolean> {
  try {
    await onServer(connection, 'SELECT 1');
    return true;
  } catch (error) {
    if (sqlState(error) === noSuchDatabase) return false;
    throw error;
  }
}

/** Only the owner of the server calls it, so nobody else creates it at the same time. */
export async function ensureDatabase(connection: Connection): Promise<void> {
  if (await databaseExists(connection)) return;
  await onServer({ ...connection, database: 'postgres' }, `CREATE DATABASE ${database}`);
}

/** The five characters a server's error carries; undefined for any other error. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;

async function onServer(connection: Connection, statement: string): Promise<void> {
  const client = new Client(connection);
  // a server that ends meanwhile must not end this process
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}
