/**
 * Rows into a table through COPY, the fastest door the server has. The source is read only as fast as the server
 * takes it, so any number of rows passes in constant memory; an error on either side leaves the table as it was.
 */
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Connection, PooledConnection } from './connection.ts';

/** Small pieces are gathered to about this many characters: one message per row would cost more than the row. */
const gatheredLength = 128 * 1024;

export interface CopyOptions {
  /** Rows count as old at once, so nothing need vacuum them; only for a table made or emptied in this transaction. */
  readonly freeze?: boolean;
}

export type CopySource = AsyncIterable<string | Buffer> | Iterable<string | Buffer>;

/**
 * Copies rows in PostgreSQL's text format (columns parted by tabs, rows ended by LF; see `copyField`).
 * Pieces may end anywhere between two characters, also inside a row. The connection must have nothing else under way.
 * @param columns in the order of the fields.
 * @returns the number of rows the server took.
 * @throws the source's own error, or the server's (a `DatabaseError` of pg, whose `where` names the line); the connection
 *   stays usable, an open transaction is aborted as after any failed statement.
 */
export async function copyInto(
  client: Connection | PooledConnection,
  table: string,
  columns: readonly string[],
  source: CopySource,
  options: CopyOptions = {},
): Promise<number> {
  const names = columns.map((column) => escapeIdentifier(column)).join(', ');
  const how = options.freeze ? ' WITH (FREEZE)' : '';
  const stream = client.query(copyFrom(`COPY ${escapeIdentifier(table)} (${names}) FROM STDIN${how}`));
  await pipeline(gathered(source), stream);
  return stream.rowCount;
}

async function* gathered(source: CopySource): AsyncGenerator<Buffer> {
  let waiting = '';
  for await (const piece of source) {
    if (typeof piece === 'string') {
      waiting += piece;
      if (waiting.length < gatheredLength) continue;
      yield Buffer.from(waiting);
      waiting = '';
      continue;
    }
    if (waiting !== '') yield Buffer.from(waiting);
    waiting = '';
    yield piece;
  }
  if (waiting !== '') yield Buffer.from(waiting);
}

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One field of COPY's text format; null is `\N`. */
export function copyField(value: string | number | bigint | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value !== 'string') return String(value);
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character) : value;
}
