/**
 * A run of text in one font as PDF operators: glyphs shaped by the font's own rules (joined Arabic, marks in place,
 * clusters), numbered in the embedded subset, with what each stands for, so that they can be searched and copied.
 */
import type { EmbeddedFont, Glyph } from './file.ts';
import { unmirrored } from './runs.ts';
import type { Run } from './runs.ts';

/** Operators that show a text at the current point, and its width in thousandths of the font size. */
export interface Fragment {
  readonly ops: string;
  readonly width: number;
}

/** Mirroring was done with the bidirectional algorithm, and is not done twice. */
const features = { rtlm: false, ltrm: false };

export const hexOf = (glyph: number): string => glyph.toString(16).padStart(4, '0');

/** Per font: "glyph:characters" -> its place in the subset. */
const places = new WeakMap<EmbeddedFont, Map<string, number>>();

/**
 * A glyph's place in the subset. A shape that stands for different characters has a place for each, because the file
 * maps places, not shapes, back to characters.
 */
const include = (font: EmbeddedFont, glyph: Glyph, characters: readonly number[]): number => {
  const known = places.get(font) ?? new Map<string, number>();
  places.set(font, known);
  const key = `${glyph.id}:${characters.join(',')}`;
  const place = known.get(key) ?? font.subset.glyphs.push(glyph.id) - 1;
  known.set(key, place);
  font.widths[place] ??= (glyph.advanceWidth * 1000) / font.font.unitsPerEm;
  font.unicode[place] ??= [...characters];
  return place;
};

/** One character by itself: its glyph's number and width. */
export const glyphOf = (font: EmbeddedFont, codePoint: number): { readonly number: number; readonly width: number } => {
  const number = include(font, font.font.glyphForCodePoint(codePoint), [codePoint]);
  return { number, width: font.widths[number]! };
};

export interface ShapedRun extends Fragment {
  /** What the glyphs stand for, from left to right. */
  readonly reads: string;
}

/** `size`: the font size, for vertical offsets. */
export const shape = ({ font, text, direction }: Run, size: number): ShapedRun => {
  const { glyphs, positions } = font.font.layout(text, features, undefined, undefined, direction);
  const scale = 1000 / font.font.unitsPerEm;
  let ops = '';
  let shown = '';
  let rise = 0;
  let reads = '';
  /** Where the next glyph belongs, and where the pen is: TJ moves it by the difference, in whole thousandths. */
  let wanted = 0;
  let pen = 0;
  const moveTo = (place: number): void => {
    const move = Math.round(place - pen);
    if (move === 0) return;
    shown += String(-move);
    pen += move;
  };
  const raiseTo = (wantedRise: number): void => {
    if (wantedRise === rise) return;
    ops += `${shown ? `[${shown}]TJ ` : ''}${wantedRise} Ts `;
    shown = '';
    rise = wantedRise;
  };
  glyphs.forEach((glyph, index) => {
    const { xAdvance, xOffset, yOffset } = positions[index]!;
    raiseTo(Math.round((yOffset * scale * size) / 1000));
    moveTo(wanted + xOffset * scale);
    const characters = direction === 'rtl' ? glyph.codePoints.map(unmirrored) : glyph.codePoints;
    reads += String.fromCodePoint(...characters);
    shown += `<${hexOf(include(font, glyph, characters))}>`;
    pen += glyph.advanceWidth * scale;
    wanted += xAdvance * scale;
  });
  moveTo(wanted);
  if (shown) ops += `[${shown}]TJ`;
  return { ops: rise === 0 ? ops : `${ops} 0 Ts`, width: wanted, reads };
};

const actualTextUnitsMax = 500;

/** Shows `ops`, but is searched and copied as `original` (its first 500 units). */
export const withActualText = (ops: string, original: string): string => {
  const bytes = Buffer.from(original.slice(0, actualTextUnitsMax).toWellFormed(), 'utf16le').swap16();
  return `/Span<</ActualText<feff${bytes.toString('hex')}>>>BDC ${ops} EMC`;
};
