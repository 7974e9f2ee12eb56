/**
 * One owner per DATA_DIR: a kernel lock (flock) on a file, which ends with the process however that ends, and holds
 * across containers that share the folder. The file's text, the owner's pid, is only for the other's error message.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '#server/config/startup-error.ts';
import { isTaken } from './instance.ts';

export interface OwnerLock {
  readonly path: string;
  /** More than once does no harm. */
  release(): void;
}

/** `open` on macOS can lock in the same call; the constant is not among Node's. */
const exclusiveLockOnMac = 0x20;
const heldByAnother = 75;

/**
 * @param home `${DATA_DIR}/postgres`
 * @throws StartupError at once, naming the owner's pid, if another process (or another call in this one) owns it
 */
export async function lockForOwner(home: string, dataDir: string): Promise<OwnerLock> {
  const path = join(home, 'owner.pid');
  const taken = async (): Promise<StartupError> =>
    new StartupError(
      `Mathership is already running for DATA_DIR ${dataDir}, at pid ${await ownerIn(path)}: ` +
        'stop that process, or set DATA_DIR to another folder.',
    );
  const mac = process.platform === 'darwin';
  let file: number;
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | (mac ? exclusiveLockOnMac | constants.O_NONBLOCK : 0);
    // a number, not a FileHandle: nothing may close it but us
    file = openSync(path, flags, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') throw await taken();
    throw error;
  }
  try {
    if (!mac && !(await lockOpenFile(file, path))) throw await taken();
    ftruncateSync(file);
    writeSync(file, `${process.pid}\n`, 0);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  let held = true;
  return {
    path,
    release() {
      if (held) closeSync(file);
      held = false;
    },
  };
}

/** An owner of this very moment may not have written its pid yet. */
async function ownerIn(path: string): Promise<string> {
  let pid = '';
  for (let attempt = 0; attempt < 50; attempt += 1) {
    pid = readFileSync(path, 'utf8').trim();
    if (pid !== '' && isTaken(Number(pid))) return pid;
    await delay(20);
  }
  return pid || 'unknown';
}

/** Locks the open file itself, which flock(1) is given as its descriptor 3: the lock stays with us after it ends. */
async function lockOpenFile(file: number, path: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const flock = spawn('flock', ['-n', '-E', String(heldByAnother), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file],
  });
  flock.once('error', reject).once('exit', resolve);
  const code = await promise.catch((error: Error) => error.message);
  if (code === 0) return true;
  if (code === heldByAnother) return false;
  throw new StartupError(
    `${path} cannot be locked (flock: ${code}): install util-linux, or set DATA_DIR to a folder on a local disk.`,
  );
}
