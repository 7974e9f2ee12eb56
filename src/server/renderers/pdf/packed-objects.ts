/**
 * Small objects by the thousand, kept many together in deflated object streams, and where every object of the file is:
 * its cross-reference stream. One by one, the structure of a table would outweigh its pages.
 */
import { deflateSync } from 'node:zlib';
import { encoded, putBytes, putDigits } from './byte-text.ts';

/** A reader unpacks a stream as a whole to find one of its objects. */
const objectsMax = 1_000;
const deflateLevel = 1;
const firstBytes = 64 * 1024;
/** Of a number's digits and the space behind it. */
const digitsMax = 12;
const space = 0x20;
const lineFeed = 0x0a;
const end = encoded('>>\n');

/** Writes a stream with the entries of its dictionary, and says its number. */
type WriteStream = (entries: Readonly<Record<string, unknown>>, content: Buffer) => number;

/** Where objects are, from number 1: from the file's beginning, below zero in a stream, null while nobody knows. */
export type Places = (number | null)[];
const inStreamAt = (stream: number, index: number): number => -(stream * objectsMax + index);

export class PackedObjects {
  readonly #write: WriteStream;
  readonly #places: Places;
  #numbers: number[] = [];
  #heads = Buffer.allocUnsafe(2 * objectsMax * digitsMax);
  #headsUsed = 0;
  #bodies = Buffer.allocUnsafe(firstBytes);
  #used = 0;

  constructor(places: Places, write: WriteStream) {
    this.#places = places;
    this.#write = write;
  }

  /** `body`: the object as PDF, in Latin-1. */
  add(number: number, body: string): void {
    this.#begin(number, body.length + 1);
    this.#used += this.#bodies.write(body, this.#used, 'latin1');
    this.#bodies[this.#used++] = lineFeed;
    this.#end();
  }

  /** A dictionary that begins as others do, with a number at its end. */
  addEntry(number: number, beginning: Uint8Array, value: number): void {
    this.#begin(number, beginning.length + digitsMax + end.length);
    this.#used = putBytes(this.#bodies, this.#used, beginning);
    this.#used = putDigits(this.#bodies, this.#used, value);
    this.#used = putBytes(this.#bodies, this.#used, end);
    this.#end();
  }

  /** Writes what was added since the last time. */
  flush(): void {
    if (this.#numbers.length === 0) return;
    const entries = { Type: 'ObjStm', N: this.#numbers.length, First: this.#headsUsed };
    const content = [this.#heads.subarray(0, this.#headsUsed), this.#bodies.subarray(0, this.#used)];
    const stream = this.#write(entries, Buffer.concat(content));
    for (let index = 0; index < this.#numbers.length; index += 1) {
      this.#places[this.#numbers[index]! - 1] = inStreamAt(stream, index);
    }
    this.#numbers = [];
    this.#headsUsed = 0;
    this.#used = 0;
  }

  #begin(number: number, bytes: number): void {
    this.#headsUsed = putDigits(this.#heads, this.#headsUsed, number);
    this.#heads[this.#headsUsed++] = space;
    this.#headsUsed = putDigits(this.#heads, this.#headsUsed, this.#used);
    this.#heads[this.#headsUsed++] = space;
    this.#numbers.push(number);
    if (this.#used + bytes <= this.#bodies.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bodies.length + bytes);
    this.#bodies.copy(larger, 0, 0, this.#used);
    this.#bodies = larger;
  }

  #end(): void {
    if (this.#numbers.length === objectsMax) this.flush();
  }
}

const inFile = 1;
const inStream = 2;
/** An entry's fields: its kind, where it is, and its index in a stream. */
const fields = '[1 4 2]';
const entryBytes = 7;

/** The last object of a file, at `at`, whose own number follows all others. `trailer`: further entries, as PDF. */
export function crossReferences(places: Places, at: number, trailer: string): Buffer {
  const number = places.length + 1;
  const entries = Buffer.alloc((number + 1) * entryBytes);
  const enter = (of: number, kind: number, place: number, index: number): void => {
    const start = of * entryBytes;
    entries[start] = kind;
    entries.writeUInt32BE(place, start + 1);
    entries.writeUInt16BE(index, start + 5);
  };
  // the head of the free ones, which nothing is
  enter(0, 0, 0, 0xffff);
  for (let before = 0; before < places.length; before += 1) {
    const place = places[before] ?? 0;
    if (place < 0) enter(before + 1, inStream, Math.floor(-place / objectsMax), -place % objectsMax);
    else enter(before + 1, inFile, place, 0);
  }
  enter(number, inFile, at, 0);
  const content = deflateSync(entries, { level: deflateLevel });
  const dictionary = `<</Type/XRef/Size ${number + 1}/W${fields}${trailer}/Filter/FlateDecode/Length ${content.length}>>`;
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n${dictionary}\nstream\n`, 'latin1'),
    content,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`, 'latin1'),
  ]);
}
