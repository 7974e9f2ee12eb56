import { expect, test } from 'vitest';
import { closest } from './closest.ts';

test('one word is suggested, and only where one is clearly meant', () => {
  const vendors = ['ELBEFISH', 'NORDKAI', 'GRUENMARKT', 'LIGHTHOUSE-DRINKS'];
  expect(closest('ELBE', vendors)).toBe('ELBEFISH');
  expect(closest('nordkai', vendors)).toBe('NORDKAI');
  expect(closest('NORDKIA', vendors)).toBe('NORDKAI');
  expect(closest('GRUNMARKT', vendors)).toBe('GRUENMARKT');
  expect(closest('lighthouse drinks', vendors)).toBe('LIGHTHOUSE-DRINKS');
  expect(closest('WINE', vendors)).toBeNull();
  expect(closest('L9', ['L1', 'L2', 'L3'])).toBeNull();
  expect(closest('X'.repeat(1000), vendors)).toBeNull();
});
