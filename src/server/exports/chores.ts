/**
 * Small recurring work. Each chore finds its items and says what to do with one; how rounds go is `chore-rounds.ts`.
 * Nothing here decides what a job is: chores only remove what can no longer be asked for.
 */
import { sql } from 'kysely';
import type { DatabasePool } from '#server/database/database.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { dropPast } from './drop-past.ts';
import { archiveRows } from './archive.ts';
import { changeLogSeconds } from './changes.ts';
import { ChoreItems } from './chore-items.ts';
import { type Chore, startRounds } from './chore-rounds.ts';
import { foldMarks } from './columns/fold.ts';

export interface ChoreOptions {
  readonly pool: DatabasePool;
  readonly store: ObjectStore;
  /** Finished jobs older than this leave the list for the archive; never unless given. */
  readonly rowsRetentionDays?: number;
  readonly onError: (error: Error, chore: string) => void;
  /** For parts that know their own work. */
  readonly more?: Readonly<Record<string, () => Promise<unknown>>>;
}

const batch = 500;
/** An attempt that has not ended after this long, and is not the one that runs, belongs to a worker that died. */
const graceSeconds = 120;
const uploadAgeSeconds = 6 * 3600;

const itemsOf = (chore: string, { pool, onError }: ChoreOptions): ChoreItems =>
  new ChoreItems({ db: pool.db, chore, onError });

/** Files past their day: the object goes, the row and its proof stay. */
export async function expireFiles(options: ChoreOptions, items = itemsOf('expireFiles', options)): Promise<number> {
  const { pool, store } = options;
  const { rows } = await sql<{ id: string; file_key: string }>`
    SELECT id, file_key FROM export_jobs
    WHERE status = 'completed' AND file_deleted_at IS NULL AND expires_at < now() AND ${items.isDue(sql`id::text`)}
    ORDER BY expires_at LIMIT ${batch}`.execute(pool.db);
  const expire = async (some: typeof rows): Promise<void> => {
    await store.delete(some.map((row) => row.file_key));
    const ids = some.map((row) => row.id);
    await sql`UPDATE export_jobs SET file_deleted_at = now() WHERE id = ANY(${ids}::uuid[])`.execute(pool.db);
  };
  return items.together(
    rows,
    ({ id }) => id,
    (some) => expire([...some]),
    () => store.check(),
  );
}

/** What attempts that lost have left: under every attempt's key that no job publishes, objects and unfinished uploads. */
export async function sweepAttempts(options: ChoreOptions, items = itemsOf('sweepAttempts', options)): Promise<number> {
  const { pool, store } = options;
  const { rows } = await sql<{ job_id: string; attempt: number; file_key: string; published: boolean }>`
    SELECT a.job_id, a.attempt, a.file_key, coalesce(j.file_key = a.file_key, false) AS published
    FROM export_attempts a LEFT JOIN export_jobs j ON j.id = a.job_id
    WHERE a.swept_at IS NULL AND a.started_at < now() - ${graceSeconds} * interval '1 second'
      AND (j.id IS NULL OR j.status NOT IN ('pending', 'processing') OR a.attempt < j.attempt)
      AND ${items.isDue(sql`a.job_id || ' ' || a.attempt`)}
    ORDER BY a.started_at LIMIT ${batch}`.execute(pool.db);
  if (rows.some(({ published }) => !published)) await store.check();
  let discarded = 0;
  await items.each(
    rows,
    ({ job_id, attempt }) => `${job_id} ${attempt}`,
    async ({ job_id, attempt, file_key, published }) => {
      if (!published) await store.discard(file_key);
      discarded += published ? 0 : 1;
      // nobody was left alive to say how a killed run ended, and one that finished too late did not deliver
      await sql`UPDATE export_attempts SET swept_at = now(), ended_at = coalesce(ended_at, now()),
        outcome = CASE WHEN ${published} THEN 'completed' WHEN outcome = 'completed' THEN 'worker_lost' ELSE coalesce(outcome, 'worker_lost') END
      WHERE job_id = ${job_id} AND attempt = ${attempt}`.execute(pool.db);
    },
  );
  return discarded;
}

/** What is kept for a while only, each by a statement of its own. */
const trims: Readonly<Record<string, ReturnType<typeof sql>>> = {
  // the newest stays: it is where readers go on from that have heard everything
  'change log': sql`DELETE FROM export_job_changes WHERE at < now() - ${changeLogSeconds} * interval '1 second'
    AND seq < (SELECT max(seq) FROM export_job_changes)`,
  turns: sql`SELECT trim_turns()`,
  idempotency_keys: sql`DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'`,
  attempts: sql`DELETE FROM attempts
    WHERE coalesce(at[cardinality(at)], '-infinity') < now() - interval '1 day'`,
  sessions: sql`DELETE FROM sessions WHERE expires_at < now()`,
  sign_in_steps: sql`DELETE FROM sign_in_steps WHERE expires_at < now()`,
  // what nobody could be told in two days is no news any more
  notices: sql`DELETE FROM notices WHERE created_at < now() - interval '2 days'`,
  password_resets: sql`DELETE FROM password_resets WHERE expires_at < now()`,
};

export function trimLogs(options: ChoreOptions, items = itemsOf('trimLogs', options)): Promise<number> {
  return items.each(
    Object.entries(trims),
    ([name]) => name,
    ([, trim]) => trim.execute(options.pool.db),
  );
}

/** Goes its rounds until the function that is answered has ended. */
export function startChores(options: ChoreOptions): () => Promise<void> {
  const { pool, store, rowsRetentionDays, more = {} } = options;
  const chores: Record<string, Chore> = {
    expireFiles: { secondsMax: 60, removesFiles: true, run: (items) => expireFiles(options, items) },
    sweepAttempts: { secondsMax: 60, removesFiles: true, run: (items) => sweepAttempts(options, items) },
    abortUploads: { secondsMax: 60, removesFiles: true, run: () => store.abortStaleUploads(uploadAgeSeconds) },
    foldColumns: { secondsMax: 60, run: (items) => foldMarks(pool.db, { items }) },
    trimLogs: { secondsMax: 60, run: (items) => trimLogs(options, items) },
  };
  if (rowsRetentionDays !== undefined) {
    chores['dropOldPast'] = { secondsMax: 60, run: (items) => dropPast(pool.db, rowsRetentionDays, items) };
    chores['archiveOldRows'] = { secondsMax: 60, run: (items) => archiveRows(pool.db, rowsRetentionDays, items) };
  }
  for (const [name, run] of Object.entries(more)) chores[name] = { secondsMax: 60, run };
  return startRounds(chores, options);
}
