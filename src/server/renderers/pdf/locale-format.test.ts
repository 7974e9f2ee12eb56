import { expect, test } from 'vitest';
import { LocaleFormat } from './locale-format.ts';

const locales = [
  'en-US',
  'de-DE',
  'fr-FR',
  'es-ES',
  'pl-PL',
  'pt-PT',
  'sv-SE',
  'de-CH',
  'en-IN',
  'ja-JP',
  'he-IL',
  'ar-EG',
];
const decimals = [
  '0',
  '7',
  '-5',
  '12.50',
  '999.999',
  '1234',
  '1234.50',
  '-12345.6',
  '123456',
  '1234567.89',
  '98765432109.10',
];

test.each(locales)('numbers look as Intl writes them in %s, whatever their size', (locale) => {
  const format = new LocaleFormat(locale);
  const expected = decimals.map((text) => {
    const digits = text.split('.')[1]?.length ?? 0;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(`${locale}-u-nu-latn`, options)
      .format(text as unknown as number)
      .replaceAll(/[\u200e\u200f\u061c]/g, '');
  });
  expect(decimals.map((text) => format.number(text))).toEqual(expected);
});

test.each(locales)('days look as Intl writes them in %s', (locale) => {
  const shown = new Intl.DateTimeFormat(`${locale}-u-nu-latn-ca-gregory`, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
  }).format(Date.UTC(2026, 0, 5));
  expect(new LocaleFormat(locale).day('2026-01-05')).toBe(shown.replaceAll(/[\u200e\u200f\u061c]/g, ''));
});

test('no digit is lost to a float', () => {
  const format = new LocaleFormat('en-US');
  expect(format.number('123456789012345678901234567890.1234567890')).toBe(
    '123,456,789,012,345,678,901,234,567,890.1234567890',
  );
});

test('what is no canonical decimal is no number', () => {
  const format = new LocaleFormat('en-US');
  const texts = ['', '-', '007', '1e5', '1,234.50', '+5', '.5', '5.', '1/2', 'NaN', ' 1', '١٢'];
  expect(texts.map((text) => format.number(text))).toEqual(texts.map(() => undefined));
});

test('what only looks like a day is no day', () => {
  const format = new LocaleFormat('de-DE');
  const texts = ['2026-02-30', '2026-13-01', '31/12/2026', 'MARCH1', '2026-1-5', ''];
  expect(texts.map((text) => format.day(text))).toEqual(texts.map(() => undefined));
});
