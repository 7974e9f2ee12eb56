/**
 * One page's content stream in the making: text at points, lines between points, in any order, out as one string.
 * Text is placed by steps from the last place, all in whole hundredths of a point.
 */
import type { TextStyle } from './text.ts';

export class PageContent {
  #lines = '';
  #text = '';
  #x = 0;
  #y = 0;

  /** Shows operators made for `style` (already selected) with their baseline starting at the point. */
  put(x: number, y: number, ops: string): void {
    this.#text += `${x - this.#x} ${y - this.#y} Td ${ops}\n`;
    this.#x = x;
    this.#y = y;
  }

  /** Selects a style, and a colour if given, for what is put next. */
  use(style: TextStyle, colour = ''): void {
    this.#text += `${style.select} ${colour}\n`;
  }

  /** A text at its left edge, cut to the width if one is given. */
  write(style: TextStyle, x: number, y: number, text: string, width?: number): void {
    this.put(x, y, (width === undefined ? style.fragment(text) : style.fitted(text, width)).ops);
  }

  /** A text that ends at `right`. */
  writeRight(style: TextStyle, right: number, y: number, text: string): void {
    const fragment = style.fragment(text);
    this.put(Math.round(right - style.widthOf(fragment)), y, fragment.ops);
  }

  /** A horizontal line; `stroke` sets its colour and weight. */
  line(stroke: string, left: number, right: number, y: number): void {
    this.#lines += `${stroke} ${left} ${y} m ${right} ${y} l S\n`;
  }

  /** Horizontal lines of one stroke, under all others. */
  linesBelow(stroke: string, left: number, right: number, ys: readonly number[]): void {
    if (ys.length === 0) return;
    const all = ys.map((y) => `${left} ${y} m ${right} ${y} l`).join(' ');
    this.#lines = `${stroke} ${all} S\n${this.#lines}`;
  }

  /** The content stream; the page is then done with. */
  toString(): string {
    return `.01 0 0 .01 0 0 cm\n${this.#lines}BT\n${this.#text}ET`;
  }
}
