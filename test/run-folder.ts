/**
 * One folder for all that a run of the tests writes outside its checkout: temporary files, and a home of its own. It goes
 * with the run; what a killed run could not take along is removed by the next one, when its owner is gone.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// short: sockets of databases lie below it, and the system cuts their paths at about a hundred bytes
const prefix = 'mathership-run-';

/** Makes the folder and points TMPDIR, HOME and the XDG folders of this process, and of all it starts, into it. */
export function claimRunFolder(): void {
  const given = process.env['MATHERSHIP_TEST_RUN'];
  if (given !== undefined) return;
  const parent = realpathSync(tmpdir());
  removeAbandoned(parent);
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}.${startOf(process.pid) ?? ''}.`));
  // as the system's temporary folder is: tests start parts as other users
  chmodSync(folder, 0o1777);
  const home = join(folder, 'home');
  mkdirSync(home);
  process.env['MATHERSHIP_TEST_RUN'] = folder;
  process.env['TMPDIR'] = folder;
  process.env['HOME'] = home;
  for (const name of ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME']) {
    process.env[name] = join(home, name.toLowerCase());
  }
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

/** Folders of runs whose process has ended, or whose pid is by now another's. */
export function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const [pid = '', start = ''] = name.slice(prefix.length).split('.');
    if (startOf(Number(pid)) === start) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch (error) {
      // another user's: theirs to remove
      if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** When a process began, so that a pid used again is not taken for its owner; empty where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    try {
      process.kill(pid, 0);
      return '';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined;
    }
  }
}
