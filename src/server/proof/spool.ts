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
import { type ByteSource, fileSource } from './byte-source.ts';

export interface SpoolLimits {
  readonly bytesMax: number;
  /** A sender that is slower is given up. */
  readonly pace: Pace;
}

type Incoming = Pick<Readable, typeof Symbol.asyncIterator | 'destroy'>;

export interface Spooled {
  readonly source: ByteSource;
  /** Lower-case hex. */
  readonly sha256: string;
  close(): Promise<void>;
}

/** @throws ProductError too_large, disk_full, invalid_input; what `content` throws. Nothing is left after an error. */
export async function spool(content: Incoming, folder: string, limits: SpoolLimits): Promise<Spooled> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx+', 0o600);
  try {
    await rm(path);
    const { bytes, sha256 } = await received(content, file, limits);
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
  content: Incoming,
  file: FileHandle,
  limits: SpoolLimits,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const pieces = fromSender(whole(content), limits.pace, {
    bytesOf: (piece) => piece.length,
    giveUp: () => void content.destroy(),
    gone: stopped,
  });
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > limits.bytesMax) throw tooLarge(limits.bytesMax);
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

export const tooLarge = (bytesMax: number): ProductError =>
  new ProductError(
    'too_large',
    `Files of more than ${Math.floor(bytesMax / 1_000_000).toLocaleString('en')} MB are not taken here. ` +
      'Verify it with the public key, on the machine where it is: mathership verify FILE --key KEYFILE.',
  );
