/**
 * Single characters of one font by code unit: the glyph's place in the subset as it stands in a literal string, and its
 * width in thousandths of the size. One look-up per character is what makes a table of 100,000 rows fast.
 */
import type { EmbeddedFont } from './file.ts';
import { glyphOf, placeText } from './shape.ts';

/** Dashes, the ellipsis and currency signs are among the code units below this. */
const tableSize = 0x2200;
/** Marks, controls, separators and right-to-left letters are never single glyphs in a row. */
const needsShaping = /[\p{M}\p{C}\p{Zl}\p{Zp}\u0590-\u08ff]/u;

export class GlyphTable {
  readonly #font: EmbeddedFont;
  /** Empty for "not in the table", undefined before the first use. */
  readonly #glyphs: (string | undefined)[] = Array.from({ length: tableSize }, () => undefined);
  readonly #widths = new Float64Array(tableSize);

  constructor(font: EmbeddedFont) {
    this.#font = font;
  }

  /** Empty when the character must be shaped, or set in another font. */
  glyph(code: number): string {
    return code < tableSize ? (this.#glyphs[code] ?? this.#include(code)) : '';
  }

  /** Of a code unit whose glyph was asked for. */
  width(code: number): number {
    return this.#widths[code]!;
  }

  #include(code: number): string {
    let glyph = '';
    if (!needsShaping.test(String.fromCharCode(code)) && this.#font.font.hasGlyphForCodePoint(code)) {
      const { number, width } = glyphOf(this.#font, code);
      glyph = placeText(number);
      this.#widths[code] = width;
    }
    this.#glyphs[code] = glyph;
    return glyph;
  }
}
