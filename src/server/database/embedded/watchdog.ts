/**
 * Makes the server stop when this process is gone, even by `kill -9`: a small shell in a session of its own waits for
 * the end of a pipe that only we hold open. It never outlives the server, and never signals a pid that is no longer it.
 */
import { spawn } from 'node:child_process';
import type { Instance } from './instance.ts';

export interface Watchdog {
  /** For when the server has already ended. */
  dismiss(): void;
}

// $1: the server's pid, $2: its data folder. Fast shutdown for 15 s, immediate for 5 s, then by force.
const script = `
trap '' HUP INT TERM QUIT
read -r _
alive() {
  owner=
  { read -r owner < "$2/postmaster.pid"; } 2>/dev/null
  [ "$owner" = "$1" ] && kill -0 "$1" 2>/dev/null
}
for request in INT:150 QUIT:50 KILL:1; do
  alive "$@" || exit 0
  kill -"\${request%:*}" "$1"
  left="\${request#*:}"
  while [ "$left" -gt 0 ] && alive "$@"; do sleep 0.1; left=$((left - 1)); done
done`;

/** Stands for as long as the server does; a watchdog that is itself killed is replaced. */
export function watchOver(pid: number, instance: Instance, log: (line: string) => void): Watchdog {
  let dismissed = false;
  let current = begin();
  function begin() {
    const shell = spawn('sh', ['-c', script, `${instance.name}-watchdog`, String(pid), instance.data], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    shell.unref();
    shell.stdin.on('error', () => undefined);
    shell.on('error', (error) => log(`PostgreSQL runs without its watchdog: ${error.message}`));
    shell.on('exit', () => {
      if (!dismissed) current = begin();
    });
    return shell;
  }
  return {
    dismiss() {
      dismissed = true;
      current.kill('SIGKILL');
    },
  };
}
