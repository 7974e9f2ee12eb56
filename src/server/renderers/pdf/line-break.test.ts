import { expect, test } from 'vitest';
import { PdfFile } from './file.ts';
import { FontSet } from './fonts.ts';
import { twoLines, unbroken } from './line-break.ts';
import { points } from './paper.ts';
import { TextStyle } from './text.ts';

const facts = { title: 't', author: 'a', subject: 's', createdAt: new Date(0), isTagged: false };
const style = new TextStyle(new FontSet(new PdfFile(facts)), 'regular', points(6));
const widthOf = (text: string): number => style.widthOf(style.fragment(text));

test('codes and numbers are one piece; spaces, slashes and underscores part', () => {
  expect(unbroken('PO-26-001000')).toEqual(['PO-26-001000']);
  expect(unbroken('case 2,000')).toEqual(['case ', '2,000']);
  expect(unbroken('partially_received')).toEqual(['partially_', 'received']);
  expect(unbroken('醤油 (こいくち)')).toEqual(['醤', '油 ', '(', 'こ', 'い', 'く', 'ち)']);
});

test('as many words as fit stand on the first line, the rest on the second', () => {
  expect(twoLines('Tomatoes, vine-ripened, class I', widthOf('Tomatoes, vine-ripened,') + 1, style)).toEqual([
    'Tomatoes, vine-ripened,',
    'class I',
  ]);
});

test('what fits, and what cannot be broken, has one line', () => {
  expect(twoLines('Butter', widthOf('Butter') + 1, style)).toBeUndefined();
  expect(twoLines('Unbreakable', widthOf('Unbreak'), style)).toBeUndefined();
  expect(twoLines('Butter ', widthOf('Butter'), style)).toBeUndefined();
});
