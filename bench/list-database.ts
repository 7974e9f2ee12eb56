/**
 * An embedded PostgreSQL with `jobs` export jobs over 5,000 companies, the first of which has a tenth of them; made
 * once, by INSERT … SELECT with triggers off, and kept below the folder for temporary files.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { foldMarks } from '#server/exports/columns/fold.ts';
import { migrate } from '#server/migrate.ts';

export interface ListDatabase {
  readonly pool: DatabasePool;
  stop(): Promise<void>;
}

export async function openListDatabase(jobs: number): Promise<ListDatabase> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(tmpdir(), `mathership-list-${jobs}`) });
  const pool = new DatabasePool({ url: postgres.url, connectionsMax: 8 });
  // as it was made: a newer schema is measured after the folder has been removed
  if (!(await isFilled(pool))) {
    await migrate({ url: postgres.url });
    await timed(`${jobs.toLocaleString('en')} jobs made`, () => fill(postgres.url, jobs));
  }
  await timed('blocks packed', async () => {
    while ((await foldMarks(pool.db, { secondsMax: 60 })) > 0);
  });
  return {
    pool,
    stop: async () => {
      await pool.close();
      await postgres.stop();
    },
  };
}

async function isFilled({ pool }: DatabasePool): Promise<boolean> {
  const tables = await pool.query(`SELECT FROM pg_tables WHERE tablename = 'export_jobs'`);
  return tables.rowCount === 1 && (await pool.query('SELECT FROM export_jobs LIMIT 1')).rowCount === 1;
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  console.log(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const people = 1000;

async function fill(url: string, jobs: number): Promise<void> {
  const client = await connectAlone({ url });
  const run = (statement: string) => client.query(statement);
  await run('BEGIN');
  await run('SET LOCAL session_replication_role = replica');
  await run(`INSERT INTO organizations (name) VALUES ('Large'), ('Fifty')`);
  await run(
    `INSERT INTO users (email, name) SELECT 'p' || g || '@bench.example', 'Person ' || g FROM generate_series(1, ${people}) g`,
  );
  // companies 2 to 51 belong together, for the list of all companies of one person
  await run(`INSERT INTO companies (organization_id, name, currency, time_zone)
    SELECT CASE WHEN g BETWEEN 2 AND 51 THEN 2 ELSE 1 END, 'Company ' || g, 'EUR', (ARRAY['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'])[1 + g % 3]
    FROM generate_series(1, 5000) g`);
  await run(`INSERT INTO organization_members (organization_id, user_id, role) VALUES (2, 1, 'owner')`);
  // an empty table that is filled without indexes, in the transaction that emptied it, is written once
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'export_jobs' AND indexname <> 'export_jobs_pkey'`,
  );
  for (const { name } of rows) await run(`DROP INDEX ${name}`);
  await run('TRUNCATE export_jobs');
  await run(insertion(jobs));
  for (const { definition } of rows) await run(definition);
  await run('INSERT INTO export_job_marks (company_id) SELECT id FROM companies');
  await run('COMMIT');
  await run('VACUUM ANALYZE');
  await client.end();
}

/**
 * Two years, in order of creation as real ones are; three times as many in the first days of a month; most for last
 * month, last week or yesterday; a tenth of the people ask for half of the exports.
 */
const insertion = (jobs: number): string => `
  INSERT INTO export_jobs (id, company_id, created_by, report_type, file_format, status, date_from, date_to, filters, question, queue,
    created_at, updated_at, started_at, completed_at, expires_at, row_count, file_size, filename, file_key, sha256, control_totals,
    error_code, error_message, file_deleted_at)
  SELECT (left(hex, 8) || '-' || substr(hex, 9, 4) || '-7' || lpad(to_hex(g % 4096), 3, '0') || '-8' || substr(md5(g::text), 1, 3) || '-' || substr(md5(g::text), 4, 12))::uuid,
    company, 1 + (company * 7 + floor(40 * power(random(), 3))::int) % ${people},
    (ARRAY['delivery_location','delivery_location','delivery_location','vendor','item','order_lines','receiving_variance','inventory','inventory_levels','inventory_movements','price_changes','cost_of_goods'])[1 + floor(random() * 12)::int],
    (ARRAY['csv','csv','pdf','xlsx'])[1 + floor(random() * 4)::int], status,
    CASE kind WHEN 0 THEN day - 1 WHEN 1 THEN day - 7 WHEN 2 THEN (date_trunc('month', day) - interval '1 month')::date WHEN 3 THEN day - 30 ELSE day - 365 END,
    CASE kind WHEN 2 THEN (date_trunc('month', day) - interval '1 day')::date ELSE day - 1 END,
    CASE WHEN place < 12 THEN jsonb_build_object('delivery_location_ids', jsonb_build_array(place::text))
      WHEN place < 14 THEN jsonb_build_object('delivery_location_ids', jsonb_build_array('3', place::text)) ELSE '{}' END,
    md5('question' || g), 'exports-quick-1', at, at + make_interval(secs => 2 + floor(random() * 60)), at + interval '1 second',
    at + make_interval(secs => 2), at + interval '30 days',
    (1000 * random())::int, (1e6 * random())::int, 'purchase-orders_company_2026-10-01_2026-10-31.zip', 'exports/' || company || '/' || g || '/1.zip', md5(g::text) || md5('x' || g),
    '{"rows": 100, "currencies": [{"currency": "EUR", "rows": 100, "sums": {"total": "1234.00"}}], "groups": []}',
    CASE WHEN status = 'failed' THEN 'internal' END, CASE WHEN status = 'failed' THEN 'Something went wrong.' END, at + interval '30 days'
  FROM (
    SELECT g, at, at::date AS day, lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS hex,
      CASE WHEN random() < 0.1 THEN 1 ELSE 2 + floor(4999 * power(random(), 1.7))::int END AS company,
      CASE WHEN g > ${jobs} - 50 THEN 'pending' WHEN r < 0.95 THEN 'completed' WHEN r < 0.98 THEN 'failed' ELSE 'canceled' END AS status,
      floor(random() * 5.2)::int AS kind, floor(random() * 30)::int AS place
    FROM (
      SELECT g, random() AS r, date_trunc('milliseconds', timestamptz '2024-11-01' + month * interval '1 month'
        -- a quarter of a month's exports in its first two days
        + CASE WHEN share < 0.25 THEN share * 8 ELSE 2 + (share - 0.25) * 36.6 END * interval '1 day') AS at
      FROM (SELECT g, (g::bigint * 24 / (${jobs} + 1))::int AS month, (g::bigint * 24 / (${jobs} + 1.0)) % 1 AS share FROM generate_series(1, ${jobs}) g) months
    ) times
  ) made`;
