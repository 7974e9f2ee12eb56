/** Runs a short-lived program to its end. Its locale is C, so that it says the same on every machine. */
import { execFile } from 'node:child_process';

export interface CommandOutcome {
  /** 0 for success; a word (`ENOENT`) if it could not be started at all. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** Never throws. `words` is the program and its arguments. */
export function runCommand(words: readonly string[], identity: Identity = {}): Promise<CommandOutcome> {
  const { promise, resolve } = Promise.withResolvers<CommandOutcome>();
  execFile('env', ['LC_ALL=C', ...words], { ...identity, cwd: '/' }, (error, stdout, stderr) => {
    resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr: stderr || (error?.message ?? '') });
  });
  return promise;
}

/** The line in which a failed program said why: its first error, else its last words. */
export function reasonOf({ code, stderr }: CommandOutcome): string {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /\b(?:error|FATAL|PANIC):/.test(line)) ?? (lines.at(-1) || `it ended with ${code}`);
}
