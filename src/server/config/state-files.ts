/** The few files under DATA_DIR that one process leaves for another: secrets (0600) and where the instance answers. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartupError } from './startup-error.ts';

const secretLengthMin = 32;

/**
 * Read, never made: for commands that only look.
 * @throws StartupError when it is not there, cannot be read, or is none
 */
export async function readSecret(dataDir: string, name: string): Promise<string> {
  const secret = await secretAt(join(dataDir, name));
  if (secret === null) {
    throw new StartupError(
      `There is no ${name} in ${dataDir}. Set DATA_DIR to the folder of the installation${name === authSecretName ? ', or AUTH_SECRET to its secret' : ''}.`,
    );
  }
  return secret;
}

/**
 * Read, or made once: 256 random bits. Only what does not exist is made, whole under its name or not at all, and never
 * over another's: two that start at once have the same.
 * @throws StartupError when it is there and cannot be read, is none, or cannot be made
 */
export async function keptSecret(dataDir: string, name: string): Promise<string> {
  const path = join(dataDir, name);
  const kept = await secretAt(path);
  if (kept !== null) return kept;
  const secret = randomBytes(secretLengthMin).toString('base64url');
  const own = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const file = await open(own, 'wx', 0o600);
    await file.writeFile(`${secret}\n`);
    await file.sync();
    await file.close();
    // unlike a rename, a link does not replace what has come to be there meanwhile
    await link(own, path);
    await syncFolder(dirname(path));
    return secret;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return await readSecret(dataDir, name);
    throw new StartupError(`${path} cannot be made (${codeOf(error)}). Set DATA_DIR to a folder you may write to.`);
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

/** Null: there is none, and nothing else either. */
async function secretAt(path: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new StartupError(
      `${path} cannot be read (${codeOf(error)}). Give this user the right to read it, or put it back from a backup: another one would lose what was sealed with it.`,
    );
  }
  const secret = text.trim();
  if (secret.length >= secretLengthMin) return secret;
  throw new StartupError(
    `${path} holds ${secret.length} characters, not the ${secretLengthMin} or more of a secret. Put it back from a backup; only if there is none, remove it: a new one is made, and what was sealed with the old one is lost (docs/operations.md).`,
  );
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** A name is durable once its folder is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
export interface InstanceFile {
  readonly pid: number;
  readonly address: string;
  readonly databaseUrl: string;
}

const instanceFile = (dataDir: string): string => join(dataDir, 'instance.json');

export async function writeInstance(dataDir: string, instance: InstanceFile): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(instanceFile(dataDir), JSON.stringify(instance), { mode: 0o600 });
}

/** Null when no instance runs on this folder. */
export async function readInstance(dataDir: string): Promise<InstanceFile | null> {
  try {
    const instance = JSON.parse(await readFile(instanceFile(dataDir), 'utf8')) as InstanceFile;
    process.kill(instance.pid, 0);
    return instance;
  } catch (error) {
    // another user's process is alive all the same
    if ((error as NodeJS.ErrnoException).code === 'EPERM') {
      return JSON.parse(await readFile(instanceFile(dataDir), 'utf8')) as InstanceFile;
    }
    return null;
  }
}

export const removeInstance = (dataDir: string): Promise<void> => rm(instanceFile(dataDir), { force: true });
export const operatorTokenName = 'operator.token';
export const authSecretName = 'auth.secret';
