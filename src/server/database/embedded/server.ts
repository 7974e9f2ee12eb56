/** One run of the server: from the first process until every trace of it is gone. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '#server/config/startup-error.ts';
import type { Binaries } from './binaries.ts';
import { type Connection, connectionTo, ensureDatabase, sqlState } from './connection.ts';
import { noSpace } from './folder-error.ts';
import { type Instance, readServerFile } from './instance.ts';
import { endServer } from './leftovers.ts';
import { type RunAs, give } from './run-as.ts';
import { ServerLog } from './server-log.ts';
import { serverSettings, settingArguments } from './settings.ts';
import { makeSocketFolder } from './socket-folder.ts';
import { watchOver } from './watchdog.ts';

export interface ServerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Server {
  readonly connection: Connection;
  /** Settles only if the server ends without `stop()`. */
  readonly exited: Promise<ServerEnd>;
  stop(): Promise<void>;
}

interface ServerPlan {
  readonly instance: Instance;
  readonly binaries: Binaries;
  readonly runAs: RunAs;
  readonly settings: Record<string, string>;
  readonly log: (line: string) => void;
}

/** Crash recovery replays at most `max_wal_size`, which takes seconds to a few minutes. */
const readyWithinSeconds = 600;
const remarkAfterSeconds = 3;
const diskFull = '53100';

/**
 * Returns when the product's database can be connected to.
 * @throws StartupError, with nothing left running
 */
export async function startServer({ instance, binaries, runAs, settings, log }: ServerPlan): Promise<Server> {
  const socketFolder = await makeSocketFolder(instance, runAs);
  const connection = connectionTo(socketFolder);
  const serverLog = await ServerLog.open(join(instance.home, 'server.log'));
  await give(serverLog.path, runAs.owner);
  const place = serverSettings({ socketFolder, instance: instance.name }, settings);
  const words = [...runAs.prefix, binaries.postgres, '-D', instance.data, ...settingArguments(place)];
  const child = spawn('env', ['LC_ALL=C', ...words], {
    ...runAs.identity,
    stdio: ['ignore', serverLog.file, serverLog.file],
    // in a session of its own: Ctrl-C in the terminal is for us, who then stop it in order
    detached: true,
    cwd: '/',
  });
  const ended = Promise.withResolvers<ServerEnd>();
  child.once('error', ended.reject).once('exit', (code, signal) => ended.resolve({ code, signal }));
  const watchdog = child.pid === undefined ? undefined : watchOver(child.pid, instance, log);
  void ended.promise.catch(() => undefined).then(() => watchdog?.dismiss());

  const unexpected = Promise.withResolvers<ServerEnd>();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await endServer(instance);
    await ended.promise.catch(() => undefined);
    serverLog.close();
    await rm(socketFolder, { recursive: true, force: true });
  };
  void ended.promise.then((end) => stopping ?? unexpected.resolve(end)).catch(() => undefined);
  const server: Server = { connection, exited: unexpected.promise, stop: () => (stopping ??= stop()) };
  try {
    await waitUntilReady(instance, child.pid, ended.promise, log);
    await ensureDatabase(connection);
    return server;
  } catch (error) {
    const reason = await startFailure(error, instance, serverLog);
    await server.stop();
    throw reason;
  }
}

async function waitUntilReady(
  instance: Instance,
  pid: number | undefined,
  ended: Promise<ServerEnd>,
  log: (line: string) => void,
): Promise<void> {
  const start = performance.now();
  const secondsGone = (): number => (performance.now() - start) / 1000;
  let remarked = false;
  while (secondsGone() < readyWithinSeconds) {
    const end = await Promise.race([ended, delay(10)]);
    if (end) throw new Error(`it ended with ${end.signal ?? end.code}`);
    const file = await readServerFile(instance);
    if (file?.ready && file.pid === pid) return;
    if (!remarked && secondsGone() > remarkAfterSeconds) {
      remarked = true;
      log('PostgreSQL is recovering from an unclean end; this can take some minutes');
    }
  }
  throw new Error(`it was not ready after ${readyWithinSeconds} s`);
}

async function startFailure(error: unknown, instance: Instance, serverLog: ServerLog): Promise<StartupError> {
  const [fatal] = await serverLog.fatalLines();
  if (fatal?.code === diskFull || sqlState(error) === diskFull) return noSpace(instance.data, error);
  const words = fatal?.message ?? (error as Error).message;
  return new StartupError(`PostgreSQL did not start (${words}): look into ${serverLog.path}.`, { cause: error });
}
