/**
 * One connection to PostgreSQL, as every part of this product opens it. Values keep the form the database gives them:
 * decimals and bigints are strings, days are YYYY-MM-DD, instants are RFC 3339 in UTC with exactly six fraction digits.
 * No Date, no float, anywhere.
 */
import pg from 'pg';

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

export interface ConnectionOptions {
  /** `postgresql://…`; a `host` query parameter may name a socket folder. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** A statement is ended by the server after this long; 0 for never. */
  readonly statementTimeoutSeconds?: number;
  /** A transaction in which nothing is asked for this long is ended by the server, and its locks with it; 0 for never. */
  readonly idleTransactionSeconds?: number;
  readonly onError?: (error: Error) => void;
}

/** For a connection to be made, before whoever needs it is told that the database does not answer. */
export const connectMilliseconds = 4_000;

/**
 * How the server learns that whoever asked is no longer there: at once when the connection was ended, in half a minute
 * when the network or the machine is gone. By itself it would keep the locks of a vanished client for two hours.
 */
const peerGone = [
  'client_connection_check_interval=2000',
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=4',
  'tcp_user_timeout=30000',
];

/** Settings every connection of this product has, whoever opens it. */
export function connectionSettings(options: ConnectionOptions): pg.PoolConfig {
  const server = ['timezone=UTC', 'datestyle=ISO', ...peerGone];
  server.push(`statement_timeout=${(options.statementTimeoutSeconds ?? 0) * 1000}`);
  server.push(`idle_in_transaction_session_timeout=${(options.idleTransactionSeconds ?? 0) * 1000}`);
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

/** The newest timeline that has answered this process, by address and system identifier. */
const newestTimeline = new Map<string, number>();

const whereItStands = `SELECT system_identifier::text AS system, CASE WHEN pg_is_in_recovery() THEN NULL
  ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer END AS timeline FROM pg_control_system()`;

/**
 * For every new connection, before anything else is asked over it. A leader that stood still while another was promoted
 * answers again for a moment after it wakes, and what it commits then is thrown away, whatever it said. Its timeline gives
 * it away, which rises with every promotion: behind one address an older one than was seen before is refused. After a
 * restore of an older history, processes are started again.
 * @throws what passes by itself (`isPassing`)
 */
export async function refuseDeposed(client: pg.ClientBase, url: string): Promise<void> {
  // the driver's own limit ends with the connection made
  const late = setTimeout(() => cutConnection(client), connectMilliseconds);
  try {
    const { rows } = await client.query<{ system: string; timeline: number | null }>(whereItStands);
    const [at] = rows;
    // of a standby nothing is expected: it refuses writers by itself
    if (!at || at.timeline === null) return;
    const behind = `${at.system} ${url}`;
    const known = newestTimeline.get(behind) ?? 0;
    if (at.timeline < known) {
      const message = `This PostgreSQL (timeline ${at.timeline}) leads no more: one of timeline ${known} has answered before.`;
      // as a server says that must not be used just now
      throw Object.assign(new Error(message), { code: '57P03' });
    }
    newestTimeline.set(behind, at.timeline);
  } catch (error) {
    // where an administrator keeps these functions to himself, nothing is known of timelines
    if ((error as { code?: string }).code !== '42501') throw error;
  } finally {
    clearTimeout(late);
  }
}

/** A single connection outside the pool, for LISTEN and COPY; the caller ends it. */
export async function connectAlone(options: ConnectionOptions): Promise<pg.Client> {
  const client = new pg.Client(connectionSettings(options));
  client.on('error', (error) => options.onError?.(error));
  await client.connect();
  try {
    await refuseDeposed(client, options.url);
  } catch (error) {
    cutConnection(client);
    throw error;
  }
  return client;
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

export type Connection = pg.Client;
export type PooledConnection = pg.PoolClient;

/** A literal for statements that take no parameters (COPY): escaped by the driver, from values already validated. */
export const literal = (value: string): string => pg.escapeLiteral(value);
