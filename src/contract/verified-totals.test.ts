import { expect, test } from 'vitest';
import { isSameAmount, totalsLines } from './verified-totals.ts';

const columns = [
  { key: 'net', label: 'Total price' },
  { key: 'tax', label: 'Tax' },
];
const signed = {
  rows: 3,
  currencies: [{ currency: 'EUR', rows: 3, sums: { net: '31.75', tax: '3.10' } }],
  groups: [
    { group: 'Bar', currency: 'EUR', rows: 1, sums: { net: '10.50', tax: '1.00' } },
    { group: 'Kitchen', currency: 'EUR', rows: 2, sums: { net: '21.25', tax: '2.10' } },
  ],
};

test('what was counted again is laid beside what was signed', () => {
  const found = {
    rows: 2,
    currencies: [
      { currency: 'EUR', rows: 1, sums: { net: '10.5', tax: '1' } },
      { currency: 'USD', rows: 1, sums: { net: '5.00', tax: '0' } },
    ],
    groups: [
      { group: 'Bar', currency: 'EUR', rows: 1, sums: { net: '10.5', tax: '1' } },
      { group: 'Roof', currency: 'USD', rows: 1, sums: { net: '5.00', tax: '0' } },
    ],
    unreadable_rows: 0,
  };
  expect(totalsLines({ signed, found }, columns).map((one) => Object.values(one))).toEqual([
    ['Rows', '3', '2', false],
    ['Bar, 1 row, EUR', '10.50', '10.5', true],
    ['Kitchen, 2 rows, EUR', '21.25', '–', false],
    ['Roof, 1 row, USD', '–', '5.00', false],
    ['Total price, EUR', '31.75', '10.5', false],
    ['Tax, EUR', '3.10', '1', false],
    ['Total price, USD', '–', '5.00', false],
    ['Tax, USD', '–', '0', false],
  ]);
});

test('a group with the same sum and fewer rows differs', () => {
  const groups = [
    { ...signed.groups[0], rows: 1 },
    { ...signed.groups[1], rows: 1 },
  ] as typeof signed.groups;
  const lines = totalsLines({ signed, found: { ...signed, groups, unreadable_rows: 0 } }, columns);
  expect(lines[2]).toMatchObject({ label: 'Kitchen, 1 of 2 rows, EUR', agrees: false });
});

test('without a count there is nothing to differ', () => {
  const lines = totalsLines({ signed, found: null }, columns);
  expect(lines.map(({ found, agrees }) => [found, agrees])).toEqual(lines.map(() => [null, true]));
});

test('a total that the file does not print cannot differ', () => {
  const [currency] = signed.currencies;
  const found = { ...signed, currencies: [{ ...currency, sums: { net: '31.75' } }], unreadable_rows: 0 } as never;
  const lines = totalsLines({ signed, found }, columns);
  expect(lines.find(({ label }) => label === 'Tax, EUR')).toMatchObject({ signed: '3.10', found: null, agrees: true });
});

test('an amount is the same at whatever scale it is written', () => {
  expect(isSameAmount('10.50', '10.5')).toBe(true);
  expect(isSameAmount('10', '10.00')).toBe(true);
  expect(isSameAmount('-0.00', '0')).toBe(true);
  expect(isSameAmount('100', '1')).toBe(false);
  expect(isSameAmount('10.51', '10.5')).toBe(false);
});
