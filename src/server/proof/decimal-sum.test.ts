import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecimalSum, isDecimal } from './decimal-sum.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 8 }))
  .map(([units, scale]) => ({ units, scale, text: printed(units, scale) }));

function printed(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}

test('any decimals add up exactly, at the widest scale among them', () => {
  fc.assert(
    fc.property(fc.array(decimal, { maxLength: 60 }), (all) => {
      const sum = new DecimalSum();
      for (const { text } of all) sum.add(text);
      const scale = Math.max(0, ...all.map((one) => one.scale));
      const units = all.reduce((total, one) => total + one.units * 10n ** BigInt(scale - one.scale), 0n);
      expect(sum.toString()).toBe(printed(units, scale));
    }),
  );
});

test('a million amounts near the edge of what a double holds add up exactly', () => {
  const sum = new DecimalSum();
  for (let n = 0; n < 1_000_000; n += 1) sum.add('9999999999.99');
  expect(sum.toString()).toBe('9999999999990000.00');
});

test('what is no decimal is told apart', () => {
  expect(['1', '-1', '0.10', '-12.345'].every(isDecimal)).toBe(true);
  expect(['', '1.', '.5', '+1', '1e3', '1,5', ' 1', 'x', '--1'].some(isDecimal)).toBe(false);
});
