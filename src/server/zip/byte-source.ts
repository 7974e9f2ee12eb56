/** A file that can be read anywhere in it, in pieces, so that memory stays constant whatever its size. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

export interface ByteSource {
  /** Length in bytes. */
  readonly bytes: number;
  /** Exactly `length` bytes. @throws RangeError where the file ends before. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Everything from `from` up to, not including, `to`. */
  stream(from: number, to: number): AsyncIterable<Buffer>;
}

const pieceBytes = 256 * 1024;

/** `bytes` is its length, which must not change meanwhile. The caller closes the file. */
export function fileSource(file: FileHandle, bytes: number): ByteSource {
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
      if (bytesRead === 0) throw new RangeError('the file ends before');
      done += bytesRead;
    }
    return buffer;
  };
  return {
    bytes,
    read,
    async *stream(from, to) {
      for (let at = from; at < to; at += pieceBytes) yield await read(at, Math.min(pieceBytes, to - at));
    },
  };
}

/** Lower-case hex, of the whole file. */
export async function checksumOf(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of source.stream(0, source.bytes)) hash.update(piece);
  return hash.digest('hex');
}
