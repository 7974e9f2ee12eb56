/**
 * A run of text in one font as PDF operators: glyphs shaped by the font's own rules (joined Arabic, marks in place,
 * clusters), numbered in the embedded subset, with what each stands for, so that they can be searched and copied.
 */
import type { EmbeddedFont, Glyph } from './file.ts';
import { replacement, unmirrored } from './runs.ts';
import type { Run } from './runs.ts';

/** Operators that show a text at the current point, and its width in thousandths of the font size. */
export interface Fragment {
  readonly ops: string;
  readonly width: number;
}

/** The one ligature Arabic cannot do without. Others are left out: they hide letters from readers. */
const lamAlef = /\u0644\p{M}*[\u0622\u0623\u0625\u0627]/u;

/** Mirroring was done with the bidirectional algorithm, and is not done twice. */
const featuresFor = (text: string): Record<string, boolean> => ({
  rtlm: false,
  ltrm: false,
  liga: false,
  rlig: lamAlef.test(text),
});

/** Lam and alef in one shape -> the one character Unicode has for it. */
const ligatures = new Map<string, number>();
for (let code = 0xfef5; code <= 0xfefc; code += 2) {
  ligatures.set(String.fromCharCode(code).normalize('NFKC'), code);
}

/**
 * What a right-to-left glyph stands for. Readers turn the letters of a ligature around one by one and spell it
 * backwards; a single character they cannot, and they know the letters in it.
 */
const rightToLeftCharacters = (codePoints: readonly number[]): readonly number[] => {
  const ligature = codePoints.length > 1 ? ligatures.get(String.fromCodePoint(...codePoints)) : undefined;
  return ligature === undefined ? codePoints.map(unmirrored) : [ligature];
};

const zeroWidthSpace = 0x200b;

const escapes: Record<number, string> = { 0x28: '\\(', 0x29: '\\)', 0x5c: '\\\\', 0x0d: '\\r' };
const byteText = (byte: number): string => escapes[byte] ?? String.fromCharCode(byte);

/** A glyph's place as it stands inside a literal string: two bytes, escaped where the string would end or lose them. */
export const placeText = (place: number): string => byteText(place >> 8) + byteText(place & 0xff);

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
  // A part of a character whose whole is mapped elsewhere; left unmapped, some readers make up a control character.
  font.unicode[place] ??= characters.length > 0 ? [...characters] : [zeroWidthSpace];
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

const missing = 0;
/** What is drawn for the replacement character, which the fonts lack: a file for archives may show no missing glyph. */
const box = '\u25a1';
const unboxed = (codePoint: number): number =>
  String.fromCodePoint(codePoint) === box ? replacement.charCodeAt(0) : codePoint;

/** `size`: the font size, for vertical offsets. */
export const shape = ({ font, text, direction }: Run, size: number): ShapedRun => {
  const isReplaced = text.includes(replacement);
  const drawn = isReplaced ? text.replaceAll(replacement, box) : text;
  const { glyphs, positions } = font.font.layout(drawn, featuresFor(text), undefined, undefined, direction);
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
    const meant = isReplaced ? glyph.codePoints.map(unboxed) : glyph.codePoints;
    const characters = direction === 'rtl' ? rightToLeftCharacters(meant) : meant;
    reads += String.fromCodePoint(...characters);
    if (glyph.id !== missing) {
      shown += `(${placeText(include(font, glyph, characters))})`;
      pen += glyph.advanceWidth * scale;
    }
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
