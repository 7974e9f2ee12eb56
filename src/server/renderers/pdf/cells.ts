/**
 * One column's cells, ready to be placed: operators and the point they start from. Repeated texts are set once.
 * Text too long is cut with an ellipsis; a number too long is condensed, never cut.
 */
import { isNumeric, shownCell } from './columns.ts';
import type { TableColumn } from './columns.ts';
import type { LocaleFormat } from './locale-format.ts';
import type { TextStyle } from './text.ts';

export interface PlacedText {
  /** In the page's unit, a whole number. */
  readonly x: number;
  readonly ops: string;
}

const nothing: PlacedText = { x: 0, ops: '' };
const keptMax = 4_096;
const keptUnitsMax = 120;
const trialMisses = 2_000;

export class ColumnCells {
  readonly #column: TableColumn;
  readonly #style: TextStyle;
  readonly #format: LocaleFormat;
  readonly #kept = new Map<string, PlacedText>();
  /** Whether the column's texts repeat often enough for keeping them to pay. */
  #keeps = true;
  #found = 0;
  #missed = 0;

  constructor(column: TableColumn, style: TextStyle, format: LocaleFormat) {
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
    const fitted = this.#style.fitted(shown ?? text, room);
    return { x: alignRight ? Math.round(right - this.#style.widthOf(fitted)) : left, ops: fitted.ops };
  }
}
