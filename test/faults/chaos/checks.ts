/** What is looked at while everything is killed, and what must be true in the end. */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { verifyFile } from '../verify-file.ts';

export interface Kill {
  readonly worker: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const sampleMilliseconds = 200;
const settleSeconds = 300;
const busySeconds = 5;

/** Looks again and again whether any job's status is not its engine job's state, in one snapshot. */
export function watchProjection(pool: DatabasePool): {
  stop(): Promise<void>;
  result(): { samples: number; disagreements: number };
} {
  const ending = new AbortController();
  let samples = 0;
  let disagreements = 0;
  const watching = (async () => {
    while (!ending.signal.aborted) {
      const { rows } = await sql<{ n: number }>`
        SELECT count(*)::int AS n FROM export_jobs j FULL JOIN (SELECT * FROM pgboss.job WHERE name LIKE 'exports-%') e ON e.id = j.id
        WHERE j.id IS NULL OR e.id IS NULL OR j.status <> CASE e.state WHEN 'created' THEN 'pending' WHEN 'retry' THEN 'pending'
          WHEN 'active' THEN 'processing' WHEN 'cancelled' THEN 'canceled' ELSE e.state::text END`.execute(pool.db);
      samples += 1;
      disagreements += rows[0]?.n ?? 0;
      await delay(sampleMilliseconds, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await watching;
    },
    result: () => ({ samples, disagreements }),
  };
}

/** Waits a while for a worker to be in the middle of an export. */
export async function holdsSomething({ db }: DatabasePool, worker: string): Promise<void> {
  const end = performance.now() + busySeconds * 1000;
  while (performance.now() < end) {
    const { rows } =
      await sql`SELECT FROM export_attempts a JOIN export_jobs j ON j.id = a.job_id AND j.attempt = a.attempt
      WHERE a.worker = ${worker} AND a.ended_at IS NULL AND j.status = 'processing' LIMIT 1`.execute(db);
    if (rows.length > 0) return;
    await delay(5);
  }
}

export async function allFinished(pool: DatabasePool): Promise<void> {
  const end = performance.now() + settleSeconds * 1000;
  for (;;) {
    const { rows } = await sql<{
      n: number;
    }>`SELECT count(*)::int AS n FROM export_jobs WHERE status IN ('pending', 'processing')`.execute(pool.db);
    if (rows[0]?.n === 0) return;
    if (performance.now() > end) throw new Error(`${rows[0]?.n} exports have not finished within ${settleSeconds} s`);
    await delay(100);
  }
}

/** Jobs without a file, and how each of their runs ended. */
export async function unfinishedBusiness({ db }: DatabasePool): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    SELECT j.id || ' ' || j.status || ' ' || coalesce(j.error_code, '') || ': ' || coalesce(string_agg(
      a.attempt || ' on ' || a.worker || ' ' || coalesce(a.outcome, 'cut off'), ', ' ORDER BY a.attempt), 'no run') AS line
    FROM export_jobs j LEFT JOIN export_attempts a ON a.job_id = j.id WHERE j.status <> 'completed' GROUP BY j.id`.execute(
    db,
  );
  return rows.map(({ line }) => line);
}

/** Every finished file, fetched as a person would, against the database. */
export async function verifyAll(
  { db }: DatabasePool,
  key: string,
  port: number,
  say: (line: string) => void,
): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  const { rows } = await sql<{
    id: string;
    file_key: string;
  }>`SELECT id FROM export_jobs WHERE status = 'completed'`.execute(db);
  let verified = 0;
  for (const { id } of rows) {
    const job = (await (
      await fetch(`http://127.0.0.1:${port}/api/v1/export-jobs/${id}`, { headers })
    ).json()) as ExportJob;
    const link = (await (
      await fetch(`http://127.0.0.1:${port}/api/v1/export-jobs/${id}/download`, { headers })
    ).json()) as { download_url: string };
    try {
      await verifyFile(db, job, Buffer.from(await (await fetch(link.download_url)).arrayBuffer()));
      verified += 1;
    } catch (error) {
      say(`${id}: ${(error as Error).message}`);
    }
  }
  return verified;
}

/** From each kill of a worker to the next run of every job it held. */
export async function takeovers({ db }: DatabasePool, kills: readonly Kill[]): Promise<number[]> {
  const found: number[] = [];
  for (const { worker, at } of kills) {
    const { rows } = await sql<{ started: number }>`
      SELECT (extract(epoch FROM n.started_at) * 1000)::float8 AS started
      FROM export_attempts a JOIN export_attempts n ON n.job_id = a.job_id AND n.attempt = a.attempt + 1
      WHERE a.worker = ${worker} AND (a.outcome IS NULL OR a.outcome = 'worker_lost')`.execute(db);
    for (const { started } of rows) found.push((started - at) / 1000);
  }
  return found.toSorted((a, b) => a - b);
}
