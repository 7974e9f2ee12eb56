/**
 * The only door to the server: a folder of mode 0700 with its Unix socket. Short, because the system cuts
 * socket paths at 107 bytes (103 on macOS); in the temporary folder, because not every disk can hold a socket.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '#server/config/startup-error.ts';
import type { Instance } from './instance.ts';
import { type RunAs, give } from './run-as.ts';

const pathBytesMax = 103;
const longestName = '-XXXXXX/.s.PGSQL.5432';

/** An empty one; whatever an earlier server left in it is removed. */
export async function makeSocketFolder(instance: Instance, runAs: RunAs): Promise<string> {
  const refusals: string[] = [];
  for (const parent of new Set([tmpdir(), '/tmp', instance.home])) {
    const path = join(parent, instance.name);
    if (Buffer.byteLength(path + longestName) > pathBytesMax) {
      refusals.push(`${parent}: the path is too long`);
      continue;
    }
    try {
      const made = await make(path);
      await give(made, runAs.owner);
      return made;
    } catch (error) {
      refusals.push(`${parent}: ${(error as NodeJS.ErrnoException).code}`);
    }
  }
  throw new StartupError(
    `No folder for PostgreSQL's socket could be made (${refusals.join('; ')}): ` +
      'set TMPDIR to a folder with a short name that can be written.',
  );
}

async function make(path: string): Promise<string> {
  try {
    await rm(path, { recursive: true, force: true });
    // not recursive: it must be ours from its first moment
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch {
    // somebody else's folder has the name, and in a shared temporary folder it stays theirs
    return mkdtemp(`${path}-`);
  }
}
