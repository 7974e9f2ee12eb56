/**
 * A ZIP written as a stream: bytes leave as they are made, memory stays constant whatever the size, nothing is sought back.
 * Deflate runs on zlib's thread pool while this thread hashes; the same input and time give the same bytes.
 */
import { createHash } from 'node:crypto';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { DeflateRaw } from 'node:zlib';
import { ProductError } from '#contract/errors.ts';
import { centralRecord, dataDescriptor, dosTime, endRecords, extendedTime, localHeader } from './zip-records.ts';
import type { EntryRecord } from './zip-records.ts';

export interface ZipOptions {
  /** zlib level 0-9; 1 keeps up with COPY, 6 halves the speed for 9 % fewer bytes. */
  readonly level?: number;
  /** The one time stamp of all entries, kept to the second, and in UTC at two-second steps for old readers. Now, unless given. */
  readonly modifiedAt?: Date;
  /** False: entries have no `sha256` (it is empty); for archives inside archives, whose whole is hashed anyway. */
  readonly hashes?: boolean;
}

/** One finished entry: the SHA-256 (lower-case hex) and size of its content, and its size in the archive. */
export interface ZipEntry {
  readonly sha256: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Deflate's output buffer: a 256 KiB chunk of CSV compresses into one, so it costs one trip to the thread pool. */
const outputChunkBytes = 128 * 1024;
const memoryLevel = 8;

/** Reads the content into deflate and knows afterwards what it was. */
interface Intake {
  bytes: number;
  crc: number;
  readonly hash: ReturnType<typeof createHash> | null;
}

/** Feeds deflate one chunk at a time, hashing each while the thread pool compresses it. Ends early when deflate is destroyed. */
async function feed(deflate: DeflateRaw, content: AsyncIterable<Buffer>, intake: Intake): Promise<void> {
  let wake = (): void => {};
  const awaken = (): void => wake();
  deflate.on('drain', awaken);
  deflate.on('close', awaken);
  try {
    for await (const chunk of content) {
      if (deflate.destroyed) return;
      const room = deflate.write(chunk);
      intake.bytes += chunk.length;
      intake.crc = crc32(chunk, intake.crc);
      intake.hash?.update(chunk);
      if (!room && deflate.writableNeedDrain && !deflate.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (deflate.destroyed) return;
    }
    deflate.end();
  } catch (error) {
    deflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Names are made by the server; a name that could leave the folder it is unpacked in is our mistake, never written. */
const entryName = (name: string): Buffer => {
  const parts = name.split('/');
  const bytes = Buffer.from(name, 'utf8');
  if (
    bytes.length > 0xffff ||
    name.includes('\\') ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  ) {
    throw new ProductError('render_failed', `"${name}" is not a usable file name inside a ZIP.`);
  }
  return bytes;
};

/**
 * Entries one after the other, then `finish`:
 * `const made = yield* zip.entry('report.csv', content); yield* zip.finish();`
 * An entry that failed or was abandoned leaves the writer unusable: what it has yielded is no archive and never becomes one.
 */
export class ZipWriter {
  readonly #level: number;
  readonly #modified: number;
  readonly #time: Buffer;
  readonly #hashes: boolean;
  readonly #entries: EntryRecord[] = [];
  readonly #names = new Set<string>();
  #offset = 0;
  #busy = false;

  constructor(options: ZipOptions = {}) {
    this.#level = options.level ?? 1;
    this.#hashes = options.hashes ?? true;
    const at = options.modifiedAt ?? new Date();
    this.#modified = dosTime(at);
    // nobody reads the times inside a workbook, and spreadsheets are wary of what they do not expect
    this.#time = this.#hashes ? extendedTime(at) : Buffer.alloc(0);
  }

  /**
   * Yields the bytes of one entry as the consumer takes them; `level` 0 for what is compressed already. Returning early frees zlib and, once its pending read
   * answers, closes `content`.
   * What `content` throws is thrown here. Errors: `render_failed` for a bad or repeated name, or two entries at once.
   */
  async *entry(
    name: string,
    content: AsyncIterable<Buffer>,
    level = this.#level,
  ): AsyncGenerator<Buffer, ZipEntry, undefined> {
    this.#claim();
    const nameBytes = entryName(name);
    if (this.#names.has(name)) throw new ProductError('render_failed', `The ZIP already has a file "${name}".`);
    this.#names.add(name);

    const offset = this.#offset;
    yield this.#count(localHeader(nameBytes, this.#modified, this.#time));
    const dataOffset = this.#offset;

    const intake: Intake = { bytes: 0, crc: 0, hash: this.#hashes ? createHash('sha256') : null };
    const deflate = createDeflateRaw({ level, memLevel: memoryLevel, chunkSize: outputChunkBytes });
    // Never rejects: a failing source destroys deflate, and the loop below throws its error.
    const fed = feed(deflate, content, intake);
    for await (const chunk of deflate) yield this.#count(chunk as Buffer);
    await fed;

    const compressedBytes = this.#offset - dataOffset;
    const record: EntryRecord = { name: nameBytes, crc32: intake.crc, compressedBytes, bytes: intake.bytes, offset };
    yield this.#count(dataDescriptor(record));
    this.#entries.push(record);
    this.#busy = false;
    return { sha256: intake.hash?.digest('hex') ?? '', bytes: intake.bytes, compressedBytes };
  }

  /**
   * Yields an entry of another archive of ours as it was compressed there: nothing is packed again. `packed` is its data,
   * which must be as long as it says; the name is the only thing that may differ.
   */
  async *carry(
    name: string,
    from: { readonly crc32: number; readonly bytes: number; readonly compressedBytes: number },
    packed: AsyncIterable<Buffer>,
  ): AsyncGenerator<Buffer, void, undefined> {
    this.#claim();
    const nameBytes = entryName(name);
    if (this.#names.has(name)) throw new ProductError('render_failed', `The ZIP already has a file "${name}".`);
    this.#names.add(name);
    const offset = this.#offset;
    yield this.#count(localHeader(nameBytes, this.#modified, this.#time));
    const dataOffset = this.#offset;
    for await (const piece of packed) yield this.#count(piece);
    if (this.#offset - dataOffset !== from.compressedBytes) {
      throw new ProductError('render_failed', `"${name}" is not as long as the ZIP it comes from says.`);
    }
    const { crc32: crc, bytes, compressedBytes } = from;
    const record: EntryRecord = { name: nameBytes, crc32: crc, compressedBytes, bytes, offset };
    yield this.#count(dataDescriptor(record));
    this.#entries.push(record);
    this.#busy = false;
  }

  /** Yields the central directory and the end records. The archive is complete after it. */
  async *finish(): AsyncGenerator<Buffer, void, undefined> {
    this.#claim();
    const directoryOffset = this.#offset;
    for (const entry of this.#entries) yield this.#count(centralRecord(entry, this.#modified, this.#time));
    yield endRecords(this.#entries.length, this.#offset - directoryOffset, directoryOffset);
  }

  /** One thing at a time, and nothing after a failure: `#busy` is only let go by an entry that completed. */
  #claim(): void {
    if (this.#busy) throw new ProductError('render_failed', 'The ZIP has an unfinished file, or is already complete.');
    this.#busy = true;
  }

  #count(chunk: Buffer): Buffer {
    this.#offset += chunk.length;
    return chunk;
  }
}
