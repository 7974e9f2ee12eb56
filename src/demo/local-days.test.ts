import { expect, test } from 'vitest';
import { dayIn } from '#contract/calendar.ts';
import { LocalDays, dayNumber, dayText, instantText, isMonthEnd, weekdayOf } from './local-days.ts';

const span = (first: string, last: string): [number, number] => [dayNumber(first), dayNumber(last)];

test('days are counted from 1970, weeks from Monday', () => {
  expect(dayNumber('1970-01-02')).toBe(1);
  expect(dayText(dayNumber('2028-02-29'))).toBe('2028-02-29');
  expect(weekdayOf(dayNumber('2026-11-23'))).toBe(0);
  expect(isMonthEnd(dayNumber('2026-02-28'))).toBe(true);
  expect(isMonthEnd(dayNumber('2028-02-28'))).toBe(false);
});

test.each([
  ['Europe/Berlin', ['2025-10-26', '2026-03-29', '2026-10-25']],
  ['America/New_York', ['2025-11-02', '2026-03-08', '2026-11-01']],
  ['Asia/Kathmandu', []],
])('the clock of %s knows its nights of change', (zone, nights) => {
  const clock = new LocalDays(zone, ...span('2025-05-01', '2026-12-01'));
  expect(clock.clockChanges.map(dayText)).toEqual(nights);
});

test.each(['Europe/Berlin', 'America/New_York', 'Pacific/Chatham'])(
  'every minute asked for in %s lies in its day',
  (zone) => {
    const [first, last] = span('2025-10-24', '2026-03-31');
    const clock = new LocalDays(zone, first, last);
    for (let day = first; day <= last; day += 1) {
      for (const instant of [clock.afterStart(day, 0), clock.atClock(day, 360), clock.atClock(day, 1439, 59)]) {
        expect(dayIn(zone, new Date(instant))).toBe(dayText(day));
      }
    }
  },
);

test('a wall-clock time is the same on the clock after a change', () => {
  const clock = new LocalDays('Europe/Berlin', ...span('2026-10-20', '2026-10-30'));
  expect(instantText(clock.atClock(dayNumber('2026-10-24'), 8 * 60))).toBe('2026-10-24 06:00:00+00');
  expect(instantText(clock.atClock(dayNumber('2026-10-25'), 8 * 60))).toBe('2026-10-25 07:00:00+00');
});

test('a day outside the clock is refused', () => {
  const clock = new LocalDays('Europe/Berlin', ...span('2026-10-20', '2026-10-30'));
  expect(() => clock.startOf(dayNumber('2026-12-01'))).toThrow('2026-12-01');
});
