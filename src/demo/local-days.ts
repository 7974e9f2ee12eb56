/**
 * Days as numbers (days since 1970-01-01) and the clock of one zone over a run of them. A wall-clock time becomes an
 * instant that lies in exactly that local day, also on the nights the clocks change.
 */
import { startOfDay } from '#contract/calendar.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

export const dayNumber = (text: string): number => Date.parse(`${text}T00:00:00Z`) / dayMs;

const dayTexts = new Map<number, string>();

/** YYYY-MM-DD. */
export function dayText(day: number): string {
  let text = dayTexts.get(day);
  if (text === undefined) {
    text = new Date(day * dayMs).toISOString().slice(0, 10);
    dayTexts.set(day, text);
  }
  return text;
}

/** 0 is Monday. */
export const weekdayOf = (day: number): number => (day + 3) % 7;
/** Whole weeks since the one of 1970-01-01, beginning on Mondays. */
export const weekOf = (day: number): number => Math.floor((day + 3) / 7);
export const mondayOf = (week: number): number => week * 7 - 3;
export const yearOf = (day: number): number => Number(dayText(day).slice(0, 4));
/** MM-DD. */
export const monthDayOf = (day: number): string => dayText(day).slice(5);
/** 1 to 12. */
export const monthOf = (day: number): number => Number(dayText(day).slice(5, 7));
export const isMonthEnd = (day: number): boolean => dayText(day + 1).endsWith('-01');

let lastInstant = { milliseconds: Number.NaN, text: '' };

/** As PostgreSQL reads it, whole seconds. */
export function instantText(milliseconds: number): string {
  // the movements of an hour share one instant, and writing it out is the dearest part of a row
  if (milliseconds !== lastInstant.milliseconds) {
    const text = `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')}+00`;
    lastInstant = { milliseconds, text };
  }
  return lastInstant.text;
}

export class LocalDays {
  /** Days of 23 or 25 hours, ascending. */
  readonly clockChanges: readonly number[];
  private readonly first: number;
  private readonly starts: Float64Array;

  /** @param zone an IANA name; @param first, last: the days it can be asked for */
  constructor(zone: string, first: number, last: number) {
    this.first = first;
    this.starts = new Float64Array(last - first + 2);
    this.fill(zone, first, last + 1);
    const changes: number[] = [];
    for (let day = first; day <= last; day += 1) if (this.minutesIn(day) !== 1440) changes.push(day);
    this.clockChanges = changes;
  }

  /** Zones change their clocks twice a year: where both ends of a stretch agree, all between is 24 hours a day. */
  private fill(zone: string, from: number, to: number): void {
    const start = (day: number): number => {
      const known = this.starts[day - this.first];
      if (known) return known;
      const made = startOfDay(dayText(day), zone).getTime();
      this.starts[day - this.first] = made;
      return made;
    };
    const length = to - from;
    if (length <= 21 && start(to) - start(from) === length * dayMs) {
      for (let day = from + 1; day < to; day += 1) this.starts[day - this.first] = start(from) + (day - from) * dayMs;
      return;
    }
    if (length <= 1) return;
    const middle = from + Math.floor(length / 2);
    this.fill(zone, from, middle);
    this.fill(zone, middle, to);
  }

  /** Milliseconds since the epoch at which the day begins. */
  startOf(day: number): number {
    const start = this.starts[day - this.first];
    if (!start) throw new RangeError(`${dayText(day)} is outside the days of this clock`);
    return start;
  }

  minutesIn(day: number): number {
    return (this.startOf(day + 1) - this.startOf(day)) / minuteMs;
  }

  /** The instant so many minutes after the day began; always within the day. */
  afterStart(day: number, minutes: number, second = 0): number {
    return this.startOf(day) + Math.min(minutes, this.minutesIn(day) - 1) * minuteMs + second * 1000;
  }

  /** The instant at which clocks show `minute` (of the day); on a night of change right for times from 03:00 on. */
  atClock(day: number, minute: number, second = 0): number {
    const change = minute >= 180 ? this.minutesIn(day) - 1440 : 0;
    return this.afterStart(day, minute + change, second);
  }
}
