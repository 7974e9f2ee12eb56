/**
 * Which letters the bytes of a file are. A byte order mark says it, NULs between the letters, bytes that are valid UTF-8;
 * else it is one of three old Windows tables, and only where all but one give nonsense is it known which.
 */
import { isUtf8 } from 'node:buffer';
import type { FileEncoding } from '#contract/import-profiles.ts';

const marks: readonly (readonly [FileEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** What the first bytes alone say for certain; null: nothing. Looked at for any file, whatever else is known of it. */
export function surelyEncodedAs(head: Buffer): FileEncoding | null {
  const marked = marks.find(([, bytes]) => bytes.every((byte, at) => head[at] === byte));
  if (marked) return marked[0];
  const pairs = Math.floor(Math.min(head.length, 65_536) / 2);
  if (pairs === 0) return null;
  let [even, odd] = [0, 0];
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  if (odd > pairs / 10 && even < pairs / 100) return 'utf-16le';
  if (even > pairs / 10 && odd < pairs / 100) return 'utf-16be';
  return null;
}

/** So many NULs and other bytes that no text has that it is none; one in a cell is an error of that cell. */
export function isBinary(head: Buffer): boolean {
  if (surelyEncodedAs(head) !== null) return false;
  let odd = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32)) odd += 1;
  return odd > head.length / 20;
}

export interface EncodingFound {
  readonly encoding: FileEncoding;
  /** More than one where the bytes read differently and sensibly in each. */
  readonly choices: readonly FileEncoding[];
}

const tables = ['windows-1252', 'windows-1250', 'windows-1251'] as const;
const wordsMax = 5000;

/** Looks at all bytes of a file, in pieces; `found` at the end. */
export class EncodingSearch {
  #isUtf8 = true;
  #sure: FileEncoding | null = null;
  #first = true;
  #rest: Buffer = Buffer.alloc(0);
  /** Words with a byte above 0x7f, as Latin-1 so that they compare. */
  readonly #words = new Set<string>();

  add(piece: Buffer): void {
    if (this.#first) {
      this.#first = false;
      this.#sure = surelyEncodedAs(piece);
    }
    if (this.#sure !== null) return;
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece;
    // cut after the last line feed, within which no character of several bytes lies
    const cut = bytes.lastIndexOf(0x0a) + 1 || (bytes.length > 1_000_000 ? bytes.length : 0);
    this.#rest = Buffer.from(bytes.subarray(cut));
    this.#look(bytes.subarray(0, cut));
  }

  #look(bytes: Buffer): void {
    if (this.#isUtf8 && isUtf8(bytes)) return;
    this.#isUtf8 = false;
    if (this.#words.size >= wordsMax) return;
    for (const [word] of bytes.toString('latin1').matchAll(/[A-Za-z]*[\u0080-\u00ff][A-Za-z\u0080-\u00ff]*/g)) {
      this.#words.add(word);
      if (this.#words.size >= wordsMax) return;
    }
  }

  found(): EncodingFound {
    if (this.#sure !== null) return { encoding: this.#sure, choices: [this.#sure] };
    this.#look(this.#rest);
    if (this.#isUtf8) return { encoding: 'utf-8', choices: ['utf-8'] };
    const words = [...this.#words];
    const readings = new Map<string, FileEncoding>();
    for (const table of tables) {
      const decoder = new TextDecoder(table);
      const read = words.map((word) => decoder.decode(Buffer.from(word, 'latin1')));
      if (!read.every(isSensible)) continue;
      const text = read.join(' ');
      if (!readings.has(text)) readings.set(text, table);
    }
    const choices = [...readings.values()];
    if (choices.length === 0) return { encoding: tables[0], choices: tables };
    return { encoding: choices[0] as FileEncoding, choices };
  }
}

/** One script to a word, no control characters, no capital of the upper half behind a small letter. */
function isSensible(word: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0080-\u009f\ufffd]/.test(word)) return false;
  const letters = word.replaceAll(/[^\p{L}]/gu, '');
  if (/\p{Script=Cyrillic}/u.test(letters) && /\p{Script=Latin}/u.test(letters)) return false;
  // `geĂŤn`, as tables that are not meant give
  if (/\p{Ll}(?![A-Z])\p{Lu}/u.test(letters)) return false;
  // a sign that no word has within it
  return !/\p{L}[^\p{L}\u00ad’'´`.\-–&/]+\p{L}/u.test(word);
}

/** Text of bytes in any of them, without its mark. */
export async function* textOf(source: AsyncIterable<Buffer>, encoding: FileEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of source) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const last = decoder.decode();
  if (last !== '') yield last;
}
