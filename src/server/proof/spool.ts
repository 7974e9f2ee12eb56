/**
 * A file that is being received, kept for as long as it is looked at: a ZIP can only be read from its end. It has no
 * name while it is kept, so that nothing of it is left behind whatever happens to the process.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProductError } from '#contract/errors.ts';
import { type ByteSource, fileSource } from './byte-source.ts';

export interface SpoolLimits {
  readonly bytesMax: number;
  /** A sender that is silent for longer is given up. */
  readonly silenceSecondsMax: number;
}

export interface Spooled {
  readonly source: ByteSource;
  /** Lower-case hex. */
  readonly sha256: string;
  close(): Promise<void>;
}

/** @throws ProductError too_large, disk_full, invalid_input; what `content` throws. Nothing is left after an error. */
export async function spool(
  content: AsyncIterable<Buffer> & { destroy?(): unknown },
  folder: string,
  limits: SpoolLimits,
): Promise<Spooled> {
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
  content: AsyncIterable<Buffer> & { destroy?(): unknown },
  file: FileHandle,
  limits: SpoolLimits,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let isSilent = false;
  const giveUp = (): void => {
    isSilent = true;
    content.destroy?.();
  };
  let timer = setTimeout(giveUp, limits.silenceSecondsMax * 1000);
  try {
    for await (const piece of content) {
      clearTimeout(timer);
      bytes += piece.length;
      if (bytes > limits.bytesMax) throw tooLarge(limits.bytesMax);
      hash.update(piece);
      await file.write(piece);
      timer = setTimeout(giveUp, limits.silenceSecondsMax * 1000);
    }
  } finally {
    clearTimeout(timer);
  }
  if (isSilent) throw new ProductError('invalid_input', 'The file stopped coming before its end.');
  return { bytes, sha256: hash.digest('hex') };
}

export const tooLarge = (bytesMax: number): ProductError =>
  new ProductError(
    'too_large',
    `Files of more than ${Math.floor(bytesMax / 1_000_000).toLocaleString('en')} MB are not taken here. ` +
      'Verify it with the public key, on the machine where it is: mathership verify FILE --key KEYFILE.',
  );
