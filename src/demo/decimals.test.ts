import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountOf, costOf, decimalText, multiplyDivide, quantityText, taxOf } from './decimals.ts';

test('half a cent goes away from zero, on both sides of it', () => {
  // 0.5 x 0.01 = 0.005
  expect(amountOf(5_000, 10_000)).toBe(1);
  expect(amountOf(-5_000, 10_000)).toBe(-1);
  expect(amountOf(4_999, 10_000)).toBe(0);
  // 7 % of 1.50 = 0.105
  expect(taxOf(150, 70_000)).toBe(11);
});

test('a product divided is exact for any size', () => {
  const size = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 7, 100, 1_000_000, 100_000_000), (a, b, divisor) => {
      const product = BigInt(a) * BigInt(b);
      const magnitude = product < 0n ? -product : product;
      const rounded = (magnitude * 2n + BigInt(divisor)) / (BigInt(divisor) * 2n);
      const exact = product < 0n ? -rounded : rounded;
      if (exact > 9_000_000_000_000_000n || exact < -9_000_000_000_000_000n) return;
      expect(BigInt(multiplyDivide(a, b, divisor))).toBe(exact);
    }),
  );
});

test('what is written can be read back, and has no zeros to spare', () => {
  expect(quantityText(125_000)).toBe('12.5');
  expect(quantityText(-300)).toBe('-0.03');
  expect(quantityText(70_000)).toBe('7');
  expect(quantityText(0)).toBe('0');
  fc.assert(
    fc.property(fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }), (value) => {
      const text = decimalText(value, 10_000);
      expect(Math.round(Number(text) * 10_000)).toBe(value);
      expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
    }),
  );
});

test('the cost of a unit has no sign, and nothing costs nothing', () => {
  // 42.30 for 37.5 units
  expect(costOf(4_230, 375_000)).toBe(1_128_000);
  expect(costOf(-4_230, -375_000)).toBe(1_128_000);
  expect(costOf(4_230, 0)).toBe(0);
});
