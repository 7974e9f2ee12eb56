/** A chart has a bar for every day of its period and none besides. */
import { expect, test } from 'vitest';
import { barDays } from './bar-days.ts';

test('every day once, also over the night the clocks change', () => {
  const bars = barDays('2026-10-24', '2026-10-26', 'day', '2026-11-23');
  expect(bars.map(({ title }) => title)).toEqual(['Sat 24 Oct', 'Sun 25 Oct', 'Mon 26 Oct']);
});

test('weeks begin on Monday and are cut to the period', () => {
  const bars = barDays('2026-10-29', '2026-11-10', 'week', '2026-11-23');
  expect(bars.map(({ day, end }) => `${day} ${end}`)).toEqual([
    '2026-10-29 2026-11-01',
    '2026-11-02 2026-11-08',
    '2026-11-09 2026-11-10',
  ]);
});

test('months are named with their year', () => {
  const bars = barDays('2025-12-15', '2026-02-03', 'month', '2026-11-23');
  expect(bars.map(({ day, label }) => `${day} ${label}`)).toEqual([
    '2025-12-15 Dec 2025',
    '2026-01-01 Jan 2026',
    '2026-02-01 Feb 2026',
  ]);
});
