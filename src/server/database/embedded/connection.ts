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

export const connectionTo = (socketFolder: string, port = 5432): Connection => ({
  host: socketFolder,
  port,
  user: 'postgres',
  database,
});

/** A URL that `pg`, libpq and `new URL()` all read; the socket folder in the query wins over `localhost`. */
export const urlOf = ({ host, port, user, database: name }: Connection): string =>
  `postgresql://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;

const exists = `SELECT FROM pg_database WHERE datname = '${database}'`;

/** What a server says, or does not, while it starts or ends: cannot_connect_now, admin_shutdown. */
const passing = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', '57P03', '57P01']);

/** False also while the server is starting or ending. */
export async function databaseExists(connection: Connection): Promise<boolean> {
  try {
    return await onServer(connection, async (client) => (await client.query(exists)).rowCount === 1);
  } catch (error) {
    if (passing.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Only the owner of the server calls it, so nobody else creates it at the same time. */
export const ensureDatabase = (connection: Connection): Promise<void> =>
  onServer(connection, async (client) => {
    if ((await client.query(exists)).rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  });

/** The five characters a server's error carries; undefined for any other error. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;

async function onServer<Result>(connection: Connection, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ ...connection, database: 'postgres' });
  // a server that ends meanwhile must not end this process
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
