import { describe, expect, it } from 'vitest';
import { monthAround, openPeriodText, periodLength, periodText, shortDay, spokenPeriod } from './days.ts';
import {
  aboutDuration,
  bytes,
  counted,
  decimal,
  duration,
  nameList,
  ordinal,
  roundedDecimal,
  wholeDuration,
} from './figures.ts';
import { dayAndTime, dayName, fullInstant, localDay } from './instants.ts';

describe('periods', () => {
  it.each([
    ['2026-10-01', '2026-10-31', '1 – 31 Oct 2026', '1 month'],
    ['2026-11-01', '2026-11-22', '1 – 22 Nov 2026', '22 days'],
    ['2026-11-22', '2026-11-22', '22 Nov 2026', '1 day'],
    ['2026-01-01', '2026-10-31', '1 Jan – 31 Oct 2026', '10 months'],
    ['2026-09-28', '2026-10-04', '28 Sep – 4 Oct 2026', '7 days'],
    ['2025-05-01', '2026-11-22', '1 May 2025 – 22 Nov 2026', '19 months'],
    ['2024-02-01', '2024-02-29', '1 – 29 Feb 2024', '1 month'],
  ])('%s to %s says nothing twice', (from, to, text, length) => {
    expect(periodText(from, to)).toBe(text);
    expect(periodLength(from, to)).toBe(length);
  });

  it('are read aloud in full', () => {
    expect(spokenPeriod('2026-10-01', '2026-10-31')).toBe('1 to 31 October 2026');
  });

  it('may be open', () => {
    expect(openPeriodText('2026-10-01', undefined)).toBe('from 1 Oct 2026');
    expect(openPeriodText(undefined, '2026-11-23')).toBe('until 23 Nov 2026');
    expect(openPeriodText(undefined, undefined)).toBeNull();
  });

  it('know the months around a day, across years and leap days', () => {
    expect(monthAround('2026-01-15', -1)).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(monthAround('2024-01-31', 1)).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(monthAround('2026-11-23', -11)).toEqual({ from: '2025-12-01', to: '2025-12-31' });
  });

  it('leave out the year that everybody knows', () => {
    expect(shortDay('2026-12-23', '2026-11-23')).toBe('23 Dec');
    expect(shortDay('2027-01-02', '2026-11-23')).toBe('2 Jan 2027');
  });
});

describe('instants', () => {
  const instant = '2026-11-23T22:30:05.000000Z';
  it('are those of the company, not of the browser', () => {
    expect(localDay(instant, 'Europe/Berlin')).toBe('2026-11-23');
    expect(localDay(instant, 'Asia/Kathmandu')).toBe('2026-11-24');
    expect(dayAndTime(instant, 'America/New_York', '2026-11-24')).toBe('23 Nov 2026 17:30');
    expect(dayName(instant, 'America/New_York', '2026-11-23')).toBe('Today');
    expect(fullInstant(instant, 'Europe/Berlin')).toBe('23 Nov 2026, 23:30:05, Europe/Berlin');
  });

  it('have no 24th hour', () => {
    expect(fullInstant('2026-11-22T23:00:00Z', 'Europe/Berlin')).toBe('23 Nov 2026, 00:00:00, Europe/Berlin');
  });
});

describe('figures', () => {
  it.each([
    [640, '640 B'],
    [2000, '2 KB'],
    [148_000, '148 KB'],
    [999_600, '1.0 MB'],
    [12_400_000, '12 MB'],
  ])('%d bytes are %s', (n, text) => expect(bytes(n)).toBe(text));

  it('money is never a float', () => {
    expect(decimal('84216.35')).toBe('84,216.35');
    expect(decimal('-1234567890123456789.00')).toBe('−1,234,567,890,123,456,789.00');
    expect(decimal('0.00')).toBe('0.00');
  });

  it('are rounded half away from zero, without a float', () => {
    expect(roundedDecimal('2.254575', 4)).toBe('2.2546');
    expect(roundedDecimal('2.25454999', 4)).toBe('2.2545');
    expect(roundedDecimal('9.99995', 4)).toBe('10.0000');
    expect(roundedDecimal('-0.00005', 4)).toBe('-0.0001');
    expect(roundedDecimal('8', 2)).toBe('8.00');
    expect(roundedDecimal('12345678901234567.895', 2)).toBe('12345678901234567.90');
    expect(roundedDecimal('', 4)).toBe('');
  });

  it('time is never more exact than known', () => {
    expect(duration(320)).toBe('0.3 s');
    expect(duration(5000)).toBe('5 s');
    expect(wholeDuration(125_000)).toBe('2 min');
    expect(wholeDuration(3 * 3_600_000 + 300_000)).toBe('3 h 5 min');
    expect(aboutDuration(1200)).toBe('a few seconds');
    expect(aboutDuration(8200)).toBe('about 8 s');
    expect(aboutDuration(43_000)).toBe('about 45 s');
    expect(aboutDuration(170_000)).toBe('about 3 min');
  });

  it('one of a thing is one', () => {
    expect(counted(1, 'row')).toBe('1 row');
    expect(counted(1868, 'row')).toBe('1,868 rows');
    expect([1, 2, 3, 4, 11, 12, 21, 102].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '21st',
      '102nd',
    ]);
    expect(nameList(['a', 'b', 'c', 'd'])).toBe('a, b and 2 more');
  });
});
