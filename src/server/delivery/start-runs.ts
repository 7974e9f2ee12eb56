/**
 * Begins runs that wait: oldest first, one at a time of each schedule. The export is created in the transaction that marks the
 * run as running: of two that begin the same run, one makes it and the other makes nothing.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { type CreateDependencies, createExport } from '#server/exports/create.ts';
import { questionOfSaved } from '#server/exports/saved-reports.ts';
import { pauseSchedule, sentences } from './pause.ts';
import { failRun } from './settle-runs.ts';
import { viewFor } from './standing.ts';

export interface WaitingRun {
  readonly schedule_id: string;
  readonly occurrence: string;
  readonly company_id: string;
  readonly name: string;
  readonly owner_id: string | null;
  readonly saved_report_id: string | null;
  /** By somebody: it is not kept for when the schedule is resumed. */
  readonly asked_for: boolean;
  readonly date_from: string;
  readonly date_to: string;
}

/** Somebody else has begun it. */
class Taken extends Error {
  override readonly name = 'Taken';
}

export async function waitingRuns(db: Database): Promise<WaitingRun[]> {
  const { rows } = await sql<WaitingRun>`
    SELECT DISTINCT ON (r.schedule_id) r.schedule_id, r.occurrence, r.company_id, s.name, s.owner_id, s.saved_report_id, r.asked_for, r.date_from, r.date_to
    FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id
    WHERE r.status = 'waiting' AND (s.paused_at IS NULL OR r.asked_for)
      AND NOT EXISTS (SELECT FROM schedule_runs o WHERE o.schedule_id = r.schedule_id AND o.status = 'running')
    ORDER BY r.schedule_id, r.occurrence LIMIT 200`.execute(db);
  return rows;
}

/** @throws ProductError for what may go another time: too many unfinished exports, a database that is away. */
export async function startRun(parts: CreateDependencies, run: WaitingRun): Promise<void> {
  const { db } = parts;
  const view = run.owner_id === null ? null : await viewFor(db, run.owner_id, run.company_id);
  const pause = (reason: string): Promise<void> =>
    db.transaction().execute(async (tx) => {
      await pauseSchedule(tx, { ...run, id: run.schedule_id }, reason);
      if (run.asked_for) await failRun(tx, run, reason);
    });
  if (!view) return pause(sentences.ownerGone);
  if (run.saved_report_id === null) return pause(sentences.reportGone);
  try {
    const { question, saved } = await questionOfSaved(db, view.principal, view.company, {
      saved_report_id: run.saved_report_id,
      date_from: run.date_from,
      date_to: run.date_to,
    });
    const asker = { view, origin: { address: null, requestId: null }, key: null };
    await createExport(parts, asker, question, saved, { within: (tx, jobId) => begin(tx, run, jobId) });
  } catch (error) {
    if (error instanceof Taken) return;
    if (!(error instanceof ProductError) || error.kind.retryable) throw error;
    await db.transaction().execute((tx) => failRun(tx, run, error.message));
  }
}

async function begin(tx: DatabaseTransaction, run: WaitingRun, jobId: string): Promise<void> {
  const begun = await tx
    .updateTable('schedule_runs')
    .set({
      status: 'running',
      job_id: jobId,
      started_at: sql`clock_timestamp()`,
      ended_at: null,
      reason: null,
      fingerprint: null,
    })
    .where('schedule_id', '=', run.schedule_id)
    .where('occurrence', '=', run.occurrence)
    .where('status', '=', 'waiting')
    .returning('occurrence')
    .executeTakeFirst();
  if (!begun) throw new Taken();
}
