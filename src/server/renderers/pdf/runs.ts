/**
 * A line of mixed text as runs of one font and direction, in reading order, each knowing its place from left to right
 * by the Unicode bidirectional algorithm. Controls that reorder text are dropped before: what is printed cannot be made to read differently.
 */
import bidiFactory from 'bidi-js';
import type { Bidi } from 'bidi-js';
import type { EmbeddedFont } from './file.ts';
import type { FontSet, Weight } from './fonts.ts';

export interface Run {
  readonly font: EmbeddedFont;
  /** In reading order; a right-to-left run is shaped from it. */
  readonly text: string;
  readonly direction: 'ltr' | 'rtl';
  /** Its place among the runs from left to right. */
  readonly place: number;
}

// Its types describe the CommonJS build; the module itself exports the factory.
const bidi = (bidiFactory as unknown as () => Bidi)();
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]|[\ud802\ud803\ud83a\ud83b]/;
/** Belongs to the character before it, whatever font that took: marks, joiners. */
const clings = /^[\p{M}\u200c\u200d]$/u;
/** Between right-to-left words in their font: readers turn a run around as a whole. */
const neutral = /^[\s\p{P}]$/u;

const breaks = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;
/**
 * Soft hyphen, zero-width space, marks and overrides of direction, word joiner, byte-order mark, variation selectors; of
 * emoji what only changes the sign before it: colour of skin, the frame of a keycap, the tags of a region's flag.
 */
const invisible =
  /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\u20e3|[\u{1f3fb}-\u{1f3ff}\u{e0000}-\u{e007f}]|\p{Variation_Selector}/gu;
export const replacement = '\ufffd';

/** The text as a single printed line: composed, breaks as spaces, other controls as the replacement character. */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(breaks, ' ')
    .replaceAll(invisible, '')
    .replaceAll(/\p{Cc}/gu, replacement);

/** The character whose mirror image stands in a right-to-left run. */
export const unmirrored = (codePoint: number): number =>
  bidi.getMirroredCharacter(String.fromCodePoint(codePoint))?.codePointAt(0) ?? codePoint;

interface Piece {
  readonly run: { font: EmbeddedFont; text: string };
  readonly level: number;
}

/** Rule L2 of UAX 9, on whole runs: from the highest level down, reverse every stretch at or above it. */
const inVisualOrder = (pieces: readonly Piece[]): readonly Piece[] => {
  const ordered = [...pieces];
  const highest = Math.max(0, ...ordered.map((piece) => piece.level));
  for (let level = highest; level > 0; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start;
      while (end < ordered.length && ordered[end]!.level >= level) end += 1;
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).toReversed());
      start = end;
    }
  }
  return ordered;
};

/** `text` must be `printable`. A character no font has becomes the replacement character. */
export const runsOf = (text: string, fonts: FontSet, weight: Weight): Run[] => {
  const embedding = rightToLeft.test(text) ? bidi.getEmbeddingLevels(text, 'auto') : undefined;
  const mirrored = embedding ? bidi.getMirroredCharactersMap(text, embedding.levels) : undefined;
  const pieces: Piece[] = [];
  let index = 0;
  for (const character of text) {
    const level = embedding?.levels[index] ?? 0;
    const shown = mirrored?.get(index) ?? character;
    index += character.length;
    const codePoint = shown.codePointAt(0) ?? 0;
    const last = pieces.at(-1);
    const stays =
      last !== undefined &&
      (clings.test(shown) ||
        (level % 2 === 1 && neutral.test(shown) && last.run.font.font.hasGlyphForCodePoint(codePoint)));
    const found = stays ? last.run.font : fonts.fontFor(codePoint, weight);
    const font = found ?? fonts.primary(weight);
    const kept = found ? shown : replacement;
    if (last && last.run.font === font && last.level === level) last.run.text += kept;
    else pieces.push({ run: { font, text: kept }, level });
  }
  const seen = inVisualOrder(pieces);
  return pieces.map((piece) => ({
    ...piece.run,
    direction: piece.level % 2 === 1 ? 'rtl' : 'ltr',
    place: seen.indexOf(piece),
  }));
};
