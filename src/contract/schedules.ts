/**
 * Schedules: which local dates they fall on, when each is due, and which days it is about. All of it follows from the
 * schedule and the company's calendar, never from the clock: whoever computes it, and whenever, finds the same.
 */
import { addDays, dayIn, isWorkingDay, monthEnd, monthStart, nthWorkingDay, wallTime } from './calendar.ts';
import { daysOf, type SavedPeriod } from './saved-reports.ts';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

export type Recurrence =
  /** Every day, or the chosen days of the week. */
  | { readonly kind: 'daily'; readonly weekdays?: readonly Weekday[] | undefined }
  | { readonly kind: 'weekly'; readonly weekday: Weekday }
  /** A day that a month lacks is its last. */
  | { readonly kind: 'monthly'; readonly day: number | 'last' }
  /** The nth working day after each month or quarter; one that lacks it has its last working day. */
  | { readonly kind: 'working_day'; readonly nth: number; readonly of: 'month' | 'quarter' }
  /** As soon as the month's close has nothing blocking, at the latest on this working day after it. */
  | { readonly kind: 'when_complete'; readonly latest_working_day: number };
export const recurrenceKinds = ['daily', 'weekly', 'monthly', 'working_day', 'when_complete'] as const;

export const conditions = ['always', 'with_rows', 'without_rows', 'when_changed'] as const;
export type Condition = (typeof conditions)[number];

export const runStatuses = ['waiting', 'running', 'sent', 'partly_sent', 'skipped', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

export const deliveryStatuses = ['waiting', 'sending', 'sent', 'failed', 'refused'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export const destinationTypes = ['mail', 'webhook', 'sftp', 's3'] as const;
export type DestinationType = (typeof destinationTypes)[number];

export const webhookEvents = ['export.completed', 'export.failed', 'export.changed', 'schedule.failed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** How many days of missed occurrences are made; older ones are skipped. */
export const missedMax = 7;

/** One time of a schedule: its name is the local date it is the occurrence of. */
export interface Occurrence {
  readonly occurrence: string;
  /** The local date on which it is due; of `when_complete` the latest. */
  readonly dueOn: string;
}

/** A company's calendar: its zone and the days it is closed. */
export interface CompanyCalendar {
  readonly timeZone: string;
  readonly closedDays: ReadonlySet<string>;
}

const weekdayOf = (day: string): Weekday => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as Weekday;

/** Month starts from that of `day` on, every `step` months. */
function* monthsFrom(day: string, step: number): Generator<string> {
  const into = (Number(day.slice(5, 7)) - 1) % step;
  for (let month = monthStart(day, -into); ; month = monthStart(month, step)) yield month;
}

/** The nth working day of the months that begin with `start`; their last one where they have fewer. */
function workingDayWithin(start: string, months: number, nth: number, closed: ReadonlySet<string>): string {
  const last = addDays(monthStart(start, months), -1);
  const found = nthWorkingDay(start, nth, closed);
  if (found <= last) return found;
  for (let day = last; day >= start; day = addDays(day, -1)) if (isWorkingDay(day, closed)) return day;
  return last;
}

const lastYear = 2200;

/** Every occurrence whose date is on or after `from`, in order. */
export function* occurrencesFrom(
  recurrence: Recurrence,
  from: string,
  { closedDays }: CompanyCalendar,
): Generator<Occurrence> {
  for (const each of endless(recurrence, from, closedDays)) {
    if (Number(each.dueOn.slice(0, 4)) > lastYear) return;
    if (each.occurrence >= from) yield each;
  }
}

function* endless(recurrence: Recurrence, from: string, closed: ReadonlySet<string>): Generator<Occurrence> {
  const on = (day: string): Occurrence => ({ occurrence: day, dueOn: day });
  switch (recurrence.kind) {
    case 'daily':
    case 'weekly': {
      const chosen = recurrence.kind === 'weekly' ? [recurrence.weekday] : (recurrence.weekdays ?? weekdays);
      for (let day = from; ; day = addDays(day, 1)) if (chosen.includes(weekdayOf(day))) yield on(day);
    }
    case 'monthly':
      for (const month of monthsFrom(from, 1)) {
        const last = monthEnd(month);
        const day = recurrence.day === 'last' ? last : addDays(month, recurrence.day - 1);
        yield on(day < last ? day : last);
      }
      return;
    case 'working_day': {
      const months = recurrence.of === 'quarter' ? 3 : 1;
      for (const start of monthsFrom(from, months)) {
        yield on(workingDayWithin(start, months, recurrence.nth, closed));
      }
      return;
    }
    case 'when_complete':
      for (const month of monthsFrom(from, 1)) {
        const next = monthStart(month, 1);
        yield {
          occurrence: monthEnd(month),
          dueOn: workingDayWithin(next, 1, recurrence.latest_working_day, closed),
        };
      }
  }
}

/** How far back one may lie that is not due yet: a month that is complete at its latest in the next. */
const longestWaitDays = 70;

/** The first occurrence that is due after `instant`. */
export function firstDueAfter(
  recurrence: Recurrence,
  at: string,
  calendar: CompanyCalendar,
  instant: Date,
): Occurrence | undefined {
  const from = addDays(dayIn(calendar.timeZone, instant), -longestWaitDays);
  for (const each of occurrencesFrom(recurrence, from, calendar)) if (dueAt(each, at, calendar) > instant) return each;
  return undefined;
}

/** The one after the occurrence of this date. */
export function nextAfter(
  recurrence: Recurrence,
  occurrence: string,
  calendar: CompanyCalendar,
): Occurrence | undefined {
  return occurrencesFrom(recurrence, addDays(occurrence, 1), calendar).next().value ?? undefined;
}

/** The instant at which an occurrence is due, at the wall time `at` (HH:MM) of the company's zone. */
export const dueAt = ({ dueOn }: Occurrence, at: string, { timeZone }: CompanyCalendar): Date =>
  wallTime(dueOn, at, timeZone);

/** From when on an occurrence may be made: of `when_complete`, the first day after its month. */
export const earliestAt = (recurrence: Recurrence, each: Occurrence, at: string, calendar: CompanyCalendar): Date =>
  recurrence.kind === 'when_complete'
    ? wallTime(addDays(each.occurrence, 1), at, calendar.timeZone)
    : dueAt(each, at, calendar);

/**
 * The days an occurrence is about: the period as it is read on that date. `when_complete` is made after its month: what ends
 * before today is read on the day after it, what ends today on its last day.
 */
export function periodOf(
  recurrence: Recurrence,
  period: SavedPeriod,
  occurrence: string,
): { readonly from: string; readonly to: string } {
  const endsToday = period.kind === 'this_month' || period.kind === 'year_to_date';
  return daysOf(period, recurrence.kind === 'when_complete' && !endsToday ? addDays(occurrence, 1) : occurrence);
}
