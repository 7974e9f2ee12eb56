/** The server's data: whose they are, which version wrote them, and how they come about wholly or not at all. */
import { chmod, mkdtemp, open, readFile, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '#server/config/startup-error.ts';
import type { Binaries } from './binaries.ts';
import { reasonOf, runCommand } from './command.ts';
import { noSpace } from './folder-error.ts';
import type { Instance } from './instance.ts';
import { type Account, type RunAs, give } from './run-as.ts';

/** 39 MB are written at once; the rest is for the log of the first changes. */
const firstStartBytes = 100 * 1024 * 1024;

/** Order by code point and the letters of all languages, the same on every machine. */
const locale = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

export interface ExistingData {
  readonly majorVersion: number;
  readonly owner: Account;
}

/**
 * Undefined on the first start.
 * @throws StartupError if the folder holds something else
 */
export async function existingData(instance: Instance): Promise<ExistingData | undefined> {
  const orNothing = (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== 'ENOENT') throw error;
  };
  const version = await readFile(join(instance.data, 'PG_VERSION'), 'utf8').catch(orNothing);
  if (version !== undefined) return { majorVersion: Number(version), owner: await stat(instance.data) };
  const files = await readdir(instance.data).catch(orNothing);
  if (files && files.length > 0) {
    throw new StartupError(
      `${instance.data} holds files but no database (PG_VERSION is missing): ` +
        'move it away, or set DATA_DIR to another folder.',
    );
  }
  return undefined;
}

const workshopName = 'data.unfinished-';

/** An empty folder that new data are made in; also where ways to run the server are tried. */
export async function makeWorkshop(instance: Instance): Promise<string> {
  // a killed start may have left an initdb that still writes in its own: hence a new name, and no haste with the old
  for (const old of (await readdir(instance.home)).filter((name) => name.startsWith(workshopName))) {
    await rm(join(instance.home, old), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
  return mkdtemp(join(instance.home, workshopName));
}

/** @param durable false only where a power cut may take everything (tests) */
export async function initialiseData(
  instance: Instance,
  workshop: string,
  binaries: Binaries,
  runAs: RunAs,
  durable: boolean,
): Promise<void> {
  const disk = await statfs(instance.home);
  if (disk.bavail * disk.bsize < firstStartBytes) throw noSpace(instance.data);
  await give(workshop, runAs.owner);
  const words = [...runAs.prefix, binaries.initdb, '-D', workshop, '--username=postgres', '--auth=trust', ...locale];
  const outcome = await runCommand(durable ? words : [...words, '--no-sync'], runAs.identity);
  if (outcome.code !== 0) {
    throw new StartupError(
      `The database files could not be made in ${instance.home} (${reasonOf(outcome)}): ` +
        'see to that, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  // initdb has synced the files; the name comes last
  await rmdir(instance.data).catch(() => undefined);
  await rename(workshop, instance.data);
  if (durable) await syncFolder(instance.home);
}

/** PostgreSQL refuses data that are another user's, or that others may look into. */
export async function claimData(instance: Instance, owner: Account): Promise<void> {
  await give(instance.data, owner, true);
  await chmod(instance.data, 0o700);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
