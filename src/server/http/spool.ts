/**
 * A file that is being received, kept for as long as it is looked at: a ZIP can only be read from its end. It has no
 * name while it is kept, so that nothing of it is left behind whatever happens to the process.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ProductError } from '#contract/errors.ts';
import { fromSender, type Pace } from '#server/http/steady.ts';
import { type ByteSource, fileSource } from '#server/zip/byte-source.ts';

export interface SpoolLimits {
  readonly bytesMax: number;
  /** Said of a file that is larger. */
  readonly tooLarge: (bytesMax: number) => ProductError;
}

type Incoming = Pick<Readable, typeof Symbol.asyncIterator | 'destroy'>;

export interface Spooled {
  readonly source: ByteSource;
  /** Lower-case hex. */
  readonly sha256: string;
  close(): Promise<void>;
}

/**
 * What a sender sends, who is given up when slower than `pace`.
 * @throws ProductError too_large, disk_full, invalid_input. Nothing is left after an error.
 */
export const spool = (content: Incoming, folder: string, limits: SpoolLimits & { pace: Pace }): Promise<Spooled> =>
  spoolPieces(
    fromSender(whole(content), limits.pace, {
      bytesOf: (piece) => piece.length,
      giveUp: () => void content.destroy(),
      gone: stopped,
    }),
    folder,
    limits,
  );

/** @throws ProductError too_large, disk_full; what `pieces` throws. Nothing is left after an error. */
export async function spoolPieces(
  pieces: AsyncIterable<Buffer>,
  folder: string,
  limits: SpoolLimits,
): Promise<Spooled> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx+', 0o600);
  try {
    await rm(path);
    const { bytes, sha256 } = await received(pieces, file, limits);
    return { source: fileSource(file, bytes), sha256, close: () => file.close() };
  } catch (error) {
    await file.close();
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new ProductError('disk_full', 'There is no space left to look at this file. Try again later.', {
        cause: error,
      });
    }
    throw error;
  }
}

async function received(
  pieces: AsyncIterable<Buffer>,
  file: FileHandle,
  limits: SpoolLimits,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > limits.bytesMax) throw limits.tooLarge(limits.bytesMax);
    hash.update(piece);
    await file.write(piece);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Who sends has gone, or was given up: nothing is wrong here. */
const stopped = (cause?: unknown): ProductError =>
  new ProductError('invalid_input', 'The file stopped coming before its end.', { cause });

async function* whole(content: Incoming): AsyncGenerator<Buffer> {
  try {
    yield* content as AsyncIterable<Buffer>;
  } catch (error) {
    throw stopped(error);
  }
}
