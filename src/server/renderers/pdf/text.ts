/**
 * One weight and size of text in a document. Latin, Greek and Cyrillic go through a table, one look-up per character;
 * everything else is shaped by its own font. Where the print differs from the text (cut, composed, a character missing)
 * it carries the original as ActualText, so that searching and copying still find it.
 */
import type { EmbeddedFont } from './file.ts';
import type { FontSet, Weight } from './fonts.ts';
import type { GlyphTable } from './glyph-table.ts';
import { printable, replacement, runsOf } from './runs.ts';
import type { Run } from './runs.ts';
import { shape, withActualText } from './shape.ts';
import type { Fragment, ShapedRun } from './shape.ts';

/** No page is wider than this many characters: what lies behind is cut anyway, and never shaped. */
const shapedUnitsMax = 600;
/** Of the size, in thousandths: hardly any character is narrower. A guess that is wrong costs time, not correctness. */
const narrowest = 200;
const probedUnits = 64;
const ellipsis = '…';
const ellipsisCode = 0x2026;
const space = 0x20;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Where each of the first characters, as people see them, ends. */
function endsOfClusters(text: string, max: number): number[] {
  const ends: number[] = [];
  for (const { index, segment } of graphemes.segment(text)) {
    if (ends.length >= max) break;
    ends.push(index + segment.length);
  }
  return ends;
}

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

    const whole = printable(text.slice(0, shapedUnitsMax));
    const ends = endsOfClusters(whole, Math.ceil(room / narrowest) + 1);
    const seen = ends.at(-1) ?? 0;
    if (seen === whole.length && text.length <= shapedUnitsMax) {
      const shaped = this.#shaped(whole, text);
      if (shaped.width <= room) return shaped;
    } else if (seen < whole.length && this.#shaped(whole.slice(0, seen), '').width <= room) {
      ends.push(...endsOfClusters(whole, Number.POSITIVE_INFINITY).slice(ends.length));
      if (text.length <= shapedUnitsMax) {
        const shaped = this.#shaped(whole, text);
        if (shaped.width <= room) return shaped;
      }
    }
    const cutAt = (count: number): string =>
      `${whole.slice(0, count === 0 ? 0 : ends[count - 1]).trimEnd()}${ellipsis}`;
    let fits = 0;
    let tooMany = ends.length;
    while (fits + 1 < tooMany) {
      const middle = (fits + tooMany) >> 1;
      if (this.#shaped(cutAt(middle), '').width <= room) fits = middle;
      else tooMany = middle;
    }
    return this.#shaped(cutAt(fits), text);
  }

  /** Whether the text on one line is wider than `width`. A long one is measured only as far as it takes to know. */
  exceeds(text: string, width: number): boolean {
    for (let units = probedUnits; units < text.length; units *= 2) {
      // what is cut inside a cluster may be a little wider than it would be whole
      if (this.widthOf(this.fragment(text.slice(0, units))) > width + this.size) return true;
    }
    return this.widthOf(this.fragment(text)) > width;
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

  #shapedRun(run: Run): ShapedRun {
    const isPlain = run.font === this.#primary && run.direction === 'ltr';
    const fromTable = isPlain ? this.#fromTable(run.text, Number.POSITIVE_INFINITY) : undefined;
    return fromTable ? { ...fromTable, reads: run.text } : shape(run, this.size);
  }

  /**
   * `line` is what to print, `original` what it stands for; empty when it is only measured. Runs are written in reading
   * order, whatever their places. Right-to-left text has no ActualText: readers disagree on its order, and its glyphs
   * say what they are.
   */
  #shaped(line: string, original: string): Fragment {
    const runs = runsOf(line, this.#fonts, this.#weight).map((run) => ({ ...run, ...this.#shapedRun(run) }));
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
