import { expect, test } from 'vitest';
import type { ImportProgress } from '#contract/imports.ts';
import { Pace } from './pace.ts';

const at = (rows: number, phase: ImportProgress['phase'] = 'writing'): ImportProgress => ({
  phase,
  file: 'receipts.csv',
  rows,
  rows_total: phase === 'writing' ? 10_000 : null,
  bytes: 0,
});

test('time left is told once rows have been written for a moment, and never while files are read', () => {
  const pace = new Pace();
  expect(pace.left(at(500, 'reading'), 0)).toBeNull();
  expect(pace.left(at(0), 1000)).toBeNull();
  expect(pace.left(at(1000), 2000)).toBeNull();
  expect(pace.left(at(2000), 3000)).toBe(8000);
  expect(pace.left(at(10_000), 11_000)).toBe(0);
});
