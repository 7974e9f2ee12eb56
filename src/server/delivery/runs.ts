/** Runs of a schedule: one for each occurrence, listed with what was sent; and one made now, because somebody asks. */
import type { ScheduleRun } from '#contract/deliveries.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import { addDays, dayIn, monthEnd, monthStart } from '#contract/calendar.ts';
import { dueAt, occurrencesFrom, periodOf } from '#contract/schedules.ts';
import type { Origin } from '#server/access/audit.ts';
import type { Made } from '#server/access/idempotency.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import { calendarOf } from './company-calendar.ts';
import { deliveryRows, viewOfDelivery } from './deliveries-view.ts';
import { type ScheduleRow, scheduleRow } from './schedule-view.ts';
import { type DeliveryGrant, ownerStands, told } from './standing.ts';

const runRows = (db: Queryable, scheduleId: string) =>
  db.selectFrom('schedule_runs').selectAll().where('schedule_id', '=', scheduleId);

type RunRow = Awaited<ReturnType<ReturnType<typeof runRows>['executeTakeFirstOrThrow']>>;

async function viewsOf(db: Queryable, rows: readonly RunRow[]): Promise<ScheduleRun[]> {
  if (rows.length === 0) return [];
  const deliveries = await deliveryRows(db)
    .where('d.schedule_id', 'in', [...new Set(rows.map((row) => row.schedule_id))])
    .where(
      'd.occurrence',
      'in',
      rows.map((row) => row.occurrence),
    )
    .orderBy('d.id')
    .execute();
  return rows.map((row) => ({
    schedule_id: row.schedule_id,
    occurrence: row.occurrence,
    due_at: row.due_at,
    date_from: row.date_from,
    date_to: row.date_to,
    status: row.status,
    reason: row.reason,
    job_id: row.pack_id === null ? row.job_id : null,
    pack_id: row.pack_id,
    started_at: row.started_at,
    ended_at: row.ended_at,
    deliveries: deliveries.filter(({ occurrence }) => occurrence === row.occurrence).map(viewOfDelivery),
  }));
}

/** Newest first. */
export async function listRuns(db: Database, grant: DeliveryGrant, scheduleId: string, page: PageOf) {
  const schedule = await scheduleRow(db, grant, scheduleId);
  return readPage(
    db,
    page,
    (tx) => runRows(tx, schedule.id).orderBy('occurrence', 'desc'),
    (rows, tx) => viewsOf(tx, rows),
  );
}

/** @throws ProductError access_denied */
export async function readRun(
  db: Queryable,
  grant: DeliveryGrant,
  scheduleId: string,
  occurrence: string,
): Promise<ScheduleRun> {
  const schedule = await scheduleRow(db, grant, scheduleId);
  const row = await runRows(db, schedule.id).where('occurrence', '=', occurrence).executeTakeFirst();
  const [view] = row ? await viewsOf(db, [row]) : [];
  if (!view) throw new ProductError('access_denied', 'This schedule has no run of this day.');
  return view;
}

/** The occurrence that is asked for, or the day it is: of a close, the month that has ended. */
function occurrenceFor(schedule: ScheduleRow, asked: string | undefined, now: Date): string {
  const today = dayIn(schedule.time_zone, now);
  if (schedule.recurrence.kind !== 'when_complete') return asked ?? today;
  if (asked === undefined) return addDays(monthStart(today), -1);
  if (asked !== monthEnd(asked)) throw invalidField('occurrence', 'must be the last day of a month');
  return asked;
}

/**
 * Makes an occurrence now. One that is under way or has gone out is answered as it is; one that was skipped or failed is
 * made again. When its day comes it is not made a second time.
 * @throws ProductError conflict for a schedule whose owner has lost the right.
 */
export async function runNow(
  tx: DatabaseTransaction,
  grant: DeliveryGrant,
  origin: Origin,
  scheduleId: string,
  asked: string | undefined,
  now = new Date(),
): Promise<Made<ScheduleRun>> {
  const schedule = await scheduleRow(tx, grant, scheduleId);
  const { id, recurrence, at } = schedule;
  const occurrence = occurrenceFor(schedule, asked, now);
  if (!schedule.period || !(await ownerStands(tx, schedule))) {
    throw new ProductError(
      'conflict',
      schedule.period
        ? 'Whoever owns this schedule may not view financials here any more. Resume it to take it over.'
        : 'The saved report of this schedule has been deleted. Choose another one.',
    );
  }
  const calendar = await calendarOf(tx, grant.company.id);
  const { from, to } = periodOf(recurrence, schedule.period, occurrence);
  const [its] = occurrencesFrom(recurrence, occurrence, calendar);
  const due = its?.occurrence === occurrence ? dueAt(its, at, calendar).toISOString() : now.toISOString();
  const made = await tx
    .insertInto('schedule_runs')
    .values({
      schedule_id: id,
      occurrence,
      company_id: grant.company.id,
      due_at: due,
      status: 'waiting',
      date_from: from,
      date_to: to,
      asked_for: true,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['schedule_id', 'occurrence'])
        .doUpdateSet({ status: 'waiting', reason: null, ended_at: null, job_id: null, asked_for: true })
        .where('schedule_runs.status', 'in', ['skipped', 'failed']),
    )
    .returning('occurrence')
    .executeTakeFirst();
  if (made) await told(tx, grant, origin, 'schedule.run', id, { occurrence });
  const value = await readRun(tx, grant, id, occurrence);
  return { id, value, kept: { occurrence }, isNew: made !== undefined };
}
