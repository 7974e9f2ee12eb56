/** One pool, one query builder; render threads, which need neither, open a connection alone. */
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import {
  connectionSettings,
  type ConnectionOptions,
  connectMilliseconds,
  cutConnection,
  refuseDeposed,
} from './connection.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;
/** Either of the two: whatever a query can run on. */
export type Queryable = Database | DatabaseTransaction;

/** For a connection of a pool to become free. */
const freeMilliseconds = 10_000;

/** One that hears its own errors also while it is lent out: a server that ends must not end this process. */
class PooledClient extends pg.Client {
  constructor(settings: pg.ClientConfig) {
    super({ ...settings, connectionTimeoutMillis: connectMilliseconds });
    this.on('error', () => undefined);
  }
}

/** Of the pools that write: between two statements of a transaction this program needs milliseconds. */
export const idleTransactionSeconds = 60;

/** A connection of a pool; its taker gives it back with `client.release`. */
export interface LentConnection {
  readonly client: pg.PoolClient;
  /** What fails here for a moment may well be read from the primary. */
  readonly isReplica: boolean;
}

export interface Lender {
  /** `from`: not from a replica, whatever there is. */
  lend(from?: 'primary'): Promise<LentConnection>;
}

export interface DatabaseOptions extends ConnectionOptions {
  /** Connections at most. */
  readonly connectionsMax?: number;
}

export class DatabasePool implements Lender {
  readonly pool: pg.Pool;
  readonly db: Database;
  readonly url: string;
  private readonly clients = new Set<pg.PoolClient>();

  constructor(options: DatabaseOptions) {
    this.url = options.url;
    this.pool = new pg.Pool({
      ...connectionSettings(options),
      Client: PooledClient as unknown as new () => pg.ClientBase,
      connectionTimeoutMillis: freeMilliseconds,
      max: options.connectionsMax ?? 20,
      idleTimeoutMillis: 30_000,
      onConnect: (client) => refuseDeposed(client, options.url),
    });
    // an idle connection that breaks must not end the process; the next query opens another
    this.pool.on('error', (error) => options.onError?.(error));
    this.pool.on('connect', (client) => this.clients.add(client));
    this.pool.on('remove', (client) => this.clients.delete(client));
    this.db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  async lend(): Promise<LentConnection> {
    return { client: await this.pool.connect(), isReplica: false };
  }

  /** Ends every connection of the pool at once: what runs on them fails, what comes next opens others. */
  cut(): void {
    for (const client of this.clients) cutConnection(client);
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}
