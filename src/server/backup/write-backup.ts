/**
 * A backup of a running installation: rows of one moment, and every file that they promise, checked against its row on
 * the way. The order makes them agree: a file is stored before its row says completed, and none is removed meanwhile.
 */
import { createHash } from 'node:crypto';
import { product } from '#server/config/product.ts';
import { copyOut } from '#server/database/copy-out.ts';
import { type Connection, connectAlone } from '#server/database/connection.ts';
import { holdFiles } from '#server/exports/held-files.ts';
import { engineSchema } from '#server/exports/queue.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import {
  type Description,
  type End,
  entryNames,
  formatVersion,
  readMigrations,
  readTables,
  type Sequence,
  type TableContents,
} from './contents.ts';
import { tarEnd, tarEntry } from './tar.ts';

export interface BackupSource {
  readonly url: string;
  /** Null: files are kept elsewhere and backed up there. */
  readonly store: ObjectStore | null;
  /** Null: it is kept elsewhere. */
  readonly authSecret: string | null;
}

export interface BackupSummary {
  rows: number;
  files: number;
  /** Of the files. */
  bytes: number;
  /** Keys of files that were not there, or not as they were made, before the backup. */
  missing: string[];
}

const rowBytes = 4 * 1024 * 1024;

/** The archive; `summary` is filled on the way. Holds a connection, and the removal of files, until it has been read. */
export async function* writeBackup(source: BackupSource, summary: BackupSummary): AsyncGenerator<Buffer> {
  const client = await connectAlone({ url: source.url, applicationName: 'mathership backup' });
  const hash = createHash('sha256');
  let entries = 0;
  const put = async function* (name: string, size: number, content: Iterable<Buffer> | AsyncIterable<Buffer>) {
    entries += 1;
    for await (const bytes of tarEntry(name, size, content)) {
      hash.update(bytes);
      yield bytes;
    }
  };
  const putJson = (name: string, value: unknown): AsyncGenerator<Buffer> => {
    const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
    return put(name, bytes.length, [bytes]);
  };
  try {
    await holdFiles(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const description: Description = {
      format: formatVersion,
      product: product.version,
      created_at: new Date().toISOString(),
      migrations: await readMigrations(client),
      tables: await readTables(client),
    };
    yield* putJson(entryNames.description, description);
    const engine = Buffer.from(engineSchema());
    yield* put(entryNames.engine, engine.length, [engine]);
    for (const table of description.tables) {
      let part = 0;
      for await (const { rows, bytes } of rowsOf(client, table)) {
        summary.rows += rows;
        yield* put(`${entryNames.rows}${table.schema}.${table.table}/${(part += 1)}`, bytes.length, [bytes]);
      }
    }
    yield* putJson(entryNames.sequences, await readSequences(client));
    for (const { file_key, file_size, sha256 } of source.store ? await promisedFiles(client) : []) {
      const size = Number(file_size);
      if (!source.store || (await checksum(source.store, file_key)) !== sha256) {
        summary.missing.push(file_key);
        continue;
      }
      yield* put(`${entryNames.objects}${file_key}`, size, (await source.store.get(file_key)) as AsyncIterable<Buffer>);
      summary.files += 1;
      summary.bytes += size;
    }
    if (source.authSecret !== null) {
      const secret = Buffer.from(`${source.authSecret}\n`);
      yield* put(entryNames.secret, secret.length, [secret]);
    }
    const end: End = { entries, sha256: hash.copy().digest('hex'), missing: summary.missing };
    yield* putJson(entryNames.end, end);
    yield tarEnd();
  } finally {
    await client.end();
  }
}

/** In pieces of whole rows, as COPY writes them. */
async function* rowsOf(
  client: Connection,
  { schema, table, columns }: TableContents,
): AsyncGenerator<{ rows: number; bytes: Buffer }> {
  const names = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const from = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`;
  let gathered: Buffer[] = [];
  let size = 0;
  let rows = 0;
  for await (const batch of copyOut(client, `SELECT ${names} FROM ${from}`, 'text')) {
    gathered.push(batch.bytes);
    size += batch.bytes.length;
    rows += batch.count;
    if (size < rowBytes) continue;
    yield { rows, bytes: Buffer.concat(gathered) };
    [gathered, size, rows] = [[], 0, 0];
  }
  if (rows > 0) yield { rows, bytes: Buffer.concat(gathered) };
}

async function readSequences(client: Connection): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(
    `SELECT schemaname AS schema, sequencename AS name, last_value::text AS last_value FROM pg_sequences
     WHERE schemaname IN ('public', 'pgboss') ORDER BY 1, 2`,
  );
  return rows;
}

async function promisedFiles(client: Connection) {
  const { rows } = await client.query<{ file_key: string; file_size: string; sha256: string }>(
    `SELECT file_key, file_size, sha256 FROM export_jobs WHERE status = 'completed' AND file_deleted_at IS NULL ORDER BY id`,
  );
  return rows;
}

/** Null when it cannot be read. */
async function checksum(store: ObjectStore, key: string): Promise<string | null> {
  try {
    const hash = createHash('sha256');
    for await (const bytes of await store.get(key)) hash.update(bytes as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
