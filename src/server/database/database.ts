/**
 * One pool, one query builder. Values keep the form the database gives them: decimals and bigints are strings,
 * days are YYYY-MM-DD, instants are RFC 3339 in UTC with exactly six fraction digits. No Date, no float, anywhere.
 */
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;
/** Either of the two: whatever a query can run on. */
export type Queryable = Database | DatabaseTransaction;

const dateOid = 1082;
const timestamptzOid = 1184;

/** `2026-11-23 17:30:33.03+00` -> `2026-11-23T17:30:33.030000Z`; the session zone is always UTC. */
export function parseInstant(text: string): string {
  const zone = text.lastIndexOf('+');
  const body = zone === -1 ? text : text.slice(0, zone);
  const [seconds = body, fraction = ''] = body.split('.');
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(6, '0')}Z`;
}

const parsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === dateOid) return (text: string) => text;
    if (oid === timestamptzOid) return parseInstant;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

export interface DatabaseOptions {
  /** `postgresql://…`; a `host` query parameter may name a socket folder. */
  readonly url: string;
  /** Connections at most. */
  readonly connectionsMax?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** A statement is ended by the server after this long; 0 for never. */
  readonly statementTimeoutSeconds?: number;
  readonly onError?: (error: Error) => void;
}

/** Settings every connection of this product has, whoever opens it. */
export function connectionSettings(options: DatabaseOptions): pg.PoolConfig {
  const server = ['timezone=UTC', 'datestyle=ISO', 'client_connection_check_interval=2000'];
  server.push(`statement_timeout=${(options.statementTimeoutSeconds ?? 0) * 1000}`);
  return {
    connectionString: options.url,
    application_name: options.applicationName ?? 'mathership',
    options: server.map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: parsers,
  };
}

/** For a connection to be made, before whoever needs it is told that the database does not answer. */
const connectMilliseconds = 4_000;
/** For a connection of a pool to become free. */
const freeMilliseconds = 10_000;

/** One that hears its own errors also while it is lent out: a server that ends must not end this process. */
class PooledClient extends pg.Client {
  constructor(settings: pg.ClientConfig) {
    super({ ...settings, connectionTimeoutMillis: connectMilliseconds });
    this.on('error', () => undefined);
  }
}

/** In order; by force after a second, in which a server that listens has long heard of it. */
export async function endConnection(client: pg.Client): Promise<void> {
  const force = setTimeout(() => cutConnection(client), 1000);
  await client.end().catch(() => undefined);
  clearTimeout(force);
}

/** Ends a connection without a word to the server: whoever waits for an answer hears an error at once. */
export function cutConnection(client: pg.ClientBase): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

export class DatabasePool {
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
    });
    // an idle connection that breaks must not end the process; the next query opens another
    this.pool.on('error', (error) => options.onError?.(error));
    this.pool.on('connect', (client) => this.clients.add(client));
    this.pool.on('remove', (client) => this.clients.delete(client));
    this.db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  /** Ends every connection of the pool at once: what runs on them fails, what comes next opens others. */
  cut(): void {
    for (const client of this.clients) cutConnection(client);
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}

/** A single connection outside the pool, for LISTEN and COPY; the caller ends it. */
export async function connectAlone(options: DatabaseOptions): Promise<pg.Client> {
  const client = new pg.Client(connectionSettings(options));
  client.on('error', (error) => options.onError?.(error));
  await client.connect();
  return client;
}

export type Connection = pg.Client;
export type PooledConnection = pg.PoolClient;

/** A literal for statements that take no parameters (COPY): escaped by the driver, from values already validated. */
export const literal = (value: string): string => pg.escapeLiteral(value);
