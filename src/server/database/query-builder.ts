/** The query builder on one connection, for a transaction that also copies: COPY needs the connection itself. */
import { Kysely, PostgresDialect } from 'kysely';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Begins and ends no transaction of its own accord; the caller ends the connection. */
export function queryBuilderOn(client: Connection): Database {
  const connection = { query: client.query.bind(client), release: () => undefined };
  const pool = { connect: () => Promise.resolve(connection as never), end: () => Promise.resolve(), options: {} };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
