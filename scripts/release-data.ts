/**
 * `node scripts/release-data.ts CHECKOUT FOLDER`: lets an earlier release (a checkout of it, installed) make a small
 * installation with exports in every state, ends it by force, and keeps what is then in the database as SQL and the files
 * beside it. The upgrade test starts from there.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { ExportJob } from '#contract/export-jobs.ts';
import { readTables } from '#server/backup/contents.ts';
import { DatabasePool } from '#server/database/database.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { engineSchema } from '#server/exports/queue.ts';
import { fillCompany } from '#test/company-rows.ts';

const [checkout = '', folder = ''] = process.argv.slice(2);
if (!checkout || !folder) throw new Error('usage: node scripts/release-data.ts CHECKOUT FOLDER');
const dataDir = await mkdtemp(join(tmpdir(), 'mathership-release-'));
const key = 'msk_release-data-release-data-release-data';

const product = spawn(process.execPath, [join(checkout, 'src/cli/main.ts'), 'start'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let printed = '';
product.stdout.on('data', (text: Buffer) => (printed += text.toString()));
while (!/Ready in/.test(printed)) await delay(100);
const address = /Ready in [\d.]+ s:\s+(http\S+)/.exec(printed)?.[1] ?? '';
const { databaseUrl } = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { databaseUrl: string };
const client = new Client(databaseUrl);
client.on('error', () => undefined);
await client.connect();
const one = async (statement: string, values: unknown[] = []): Promise<string> =>
  ((await client.query<{ id: string }>(statement, values)).rows[0] as { id: string }).id;

const organization = await one(`INSERT INTO organizations (name) VALUES ('Release Group') RETURNING id`);
const user = await one(
  `INSERT INTO users (email, name, password_hash) VALUES ('finance@release.example', 'Finance', 'none') RETURNING id`,
);
await client.query(`INSERT INTO organization_members (organization_id, user_id, role) VALUES ($1, $2, 'owner')`, [
  organization,
  user,
]);
await client.query(`INSERT INTO api_keys (user_id, name, prefix, key_hash) VALUES ($1, 'Release', 'msk_', $2)`, [
  user,
  createHash('sha256').update(key).digest(),
]);
const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 1 });
const companies: string[] = [];
for (const name of ['Grill Süd', 'Café Nord']) {
  const company = await one(
    `INSERT INTO companies (organization_id, name, currency, time_zone, locale) VALUES ($1, $2, 'EUR', 'Europe/Berlin', 'de-DE') RETURNING id`,
    [organization, name],
  );
  await client.query(`INSERT INTO company_members (company_id, user_id, role) VALUES ($1, $2, 'finance')`, [
    company,
    user,
  ]);
  await fillCompany(pool.db, company, { lines: 30 });
  companies.push(company);
}
await pool.close();

const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await fetch(`${address}/api/v1/export-jobs${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
};
let day = 0;
const create = (changes: Record<string, unknown> = {}): Promise<ExportJob> =>
  ask('POST', '', {
    company_id: companies[0],
    date_from: new Date(Date.UTC(2026, 0, (day += 1))).toISOString().slice(0, 10),
    date_to: '2026-12-31',
    file_format: 'csv',
    ...changes,
  });
const until = async (id: string, status: ExportJob['status']): Promise<void> => {
  for (;;) {
    const job = await ask<ExportJob>('GET', `/${id}`);
    if (job.status === status) return;
    if (job.error) throw new Error(`${job.error.code}: ${job.error.message}`);
    await delay(50);
  }
};

for (const file_format of ['csv', 'xlsx', 'pdf']) await until((await create({ file_format })).id, 'completed');
await until((await create({ company_id: companies[1], report_type: 'vendor' })).id, 'completed');
const expired = await create();
await until(expired.id, 'completed');
await client.query(
  `UPDATE export_jobs SET expires_at = now() - interval '1 day', file_deleted_at = now() WHERE id = $1`,
  [expired.id],
);
await client.query('ALTER FUNCTION printed_price(numeric) RENAME TO printed_price_before');
await until((await create()).id, 'failed');
await client.query('ALTER FUNCTION printed_price_before(numeric) RENAME TO printed_price');
// from here on every run stops at its first step
await client.query('BEGIN; LOCK TABLE export_attempts IN EXCLUSIVE MODE');
const canceled = await create();
await until(canceled.id, 'processing');
await ask('POST', `/${canceled.id}/cancel`);
const last = [await create(), await create(), await create(), await create()];
await until(last[0]?.id ?? '', 'processing');
product.kill('SIGKILL');
await once(product, 'exit');

const postgres = await startEmbeddedPostgres({ dataDir });
const dump = new Client(postgres.url);
await dump.connect();
const migrations = join(checkout, 'src/server/database/migrations');
const sql: string[] = [engineSchema()];
const applied = `CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());`;
sql.push(applied);
for (const name of (await readdir(migrations)).toSorted()) sql.push(await readFile(join(migrations, name), 'utf8'));
sql.push('SET session_replication_role = replica;');
const tables = [...(await readTables(dump)), { schema: 'public', table: 'schema_migrations', columns: [] }];
for (const { schema, table } of tables) {
  const { rows } = await dump.query<{ all: string | null; columns: string }>(`
    SELECT (SELECT jsonb_agg(t)::text FROM ${schema}.${table} t) AS all,
      (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
       WHERE attrelid = '${schema}.${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns`);
  const found = rows[0];
  if (!found?.all) continue;
  sql.push(
    `DELETE FROM ${schema}.${table};`,
    `INSERT INTO ${schema}.${table} (${found.columns}) OVERRIDING SYSTEM VALUE SELECT ${found.columns}
      FROM jsonb_populate_recordset(NULL::${schema}.${table}, $rows$${found.all}$rows$);`,
  );
}
const { rows: sequences } = await dump.query<{ name: string; value: string }>(
  `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS value FROM pg_sequences WHERE last_value IS NOT NULL`,
);
for (const { name, value } of sequences) sql.push(`SELECT setval('${name}', ${value});`);
sql.push('RESET session_replication_role;');
const { rows: kept } = await dump.query<{ file_key: string }>(
  `SELECT file_key FROM export_jobs WHERE status = 'completed' AND file_deleted_at IS NULL`,
);
await dump.end();
const files: Record<string, string> = {};
for (const { file_key } of kept)
  files[file_key] = (await readFile(join(dataDir, 'objects', 'objects', file_key))).toString('base64');
const authSecret = (await readFile(join(dataDir, 'auth.secret'), 'utf8')).trim();
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'database.sql'), `${sql.join('\n')}\n`);
await writeFile(
  join(folder, 'installation.json'),
  `${JSON.stringify({ key, authSecret, companies, files }, null, 1)}\n`,
);
await postgres.stop();
await rm(dataDir, { recursive: true, force: true });
console.log(`${folder}: ${sql.join('\n').length} characters of SQL, ${kept.length} files`);
process.exit(0);
