/** Turns what the file system refused below DATA_DIR into the one sentence a person can act on. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartupError } from '#server/config/startup-error.ts';

/** Does `work` on `path` and says the file system's refusal as a sentence; other errors pass as they are. */
export async function inFolder<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw await folderError(error, path);
  }
}

async function folderError(error: unknown, folder: string): Promise<unknown> {
  const { code, path = folder } = error as NodeJS.ErrnoException;
  const say = (sentence: string): StartupError => new StartupError(sentence, { cause: error });
  switch (code) {
    case 'EACCES':
    case 'EPERM': {
      const { place, owner } = await nearest(path);
      return notYours(place, owner, error);
    }
    case 'EROFS':
      return say(`${path} is on a read-only file system: set DATA_DIR to a folder that can be written.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return noSpace(path, error);
    case 'ENOTDIR':
    case 'EEXIST':
      return say(`${path} cannot be a folder, because a file is in its way: set DATA_DIR to a folder.`);
    default:
      return error;
  }
}

export const noSpace = (path: string, cause?: unknown): StartupError =>
  new StartupError(`There is no space left for ${path}: free some, or set DATA_DIR to another disk.`, { cause });

export function notYours(path: string, owner: number | undefined, cause?: unknown): StartupError {
  const us = process.getuid?.();
  return new StartupError(
    owner === us
      ? `${path} cannot be written, though it belongs to you (user ${us}): ` +
          'allow it with chmod u+rwx, or set DATA_DIR to another folder.'
      : `User ${us} may not write in ${path}, which belongs to user ${owner}: ` +
          'start as that user, or set DATA_DIR to a folder of your own.',
    { cause },
  );
}

/** The closest place at or above `path` that can be looked at, and the uid it belongs to. */
async function nearest(path: string): Promise<{ place: string; owner: number | undefined }> {
  for (let place = path; ; place = dirname(place)) {
    const found = await stat(place).catch(() => undefined);
    if (found || place === dirname(place)) return { place, owner: found?.uid };
  }
}
