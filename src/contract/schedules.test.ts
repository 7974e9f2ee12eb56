/** Schedules against oracles that look at every day and every quarter of an hour instead of computing. */
import { describe, expect, test } from 'vitest';
import { addDays, dayIn, wallTime } from './calendar.ts';
import {
  type CompanyCalendar,
  dueAt,
  earliestAt,
  firstDueAfter,
  nextAfter,
  occurrencesFrom,
  periodOf,
  type Recurrence,
} from './schedules.ts';

/** What the clocks of a zone show, asked of the system and of nothing of ours. */
const clocks = new Map<string, (instant: number) => string>();
function clockOf(timeZone: string): (instant: number) => string {
  const known = clocks.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const shows = (instant: number): string => format.format(new Date(instant)).replace(' ', 'T').slice(0, 16);
  clocks.set(timeZone, shows);
  return shows;
}

const quarter = 15 * 60_000;

interface Shown {
  readonly at: number;
  readonly text: string;
}

const looked = new Map<string, readonly Shown[]>();

/** Every quarter of an hour of a day in UTC, with what the clocks of the zone show then. */
function quartersOf(day: string, timeZone: string): readonly Shown[] {
  const name = `${timeZone} ${day}`;
  const known = looked.get(name);
  if (known) return known;
  const shows = clockOf(timeZone);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const found = Array.from({ length: 96 }, (_, n) => midnight + n * quarter).map((at) => ({ at, text: shows(at) }));
  looked.set(name, found);
  return found;
}

/** Looks at each quarter of an hour: the first that shows it; for none, what clocks that were not changed would show. */
function wallTimeByLooking(day: string, time: string, timeZone: string): string {
  const wanted = `${day}T${time}`;
  const quarters = [-1, 0, 1].flatMap((days) => quartersOf(addDays(day, days), timeZone));
  const exact = quarters.find(({ text }) => text === wanted);
  if (exact) return new Date(exact.at).toISOString();
  // the last before the clocks jumped over it, and as much later as they would have had to go on
  const after = quarters.findIndex(({ text }) => text > wanted);
  const before = quarters[after - 1] as Shown;
  return new Date(before.at + (Date.parse(`${wanted}:00Z`) - Date.parse(`${before.text}:00Z`))).toISOString();
}

/** Days of `years` around which the clocks of a zone change. */
function changesIn(timeZone: string, years: readonly string[]): string[] {
  const shows = clockOf(timeZone);
  const offset = (day: string): number => {
    const noon = Date.parse(`${day}T12:00:00Z`);
    return Date.parse(`${shows(noon)}:00Z`) - noon;
  };
  const found: string[] = [];
  for (const year of years) {
    for (let day = `${year}-01-01`; day.startsWith(year); day = addDays(day, 1)) {
      if (offset(day) !== offset(addDays(day, -1))) found.push(addDays(day, -1), day);
    }
  }
  return found;
}

describe('wall times', () => {
  test.each([
    ['Europe/Berlin', ['2026', '2027'], 8],
    ['America/New_York', ['2026', '2027'], 8],
    ['America/Sao_Paulo', ['2018'], 4],
    ['Australia/Lord_Howe', ['2026', '2027'], 8],
    // the day that Samoa left out
    ['Pacific/Apia', ['2011'], 6],
  ] as const)(
    '%s: every quarter of an hour around every change is what an eye on the clock finds',
    (zone, years, n) => {
      const days = changesIn(zone, years);
      expect(days.length).toBe(n);
      for (const day of days) {
        for (let minute = 0; minute < 1440; minute += 15) {
          const time = new Date(minute * 60_000).toISOString().slice(11, 16);
          const found = wallTime(day, time, zone).toISOString();
          if (found !== wallTimeByLooking(day, time, zone)) {
            expect(`${day} ${time} ${found}`).toBe(`${day} ${time} ${wallTimeByLooking(day, time, zone)}`);
          }
        }
      }
    },
  );

  test.each([
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30:00.000Z'],
    ['America/Sao_Paulo', '2018-11-04', '00:00', '2018-11-04T03:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:45:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '07:00', '2011-12-30T17:00:00.000Z'],
  ])('%s %s %s', (zone, day, time, instant) => expect(wallTime(day, time, zone).toISOString()).toBe(instant));
});

const calendar = (closedDays: string[] = [], timeZone = 'Europe/Berlin'): CompanyCalendar => ({
  timeZone,
  closedDays: new Set(closedDays),
});

const first = (recurrence: Recurrence, from: string, n: number, closed: string[] = []): string[] => {
  const all = occurrencesFrom(recurrence, from, calendar(closed));
  return Array.from({ length: n }, () => all.next().value?.occurrence ?? '');
};

describe('occurrences', () => {
  test('of short months the last day; of closed days none', () => {
    expect(first({ kind: 'monthly', day: 31 }, '2027-01-31', 4)).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
    expect(first({ kind: 'monthly', day: 'last' }, '2028-02-01', 1)).toEqual(['2028-02-29']);
    expect(first({ kind: 'working_day', nth: 3, of: 'month' }, '2026-12-01', 2)).toEqual(['2026-12-03', '2027-01-05']);
    expect(first({ kind: 'working_day', nth: 3, of: 'month' }, '2026-12-04', 1, ['2027-01-01'])).toEqual([
      '2027-01-06',
    ]);
    expect(first({ kind: 'working_day', nth: 1, of: 'quarter' }, '2026-11-30', 2)).toEqual([
      '2027-01-01',
      '2027-04-01',
    ]);
    expect(first({ kind: 'daily', weekdays: ['sunday', 'monday'] }, '2026-11-30', 3)).toEqual([
      '2026-11-30',
      '2026-12-06',
      '2026-12-07',
    ]);
    // a month with fewer than twenty: its last working day; with none at all: its last day
    expect(first({ kind: 'working_day', nth: 20, of: 'month' }, '2026-02-10', 1, ['2026-02-27'])).toEqual([
      '2026-02-26',
    ]);
    const february = Array.from({ length: 28 }, (_, at) => addDays('2026-02-01', at));
    expect(first({ kind: 'working_day', nth: 1, of: 'month' }, '2026-02-01', 1, february)).toEqual(['2026-02-28']);
  });

  test('of a close the occurrence is the month; it is due later, at the latest', () => {
    const close: Recurrence = { kind: 'when_complete', latest_working_day: 5 };
    const [november] = occurrencesFrom(close, '2026-11-30', calendar());
    expect(november).toEqual({ occurrence: '2026-11-30', dueOn: '2026-12-07' });
    // while the month before is not due yet it is the next
    expect(firstDueAfter(close, '07:00', calendar(), new Date('2026-12-07T05:59:59Z'))).toEqual(november);
    expect(firstDueAfter(close, '07:00', calendar(), new Date('2026-12-07T06:00:00Z'))?.occurrence).toBe('2026-12-31');
    expect(earliestAt(close, november as never, '07:00', calendar()).toISOString()).toBe('2026-12-01T06:00:00.000Z');
  });

  test('the period follows from the date, whenever it is made', () => {
    const monthly: Recurrence = { kind: 'working_day', nth: 3, of: 'month' };
    expect(periodOf(monthly, { kind: 'last_month' }, '2026-12-03')).toEqual({ from: '2026-11-01', to: '2026-11-30' });
    const close: Recurrence = { kind: 'when_complete', latest_working_day: 5 };
    for (const kind of ['last_month', 'this_month'] as const) {
      expect(periodOf(close, { kind }, '2026-11-30')).toEqual({ from: '2026-11-01', to: '2026-11-30' });
    }
    expect(periodOf(close, { kind: 'year_to_date' }, '2026-12-31')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
    expect(periodOf(close, { kind: 'last_quarter' }, '2026-12-31')).toEqual({ from: '2026-10-01', to: '2026-12-31' });
  });
});

describe('a year of twenty schedules on a moved clock', () => {
  const closed = ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-24', '2026-12-25'];
  const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  const worksOn = (day: Date): boolean => day.getUTCDay() % 6 !== 0 && !closed.includes(day.toISOString().slice(0, 10));
  const utc = (year: number, month: number, date: number): Date => new Date(Date.UTC(year, month, date));
  /** Working days from the first of a month up to and with a day of it, counted one by one. */
  const workedSince = (start: Date, day: Date): number => {
    let n = 0;
    for (let at = start; at <= day; at = new Date(at.getTime() + 86_400_000)) n += worksOn(at) ? 1 : 0;
    return n;
  };
  /** Whether a day is one of the schedule's, decided for that day alone. */
  const fallsOn = (recurrence: Recurrence, day: Date): boolean => {
    const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
    const last = utc(year, month + 1, 0).getUTCDate();
    switch (recurrence.kind) {
      case 'daily':
        return recurrence.weekdays?.includes(names[day.getUTCDay()] as never) ?? true;
      case 'weekly':
        return recurrence.weekday === names[day.getUTCDay()];
      case 'monthly':
        return date === (recurrence.day === 'last' ? last : Math.min(recurrence.day, last));
      case 'working_day': {
        const start = utc(year, recurrence.of === 'quarter' ? month - (month % 3) : month, 1);
        return worksOn(day) && workedSince(start, day) === recurrence.nth;
      }
      case 'when_complete':
        return date === last;
    }
  };
  const twenty: { recurrence: Recurrence; at: string; zone: string }[] = [
    ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'].flatMap((zone, index) => [
      { recurrence: { kind: 'daily' as const }, at: '02:30', zone },
      { recurrence: { kind: 'daily' as const, weekdays: ['tuesday', 'saturday'] as const }, at: '00:00', zone },
      {
        recurrence: { kind: 'monthly' as const, day: index === 0 ? ('last' as const) : 28 + index },
        at: '23:59',
        zone,
      },
      { recurrence: { kind: 'working_day' as const, nth: index + 1, of: 'month' as const }, at: '07:00', zone },
    ]),
    { recurrence: { kind: 'weekly', weekday: 'sunday' }, at: '01:45', zone: 'America/New_York' },
    { recurrence: { kind: 'working_day', nth: 10, of: 'quarter' }, at: '06:15', zone: 'Europe/Berlin' },
    { recurrence: { kind: 'when_complete', latest_working_day: 4 }, at: '09:00', zone: 'Europe/Berlin' },
    { recurrence: { kind: 'monthly', day: 1 }, at: '00:00', zone: 'Pacific/Kiritimati' },
  ];
  expect(twenty).toHaveLength(20);

  test('none is missed, none comes twice, each when the clocks there show its time', () => {
    for (const { recurrence, at, zone } of twenty) {
      const company = calendar(closed, zone);
      const seen: string[] = [];
      // the clock is moved on by odd steps, also over several occurrences at once, as when nothing was running
      let now = Date.parse('2026-01-01T12:00:00Z');
      const end = Date.parse('2027-01-01T12:00:00Z');
      const began = dayIn(zone, new Date(now));
      let next = firstDueAfter(recurrence, at, company, new Date(now));
      for (let step = 1; now < end; step += 1) {
        now = Math.min(end, now + ((step * 7919) % 97) * 3_600_000);
        while (next && dueAt(next, at, company).getTime() <= now) {
          seen.push(next.occurrence);
          const due = dueAt(next, at, company);
          expect(due.toISOString()).toBe(wallTimeByLooking(next.dueOn, at, zone));
          next = nextAfter(recurrence, next.occurrence, company);
        }
      }
      const expected: string[] = [];
      for (let day = utc(2025, 11, 1); day <= utc(2027, 0, 1); day = new Date(day.getTime() + 86_400_000)) {
        if (!fallsOn(recurrence, day)) continue;
        const name = day.toISOString().slice(0, 10);
        // due within the year that the clock was moved over
        const dueOn = [...occurrencesFrom(recurrence, name, company).take(1)][0]?.dueOn ?? name;
        const due = Date.parse(wallTimeByLooking(dueOn, at, zone));
        if (due > Date.parse('2026-01-01T12:00:00Z') && due <= end) expected.push(name);
      }
      expect([began, recurrence, seen]).toEqual([began, recurrence, expected]);
    }
  });
});
