import { expect, test } from 'vitest';
import { csvText } from './csv-file.ts';

test('cells with commas, quotes and line ends are quoted; nothing is taken for a formula, and numbers stay numbers', () => {
  const rows = [
    ['file', 'row', 'value'],
    ['a,b.csv', 12, '=1+1'],
    ['say "x"', null, '-5'],
    ['two\nlines', 3, '@sum'],
    ['plain', 4, '-5,5'],
  ];
  expect(csvText(rows)).toBe(
    '\uFEFFfile,row,value\r\n"a,b.csv",12,\'=1+1\r\n"say ""x""",,-5\r\n"two\nlines",3,\'@sum\r\nplain,4,"-5,5"\r\n',
  );
});
