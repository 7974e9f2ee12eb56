/**
 * One column's cells, ready to be placed: operators and the point they start from. Repeated texts are set once.
 * Text too long goes on in a second line where rows have two, and is cut with an ellipsis; a number is condensed, never cut.
 */
import { isNumeric, shownCell } from './columns.ts';
import type { TableColumn } from './columns.ts';
import { twoLines } from './line-break.ts';
import type { LocaleFormat } from './locale-format.ts';
import type { TextStyle } from './text.ts';

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

export class ColumnCells {
  readonly #column: TableColumn;
  readonly #style: TextStyle;
  readonly #format: LocaleFormat;
  readonly #lines: number;
  readonly #kept = new Map<string, PlacedText>();
  /** Whether the column's texts repeat often enough for keeping them to pay. */
  #keeps = true;
  #found = 0;
  #missed = 0;

  /** `lines`: 1 or 2, what a text may take. */
  constructor(column: TableColumn, style: TextStyle, format: LocaleFormat, lines: number) {
    this.#lines = lines;
    this.#column = column;
    this.#style = style;
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
    const { left, right, alignRight } = this.#column;
    const shown = shownCell(text, this.#column, this.#format);
    const room = right - left;
    if (isNumeric(this.#column) && shown !== undefined) {
      const whole = this.#style.fragment(shown);
      const width = this.#style.widthOf(whole);
      if (width > room) {
        const percent = Math.floor((100 * room) / width);
        return { x: left, ops: `${percent} Tz${whole.ops} 100 Tz` };
      }
      return { x: Math.round(right - width), ops: whole.ops };
    }
    const line = shown ?? text;
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
}
