/**
 * One page's content stream in the making: text at points, lines between points. Text is placed by steps from the last
 * place, in whole hundredths of a point, and written as bytes: strings would be garbage by the million.
 */
import { encoded, putBytes, putDigits } from './byte-text.ts';
import type { ElementType, Structure } from './structure.ts';
import type { TextStyle } from './text.ts';

const firstBytes = 64 * 1024;
/** Two numbers, two spaces, `Td ` and the line feed around a text's operators. */
const placeBytesMax = 32;
const space = 0x20;
const lineFeed = 0x0a;
const minus = 0x2d;
const cellMark = encoded('/TD<</MCID ');
const marked = encoded('>>BDC ');
const unmarked = encoded('EMC\n');
const toPlace = encoded(' Td ');
const opening = '.01 0 0 .01 0 0 cm\nBT\n';

export class PageContent {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #used = 0;
  #lines = '';
  #x = 0;
  #y = 0;
  readonly #structure: Structure | undefined;

  /** With a structure, what is shown is said to be a part of it, or to be none. */
  constructor(structure?: Structure) {
    this.#structure = structure;
    this.#append(opening);
  }

  /** An element with all that is opened, and shown, until it is closed. */
  open(type: ElementType, attributes = ''): void {
    this.#structure?.open(type, attributes);
  }

  close(): void {
    this.#structure?.close();
  }

  /** An element whose content is what `paint` shows on this page. */
  element(type: ElementType, attributes: string, paint: () => void): void {
    if (!this.#structure) return paint();
    this.#append(`/${type}<</MCID ${this.#structure.leaf(type, attributes)}>>BDC\n`);
    paint();
    this.#append('EMC\n');
  }

  /** An element without content. */
  empty(type: ElementType): void {
    this.#structure?.open(type);
    this.#structure?.close();
  }

  /** What belongs to the page and not to what stands on it, or is there a second time. */
  artifact(paint: () => void): void {
    if (!this.#structure) return paint();
    this.#append('/Artifact<</Type/Pagination>>BDC\n');
    paint();
    this.#append('EMC\n');
  }

  /** A table's cell, as `put` shows it, marked with a number of the structure. */
  putCell(x: number, y: number, ops: string, mark: number): void {
    this.#reserve(ops.length + 2 * placeBytesMax);
    this.#used = putBytes(this.#bytes, this.#used, cellMark);
    this.#used = putDigits(this.#bytes, this.#used, mark);
    this.#used = putBytes(this.#bytes, this.#used, marked);
    this.put(x, y, ops);
    this.#used = putBytes(this.#bytes, this.#used, unmarked);
  }

  /** Shows operators made for `style` (already selected) with their baseline starting at the point. */
  put(x: number, y: number, ops: string): void {
    this.#reserve(ops.length + placeBytesMax);
    this.#number(x - this.#x);
    this.#bytes[this.#used++] = space;
    this.#number(y - this.#y);
    this.#used = putBytes(this.#bytes, this.#used, toPlace);
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
    this.#append(this.#structure ? `ET\n/Artifact BMC\n${this.#lines}EMC\n` : `ET\n${this.#lines}`);
    this.#structure?.endPage();
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
    this.#used = putDigits(this.#bytes, this.#used, rest);
  }
}
