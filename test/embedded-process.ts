/** Runs `embedded-server.ts` as a process of its own, so that a test can kill it as hard as it likes. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { type Instance, instanceAt, runningPrograms, serverProcesses } from '#server/database/embedded/instance.ts';

export interface EmbeddedProcess {
  readonly child: ChildProcess;
  /** Empty if it refused. */
  readonly url: string;
  /** Name and sentence of the error; empty if it runs. */
  readonly refused: string;
  /** What it remarked on the way. */
  readonly log: readonly string[];
  /** In order, and waits for its end. */
  stop(): Promise<void>;
  /** kill -9, and waits for its end; not for its children's. */
  kill(): Promise<void>;
}

export interface EmbeddedProgram {
  readonly node: string;
  readonly script: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Words before node. */
  readonly prefix?: readonly string[];
}

const here: EmbeddedProgram = {
  node: process.execPath,
  script: fileURLToPath(new URL('./embedded-server.ts', import.meta.url)),
};

/** Returns when the program has said that it is ready, or why not. */
export async function runEmbedded(dataDir: string, program: Partial<EmbeddedProgram> = {}): Promise<EmbeddedProcess> {
  const { node, script, prefix = [], ...options } = { ...here, ...program };
  const [command, ...words] = [...prefix, node, script, dataDir];
  const child = spawn(command ?? node, words, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  onTestFinished(() => end('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const { url = '', refused = '', log } = JSON.parse(line);
    return { child, url, refused, log, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
  }
  throw new Error(`${script} ended without a word`);
}

/** A DATA_DIR only we can enter, gone after the test with every server that is still running in it. */
export async function temporaryDataDir(): Promise<string> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'mathership-embedded-')));
  onTestFinished(async () => {
    killAll(await companyOf(dataDir));
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    await rm(join(tmpdir(), instanceOf(dataDir).name), { recursive: true, force: true });
  });
  return dataDir;
}

/** Of all files that one process tests; goes with the run's own folder. */
let pristine: Promise<string> | undefined;

/** Like `temporaryDataDir`, with a database in it already: a copy, which is quicker than a first start. */
export async function usedDataDir(): Promise<string> {
  pristine ??= (async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mathership-embedded-'));
    await (await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } })).stop();
    return dataDir;
  })();
  const dataDir = await temporaryDataDir();
  // a thousand files: fs.cp takes 0.5 s
  await promisify(execFile)('cp', ['-R', `${await pristine}/.`, dataDir]);
  return dataDir;
}

/** The pids of the shells that wait for the owner's end. */
export async function watchdogsOf(dataDir: string): Promise<number[]> {
  const name = `${instanceOf(dataDir).name}-watchdog`;
  return (await runningPrograms()).filter(({ command }) => command.includes(name)).map(({ pid }) => pid);
}

/** Everything of one DATA_DIR that runs besides its owner: the server, its children and the watchdog. */
export async function companyOf(dataDir: string): Promise<number[]> {
  const servers = await serverProcesses(instanceOf(dataDir));
  return [...(await watchdogsOf(dataDir)), ...servers.map(({ pid }) => pid)];
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // its parent's end may have been its own
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** One connection, one statement, its values in a row. */
export async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

/** A PATH with nothing but the named programs, as far as this machine has them. */
export async function environmentWith(...names: string[]): Promise<NodeJS.ProcessEnv> {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-path-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of names) {
    const places = (process.env['PATH'] ?? '').split(':').map((place) => join(place, name));
    const program = places.find((place) => existsSync(place));
    if (program) await symlink(program, join(folder, name));
  }
  await chmod(folder, 0o755);
  return { PATH: folder };
}

export const instanceOf = (dataDir: string): Instance => instanceAt(join(dataDir, 'postgres'));
