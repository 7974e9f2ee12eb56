/**
 * What must always be true of export jobs, checked on a live system. Each check returns what breaks it, one line each;
 * an empty list is health. `deep` ones read every file.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { recountBlocks } from './columns/recount.ts';

export interface Invariant {
  readonly id: string;
  readonly promise: string;
  readonly deep: boolean;
  /** Sentences, each about one job. */
  check(db: Database, store: ObjectStore): Promise<string[]>;
}

/** A live claim is renewed every 3 s; one that has not been for this long should have been taken away. */
const claimSilenceSeconds = 30;
/** Nothing waits this long while a worker is there. */
const waitingSeconds = 15 * 60;
const examplesMax = 20;

const lines = async (query: ReturnType<typeof sql<{ line: string }>>, db: Database): Promise<string[]> =>
  (await query.execute(db)).rows.map((row) => row.line);

export const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    promise: 'no job is stuck: every unfinished job is queued or has a live claim',
    deep: false,
    check: (db) =>
      lines(
        sql`SELECT 'job ' || j.id || ' is ' || j.status || ' without a live claim; restart a worker, or cancel the job' AS line
          FROM export_jobs j LEFT JOIN pgboss.job e ON e.name = j.queue AND e.id = j.id
          WHERE j.status IN ('pending', 'processing') AND (e.id IS NULL OR e.state >= 'completed'
            OR (e.state = 'active' AND e.heartbeat_on < now() - ${claimSilenceSeconds} * interval '1 second')
            OR e.retry_count > e.retry_limit) LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'I1b',
    promise: 'nothing waits for unusually long',
    deep: false,
    check: (db) =>
      lines(
        sql`SELECT 'job ' || j.id || ' has waited since ' || j.created_at || CASE
            WHEN NOT EXISTS (SELECT FROM pgboss.instance i WHERE i.name = 'worker' AND i.stopped_on IS NULL
              AND i.heartbeat_on > now() - interval '30 seconds') THEN ': no worker runs; start one (mathership worker)'
            WHEN e.state = 'retry' THEN ': its last run failed and it is tried again'
            ELSE ': the workers are busy; start more (mathership worker, WORKER_CONCURRENCY)' END AS line
          FROM export_jobs j JOIN pgboss.job e ON e.name = j.queue AND e.id = j.id
          WHERE j.status = 'pending' AND j.created_at < now() - ${waitingSeconds} * interval '1 second' LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'I1c',
    promise: 'nobody waits for a turn beside a free slot of their company',
    deep: false,
    check: (db) =>
      lines(
        sql`SELECT 'company ' || w.group_id || ' has ' || count(*) || ' exports waiting and a free slot; the next one that ends sets it right' AS line
          FROM pgboss.job w WHERE w.name LIKE 'exports-%' AND w.state < 'active' AND w.priority <= held_back() AND w.start_after <= now()
            AND (SELECT count(*) FROM pgboss.job s WHERE s.name = w.name AND s.group_id = w.group_id AND (s.state = 'active'
              OR s.state < 'active' AND s.priority > held_back())) < export_slots(w.name)
          GROUP BY w.name, w.group_id LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'I5',
    promise: 'the status of every job is the state of its engine job',
    deep: false,
    check: (db) =>
      lines(
        sql`SELECT 'job ' || j.id || ' is ' || j.status || ', its engine job ' || e.state AS line
          FROM export_jobs j JOIN pgboss.job e ON e.name = j.queue AND e.id = j.id
          WHERE j.status <> CASE e.state WHEN 'created' THEN 'pending' WHEN 'retry' THEN 'pending' WHEN 'active' THEN 'processing'
            WHEN 'cancelled' THEN 'canceled' WHEN 'completed' THEN CASE WHEN e.output ? 'file_key' THEN 'completed' ELSE 'failed' END
            ELSE e.state::text END
            -- a pack is being made while its members are
            AND NOT (j.pack_companies IS NOT NULL AND j.status = 'processing' AND e.state = 'created') LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'I6',
    promise: 'every unfinished job has its engine job, every queued engine job its row',
    deep: false,
    check: (db) =>
      lines(
        sql`SELECT 'engine job ' || e.id || ' has no export job' AS line FROM pgboss.job e LEFT JOIN export_jobs j ON j.id = e.id
          WHERE e.name LIKE 'exports-%' AND e.state < 'completed' AND j.id IS NULL
          UNION ALL SELECT 'job ' || j.id || ' has no engine job' FROM export_jobs j
          WHERE j.status IN ('pending', 'processing') AND NOT EXISTS (SELECT FROM pgboss.job e WHERE e.name = j.queue AND e.id = j.id)
          LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'I5b',
    promise: 'the columns that lists are counted from equal a recount of the jobs',
    deep: true,
    check: recountBlocks,
  },
  {
    id: 'V1',
    promise: "a company's versions follow one another up to its own, and no row is of a later one",
    deep: true,
    check: checkVersions,
  },
  {
    id: 'V2',
    promise: 'what each version is said to have changed is what a recount of rows and their past finds',
    deep: true,
    check: (db) =>
      lines(
        // of the newest: what a later version replaced is not counted with the one that wrote it
        sql`SELECT 'company ' || v.company_id || ' says of its version ' || v.version || ' ' || v.lines || ' lines, a recount ' || m.lines AS line
          FROM companies c JOIN data_versions v ON v.company_id = c.id AND v.version = c.data_version AND v.version > c.kept_version, measured_version(v.company_id, v.version) m
          WHERE (v.lines, v.totals, v.tables) IS DISTINCT FROM (m.lines, m.totals, m.tables) LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'V3',
    promise: 'the sums of documents that pages add up are those of their lines',
    deep: true,
    check: (db) =>
      lines(
        sql`SELECT 'receipt ' || receipt_id || ' of company ' || company_id || ' on ' || received_on || ': ' || string_agg(what || ' ' || lines
              || ' lines, net ' || trim_scale(net_amount) || ' ' || currency, '; ' ORDER BY what) AS line
          FROM ((SELECT 'kept' AS what, * FROM receipt_sums EXCEPT ALL SELECT 'kept', * FROM receipt_sums_recounted)
            UNION ALL (SELECT 'counted' AS what, * FROM receipt_sums_recounted EXCEPT ALL SELECT 'counted', * FROM receipt_sums)) differing
          GROUP BY company_id, receipt_id, received_on LIMIT ${examplesMax}`,
        db,
      ),
  },
  {
    id: 'I8',
    promise: 'every chore gets done: no item fails again and again, no round ends early',
    deep: false,
    check: (db) =>
      lines(
        sql`(SELECT 'chore ' || chore || ' cannot do ' || item || ' since ' || first_at || ' (' || times || ' times): ' || detail
              || '; it is tried again at ' || retry_at AS line FROM chore_failures ORDER BY first_at LIMIT ${examplesMax})
          UNION ALL SELECT 'chore ' || name || ' ended ' || CASE outcome WHEN 'late' THEN 'late' ELSE 'with a failure' END || ' at ' || ended_at
              || coalesce(': ' || detail, '') FROM chores WHERE outcome IN ('late', 'failed')`,
        db,
      ),
  },
  {
    id: 'I2',
    promise: 'completed means: the object exists, with the size and SHA-256 of the row, and every counted row in it',
    deep: true,
    check: checkFiles,
  },
  {
    id: 'I4',
    promise: 'no object is left of an attempt that lost',
    deep: true,
    check: checkLeftovers,
  },
];

async function checkVersions(db: Database): Promise<string[]> {
  const { rows } = await sql<{
    name: string;
    key: string;
  }>`SELECT c.relname AS name, CASE c.relname WHEN 'companies' THEN 'id' ELSE 'company_id' END AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'as_of' WHERE c.relkind = 'v'`.execute(
    db,
  );
  const found = await lines(
    sql`SELECT 'company ' || c.id || ' is at version ' || c.data_version || ' and has ' || count(v.version) || ' up to ' || coalesce(max(v.version), 0) AS line
      FROM companies c LEFT JOIN data_versions v ON v.company_id = c.id GROUP BY c.id
      HAVING c.data_version <> count(v.version) OR c.data_version <> coalesce(max(v.version), 0) LIMIT ${examplesMax}`,
    db,
  );
  for (const { name, key } of rows) {
    const table = sql.table(name);
    found.push(
      ...(await lines(
        sql`SELECT ${name} || ' of company ' || c.id || ' has ' || count(*) || ' rows of versions that there are not' AS line
          FROM (SELECT ${sql.ref(key)} AS company, born_version AS version FROM ${table}
            UNION ALL SELECT ${sql.ref(key)}, died_version FROM ${sql.table(`${name}_past`)}) r
          JOIN companies c ON c.id = r.company WHERE r.version > c.data_version GROUP BY c.id LIMIT ${examplesMax}`,
        db,
      )),
    );
  }
  return found;
}

async function checkFiles(db: Database, store: ObjectStore): Promise<string[]> {
  const broken: string[] = [];
  const jobs = await db
    .selectFrom('export_jobs')
    .select(['id', 'file_key', 'file_size', 'sha256', 'row_count', 'control_totals'])
    .where('status', '=', 'completed')
    .where('file_deleted_at', 'is', null)
    .where(sql<boolean>`expires_at > now()`)
    .execute();
  for (const job of jobs) {
    if (Number(job.row_count) !== job.control_totals?.rows)
      broken.push(`job ${job.id}: ${job.row_count} rows written, ${job.control_totals?.rows} counted`);
    try {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of await store.get(job.file_key ?? '')) {
        hash.update(chunk as Buffer);
        size += (chunk as Buffer).length;
      }
      if (String(size) !== job.file_size)
        broken.push(`job ${job.id}: the file has ${size} bytes, the row says ${job.file_size}`);
      else if (hash.digest('hex') !== job.sha256) broken.push(`job ${job.id}: the file's SHA-256 is not the row's`);
    } catch (error) {
      broken.push(`job ${job.id}: its file cannot be read (${(error as Error).message})`);
    }
  }
  return broken;
}

async function checkLeftovers(db: Database, store: ObjectStore): Promise<string[]> {
  const swept = await db
    .selectFrom('export_attempts as a')
    .leftJoin('export_jobs as j', 'j.id', 'a.job_id')
    .select(['a.file_key', 'a.job_id', 'a.attempt'])
    .where('a.swept_at', 'is not', null)
    .where((on) =>
      on.or([
        on('j.id', 'is', null),
        on('j.file_key', 'is', null),
        on('a.file_key', '!=', on.ref('j.file_key')),
        on('j.file_deleted_at', 'is not', null),
      ]),
    )
    .execute();
  const left: string[] = [];
  for (const attempt of swept) {
    if (await store.head(attempt.file_key))
      left.push(`attempt ${attempt.attempt} of job ${attempt.job_id} left ${attempt.file_key}`);
  }
  return left;
}
