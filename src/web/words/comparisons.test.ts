/** Comparisons say no more than is known. */
import { expect, test } from 'vitest';
import { axisFigure, moreOrLess, share, shortPeriod, weekdayAndDay } from './comparisons.ts';

test('more and less than before, in words', () => {
  expect(moreOrLess('104.20', '100.00')).toBe('4.2% above');
  expect(moreOrLess('88.00', '100.00')).toBe('12% below');
  expect(moreOrLess('100.01', '100.00')).toBe('the same as');
  expect(moreOrLess('3000.00', '100.00')).toBe('30 times that of');
  expect(moreOrLess('100.00', '0.00')).toBeNull();
  expect(moreOrLess('100.00', '-5.00')).toBeNull();
});

test('a share needs a whole', () => {
  expect(share('7.00', '100.00')).toBe('7.0%');
  expect(share('7.00', '0.00')).toBeNull();
});

test('an axis has short figures', () => {
  expect([0, 500, 2000, 1_500_000, -2000, 2.5e9].map(axisFigure)).toEqual(['0', '500', '2k', '1.5M', '−2k', '2.5bn']);
});

test('the present year is not said', () => {
  expect(weekdayAndDay('2026-11-21', '2026-11-23')).toBe('Sat 21 Nov');
  expect(weekdayAndDay('2025-11-21', '2026-11-23')).toBe('Fri 21 Nov 2025');
  expect(shortPeriod('2026-09-24', '2026-10-23', '2026-11-23')).toBe('24 Sep – 23 Oct');
  expect(shortPeriod('2025-09-24', '2025-10-23', '2026-11-23')).toBe('24 Sep – 23 Oct 2025');
  expect(shortPeriod('2025-12-24', '2026-01-23', '2026-11-23')).toBe('24 Dec 2025 – 23 Jan 2026');
});
