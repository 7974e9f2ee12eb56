/**
 * One column's cells, ready to be placed: operators and the point they start from. Repeated texts are set once.
 * Figures stand on their decimal point. A name too long goes on in a second line where rows have two, and is cut with an
 * ellipsis; a code is condensed a little or broken into two small lines, and a figure is never cut.
 */
import { isCode, isFigure } from '../measured.ts';
import { fractionWidth, isZero, shownCell, smallCodeSize } from './columns.ts';
import type { TableColumn } from './columns.ts';
import { twoLines } from './line-break.ts';
import type { LocaleFormat } from './locale-format.ts';
import { TextStyle } from './text.ts';
import type { FontSet } from './fonts.ts';

export interface PlacedText {
  /** In the page's unit, a whole number. */
  readonly x: number;
  readonly ops: string;
}

/** From line to line inside a cell. */
export const linePitch = (size: number): number => Math.round(1.15 * size);

const nothing: PlacedText = { x: 0, ops: '' };
const keptMax = 4_096;
const keptUnitsMax = 120;
const trialMisses = 2_000;
/** Letters are never narrower, in per cent. */
const condensedMin = 80;
const dash = '–';

export class ColumnCells {
  readonly #column: TableColumn;
  readonly #style: TextStyle;
  readonly #small: TextStyle;
  readonly #isFigure: boolean;
  readonly #isCode: boolean;
  /** By number of decimals: from the right edge to the end of a figure. */
  readonly #after: number[] = [];
  readonly #format: LocaleFormat;
  readonly #lines: number;
  readonly #kept = new Map<string, PlacedText>();
  /** Whether the column's texts repeat often enough for keeping them to pay. */
  #keeps = true;
  #found = 0;
  #missed = 0;

  /** `lines`: 1 or 2, what a text may take. */
  constructor(column: TableColumn, fonts: FontSet, size: number, format: LocaleFormat, lines: number) {
    this.#lines = lines;
    this.#isFigure = isFigure(column);
    this.#isCode = isCode(column);
    this.#small = new TextStyle(fonts, 'regular', smallCodeSize(size));
    this.#column = column;
    this.#style = new TextStyle(fonts, 'regular', size);
    this.#format = format;
  }

  place(text: string): PlacedText {
    if (text === '') return nothing;
    if (!this.#keeps) return this.#set(text);
    const known = this.#kept.get(text);
    if (known) {
      this.#found += 1;
      return known;
    }
    const placed = this.#set(text);
    this.#missed += 1;
    if (this.#missed === trialMisses) this.#keeps = this.#found > this.#missed;
    if (text.length <= keptUnitsMax) {
      if (this.#kept.size >= keptMax) this.#kept.clear();
      this.#kept.set(text, placed);
    }
    return placed;
  }

  #set(text: string): PlacedText {
    const { left, right, alignRight, showsDash } = this.#column;
    const shown = shownCell(text, this.#column, this.#format);
    const room = right - left;
    if (this.#isFigure && shown !== undefined) {
      const whole = this.#style.fragment(showsDash && isZero(text) ? dash : shown);
      const width = this.#style.widthOf(whole);
      // Columns are fitted to all figures; this is for one that nobody could have known of.
      if (width > room) return { x: left, ops: condensed(whole.ops, (100 * room) / width) };
      const end = right - (showsDash && isZero(text) ? this.#afterFigure(0) : this.#afterFigure(decimals(text)));
      return { x: Math.max(left, Math.round(end - width)), ops: whole.ops };
    }
    const line = shown ?? text;
    if (this.#isCode && this.#style.exceeds(line, room)) {
      const code = this.#code(line, room);
      if (code) return { x: left, ops: code };
    }
    const two = this.#lines > 1 ? twoLines(line, room, this.#style) : undefined;
    if (two) {
      const down = linePitch(this.#style.size);
      const first = this.#style.fragment(two[0]);
      const second = this.#style.fitted(two[1], room);
      return { x: left, ops: `${first.ops} 0 ${-down} Td ${second.ops} 0 ${down} Td` };
    }
    const fitted = this.#style.fitted(line, room);
    return { x: alignRight ? Math.round(right - this.#style.widthOf(fitted)) : left, ops: fitted.ops };
  }

  #afterFigure(digits: number): number {
    return (this.#after[digits] ??= Math.max(
      0,
      this.#column.fraction - (fractionWidth(this.#style, this.#format, digits) * this.#style.size) / 1000,
    ));
  }

  /** The whole code: a little narrower, or in two lines of small letters. Undefined when even so there is no room. */
  #code(text: string, room: number): string | undefined {
    const whole = this.#style.fragment(text);
    const percent = (100 * room) / this.#style.widthOf(whole);
    if (percent >= condensedMin) return condensed(whole.ops, percent);
    const middle = Math.ceil(text.length / 2);
    const halves = [text.slice(0, middle), text.slice(middle)].map((half) => this.#small.fragment(half));
    const wider = Math.max(...halves.map((half) => this.#small.widthOf(half)));
    const share = Math.min(100, (100 * room) / wider);
    if (share < condensedMin) return undefined;
    const [up, down] = [Math.round(0.34 * this.#style.size), Math.round(0.68 * this.#style.size)];
    const [first, second] = halves.map(({ ops }) => ops);
    const lines = `0 ${up} Td ${first} 0 ${-down} Td ${second} 0 ${down - up} Td`;
    return `${this.#small.select} ${condensed(lines, share)} ${this.#style.select}`;
  }
}

const decimals = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);

const condensed = (ops: string, percent: number): string =>
  percent >= 100 ? ops : `${Math.floor(percent)} Tz ${ops} 100 Tz`;
