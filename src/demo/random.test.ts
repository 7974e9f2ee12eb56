import { expect, test } from 'vitest';
import { Random } from './random.ts';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

test('a name gives the same numbers every time, another name others', () => {
  expect(draw(new Random('1/fish'), 5)).toEqual(draw(new Random('1/fish'), 5));
  expect(draw(new Random('1/fish'), 5)).not.toEqual(draw(new Random('2/fish'), 5));
});

test('a fork does not depend on what was drawn before', () => {
  const drawn = new Random('seed');
  draw(drawn, 100);
  expect(draw(drawn.fork('meat'), 5)).toEqual(draw(new Random('seed').fork('meat'), 5));
});

test('the distributions have the mean they promise', () => {
  const random = new Random('means');
  const mean = (of: () => number): number => Array.from({ length: 50_000 }, of).reduce((a, b) => a + b) / 50_000;
  expect(mean(() => random.next())).toBeCloseTo(0.5, 2);
  expect(mean(() => random.normal())).toBeCloseTo(0, 1);
  expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
  expect(mean(() => random.logNormal(28, 0.35)) / 28).toBeCloseTo(1, 1);
  expect(mean(() => random.integer(1, 6))).toBeCloseTo(3.5, 1);
});
