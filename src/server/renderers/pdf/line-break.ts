/**
 * Where a text may go on in a second line: after spaces, slashes and underscores, and between Chinese or Japanese
 * characters. Never inside a number or a code: `PO-26-001000` is one word.
 */
import type { TextStyle } from './text.ts';

const pieces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][\p{Pe}\p{Pf}、。ー]*\s*|[^\s_/\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]*[\s_/]+|[^\s_/\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
/** Two lines hold less than this many characters in any column. */
const unitsMax = 400;

/** The text in pieces that are not broken, in order. */
export const unbroken = (text: string): readonly string[] => text.slice(0, unitsMax).match(pieces) ?? [];

/** The two lines of a text that is wider than `width` (in the page's unit). Undefined when one line is better. */
export const twoLines = (text: string, width: number, style: TextStyle): readonly [string, string] | undefined => {
  const beginning = text.slice(0, unitsMax);
  if (!style.exceeds(beginning, width)) return undefined;
  let end = 0;
  for (const piece of unbroken(beginning)) {
    const next = end + piece.length;
    if (style.widthOf(style.fragment(beginning.slice(0, next).trimEnd())) > width) break;
    end = next;
  }
  const second = text.slice(end).trimStart();
  return end === 0 || second === '' ? undefined : [text.slice(0, end).trimEnd(), second];
};
