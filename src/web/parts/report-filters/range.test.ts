/** What people type into a range is read as they mean it, or said to be no number. */
import { expect, test } from 'vitest';
import { rangeProblem, readDecimal } from './range.ts';

test('both decimal signs and all ways to part thousands are read', () => {
  expect(readDecimal('1234.5')).toBe('1234.5');
  expect(readDecimal('1,234.5')).toBe('1234.5');
  expect(readDecimal('1.234,5')).toBe('1234.5');
  expect(readDecimal('1 234,5')).toBe('1234.5');
  expect(readDecimal("1'234.50")).toBe('1234.50');
  expect(readDecimal('1,234,567')).toBe('1234567');
  expect(readDecimal('−0,4')).toBe('-0.4');
  expect(readDecimal('  ')).toBe('');
});

test('what is no decimal number is not guessed at', () => {
  const typed = ['ten', '1e3', '--2', '1.2.3', '.', '12.', '123456789012345', '0.1234567'];
  expect(typed.filter((text) => readDecimal(text) !== undefined)).toEqual([]);
});

test('a range says what is wrong with it', () => {
  expect(rangeProblem('', '')).toBeUndefined();
  expect(rangeProblem('5', '')).toBeUndefined();
  expect(rangeProblem('-4.5', '0')).toBeUndefined();
  expect(rangeProblem('x', '3')).toContain('number');
  expect(rangeProblem('10', '9,5')).toContain('larger');
});
