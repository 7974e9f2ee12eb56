/**
 * Which font prints which character: Source Sans 3 (tabular figures, Latin, Greek, Cyrillic) first, then one font per
 * script, opened when a character first needs it. All under the SIL Open Font License, embedded as subsets.
 */
import { fileURLToPath } from 'node:url';
import type { EmbeddedFont, PdfFile } from './file.ts';
import { GlyphTable } from './glyph-table.ts';

const fontPath = (name: string): string => fileURLToPath(import.meta.resolve(`@expo-google-fonts/${name}`));

export type Weight = 'regular' | 'bold';

const primaryFiles: Record<Weight, string> = {
  regular: 'source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  bold: 'source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
};

/** In the order they are tried. The Chinese font also holds kana and the Japanese and traditional characters. */
const fallbackFiles: readonly { readonly scripts: RegExp; readonly file: string }[] = [
  // Not Noto, whose letters are composed of dots and strokes: readers could not tell which letter was meant.
  { scripts: /\p{Script=Arabic}/u, file: 'ibm-plex-sans-arabic/400Regular/IBMPlexSansArabic_400Regular.ttf' },
  { scripts: /\p{Script=Hebrew}/u, file: 'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf' },
  { scripts: /\p{Script=Thai}/u, file: 'noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf' },
  {
    scripts: /\p{Script=Devanagari}/u,
    file: 'noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf',
  },
  // The Chinese font has Chinese characters for Korean names, but no Hangul.
  { scripts: /\p{Script=Hangul}/u, file: 'noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf' },
  {
    scripts: /\p{Extended_Pictographic}|\p{Regional_Indicator}/u,
    file: 'noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
  },
  // Last, and for anything else: 10 MB, read only when one of its characters occurs.
  { scripts: /[^\p{Script=Latin}]/u, file: 'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf' },
];

/** The fonts of one document. Both weights share the fallbacks, which have one weight. */
export class FontSet {
  readonly #file: PdfFile;
  readonly #opened = new Map<string, EmbeddedFont>();
  readonly #tables = new Map<Weight, GlyphTable>();

  constructor(file: PdfFile) {
    this.#file = file;
  }

  primary(weight: Weight): EmbeddedFont {
    return this.#open(primaryFiles[weight]);
  }

  /** The primary font's characters, shared by all sizes. */
  table(weight: Weight): GlyphTable {
    const table = this.#tables.get(weight) ?? new GlyphTable(this.primary(weight));
    this.#tables.set(weight, table);
    return table;
  }

  /** The first font that has the character, or nothing. */
  fontFor(codePoint: number, weight: Weight): EmbeddedFont | undefined {
    const primary = this.primary(weight);
    if (primary.font.hasGlyphForCodePoint(codePoint)) return primary;
    const character = String.fromCodePoint(codePoint);
    for (const { scripts, file } of fallbackFiles) {
      if (!scripts.test(character)) continue;
      const font = this.#open(file);
      if (font.font.hasGlyphForCodePoint(codePoint)) return font;
    }
    return undefined;
  }

  #open(name: string): EmbeddedFont {
    const font = this.#opened.get(name) ?? this.#file.openFont(fontPath(name));
    this.#opened.set(name, font);
    return font;
  }
}
