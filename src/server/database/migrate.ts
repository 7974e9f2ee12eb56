/**
 * Numbered, forward-only migrations in plain SQL, run one by one under an advisory lock, so that any number of
 * processes may start at once. A migration that has run is never run again and must not have changed since.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { connectAlone } from './connection.ts';
import { StartupError } from '#server/config/startup-error.ts';

const folder = new URL('./migrations/', import.meta.url);
const lockKey = 7_263_114_205;

export interface MigrateOptions {
  readonly url: string;
  /** Installs the job engine's own schema; it must stand before our triggers on it do. */
  readonly installEngine: (url: string) => Promise<void>;
  /** These migrations and no others: a schema as it once was. All unless given. */
  readonly only?: readonly number[];
  readonly log?: (line: string) => void;
}

/**
 * Brings the database to the newest schema.
 * @throws StartupError if an applied migration's text has changed, or the database is newer than this program.
 */
export async function migrateDatabase(options: MigrateOptions): Promise<void> {
  const client = await connectAlone({ url: options.url, applicationName: 'mathership migrate' });
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const applied = new Map<number, { name: string; sha256: string }>();
    for (const row of (await client.query('SELECT version, name, sha256 FROM schema_migrations')).rows) {
      applied.set(row.version, row);
    }
    const known = await readMigrations();
    const migrations = options.only ? known.filter(({ version }) => options.only?.includes(version)) : known;
    const unknown = options.only?.find((version) => !known.some((each) => each.version === version));
    if (unknown !== undefined) {
      throw new StartupError(`Schema ${unknown} is not known to this program: use a newer version of it.`);
    }
    const newest = migrations.at(-1)?.version ?? 0;
    const newer = [...applied.keys()].find((version) => version > newest);
    if (newer !== undefined) {
      throw new StartupError(
        `The database is at schema ${newer}, this program knows ${newest}: start a newer version of the program.`,
      );
    }
    await options.installEngine(options.url);
    for (const migration of migrations) {
      const before = applied.get(migration.version);
      if (before) {
        if (before.sha256 !== migration.sha256) {
          throw new StartupError(`Migration ${migration.name} has changed since it ran on this database.`);
        }
        continue;
      }
      await client.query('BEGIN');
      await client.query(migration.sql);
      await client.query('INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', [
        migration.version,
        migration.name,
        migration.sha256,
      ]);
      await client.query('COMMIT');
      options.log?.(`migrated ${migration.name}`);
    }
  } finally {
    await client.end();
  }
}

async function readMigrations(): Promise<{ version: number; name: string; sql: string; sha256: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { version: Number.parseInt(name, 10), name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
