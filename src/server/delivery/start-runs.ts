/**
 * Begins runs that wait: oldest first, one at a time of each schedule. The export is created in the transaction that marks the
 * run as running: of two that begin the same run, one makes it and the other makes nothing.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import { companyDenied, type FinancialView, requireInAll } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { type CreateDependencies, createExport } from '#server/exports/create.ts';
import { insertPack, planPack } from '#server/exports/packs/create-pack.ts';
import { findSavedPack, questionOfPack } from '#server/exports/packs/saved-packs.ts';
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
  readonly pack_id: string | null;
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
    SELECT DISTINCT ON (r.schedule_id) r.schedule_id, r.occurrence, r.company_id, s.name, s.owner_id, s.saved_report_id, s.pack_id, r.asked_for, r.date_from, r.date_to
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
  if (run.saved_report_id === null && run.pack_id === null) return pause(sentences.reportGone);
  try {
    if (run.pack_id !== null) return await startPack(parts, run, view);
    const { question, saved } = await questionOfSaved(db, view.principal, view.company, {
      saved_report_id: run.saved_report_id ?? '',
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

/** In the owner's right in every company of it. */
async function startPack(
  parts: CreateDependencies,
  run: WaitingRun,
  { principal, company }: FinancialView,
): Promise<void> {
  const { db } = parts;
  const saved = await findSavedPack(db, company.organizationId, run.pack_id);
  const view = await requireInAll(db, principal, 'view_financials', saved?.company_ids ?? []);
  if (!saved) throw companyDenied();
  const asker = { view, origin: { address: null, requestId: null } };
  const planned = await planPack(parts, asker, questionOfPack(view, saved, run));
  await db.transaction().execute(async (tx) => {
    const { id } = await insertPack(tx, parts, asker, planned);
    await begin(tx, run, id);
  });
}

async function begin(tx: DatabaseTransaction, run: WaitingRun, jobId: string): Promise<void> {
  const begun = await tx
    .updateTable('schedule_runs')
    .set({
      status: 'running',
      // a pack is a job by the same id
      job_id: jobId,
      pack_id: run.pack_id === null ? null : jobId,
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
