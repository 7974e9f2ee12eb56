/** The texts that a workbook's cells share: in memory while they are few, and beyond that in a file without a name. */
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Characters kept in memory. */
const memoryMax = 16 * 1024 * 1024;
const writeBytes = 256 * 1024;

export class SharedTexts {
  readonly #folder: string;
  readonly #memoryMax: number;
  readonly #inMemory: string[] = [];
  #characters = 0;
  #file: number | null = null;
  /** Where each text in the file begins; one more for the end of the last. */
  readonly #begins: number[] = [0];
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(folder: string, charactersInMemory = memoryMax) {
    this.#folder = folder;
    this.#memoryMax = charactersInMemory;
  }

  add(text: string): void {
    if (this.#file === null && this.#characters + text.length <= this.#memoryMax) {
      this.#inMemory.push(text);
      this.#characters += text.length;
      return;
    }
    this.#file ??= this.#open();
    const bytes = Buffer.from(text);
    this.#begins.push((this.#begins.at(-1) ?? 0) + bytes.length);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= writeBytes) this.#write();
  }

  /** Undefined where there is none by this number. */
  get(index: number): string | undefined {
    if (index < this.#inMemory.length) return this.#inMemory[index];
    const [from, to] = [this.#begins[index - this.#inMemory.length], this.#begins[index - this.#inMemory.length + 1]];
    if (from === undefined || to === undefined || this.#file === null) return undefined;
    if (this.#waitingBytes > 0) this.#write();
    const bytes = Buffer.allocUnsafe(to - from);
    readSync(this.#file, bytes, 0, bytes.length, from);
    return bytes.toString('utf8');
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #open(): number {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, randomUUID());
    const file = openSync(path, 'wx+', 0o600);
    rmSync(path);
    return file;
  }

  #write(): void {
    const bytes = Buffer.concat(this.#waiting);
    let done = 0;
    while (done < bytes.length) done += writeSync(this.#file as number, bytes, done);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
