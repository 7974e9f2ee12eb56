/** The few files under DATA_DIR that one process leaves for another: secrets (0600) and where the instance answers. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Read, or made once: 256 random bits. */
export async function keptSecret(dataDir: string, name: string): Promise<string> {
  const path = join(dataDir, name);
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.length >= 32) return kept.trim();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const secret = randomBytes(32).toString('base64url');
  const temporary = `${path}.${process.pid}`;
  const file = await open(temporary, 'w', 0o600);
  await file.writeFile(`${secret}\n`);
  await file.sync();
  await file.close();
  await rename(temporary, path);
  return secret;
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
