/**
 * Opening what is in a folder and nothing else: a link, at its end or on the way to it, leads nowhere, and what is no plain
 * file has no content. Whoever can write into the folder can so reach no file beside it.
 */
import { constants, lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { relative, sep, join } from 'node:path';

/** O_NONBLOCK: a pipe would be waited for. Systems without links to follow have no such flags. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** @throws as `open` and `lstat`; ELOOP for a link on the way, ENOENT for what is not there or no plain file. */
export async function openInside(root: string, path: string): Promise<FileHandle> {
  const file = await open(path, flags);
  try {
    // after opening: what was swapped before is seen here, what is swapped later is not what was opened
    await requireFolders(root, path);
    const [held, named] = [await file.stat({ bigint: true }), await lstat(path, { bigint: true })];
    if (!held.isFile() || held.ino !== named.ino || held.dev !== named.dev) throw failure('ENOENT', path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Every folder between `root` and `path` that is there is a folder, and no link to one. @throws ELOOP */
export async function requireFolders(root: string, path: string): Promise<void> {
  const names = relative(root, path).split(sep).slice(0, -1);
  let folder = root;
  for (const name of names) {
    folder = join(folder, name);
    const found = await lstat(folder).catch(() => null);
    if (found === null) return;
    if (found.isSymbolicLink()) throw failure('ELOOP', folder);
  }
}

const failure = (code: string, path: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${path}`), { code, path });
