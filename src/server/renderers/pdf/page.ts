/**
 * One page's content stream in the making: text at points, lines between points. Text is placed by steps from the last
 * place, in whole hundredths of a point, and written as bytes: strings would be garbage by the million.
 */
import type { TextStyle } from './text.ts';

const firstBytes = 64 * 1024;
/** Two numbers, two spaces, `Td ` and the line feed around a text's operators. */
const placeBytesMax = 32;
const space = 0x20;
const lineFeed = 0x0a;
const minus = 0x2d;
const zero = 0x30;
const opening = '.01 0 0 .01 0 0 cm\nBT\n';

export class PageContent {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #used = 0;
  #lines = '';
  #x = 0;
  #y = 0;

  constructor() {
    this.#append(opening);
  }

  /** Shows operators made for `style` (already selected) with their baseline starting at the point. */
  put(x: number, y: number, ops: string): void {
    this.#reserve(ops.length + placeBytesMax);
    this.#number(x - this.#x);
    this.#bytes[this.#used++] = space;
    this.#number(y - this.#y);
    this.#used += this.#bytes.write(' Td ', this.#used, 'latin1');
    this.#used += this.#bytes.write(ops, this.#used, 'latin1');
    this.#bytes[this.#used++] = lineFeed;
    this.#x = x;
    this.#y = y;
  }

  /** Selects a style, and a colour if given, for what is put next. */
  use(style: TextStyle, colour = ''): void {
    this.#append(`${style.select} ${colour}\n`);
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

  /** The finished content stream, valid until `clear`. */
  end(): Buffer {
    this.#append(`ET\n${this.#lines}`);
    return this.#bytes.subarray(0, this.#used);
  }

  /** An empty page in the same memory. */
  clear(): void {
    this.#used = 0;
    this.#lines = '';
    this.#x = 0;
    this.#y = 0;
    this.#append(opening);
  }

  #append(text: string): void {
    this.#reserve(text.length);
    this.#used += this.#bytes.write(text, this.#used, 'latin1');
  }

  #reserve(count: number): void {
    if (this.#used + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#used + count));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }

  /** A whole number's digits. */
  #number(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.#bytes[this.#used++] = minus;
      rest = -rest;
    }
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits += 1;
    for (let at = this.#used + digits - 1; at >= this.#used; at -= 1) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = zero + rest - next * 10;
      rest = next;
    }
    this.#used += digits;
  }
}
