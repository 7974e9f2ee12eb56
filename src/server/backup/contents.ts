/** What a backup holds, and in which order: the description first, rows and files, and last the proof that it is whole. */
import type { Connection } from '#server/database/connection.ts';

export const formatVersion = 1;

export const entryNames = {
  description: 'backup.json',
  engine: 'engine.sql',
  rows: 'rows/',
  sequences: 'sequences.json',
  objects: 'objects/',
  secret: 'auth.secret',
  end: 'complete.json',
} as const;

export interface TableContents {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

export interface Description {
  readonly format: number;
  readonly product: string;
  /** RFC 3339. */
  readonly created_at: string;
  /** Numbers of the migrations that made the schema. */
  readonly migrations: readonly number[];
  readonly tables: readonly TableContents[];
}

export interface Sequence {
  readonly schema: string;
  readonly name: string;
  readonly last_value: string | null;
}

export interface End {
  readonly entries: number;
  /** Of everything before this entry, lower-case hex. */
  readonly sha256: string;
  /** Keys of files that the database promised and the store did not have, or not as they were made. */
  readonly missing: readonly string[];
}

/** Logs for an hour or for operators: they mean nothing in another database. */
const leftOut = new Set([
  'public.export_job_changes',
  'public.schema_migrations',
  'public.chores',
  'public.chore_failures',
  // filled by the lines, as they come
  'public.receipt_sums',
]);
const engineTables = new Set(['version', 'queue', 'schedule', 'subscription', 'job', 'job_dependency']);

/** Every table of the product and of the engine; those that always keep a book of their own rows come first. */
export async function readTables(client: Connection): Promise<TableContents[]> {
  const { rows } = await client.query<TableContents>(`
    SELECT n.nspname AS schema, c.relname AS table, json_agg(a.attname ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE n.nspname IN ('public', 'pgboss') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY c.oid, n.nspname
    ORDER BY EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'A') DESC, n.nspname, c.relname`);
  return rows.filter(({ schema, table }) =>
    schema === 'pgboss' ? engineTables.has(table) : !leftOut.has(`${schema}.${table}`),
  );
}

export async function readMigrations(client: Connection): Promise<number[]> {
  const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_migrations ORDER BY version');
  return rows.map(({ version }) => version);
}
