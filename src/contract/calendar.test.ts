import { expect, test } from 'vitest';
import { isDay } from './calendar.ts';

test('a day is one that exists, and no text makes the question fail', () => {
  expect(['2024-02-29', '1900-01-01', '2200-12-31'].map(isDay)).toEqual([true, true, true]);
  const none = ['2023-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-02-32', '1899-12-31', '2026-1-1', ''];
  expect(none.filter(isDay)).toEqual([]);
});
