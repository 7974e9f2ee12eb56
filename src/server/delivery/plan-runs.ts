/**
 * Finds schedules that are due and writes a run for each of their occurrences. The key of a run is the occurrence, and a schedule
 * is held by one process at a time: two servers, a crash, a double start make none twice and miss none.
 */
import { sql } from 'kysely';
import { monthStart } from '#contract/calendar.ts';
import {
  type CompanyCalendar,
  dueAt,
  earliestAt,
  missedMax,
  nextAfter,
  type Occurrence,
  occurrencesFrom,
  periodOf,
  type Recurrence,
} from '#contract/schedules.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { calendarOf } from './company-calendar.ts';
import type { Blocking, CloseOf } from './close-of.ts';
import { pauseSchedule, sentences } from './pause.ts';
import { type ScheduleRow, scheduleRows } from './schedule-view.ts';
import { nextFields } from './schedules.ts';
import { viewFor } from './standing.ts';

/** How often a month that is not complete is looked at again. */
const lookSeconds = 300;
/** Of one schedule in one round; what is left comes in the next. */
const occurrencesMax = 2000;

/** Its rows are as of now, whatever the period: only the newest of several missed ones says anything. */
const isOfTheLatestState = (reportType: string | null): boolean => reportType === 'inventory';

/** Where its occurrences are looked for again: closed days may have moved one within its month or quarter. */
function realigned(recurrence: Recurrence, next: string, calendar: CompanyCalendar): Occurrence | undefined {
  const into =
    recurrence.kind === 'working_day' && recurrence.of === 'quarter' ? (Number(next.slice(5, 7)) - 1) % 3 : 0;
  const from = recurrence.kind === 'working_day' ? monthStart(next, -into) : next;
  return occurrencesFrom(recurrence, from, calendar).next().value ?? undefined;
}

/** One that could not be planned keeps no other from it. */
export class NotPlanned extends Error {
  override readonly name = 'NotPlanned';
  readonly scheduleId: string;

  constructor(scheduleId: string, cause: unknown) {
    super(`Schedule ${scheduleId} could not be planned.`, { cause });
    this.scheduleId = scheduleId;
  }
}

/** One schedule. False when none is due. @throws NotPlanned */
export async function planDue(
  db: Database,
  now: Date,
  closeOf: CloseOf,
  except: readonly string[] = [],
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const held = await sql<{ id: string }>`
      SELECT id FROM schedules WHERE paused_at IS NULL AND least(look_at, next_due_at) <= ${now.toISOString()}
        AND id <> ALL (${except}::bigint[])
      ORDER BY least(look_at, next_due_at) LIMIT 1 FOR UPDATE SKIP LOCKED`.execute(tx);
    const id = held.rows[0]?.id;
    if (id === undefined) return false;
    const schedule = await scheduleRows(tx).where('s.id', '=', id).executeTakeFirstOrThrow();
    await planOne(tx, schedule, now, closeOf).catch((error: unknown) => {
      throw new NotPlanned(id, error);
    });
    return true;
  });
}

async function planOne(tx: DatabaseTransaction, schedule: ScheduleRow, now: Date, closeOf: CloseOf): Promise<void> {
  const { id, recurrence, at, next_occurrence } = schedule;
  const view = schedule.owner_id === null ? null : await viewFor(tx, schedule.owner_id, schedule.company_id);
  if (!view) return pauseSchedule(tx, schedule, sentences.ownerGone);
  if (!schedule.period) return pauseSchedule(tx, schedule, sentences.reportGone);
  const calendar = await calendarOf(tx, schedule.company_id);
  let each = next_occurrence === null ? undefined : realigned(recurrence, next_occurrence, calendar);
  const due: (Occurrence & { readonly missing?: Blocking })[] = [];
  while (each && dueAt(each, at, calendar) <= now && due.length < occurrencesMax) {
    due.push(
      recurrence.kind === 'when_complete'
        ? { ...each, missing: await closeOf(tx, view.company, each.occurrence, now) }
        : each,
    );
    each = nextAfter(recurrence, each.occurrence, calendar);
  }
  if (each && recurrence.kind === 'when_complete' && earliestAt(recurrence, each, at, calendar) <= now) {
    const blocking = await closeOf(tx, view.company, each.occurrence, now);
    if (blocking.length === 0) {
      due.push(each);
      each = nextAfter(recurrence, each.occurrence, calendar);
    }
  }
  await writeRuns(tx, schedule, due, calendar);
  const fields = nextFields(recurrence, at, calendar, each);
  // a month that is not complete yet is looked at from time to time
  const isLookedAt = fields.look_at !== null && Date.parse(fields.look_at) <= now.getTime();
  const again = new Date(now.getTime() + lookSeconds * 1000).toISOString();
  await tx
    .updateTable('schedules')
    .set({ ...fields, ...(isLookedAt && { look_at: again }) })
    .where('id', '=', id)
    .execute();
}

async function writeRuns(
  tx: DatabaseTransaction,
  schedule: ScheduleRow,
  due: readonly (Occurrence & { readonly missing?: Blocking })[],
  calendar: CompanyCalendar,
): Promise<void> {
  if (due.length === 0) return;
  const { rows } = await sql<{ report_type: string }>`
    SELECT report_type FROM saved_reports WHERE id = ${schedule.saved_report_id}`.execute(tx);
  const isLatest = isOfTheLatestState(rows[0]?.report_type ?? null);
  const madeFrom = due.length - (isLatest ? 1 : missedMax);
  const why = isLatest ? sentences.onlyNewest : sentences.missed;
  await tx
    .insertInto('schedule_runs')
    .values(
      due.map((each, index) => {
        const days = schedule.period && periodOf(schedule.recurrence, schedule.period, each.occurrence);
        return {
          schedule_id: schedule.id,
          company_id: schedule.company_id,
          occurrence: each.occurrence,
          due_at: dueAt(each, schedule.at, calendar).toISOString(),
          status: index < madeFrom ? ('skipped' as const) : ('waiting' as const),
          reason: index < madeFrom ? why : null,
          date_from: days?.from ?? null,
          date_to: days?.to ?? null,
          missing: each.missing && each.missing.length > 0 ? JSON.stringify(each.missing) : null,
        };
      }),
    )
    // made before its day, because somebody asked
    .onConflict((conflict) => conflict.columns(['schedule_id', 'occurrence']).doNothing())
    .execute();
}
