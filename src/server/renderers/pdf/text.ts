/**
 * One weight and size of text in a document. Latin, Greek and Cyrillic go through a table, one look-up per character;
 * everything else is shaped by its own font. Where the print differs from the text (cut, composed, a character missing)
 * it carries the original as ActualText, so that searching and copying still find it.
 */
import type { EmbeddedFont } from './file.ts';
import type { FontSet, Weight } from './fonts.ts';
import type { GlyphTable } from './glyph-table.ts';
import { printable, replacement, runsOf } from './runs.ts';
import { shape, withActualText } from './shape.ts';
import type { Fragment } from './shape.ts';

/** No page is wider than this many characters: what lies behind is cut anyway, and never shaped. */
const shapedUnitsMax = 600;
const ellipsis = '…';
const ellipsisCode = 0x2026;
const space = 0x20;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Sizes and widths in the page's unit, hundredths of a point. */
export class TextStyle {
  readonly size: number;
  readonly #fonts: FontSet;
  readonly #weight: Weight;
  readonly #primary: EmbeddedFont;
  readonly #table: GlyphTable;

  constructor(fonts: FontSet, weight: Weight, size: number) {
    this.#fonts = fonts;
    this.#weight = weight;
    this.#primary = fonts.primary(weight);
    this.#table = fonts.table(weight);
    this.size = size;
  }

  /** Selects the font: fragments expect it selected and leave it so. */
  get select(): string {
    return `/${this.#primary.id} ${this.size} Tf`;
  }

  /** How wide a fragment stands on the page. */
  widthOf(fragment: Fragment): number {
    return (fragment.width * this.size) / 1000;
  }

  /** The whole text, on one line. */
  fragment(text: string): Fragment {
    return this.#fromTable(text, Number.POSITIVE_INFINITY) ?? this.#shaped(printable(text), text);
  }

  /** As much of the text as fits into `width`, with an ellipsis where it was cut. */
  fitted(text: string, width: number): Fragment {
    const room = (width * 1000) / this.size;
    const fromTable = this.#fromTable(text, room);
    if (fromTable) return fromTable;

    const line = printable(text.slice(0, shapedUnitsMax));
    const whole = this.#shaped(line, text);
    if (whole.width <= room && text.length <= shapedUnitsMax) return whole;

    const ends = [...graphemes.segment(line)].map((cluster) => cluster.index);
    const cutAt = (count: number): string => `${line.slice(0, ends[count] ?? line.length).trimEnd()}${ellipsis}`;
    let fits = 0;
    let tooMany = ends.length;
    while (fits + 1 < tooMany) {
      const middle = (fits + tooMany) >> 1;
      if (this.#shaped(cutAt(middle), '').width <= room) fits = middle;
      else tooMany = middle;
    }
    return this.#shaped(cutAt(fits), text);
  }

  /** Undefined when a character is not in the table. `room` in thousandths of the size. */
  #fromTable(text: string, room: number): Fragment | undefined {
    const table = this.#table;
    const ellipsisGlyph = table.glyph(ellipsisCode);
    const ellipsisWidth = table.width(ellipsisCode);
    let shown = '';
    let width = 0;
    /** Length and width of the longest beginning that leaves room for the ellipsis. */
    let kept = 0;
    let keptWidth = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const glyph = table.glyph(code);
      if (glyph === '') return undefined;
      shown += glyph;
      width += table.width(code);
      if (width > room) {
        const ops = `(${shown.slice(0, kept)}${ellipsisGlyph})Tj`;
        return { ops: withActualText(ops, text), width: keptWidth + ellipsisWidth };
      }
      if (code !== space && width + ellipsisWidth <= room) {
        kept = shown.length;
        keptWidth = width;
      }
    }
    return { ops: shown === '' ? '' : `(${shown})Tj`, width };
  }

  /**
   * `line` is what to print, `original` what it stands for; empty when it is only measured. Runs are written in reading
   * order, whatever their places. Right-to-left text has no ActualText: readers disagree on its order, and its glyphs
   * say what they are.
   */
  #shaped(line: string, original: string): Fragment {
    const runs = runsOf(line, this.#fonts, this.#weight).map((run) => ({ ...run, ...shape(run, this.size) }));
    const seen = runs.toSorted((a, b) => a.place - b.place);
    const leftOf = (place: number): number => seen.slice(0, place).reduce((sum, run) => sum + run.width, 0);
    let ops = '';
    let pen = 0;
    for (const run of runs) {
      const left = leftOf(run.place);
      const move = Math.round(left - pen);
      if (move !== 0) ops += `[${-move}]TJ `;
      ops += run.font === this.#primary ? `${run.ops} ` : `/${run.font.id} ${this.size} Tf ${run.ops} ${this.select} `;
      pen += move + run.width;
    }
    ops = ops.trimEnd();
    const faithful =
      line === original && runs.every((run) => run.reads === run.text && !run.text.includes(replacement));
    const marked = original !== '' && !faithful && runs.every((run) => run.direction === 'ltr');
    return { ops: marked ? withActualText(ops, original) : ops, width: leftOf(runs.length) };
  }
}
