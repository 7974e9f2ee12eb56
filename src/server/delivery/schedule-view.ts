/** Schedules as they are read: the one query, and what every door answers of it. */
import { sql } from 'kysely';
import type { PlannedOccurrence, Schedule } from '#contract/deliveries.ts';
import { ProductError } from '#contract/errors.ts';
import type { SavedPeriod } from '#contract/saved-reports.ts';
import { type CompanyCalendar, dueAt, type Occurrence, periodOf, type Recurrence } from '#contract/schedules.ts';
import { asId } from '#server/access/decide.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import type { DeliveryGrant } from './standing.ts';

export const scheduleRows = (db: Queryable) =>
  db
    .selectFrom('schedules as s')
    .innerJoin('companies as c', 'c.id', 's.company_id')
    .leftJoin('saved_reports as r', 'r.id', 's.saved_report_id')
    .leftJoin('packs as k', 'k.id', 's.pack_id')
    .leftJoin('users as u', 'u.id', 's.owner_id')
    .selectAll('s')
    .select([
      'c.time_zone',
      'r.name as saved_report_name',
      sql<SavedPeriod | null>`coalesce(r.period, k.period)`.as('period'),
      'k.name as pack_name',
      'u.name as owner_name',
      sql<string[]>`ARRAY(SELECT d.destination_id::text FROM schedule_destinations d
        WHERE d.schedule_id = s.id ORDER BY d.place)`.as('destination_ids'),
      sql<
        Schedule['last_run']
      >`(SELECT jsonb_build_object('occurrence', n.occurrence, 'status', n.status, 'reason', n.reason)
        FROM schedule_runs n WHERE n.schedule_id = s.id ORDER BY n.occurrence DESC LIMIT 1)`.as('last_run'),
    ]);

export type ScheduleRow = Awaited<ReturnType<ReturnType<typeof scheduleRows>['executeTakeFirstOrThrow']>>;

export const planned = (
  each: Occurrence,
  { recurrence, at, period }: { recurrence: Recurrence; at: string; period: SavedPeriod },
  calendar: CompanyCalendar,
): PlannedOccurrence => {
  const { from, to } = periodOf(recurrence, period, each.occurrence);
  // as instants are answered everywhere: in microseconds
  const due = dueAt(each, at, calendar).toISOString().replace('Z', '000Z');
  return { occurrence: each.occurrence, due_at: due, date_from: from, date_to: to };
};

/** Of what has no saved report: nothing is made of it, so that its days say nothing. */
const anyPeriod: SavedPeriod = { kind: 'yesterday' };

function nextOf(row: ScheduleRow): PlannedOccurrence | null {
  if (row.next_occurrence === null || row.next_due_at === null) return null;
  const { from, to } = periodOf(row.recurrence, row.period ?? anyPeriod, row.next_occurrence);
  return { occurrence: row.next_occurrence, due_at: row.next_due_at, date_from: from, date_to: to };
}

const viewOf = (row: ScheduleRow): Schedule => ({
  id: row.id,
  company_id: row.company_id,
  name: row.name,
  saved_report_id: row.saved_report_id,
  saved_report_name: row.saved_report_name,
  pack_id: row.pack_id,
  pack_name: row.pack_name,
  recurrence: row.recurrence,
  at: row.at,
  condition: row.condition,
  destination_ids: row.destination_ids,
  is_paused: row.paused_at !== null,
  paused_reason: row.paused_reason,
  owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
  next: row.paused_at === null ? nextOf(row) : null,
  last_run: row.last_run,
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const listSchedules = (db: Database, { company }: DeliveryGrant, page: PageOf) =>
  readPage(
    db,
    page,
    (tx) =>
      scheduleRows(tx)
        .where('s.company_id', '=', company.id)
        .orderBy(sql`lower(s.name)`)
        .orderBy('s.id'),
    (rows) => rows.map(viewOf),
  );

const gone = (): ProductError => new ProductError('access_denied', 'There is no schedule by this id in this company.');

/** @throws ProductError access_denied for what is not there or another company's. */
export async function scheduleRow(db: Queryable, { company }: DeliveryGrant, id: unknown): Promise<ScheduleRow> {
  const row = await scheduleRows(db)
    .where('s.company_id', '=', company.id)
    .where('s.id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!row) throw gone();
  return row;
}

export const readSchedule = async (db: Queryable, grant: DeliveryGrant, id: unknown): Promise<Schedule> =>
  viewOf(await scheduleRow(db, grant, id));
