/**
 * Business days and zones. A business day is the text `YYYY-MM-DD`; arithmetic on it never goes through a zone.
 */

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;

const firstYear = 1900;

/** Also of years that nothing here is booked in. */
const isSomeDay = (text: string): boolean => {
  if (!dayPattern.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // a thirteenth month is no date at all, a thirtieth of February is one in March
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const existsBefore = (text: string, yearAfter: number): boolean => {
  const year = Number(text.slice(0, 4));
  return year >= firstYear && year < yearAfter && isSomeDay(text);
};

/** Whether the text is a day, but of years outside those of `isDay`: another mistake than a 30 February. */
export const isDayOfOtherYears = (text: string): boolean => isSomeDay(text) && !isDay(text);

/** True for a day that exists: 2024-02-29 yes, 2023-02-29 no. Years 1900 to 2200. */
export const isDay = (text: string): boolean => existsBefore(text, 2201);

/** True for a day that a period may begin or end with: also 9999-12-31, by which programs mean that it has no end. */
export const isPeriodDay = (text: string): boolean => existsBefore(text, 10_000);

const firstDay = Date.parse('0001-01-01T00:00:00Z');
const lastDay = Date.parse('9999-12-31T00:00:00Z');

/** `days` may be negative. Never before year 1 or after 9999: further than that no day can be written. */
export function addDays(day: string, days: number): string {
  const at = Date.parse(`${day}T00:00:00Z`) + days * 86_400_000;
  return new Date(Math.min(Math.max(at, firstDay), lastDay)).toISOString().slice(0, 10);
}

/** The first day of the month `months` after that of `day`; before it, when negative. */
export function monthStart(day: string, months = 0): string {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}-01`;
}

export const monthEnd = (day: string): string => addDays(monthStart(day, 1), -1);

/** Monday to Friday, but for the days that are closed. */
export function isWorkingDay(day: string, closed: ReadonlySet<string>): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !closed.has(day);
}

/** The nth working day on or after `from`; 1 is the first. */
export function nthWorkingDay(from: string, nth: number, closed: ReadonlySet<string>): string {
  let day = from;
  for (let left = nth; ; day = addDays(day, 1)) {
    if (isWorkingDay(day, closed)) left -= 1;
    if (left <= 0 || day >= '9999-12-01') return day;
  }
}

/** Days in a period with both ends included; 1 for a single day. */
export function daysIn(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}

/** Making one costs fifty times as much as using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Reads year to second on the clock of `timeZone`. */
function clockIn(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}

/** The business day it is in `timeZone` at `instant`. */
export function dayIn(timeZone: string, instant: Date = new Date()): string {
  const parts = clockIn(timeZone).formatToParts(instant);
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Minutes that `timeZone` is ahead of UTC at `instant`. */
function offsetMinutes(timeZone: string, instant: number): number {
  const parts = clockIn(timeZone).formatToParts(new Date(instant));
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return (local - Math.floor(instant / 1000) * 1000) / 60_000;
}

/**
 * The instant at which `day` begins in `timeZone`: the first moment whose local date is that day. Right on the nights
 * the clocks change, also in zones that change at midnight.
 */
export function startOfDay(day: string, timeZone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const candidates = [-1440, 0, 1440]
    .map((shift) => midnight - offsetMinutes(timeZone, midnight + shift * 60_000) * 60_000)
    .filter((instant) => dayIn(timeZone, new Date(instant)) === day)
    .sort((a, b) => a - b);
  const [first] = candidates;
  if (first !== undefined && dayIn(timeZone, new Date(first - 1)) !== day) return new Date(first);
  // midnight itself does not exist (or comes twice): the change of offset is where the day begins
  let before = midnight - 26 * 3_600_000;
  let after = first ?? midnight + 26 * 3_600_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayIn(timeZone, new Date(middle)) >= day) after = middle;
    else before = middle;
  }
  return new Date(after);
}

/** Whether the text is a month: `2026-10`. */
export const isMonth = (text: string): boolean => /^\d{4}-\d{2}$/.test(text) && isDay(`${text}-01`);

/** First and last day of a month `YYYY-MM`. */
export function monthOf(month: string): { from: string; to: string } {
  const from = `${month}-01`;
  const next = addDays(from, 31).slice(0, 7);
  return { from, to: addDays(`${next}-01`, -1) };
}

/**
 * The instant at which clocks in `timeZone` show `time` (HH:MM) on `day`. A time that does not exist is read by the offset
 * before the change, as clocks that were not set yet show it; of two the first.
 */
export function wallTime(day: string, time: string, timeZone: string): Date {
  const local = Date.parse(`${day}T${time}:00Z`);
  // no zone is further from UTC than 14 hours: these lie on either side of what the clocks show
  const around = [-26, 26].map((hours) => offsetMinutes(timeZone, local + hours * 3_600_000) * 60_000);
  const exact = around
    .map((offset) => local - offset)
    .filter((at) => at + offsetMinutes(timeZone, at) * 60_000 === local);
  return new Date(exact.length > 0 ? Math.min(...exact) : local - (around[0] ?? 0));
}
