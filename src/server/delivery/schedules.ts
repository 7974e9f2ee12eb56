/**
 * Schedules of a company: kept, changed, paused, taken over. A schedule has an owner, whose right everything is made and
 * sent with; whoever resumes one that has lost its owner is its owner from then on.
 */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { PlannedOccurrence, Schedule } from '#contract/deliveries.ts';
import type { SavedPeriod } from '#contract/saved-reports.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import {
  type CompanyCalendar,
  type Condition,
  dueAt,
  earliestAt,
  firstDueAfter,
  type Occurrence,
  occurrencesFrom,
  type Recurrence,
} from '#contract/schedules.ts';
import type { Origin } from '#server/access/audit.ts';
import { asId, type Principal, requireCapability, requireInAll } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { findSavedPack } from '#server/exports/packs/saved-packs.ts';
import { readSaved } from '#server/exports/saved-reports.ts';
import { calendarOf } from './company-calendar.ts';
import { planned, readSchedule, type ScheduleRow, scheduleRow } from './schedule-view.ts';
import { type DeliveryGrant, ownerStands, told } from './standing.ts';

/** As it was asked: nothing of it has been looked at but its shape. */
export interface ScheduleInput {
  readonly name: string;
  readonly saved_report_id?: string | null | undefined;
  readonly pack_id?: string | null | undefined;
  readonly recurrence: Recurrence;
  readonly at: string;
  readonly condition: Condition;
  readonly destination_ids: readonly string[];
  readonly is_paused: boolean;
}

interface Judged {
  readonly values: {
    readonly name: string;
    readonly saved_report_id: string | null;
    readonly pack_id: string | null;
    readonly recurrence: string;
    readonly at: string;
    readonly condition: Condition;
  };
  readonly destinations: readonly string[];
}

/**
 * Whoever makes a schedule can see what it sends, and its destinations are the company's.
 * @throws ProductError invalid_input, naming the field; missing_capability.
 */
async function judged(db: Queryable, grant: DeliveryGrant, input: ScheduleInput, known?: ScheduleRow): Promise<Judged> {
  const { company } = grant;
  if (
    input.pack_id != null &&
    input.saved_report_id != null &&
    input.pack_id !== known?.pack_id &&
    input.saved_report_id !== known?.saved_report_id
  )
    throw invalidField('pack_id', 'is one of two: a schedule sends a pack or a saved report');
  // what is asked for now goes before what was
  const isPack = input.pack_id != null && (input.saved_report_id == null || input.pack_id !== known?.pack_id);
  const sent = isPack
    ? { saved_report_id: null, pack_id: input.pack_id ?? null }
    : { saved_report_id: input.saved_report_id ?? null, pack_id: null };
  if (!isPack && sent.saved_report_id === null) throw invalidField('saved_report_id', 'is required, or pack_id');
  if (sent.saved_report_id !== known?.saved_report_id || sent.pack_id !== known.pack_id) {
    await periodOfSent(db, grant, sent);
  }
  const asked = [...new Set(input.destination_ids)];
  const found = await db
    .selectFrom('destinations')
    .select('id')
    .where('company_id', '=', company.id)
    .where('deleted_at', 'is', null)
    .where('id', 'in', ['0', ...asked.map((id) => asId(id) ?? '0')])
    .forKeyShare()
    .execute();
  if (found.length < asked.length)
    throw invalidField('destination_ids', 'names a destination that this company has not');
  return {
    values: {
      name: input.name,
      ...sent,
      recurrence: JSON.stringify(input.recurrence),
      at: input.at,
      condition: input.condition,
    },
    destinations: asked,
  };
}

/** @throws ProductError invalid_input for what this person cannot see all of */
async function periodOfSent(
  db: Queryable,
  { principal, company }: DeliveryGrant,
  { saved_report_id, pack_id }: Pick<ScheduleInput, 'saved_report_id' | 'pack_id'>,
): Promise<SavedPeriod> {
  const unseen = (error: unknown): never => {
    if (!(error instanceof ProductError)) throw error;
    throw pack_id == null
      ? invalidField('saved_report_id', 'is no saved report of this company that you can see')
      : invalidField('pack_id', 'is no pack of which you can see everything');
  };
  if (pack_id == null) {
    const view = await requireCapability(db, principal, 'view_financials', company.id);
    return (await readSaved(db, view, saved_report_id).catch(unseen)).period;
  }
  const pack = await findSavedPack(db, company.organizationId, pack_id);
  await requireInAll(db, principal, 'view_financials', pack?.company_ids ?? []).catch(unseen);
  if (!pack?.company_ids.includes(company.id)) throw invalidField('pack_id', 'has nothing of this company');
  return pack.period;
}

/** What of a row says when it comes next, with nothing before `now`. */
export function nextFields(
  recurrence: Recurrence,
  at: string,
  calendar: CompanyCalendar,
  each: Occurrence | undefined,
): { next_occurrence: string | null; next_due_at: string | null; look_at: string | null } {
  if (!each) return { next_occurrence: null, next_due_at: null, look_at: null };
  return {
    next_occurrence: each.occurrence,
    next_due_at: dueAt(each, at, calendar).toISOString(),
    look_at: recurrence.kind === 'when_complete' ? earliestAt(recurrence, each, at, calendar).toISOString() : null,
  };
}

const uniqueViolation = '23505';
const named =
  (name: string) =>
  (error: unknown): never => {
    if ((error as { code?: string } | null)?.code !== uniqueViolation) throw error;
    throw new ProductError('conflict', `There is a schedule named ${name} already. Choose another name.`, {
      fields: [{ field: 'name', message: 'is taken' }],
    });
  };

async function setDestinations(tx: DatabaseTransaction, scheduleId: string, ids: readonly string[]): Promise<void> {
  await tx.deleteFrom('schedule_destinations').where('schedule_id', '=', scheduleId).execute();
  if (ids.length === 0) return;
  await tx
    .insertInto('schedule_destinations')
    .values(ids.map((destination_id, place) => ({ schedule_id: scheduleId, destination_id, place })))
    .execute();
}

const personOf = (principal: Principal): string => {
  if (principal.userId === null)
    throw new ProductError('access_denied', 'A schedule belongs to a person. Sign in as one.');
  return principal.userId;
};

export async function createSchedule(
  tx: DatabaseTransaction,
  grant: DeliveryGrant,
  origin: Origin,
  input: ScheduleInput,
  now = new Date(),
): Promise<Schedule> {
  const owner = personOf(grant.principal);
  const { values, destinations } = await judged(tx, grant, input);
  const calendar = await calendarOf(tx, grant.company.id);
  const { id } = await tx
    .insertInto('schedules')
    .values({
      ...values,
      ...nextFields(input.recurrence, input.at, calendar, firstDueAfter(input.recurrence, input.at, calendar, now)),
      company_id: grant.company.id,
      owner_id: owner,
      paused_at: input.is_paused ? now.toISOString() : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch(named(input.name));
  await setDestinations(tx, id, destinations);
  await told(tx, grant, origin, 'schedule.created', id);
  return readSchedule(tx, grant, id);
}

/**
 * Also pauses and resumes. What a schedule missed while it stood paused for a reason of its own is made when it is resumed;
 * what fell into a pause that somebody wanted is not. One that stands paused for a reason and is asked to be is then paused by somebody.
 */
export async function changeSchedule(
  db: Database,
  grant: DeliveryGrant,
  origin: Origin,
  id: unknown,
  patch: Partial<ScheduleInput>,
  now = new Date(),
): Promise<Schedule> {
  return db.transaction().execute(async (tx) => {
    const known = await heldSchedule(tx, grant, id);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next = { ...known, is_paused: known.paused_at !== null, ...given } as ScheduleInput;
    const { values, destinations } = await judged(tx, grant, next, known);
    const calendar = await calendarOf(tx, grant.company.id);
    const resumes = known.paused_at !== null && !next.is_paused;
    const hasMissed = resumes && known.paused_reason !== null;
    // that alone: a form that is saved while it stands paused wants nothing of it
    const isWanted = known.paused_at !== null && patch.is_paused === true && Object.values(given).length === 1;
    const isOther = values.at !== known.at || !isDeepStrictEqual(next.recurrence, known.recurrence);
    const fromNow = isOther || (resumes && !hasMissed);
    await tx
      .updateTable('schedules')
      .set({
        ...values,
        ...(fromNow &&
          nextFields(next.recurrence, next.at, calendar, firstDueAfter(next.recurrence, next.at, calendar, now))),
        ...(resumes && (await takenOver(tx, known, grant))),
        ...(resumes && { paused_at: null, paused_reason: null }),
        ...(next.is_paused && known.paused_at === null && { paused_at: now.toISOString(), paused_reason: null }),
        ...(isWanted && { paused_reason: null }),
        updated_at: sql`clock_timestamp()`,
      })
      .where('id', '=', known.id)
      .execute()
      .catch(named(next.name));
    if (patch.destination_ids !== undefined) await setDestinations(tx, known.id, destinations);
    if (hasMissed) await againFailed(tx, known.id);
    const action = resumes
      ? 'resumed'
      : isWanted || (next.is_paused && known.paused_at === null)
        ? 'paused'
        : 'changed';
    await told(tx, grant, origin, `schedule.${action}`, known.id);
    return readSchedule(tx, grant, known.id);
  });
}

/** Whoever resumes what has no owner with the right any more owns it, and must be able to see what it sends. */
async function takenOver(
  tx: DatabaseTransaction,
  known: ScheduleRow,
  grant: DeliveryGrant,
): Promise<{ owner_id: string } | undefined> {
  if (known.owner_id !== null && (await ownerStands(tx, known))) return undefined;
  await periodOfSent(tx, grant, known).catch(() => {
    throw new ProductError(
      'conflict',
      known.pack_id === null
        ? 'Its saved report is private to whoever owned it. Choose another one first.'
        : 'Its pack has something of a company whose financials you may not view. Choose another one first.',
    );
  });
  return { owner_id: personOf(grant.principal) };
}

/** Those that failed since the last that went out wait again. */
async function againFailed(tx: DatabaseTransaction, scheduleId: string): Promise<void> {
  await sql`UPDATE schedule_runs SET status = 'waiting', reason = NULL, ended_at = NULL
    WHERE schedule_id = ${scheduleId} AND status = 'failed' AND occurrence > coalesce((SELECT max(occurrence) FROM schedule_runs
      WHERE schedule_id = ${scheduleId} AND status IN ('sent', 'partly_sent')), '-infinity')`.execute(tx);
}

export async function deleteSchedule(db: Database, grant: DeliveryGrant, origin: Origin, id: unknown): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const known = await heldSchedule(tx, grant, id);
    await tx.deleteFrom('schedules').where('id', '=', known.id).execute();
    await told(tx, grant, origin, 'schedule.deleted', known.id);
  });
}

/** Held until the transaction ends. */
async function heldSchedule(tx: DatabaseTransaction, grant: DeliveryGrant, id: unknown): Promise<ScheduleRow> {
  await tx
    .selectFrom('schedules')
    .select('id')
    .where('id', '=', asId(id) ?? '0')
    .where('company_id', '=', grant.company.id)
    .forUpdate()
    .execute();
  return scheduleRow(tx, grant, id);
}

/** The next occurrences of what is being thought of: from a day on, or those that are not due yet. */
export async function previewSchedule(
  db: Queryable,
  grant: DeliveryGrant,
  input: Pick<ScheduleInput, 'saved_report_id' | 'pack_id' | 'recurrence' | 'at'>,
  from: string | undefined,
  now = new Date(),
): Promise<PlannedOccurrence[]> {
  const period = await periodOfSent(db, grant, input);
  const calendar = await calendarOf(db, grant.company.id);
  const { recurrence, at } = input;
  const start = from ?? firstDueAfter(recurrence, at, calendar, now)?.occurrence;
  if (start === undefined) return [];
  return [...occurrencesFrom(recurrence, start, calendar).take(previewLength)].map((each) =>
    planned(each, { recurrence, at, period }, calendar),
  );
}
const previewLength = 12;
