import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayIn, daysIn, isDay, isDayOfOtherYears, isPeriodDay, startOfDay } from './calendar.ts';

describe('days', () => {
  it.each(['2024-02-29', '2026-12-31', '1900-01-01', '2200-12-31'])('%s exists', (day) =>
    expect(isDay(day)).toBe(true),
  );
  it.each([
    '2023-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '2026-01-32',
    '20260101',
    '2026-01-01T00:00:00Z',
    '',
    '0000-00-00',
  ])('%s does not', (day) => expect(isDay(day)).toBe(false));

  it('of years that nothing is booked in is another mistake than one that does not exist', () => {
    expect(['1899-12-31', '2201-01-01', '0001-01-01'].map(isDayOfOtherYears)).toEqual([true, true, true]);
    expect(['1899-02-29', '2026-02-30', '2026-01-01', ''].map(isDayOfOtherYears)).toEqual(Array(4).fill(false));
  });

  it('a period may be without an end, a business day may not', () => {
    expect(['2200-12-31', '2999-01-01', '9999-12-31'].map(isPeriodDay)).toEqual([true, true, true]);
    expect(['9999-12-32', '10000-01-01', '1899-12-31', '0001-01-01'].map(isPeriodDay)).toEqual(Array(4).fill(false));
    expect(['2201-01-01', '9999-12-31'].map(isDay)).toEqual([false, false]);
    expect([addDays('9999-12-31', 1), addDays('1900-01-01', -9_000_000)]).toEqual(['9999-12-31', '0001-01-01']);
  });

  it('count both ends', () => {
    expect(daysIn('2026-10-01', '2026-10-31')).toBe(31);
    expect(daysIn('2026-10-25', '2026-10-25')).toBe(1);
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });
});

describe('the start of a day in a zone', () => {
  it.each([
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-06-15', 'Asia/Kathmandu', '2026-06-14T18:15:00.000Z'],
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    // the clocks go forward at midnight: this day begins at one o'clock
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z'],
    ['2026-05-05', 'Pacific/Kiritimati', '2026-05-04T10:00:00.000Z'],
  ])('%s in %s', (day, zone, expected) => expect(startOfDay(day, zone).toISOString()).toBe(expected));

  it('is its first millisecond, in every zone and on every day', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const found = fc.check(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(...zones), (offset, zone) => {
        const day = addDays('1995-01-01', offset);
        const start = startOfDay(day, zone);
        // a day that a zone skipped has no start of its own (Samoa, 30 December 2011)
        if (dayIn(zone, start) !== day) return dayIn(zone, start) > day;
        return dayIn(zone, new Date(start.getTime() - 1)) < day;
      }),
      { numRuns: 400, seed: 20_261_123 },
    );
    expect(found.counterexample).toBeNull();
  });
});
