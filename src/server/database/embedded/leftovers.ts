/**
 * Ends a server, and what a killed process left behind: a server without its parent, children without their server,
 * a pid file that would make the next server refuse. Only the owner of the lock may call these; whatever then still
 * runs on the data is the owner's own, or no one's.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '#server/config/startup-error.ts';
import { type Instance, type ServerProcess, isTaken, readServerFile, serverProcesses } from './instance.ts';

/** Fast shutdown; then immediate, which the next start recovers from; then by force. */
const requests = [
  { signal: 'SIGINT', seconds: 15 },
  { signal: 'SIGQUIT', seconds: 5 },
  { signal: 'SIGKILL', seconds: 5 },
] as const;

/** @throws StartupError if a process belongs to another user, or survives everything */
export async function endServer(instance: Instance): Promise<void> {
  for (const { signal, seconds } of requests) {
    const left = await serverProcesses(instance);
    if (left.length === 0) return;
    const main = left.filter((one) => one.main);
    if (main.length > 0 && signal !== 'SIGKILL') send(signal, main, instance);
    // children whose server is gone: SIGINT would only cancel their query
    else send(signal === 'SIGINT' ? 'SIGQUIT' : signal, left, instance);
    const end = performance.now() + seconds * 1000;
    const pids = left.map(({ pid }) => pid);
    while ((await serverProcesses(instance, pids)).length > 0 && performance.now() < end) await delay(10);
  }
  const [survivor] = await serverProcesses(instance);
  if (survivor) throw new StartupError(`PostgreSQL on ${instance.data} does not end: end pid ${survivor.pid} by hand.`);
}

/** Leaves the data folder as after a crash: nothing runs on it, and PostgreSQL will recover by itself. */
export async function endLeftovers(instance: Instance, log: (line: string) => void): Promise<void> {
  const file = await readServerFile(instance);
  if (!file) return;
  if ((await serverProcesses(instance)).length > 0) {
    log(`ending a PostgreSQL server without a parent, at pid ${file.pid}`);
    await endServer(instance);
  }
  // its pid may by now be a zombie or another program's: PostgreSQL would believe in the old server
  if (isTaken(file.pid)) await rm(join(instance.data, 'postmaster.pid'), { force: true });
}

function send(signal: NodeJS.Signals, targets: readonly ServerProcess[], instance: Instance): void {
  for (const { pid } of targets) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') continue;
      throw new StartupError(
        `A PostgreSQL server of another user runs on ${instance.data}, at pid ${pid}: end it as that user.`,
        { cause: error },
      );
    }
  }
}
