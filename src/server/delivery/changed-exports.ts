/**
 * Exports that are no longer what the data say, found without anybody looking at them: for companies of which a webhook wants to
 * know (`export.changed`). The event itself is written by the statement that keeps the comparison, so that it comes once.
 */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';
import { withChanges } from '#server/exports/changed-since.ts';
import { jobRows, viewOf } from '#server/exports/job-view.ts';

/** Of one company, the newest of those that are finished. */
const lookedAtMax = 2_000;
const atOnce = 100;
/** A company that changes all day is looked at so often at most. */
const restSeconds = 5;

/** Looks at one company that has a newer version than was looked at. False when there is none. */
export async function tellChanged(db: Database): Promise<boolean> {
  const claimed = await claim(db);
  if (!claimed) return false;
  const { company_id: companyId, is_new: isNew } = claimed;
  // what was so before anybody wanted to know is no news
  if (isNew) return true;
  let before: string | null = null;
  for (let seen = 0; seen < lookedAtMax; seen += atOnce) {
    const rows = await jobRows(db)
      .where('j.company_id', '=', companyId)
      .where('j.status', '=', 'completed')
      .where('j.pack_id', 'is', null)
      .$if(before !== null, (query) => query.where('j.created_at', '<', before ?? ''))
      .orderBy('j.created_at', 'desc')
      .limit(atOnce)
      .execute();
    await withChanges(db, rows.map(viewOf), 'all');
    before = rows.at(-1)?.created_at ?? null;
    if (rows.length < atOnce) break;
  }
  return true;
}

interface Claimed {
  readonly company_id: string;
  readonly is_new: boolean;
}

/** Says that it is looked at up to the version of now, before looking: of two processes one does it. */
async function claim(db: Database): Promise<Claimed | null> {
  const { rows } = await sql<Claimed>`
    WITH behind AS (
      SELECT c.id, c.data_version, t.company_id IS NULL AS is_new FROM companies c LEFT JOIN changes_told t ON t.company_id = c.id
      WHERE EXISTS (SELECT FROM destinations d WHERE d.company_id = c.id AND d.type = 'webhook' AND d.deleted_at IS NULL
          AND d.disabled_at IS NULL AND d.settings -> 'events' ? 'export.changed')
        AND (t.company_id IS NULL OR t.data_version < c.data_version AND t.looked_at < clock_timestamp() - ${restSeconds} * interval '1 second')
      ORDER BY t.looked_at NULLS FIRST LIMIT 1)
    INSERT INTO changes_told (company_id, data_version) SELECT id, data_version FROM behind
    ON CONFLICT (company_id) DO UPDATE SET data_version = excluded.data_version, looked_at = clock_timestamp()
      WHERE changes_told.data_version < excluded.data_version
    RETURNING company_id, (SELECT is_new FROM behind) AS is_new`.execute(db);
  return rows[0] ?? null;
}
