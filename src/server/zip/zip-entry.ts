/** One file out of a ZIP, unpacked as a stream and never further than it was declared to be. */
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import type { ZipEntryRecord } from './zip-directory.ts';

/** The entry cannot be unpacked, or is not what the directory says it is. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
}

const outputBytes = 128 * 1024;

/** @throws UnreadableEntry; in constant memory, whatever was compressed into how little. */
export async function* unpacked(source: ByteSource, entry: ZipEntryRecord): AsyncGenerator<Buffer, void, undefined> {
  if (!entry.isReadable) throw new UnreadableEntry('encrypted, or packed in a way that exports are not');
  const packed = source.stream(entry.dataOffset, entry.dataOffset + entry.compressedBytes);
  let bytes = 0;
  for await (const piece of entry.method === 0 ? packed : inflated(packed, entry.compressedBytes)) {
    bytes += piece.length;
    if (bytes > entry.bytes) throw new UnreadableEntry('unpacks to more than it was declared to be');
    yield piece;
  }
  if (bytes !== entry.bytes) throw new UnreadableEntry('unpacks to less than it was declared to be');
}

async function* inflated(packed: AsyncIterable<Buffer>, packedBytes: number): AsyncGenerator<Buffer, void, undefined> {
  const inflate = createInflateRaw({ chunkSize: outputBytes });
  // its error is the one that the loop below throws
  const fed = pipeline(packed, inflate).catch(() => undefined);
  try {
    for await (const piece of inflate) yield piece as Buffer;
  } catch (error) {
    throw new UnreadableEntry('cannot be unpacked', { cause: error });
  } finally {
    inflate.destroy();
    await fed;
  }
  if (inflate.bytesWritten !== packedBytes) throw new UnreadableEntry('has more behind its end');
}

/** The whole of a small file. @throws UnreadableEntry when it is larger. */
export async function wholeEntry(source: ByteSource, entry: ZipEntryRecord, bytesMax: number): Promise<Buffer> {
  if (entry.bytes > bytesMax) throw new UnreadableEntry(`larger than ${bytesMax} bytes`);
  const pieces: Buffer[] = [];
  for await (const piece of unpacked(source, entry)) pieces.push(piece);
  return Buffer.concat(pieces);
}
