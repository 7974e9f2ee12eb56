/**
 * Puts a finished file in its place, durably: renamed over what was there, and every folder entry it hangs on forced to the disk.
 * Safe beside deletes that tidy up the same folders.
 */
import { mkdir, open, rename, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failureCode } from './storage-error.ts';

/** A delete may remove a folder it emptied between our making it and our renaming into it. */
const attemptsMax = 5;

/** Renames `partial`, already on the disk, to `target`, making its folders (0700). Errors: the file system's own. */
export const publish = async (partial: string, target: string): Promise<void> => {
  const folder = dirname(target);
  for (let attempt = 1; ; attempt += 1) {
    const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await rename(partial, target);
    } catch (error) {
      if (failureCode(error) !== 'ENOENT' || attempt === attemptsMax) throw error;
      continue;
    }
    // A name is only durable once its folder is on the disk, and so is that folder's own name if it is new.
    const top = firstMade === undefined ? folder : dirname(firstMade);
    for (let level = folder; level.length >= top.length; level = dirname(level)) await syncFolder(level);
    return;
  }
};

/** Removes `folder` and its parents below `root` as long as they are empty. */
export const removeEmptyFolders = async (folder: string, root: string): Promise<void> => {
  for (let level = folder; level.length > root.length; level = dirname(level)) {
    try {
      await rmdir(level);
    } catch {
      return; // Not empty, or removed by somebody else: either way not ours to remove.
    }
  }
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
