/**
 * After a restore nobody here knows what went out between the backup and now. So nothing goes out by itself until somebody has
 * looked: schedules are paused with a sentence, one click resumes each and makes what it missed; deliveries under way have
 * ended, and "send again" sends them.
 */
import type { Connection } from '#server/database/connection.ts';
import { sentences } from './pause.ts';

export interface Held {
  readonly schedules: number;
  readonly deliveries: number;
}

/** In one transaction, on a database that nothing else works on. Held twice is held once. */
export async function holdDeliveries(client: Connection): Promise<Held> {
  const reason = [sentences.restored];
  await client.query('BEGIN');
  const { rowCount: schedules } = await client.query(
    `WITH held AS (
      UPDATE schedules SET paused_at = clock_timestamp(), paused_reason = $1 WHERE paused_at IS NULL
      RETURNING id, company_id)
    INSERT INTO audit_events (organization_id, company_id, action, subject_type, subject_id, details)
    SELECT c.organization_id, c.id, 'schedule.paused', 'schedule', held.id::text, jsonb_build_object('reason', $1::text)
    FROM held JOIN companies c ON c.id = held.company_id`,
    reason,
  );
  const { rowCount: deliveries } = await client.query(
    `WITH held AS (
      UPDATE deliveries SET status = 'failed', lease_until = NULL, tries = tries + 1 WHERE status IN ('waiting', 'sending')
      RETURNING id, tries)
    INSERT INTO delivery_attempts (delivery_id, attempt, outcome, detail) SELECT id, tries, 'unknown', $1 FROM held`,
    reason,
  );
  // what was being made is made again once its schedule goes on; what was being sent is sent again by hand
  await client.query(
    `UPDATE schedule_runs SET status = 'waiting', job_id = NULL, pack_id = NULL WHERE status = 'running' AND fingerprint IS NULL`,
  );
  await client.query(
    `UPDATE schedule_runs SET status = 'failed', reason = $1, ended_at = clock_timestamp() WHERE status = 'running'`,
    reason,
  );
  await client.query(`UPDATE schedule_runs SET asked_for = false WHERE status = 'waiting' AND asked_for`);
  await client.query('COMMIT');
  return { schedules: schedules ?? 0, deliveries: deliveries ?? 0 };
}
