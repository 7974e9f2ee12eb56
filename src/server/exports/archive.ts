/**
 * Rows that are too old for the list: moved to the archive by an ordinary DELETE, so that lists, counts and open pages
 * follow as for any other. What was completed stays provable there for as long as the database lives.
 */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';
import { ChoreItems } from './chore-items.ts';
import { firstIdOf } from './job-id.ts';

const batch = 500;

/**
 * Archives finished jobs created more than `days` ago, oldest first, some hundreds at a time; resolves to how many. A job
 * whose file is still kept, or whose runs are still to be swept, waits for that.
 */
export async function archiveRows(
  db: Database,
  days: number,
  items = new ChoreItems({ db, chore: 'archiveOldRows', onError: () => undefined }),
): Promise<number> {
  const before = Date.now() - days * 24 * 3600 * 1000;
  const { rows } = await sql<{ id: string }>`
    SELECT j.id FROM export_jobs j
    WHERE j.id < ${firstIdOf(before)} AND j.created_at < ${new Date(before).toISOString()} AND ${isSettled}
      AND ${items.isDue(sql`j.id::text`)}
    ORDER BY j.id LIMIT ${batch}`.execute(db);
  return items.together(
    rows,
    ({ id }) => id,
    (some) =>
      moveRows(
        db,
        some.map(({ id }) => id),
      ),
  );
}

const isSettled = sql`j.status IN ('completed', 'failed', 'canceled') AND (j.status <> 'completed' OR j.file_deleted_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM export_attempts a WHERE a.job_id = j.id AND a.swept_at IS NULL)`;

const moveRows = (db: Database, ids: readonly string[]): Promise<unknown> =>
  sql`WITH old AS (
      DELETE FROM export_jobs WHERE id IN (
        SELECT j.id FROM export_jobs j WHERE j.id = ANY(${ids}::uuid[]) AND ${isSettled} ORDER BY j.id FOR UPDATE SKIP LOCKED)
      RETURNING *),
    runs AS (DELETE FROM export_attempts a USING old WHERE a.job_id = old.id RETURNING a.*)
    INSERT INTO export_job_archive (id, company_id, sha256, files, job, attempts)
    SELECT old.id, old.company_id, old.sha256, CASE WHEN old.sha256 IS NOT NULL THEN old.files END,
      to_jsonb(old) || coalesce((SELECT jsonb_build_object('notes', jsonb_agg(to_jsonb(n) ORDER BY n.id)) FROM export_notes n
        WHERE n.job_id = old.id HAVING count(*) > 0), '{}'),
      coalesce((SELECT jsonb_agg(to_jsonb(runs) ORDER BY runs.attempt) FROM runs WHERE runs.job_id = old.id), '[]')
    FROM old`.execute(db);
