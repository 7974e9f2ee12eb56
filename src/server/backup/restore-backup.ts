/**
 * A backup into an empty DATA_DIR: everything is made in a folder beside, held against what the backup says of itself and
 * against the restored rows, and only then moved into place. What fails leaves the folder as empty as it was.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { StartupError } from '#server/config/startup-error.ts';
import { authSecretName } from '#server/config/state-files.ts';
import { copyInto } from '#server/database/copy-in.ts';
import { type Connection, connectAlone } from '#server/database/connection.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrateDatabase } from '#server/database/migrate.ts';
import { type Held, holdDeliveries } from '#server/delivery/hold.ts';
import { installEngine } from '#server/exports/queue.ts';
import { createStore } from '#server/storage/create-store.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { type Description, type End, entryNames, formatVersion, type Sequence } from './contents.ts';
import { readTar, type TarEntry } from './tar.ts';

export interface RestoreSummary {
  readonly createdAt: string;
  readonly rows: number;
  readonly files: number;
  /** Files that were missing already when the backup was made. */
  readonly missing: readonly string[];
  /** The installation's own secret was in it. */
  readonly hasSecret: boolean;
  /** What does not go out by itself any more, until somebody has looked. */
  readonly held: Held;
}

const stagingName = '.restoring-';

/** @throws StartupError when the folder is not empty, or the backup is not whole, or of a newer release. */
export async function restoreBackup(archive: AsyncIterable<Buffer>, dataDir: string): Promise<RestoreSummary> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const found = await readdir(dataDir);
  if (found.length > 0) {
    throw new StartupError(
      `${dataDir} is not empty (${found.slice(0, 3).join(', ')}). Restore into an empty folder: set DATA_DIR to one.`,
    );
  }
  const staging = await mkdtemp(join(dataDir, stagingName));
  try {
    const summary = await restoreInto(staging, archive);
    for (const name of await readdir(staging)) await rename(join(staging, name), join(dataDir, name));
    return summary;
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function restoreInto(folder: string, archive: AsyncIterable<Buffer>): Promise<RestoreSummary> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  try {
    const store = await createStore({
      kind: 'embedded',
      folder: join(folder, 'objects'),
      secret: 'no link is made here',
      baseUrl: () => '',
    });
    const restoring = new Restoring(folder, postgres.url, store);
    return await restoring.run(archive);
  } finally {
    await postgres.stop();
  }
}

class Restoring {
  private readonly folder: string;
  private readonly url: string;
  private readonly store: ObjectStore;
  /** SHA-256 and size by key. */
  private readonly files = new Map<string, string>();
  private readonly filled = new Set<string>();
  private description: Description | null = null;
  private end: End | null = null;
  private entries = 0;
  private rows = 0;
  private hasSecret = false;

  constructor(folder: string, url: string, store: ObjectStore) {
    this.folder = folder;
    this.url = url;
    this.store = store;
  }

  async run(archive: AsyncIterable<Buffer>): Promise<RestoreSummary> {
    const client = await connectAlone({ url: this.url, applicationName: 'mathership restore' });
    try {
      for await (const entry of readTar(archive)) {
        await this.take(client, entry);
        // the last entry vouches for all before it
        if (this.end && (this.end.sha256 !== entry.before() || this.end.entries !== this.entries)) throw notWhole();
        this.entries += 1;
      }
      if (!this.end || !this.description) throw notWhole();
      await endWhatPeopleHold(client);
      await client.query('COMMIT');
      await this.compare(client, this.end);
      await client.query('ANALYZE');
      await migrateDatabase({ url: this.url, installEngine });
      const held = await holdDeliveries(client);
      const { created_at: createdAt } = this.description;
      return {
        createdAt,
        rows: this.rows,
        files: this.files.size,
        missing: this.end.missing,
        hasSecret: this.hasSecret,
        held,
      };
    } finally {
      await client.end();
    }
  }

  private async take(client: Connection, entry: TarEntry): Promise<void> {
    const { name, content } = entry;
    if (name === entryNames.description) this.description = await describe(content);
    else if (!this.description) throw notWhole();
    else if (name === entryNames.engine) await this.prepare(client, await text(content), this.description);
    else if (name.startsWith(entryNames.rows)) await this.fill(client, entry, this.description);
    else if (name === entryNames.sequences) await setSequences(client, JSON.parse(await text(content)) as Sequence[]);
    else if (name.startsWith(entryNames.objects)) await this.keep(name.slice(entryNames.objects.length), content);
    else if (name === entryNames.secret) {
      await writeFile(join(this.folder, authSecretName), await text(content), { mode: 0o600, flush: true });
      this.hasSecret = true;
    } else if (name === entryNames.end) this.end = JSON.parse(await text(content)) as End;
    else throw notWhole();
  }

  /** The schema exactly as it was: the engine's own, then the migrations that had run. */
  private async prepare(client: Connection, engine: string, { migrations }: Description): Promise<void> {
    await client.query(engine);
    await migrateDatabase({ url: this.url, installEngine: async () => undefined, only: migrations });
    await client.query('BEGIN');
    // rows come as they were, triggers and references have seen them before
    await client.query(`SET LOCAL session_replication_role = replica; SET LOCAL mathership.rows_as_given = 'on'`);
  }

  private async fill(client: Connection, { name, content }: TarEntry, { tables }: Description): Promise<void> {
    const full = name.slice(entryNames.rows.length, name.lastIndexOf('/'));
    const table = tables.find((each) => `${each.schema}.${each.table}` === full);
    if (!table) throw notWhole();
    const [schema, own] = [client.escapeIdentifier(table.schema), client.escapeIdentifier(table.table)];
    await client.query(`SET LOCAL search_path = ${schema}, public`);
    if (!this.filled.has(full)) {
      // what the migrations, or a trigger on another table, have put there
      const { rowCount } = await client.query(`SELECT FROM ${schema}.${own} LIMIT 1`);
      if (rowCount) await client.query(`DELETE FROM ${schema}.${own}`);
      this.filled.add(full);
    }
    this.rows += await copyInto(client, table.table, table.columns, content).catch((error: unknown) => {
      // the database held these rows once: what it does not take now is not what was written
      throw isRefusal(error) ? notWhole() : error;
    });
  }

  private async keep(key: string, content: AsyncIterable<Buffer>): Promise<void> {
    const hash = createHash('sha256');
    const weighed = async function* (): AsyncGenerator<Buffer> {
      for await (const bytes of content) {
        hash.update(bytes);
        yield bytes;
      }
    };
    const { size } = await this.store.put(key, weighed(), { contentType: 'application/zip' });
    this.files.set(key, `${hash.digest('hex')} ${size}`);
  }

  /** Every file that a row promises is there as it was made, and no other. */
  private async compare(client: Connection, { missing }: End): Promise<void> {
    const { rows } = await client.query<{ file_key: string; file: string }>(
      `SELECT file_key, sha256 || ' ' || file_size AS file FROM export_jobs WHERE status = 'completed' AND file_deleted_at IS NULL`,
    );
    const promised = new Map(rows.map(({ file_key, file }) => [file_key, file]));
    for (const key of missing) promised.delete(key);
    const kept = this.files.size > 0 || missing.length > 0;
    const same =
      promised.size === this.files.size && [...promised].every(([key, file]) => this.files.get(key) === file);
    if (kept && !same) throw notWhole();
  }
}

async function describe(content: AsyncIterable<Buffer>): Promise<Description> {
  const description = JSON.parse(await text(content)) as Description;
  if (description.format !== formatVersion)
    throw new StartupError(`The backup has format ${description.format}: restore it with the release that made it.`);
  return description;
}

/** What was given out before the backup may have been ended, or used up, since: nobody is signed in, no link works. */
async function endWhatPeopleHold(client: Connection): Promise<void> {
  for (const table of ['sessions', 'sign_in_steps', 'password_resets']) await client.query(`DELETE FROM ${table}`);
}

async function setSequences(client: Connection, sequences: readonly Sequence[]): Promise<void> {
  for (const { schema, name, last_value } of sequences) {
    if (last_value === null) continue;
    const sequence = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
    await client.query('SELECT setval($1::regclass, $2)', [sequence, last_value]);
  }
}

/** Data exceptions and broken constraints. */
const isRefusal = (error: unknown): boolean => /^2[23]...$/.test((error as { code?: string } | null)?.code ?? '');

const notWhole = (): StartupError =>
  new StartupError('The backup is damaged or cut off. Take another one; nothing was restored.');
