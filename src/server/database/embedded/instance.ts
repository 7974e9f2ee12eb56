/**
 * The names of one embedded server, all derived from DATA_DIR, and how to tell its processes from any others:
 * by the data folder in the postmaster's command line and by the instance in its children's titles, never by a pid alone.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Instance {
  /** `${DATA_DIR}/postgres`, without symbolic links. */
  readonly home: string;
  /** What PostgreSQL calls its data directory. */
  readonly data: string;
  /** `mathership-` and a hash of `home`. */
  readonly name: string;
}

export function instanceAt(home: string): Instance {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return { home, data: join(home, 'data'), name: `mathership-${hash}` };
}

/** What a running server says of itself in `postmaster.pid`. */
export interface ServerFile {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
  readonly ready: boolean;
}

/** Undefined when there is none, or it is not fully written yet. */
export async function readServerFile(instance: Instance): Promise<ServerFile | undefined> {
  const text = await readFile(join(instance.data, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [pid, , , port, socketFolder, , , status] = text.split('\n');
  if (!Number(pid)) return undefined;
  return { pid: Number(pid), port: Number(port), socketFolder: socketFolder ?? '', ready: status?.trim() === 'ready' };
}

export interface ServerProcess {
  readonly pid: number;
  /** The postmaster; else one of its children. */
  readonly main: boolean;
}

/**
 * The living processes of this server. A zombie has no command line, so it is not among them.
 * @param among looks only at these pids
 */
export async function serverProcesses(instance: Instance, among?: readonly number[]): Promise<ServerProcess[]> {
  const found: ServerProcess[] = [];
  for (const { pid, command } of await runningPrograms(among)) {
    const main = command.includes(`/postgres -D ${instance.data} `);
    if (main || command.startsWith(`postgres: ${instance.name}: `)) found.push({ pid, main });
  }
  return found;
}

export interface Program {
  readonly pid: number;
  /** Its words, joined by spaces; empty for a zombie. */
  readonly command: string;
}

/** Of the whole machine as far as we may see it, or of some pids. */
export async function runningPrograms(among?: readonly number[]): Promise<Program[]> {
  if (process.platform !== 'linux') return programsByPs(among);
  const pids = among ?? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid, command: words.replaceAll('\0', ' ') };
    }),
  );
}

async function programsByPs(among?: readonly number[]): Promise<Program[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command=']);
  const programs = [...stdout.matchAll(/^\s*(\d+) (.*)$/gm)];
  return programs
    .map(([, pid, command = '']) => ({ pid: Number(pid), command }))
    .filter(({ pid }) => !among || among.includes(pid));
}

/** By any process, of anyone, a zombie too. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
