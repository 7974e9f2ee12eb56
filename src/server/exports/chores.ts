/**
 * Small recurring work, each chore a function of its own; one process at a time does a round, by advisory lock.
 * Nothing here decides what a job is: chores only remove what can no longer be asked for.
 */
import { sql } from 'kysely';
import type { DatabasePool } from '#server/database/database.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { archiveRows } from './archive.ts';
import { changeLogSeconds } from './changes.ts';
import { foldMarks } from './columns/fold.ts';

export interface ChoreOptions {
  readonly pool: DatabasePool;
  readonly store: ObjectStore;
  /** Finished jobs older than this leave the list for the archive; never unless given. */
  readonly rowsRetentionDays?: number;
  readonly onError: (error: Error, chore: string) => void;
  /** Done in the same rounds, for parts that know their own work. */
  readonly more?: Readonly<Record<string, () => Promise<unknown>>>;
}

const roundMilliseconds = 15_000;
/** Held by whoever does a round, and by whoever must not be disturbed by one. */
export const choresLock = 7_263_116;
const batch = 500;
/** An attempt that has not ended after this long, and is not the one that runs, belongs to a worker that died. */
const graceSeconds = 120;
const uploadAgeSeconds = 6 * 3600;

/** Files past their day: the object goes, the row and its proof stay. */
export async function expireFiles({ pool, store }: ChoreOptions): Promise<number> {
  const { rows } = await sql<{ id: string; file_key: string }>`
    SELECT id, file_key FROM export_jobs
    WHERE status = 'completed' AND file_deleted_at IS NULL AND expires_at < now() ORDER BY expires_at LIMIT ${batch}`.execute(
    pool.db,
  );
  if (rows.length === 0) return 0;
  await store.delete(rows.map((row) => row.file_key));
  await pool.db
    .updateTable('export_jobs')
    .set({ file_deleted_at: sql`now()` })
    .where(
      'id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return rows.length;
}

/** What attempts that lost have left: under every attempt's key that no job publishes, objects and unfinished uploads. */
export async function sweepAttempts({ pool, store }: ChoreOptions): Promise<number> {
  const { rows } = await sql<{ job_id: string; attempt: number; file_key: string; published: boolean }>`
    SELECT a.job_id, a.attempt, a.file_key, coalesce(j.file_key = a.file_key, false) AS published
    FROM export_attempts a LEFT JOIN export_jobs j ON j.id = a.job_id
    WHERE a.swept_at IS NULL AND a.started_at < now() - ${graceSeconds} * interval '1 second'
      AND (j.id IS NULL OR j.status NOT IN ('pending', 'processing') OR a.attempt < j.attempt)
    ORDER BY a.started_at LIMIT ${batch}`.execute(pool.db);
  let discarded = 0;
  for (const { job_id, attempt, file_key, published } of rows) {
    if (!published) await store.discard(file_key);
    discarded += published ? 0 : 1;
    // nobody was left alive to say how a killed run ended, and one that finished too late did not deliver
    await sql`UPDATE export_attempts SET swept_at = now(), ended_at = coalesce(ended_at, now()),
        outcome = CASE WHEN ${published} THEN 'completed' WHEN outcome = 'completed' THEN 'worker_lost' ELSE coalesce(outcome, 'worker_lost') END
      WHERE job_id = ${job_id} AND attempt = ${attempt}`.execute(pool.db);
  }
  return discarded;
}

/** What is kept for a while only: the change log, idempotency keys, failed sign-ins, dead sessions. */
export async function trimLogs({ pool }: ChoreOptions): Promise<number> {
  // the newest stays: it is where readers go on from that have heard everything
  await sql`DELETE FROM export_job_changes WHERE at < now() - ${changeLogSeconds} * interval '1 second'
    AND seq < (SELECT max(seq) FROM export_job_changes)`.execute(pool.db);
  await sql`SELECT trim_turns()`.execute(pool.db);
  await sql`DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'`.execute(pool.db);
  await sql`DELETE FROM attempts
    WHERE coalesce(at[cardinality(at)], '-infinity') < now() - interval '1 day'`.execute(pool.db);
  await sql`DELETE FROM sessions WHERE expires_at < now()`.execute(pool.db);
  await sql`DELETE FROM sign_in_steps WHERE expires_at < now()`.execute(pool.db);
  await sql`DELETE FROM password_resets WHERE expires_at < now()`.execute(pool.db);
  return 0;
}

export const abortUploads = ({ store }: ChoreOptions): Promise<number> => store.abortStaleUploads(uploadAgeSeconds);

export const archiveOldRows = ({ pool, rowsRetentionDays }: ChoreOptions): Promise<number> =>
  rowsRetentionDays === undefined ? Promise.resolve(0) : archiveRows(pool.db, rowsRetentionDays);

/** What has changed goes into the columns that long lists are read from. */
const foldColumns = ({ pool }: ChoreOptions): Promise<number> => foldMarks(pool.db);

// archived rows are folded in the round that archived them
const chores = { expireFiles, sweepAttempts, archiveOldRows, foldColumns, trimLogs, abortUploads };

/** Does a round now and then; returns the function that stops it. */
export function startChores(options: ChoreOptions): () => Promise<void> {
  let round: Promise<void> = Promise.resolve();
  const turn = (): void => {
    round = round.then(() => doRound(options));
  };
  const timer = setInterval(turn, roundMilliseconds);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

async function doRound(options: ChoreOptions): Promise<void> {
  const client = await options.pool.pool.connect().catch((error: Error) => {
    options.onError(error, 'round');
    return null;
  });
  if (!client) return;
  let healthy = true;
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [choresLock]);
    if (!rows[0]?.mine) return;
    for (const [name, chore] of Object.entries({ ...chores, ...options.more })) {
      await chore(options).catch((error: Error) => options.onError(error, name));
    }
    await client.query('SELECT pg_advisory_unlock($1)', [choresLock]);
  } catch (error) {
    healthy = false;
    options.onError(error as Error, 'round');
  } finally {
    client.release(!healthy);
  }
}
