/**
 * The embedded PostgreSQL: one server of our own below DATA_DIR, owned by one process at a time.
 * It starts on a fresh folder, on existing data and after any kind of death, or says in one sentence what to do.
 */
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '#server/config/startup-error.ts';
import { locateBinaries } from './binaries.ts';
import { type Connection, connectionTo, databaseExists, urlOf } from './connection.ts';
import { claimData, existingData, initialiseData, makeWorkshop } from './data-folder.ts';
import { inFolder } from './folder-error.ts';
import { type Instance, instanceAt, readServerFile, serverProcesses } from './instance.ts';
import { endLeftovers } from './leftovers.ts';
import { type OwnerLock, lockForOwner } from './lock.ts';
import { chooseRunAs, give } from './run-as.ts';
import { type Server, type ServerEnd, startServer } from './server.ts';

export interface EmbeddedAddress {
  /** For `pg`. */
  readonly connection: Connection;
  /** The same for whoever takes a URL. */
  readonly url: string;
}

export interface EmbeddedPostgres extends EmbeddedAddress {
  /** Settles only if the server ends without `stop()`; `stop()` then still releases DATA_DIR. */
  readonly exited: Promise<ServerEnd>;
  /** Fast shutdown, by force after 15 s, and DATA_DIR is free again. May be called more than once. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Everything is kept in `postgres` below it; it is made if it is missing. */
  readonly dataDir: string;
  /** Rare remarks for the operator. */
  readonly log?: (line: string) => void;
  /** The parts of the start-up, as they finish. */
  readonly step?: (name: string, milliseconds: number) => void;
  /** PostgreSQL settings that win over ours. */
  readonly settings?: Record<string, string>;
}

/**
 * Becomes the owner of DATA_DIR's server: makes its data if there are none, ends what a killed owner left, starts it,
 * and creates the database.
 * @throws StartupError, one sentence that says what to do, with nothing left running
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const home = join(options.dataDir, 'postgres');
  return inFolder(home, async () => {
    await mkdir(home, { recursive: true, mode: 0o700 });
    const instance = instanceAt(await realpath(home));
    const lock = await lockForOwner(instance.home, options.dataDir);
    try {
      const server = await startOwned(instance, lock, options);
      return {
        connection: server.connection,
        url: urlOf(server.connection),
        exited: server.exited,
        stop: () => server.stop().finally(() => lock.release()),
      };
    } catch (error) {
      lock.release();
      throw error;
    }
  });
}

async function startOwned(instance: Instance, lock: OwnerLock, options: EmbeddedOptions): Promise<Server> {
  const { log = () => undefined, settings = {} } = options;
  const timed = async <Result>(name: string, work: Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await work;
    options.step?.(name, performance.now() - start);
    return result;
  };
  const existing = await existingData(instance);
  const binaries = await locateBinaries();
  const workshop = await makeWorkshop(instance);
  const runAs = await chooseRunAs(binaries.postgres, instance.home, workshop, existing?.owner);
  await give(lock.path, runAs.owner);
  if (existing) {
    await rm(workshop, { recursive: true });
    requireVersion(instance, existing.majorVersion, runAs.majorVersion);
    await endLeftovers(instance, log);
    await claimData(instance, runAs.owner);
  } else {
    const durable = settings['fsync'] !== 'off';
    await timed('database files', initialiseData(instance, workshop, binaries, runAs, durable));
  }
  return timed('database server', startServer({ instance, binaries, runAs, settings, log }));
}

function requireVersion(instance: Instance, found: number, brought: number): void {
  if (found === brought) return;
  throw new StartupError(
    `${instance.data} was written by PostgreSQL ${found} and this program brings PostgreSQL ${brought}: ` +
      'start the version of this program that wrote it, or set DATA_DIR to another folder.',
  );
}

const findWithinSeconds = 30;

/**
 * The server another process runs for this DATA_DIR, waiting while it is still starting; null if none runs.
 * Starts and stops nothing.
 * @throws StartupError if it belongs to another user, or does not get ready within 30 s
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<EmbeddedAddress | null> {
  const home = join(dataDir, 'postgres');
  return inFolder(home, async () => {
    const real = await realpath(home).catch(() => undefined);
    if (real === undefined) return null;
    const instance = instanceAt(real);
    const end = performance.now() + findWithinSeconds * 1000;
    while (performance.now() < end) {
      const file = await readServerFile(instance);
      const running = file && (await serverProcesses(instance, [file.pid])).length > 0;
      if (!running) return null;
      const connection = connectionTo(file.socketFolder, file.port);
      if (file.ready && (await databaseExists(connection))) return { connection, url: urlOf(connection) };
      await delay(25);
    }
    throw new StartupError(`The PostgreSQL of ${dataDir} is still starting: try again in a minute.`);
  });
}
