/**
 * A member's ZIP into the pack's: its entries as they were compressed, under other names. The whole of it is read once and
 * must be, byte for byte, the file that the member's job says; memory stays constant whatever its size.
 */
import { createHash } from 'node:crypto';
import { ProductError } from '#contract/errors.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import type { ZipWriter } from '#server/zip/zip.ts';
import { readDirectory } from '#server/zip/zip-directory.ts';
import type { PackedMember } from './pack-task.ts';

/** Everything but a report's own file is in the last of these; few questions to the store. */
const windowBytes = 128 * 1024;

const spoilt = ({ jobId }: PackedMember): ProductError =>
  new ProductError(
    'storage_unavailable',
    `File storage did not give back the file of export ${jobId} as it was kept. The pack is run again.`,
  );

/** @param nameOf where an entry of it, by its place, is put; @returns what was carried, by its name in the pack */
export async function* carryMember(
  zip: ZipWriter,
  store: ObjectStore,
  member: PackedMember,
  nameOf: (place: number) => string,
): AsyncGenerator<Buffer, FileChecksum[]> {
  const directory = await readDirectory(windowed(store, member)).catch((error: unknown) => {
    throw error instanceof RangeError ? spoilt(member) : error;
  });
  if (directory.kind !== 'read' || directory.entries.length !== member.files.length) throw spoilt(member);
  const cursor = new Cursor(await store.get(member.fileKey));
  const carried: FileChecksum[] = [];
  try {
    for (const [place, entry] of directory.entries.entries()) {
      const made = member.files[place];
      if (made?.name !== entry.name || made.bytes !== entry.bytes || entry.method !== 8) throw spoilt(member);
      const name = nameOf(place);
      await cursor.skipTo(entry.dataOffset);
      yield* zip.carry(name, entry, cursor.upTo(entry.dataOffset + entry.compressedBytes));
      carried.push({ name, sha256: made.sha256, bytes: made.bytes });
    }
    await cursor.skipTo(member.fileSize);
    if (!(await cursor.isWhole(member))) throw spoilt(member);
  } finally {
    cursor.close();
  }
  return carried;
}

/** An object read from its start to its end, and hashed on the way. */
class Cursor {
  readonly #stream: AsyncIterable<Buffer> & { destroy(): unknown };
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(stream: AsyncIterable<Buffer> & { destroy(): unknown }) {
    this.#stream = stream;
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** What lies between here and there; less where the object ends before. */
  async *upTo(offset: number): AsyncGenerator<Buffer> {
    while (this.#at < offset) {
      if (this.#rest.length === 0) {
        const next = await this.#pieces.next();
        if (next.done) return;
        this.#hash.update(next.value);
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, offset - this.#at);
      this.#rest = this.#rest.subarray(piece.length);
      this.#at += piece.length;
      if (piece.length > 0) yield piece;
    }
  }

  async skipTo(offset: number): Promise<void> {
    for await (const piece of this.upTo(offset)) void piece;
  }

  async isWhole({ fileSize, sha256 }: PackedMember): Promise<boolean> {
    const isOver = this.#rest.length === 0 && (await this.#pieces.next()).done === true;
    return isOver && this.#at === fileSize && this.#hash.digest('hex') === sha256;
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** Its parts, a window at a time; the two last ones stay at hand. */
function windowed(store: ObjectStore, { fileKey, fileSize }: PackedMember): ByteSource {
  const kept = new Map<number, Promise<Buffer>>();
  const window = (start: number): Promise<Buffer> => {
    const known = kept.get(start);
    if (known) return known;
    const reading = wholeOf(store, fileKey, start, Math.min(start + windowBytes, fileSize) - 1);
    kept.set(start, reading);
    const [oldest] = kept.keys();
    if (kept.size > 4 && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
  const read = async (offset: number, length: number): Promise<Buffer> => {
    if (offset < 0 || offset + length > fileSize) throw new RangeError('the file ends before');
    const parts: Buffer[] = [];
    for (let at = offset; at < offset + length;) {
      // counted from the end, where the directory is
      const start = Math.max(0, fileSize - Math.ceil((fileSize - at) / windowBytes) * windowBytes);
      const piece = (await window(start)).subarray(at - start, offset + length - start);
      if (piece.length === 0) throw new RangeError('the file ends before');
      parts.push(piece);
      at += piece.length;
    }
    return Buffer.concat(parts);
  };
  return {
    bytes: fileSize,
    read,
    async *stream(from, to) {
      for (let at = from; at < to; at += windowBytes) yield await read(at, Math.min(windowBytes, to - at));
    },
  };
}

async function wholeOf(store: ObjectStore, key: string, start: number, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const piece of await store.get(key, { start, end })) parts.push(piece as Buffer);
  return Buffer.concat(parts);
}
