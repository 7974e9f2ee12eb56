/** The product's own commands as processes of their own, so that a test can kill and freeze them as hard as it likes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface ProductProcess {
  readonly pid: number;
  /** As the list of attempts names it. */
  readonly name: string;
  /** Everything it has printed, log lines included. */
  output(): string;
  /** kill -9, and waits for its end. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to its exit status when it has ended. */
  end(): Promise<number | null>;
  freeze(): void;
  thaw(): void;
  readonly exited: Promise<unknown>;
}

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** `mathership <words>`; resolves when it has printed `ready`, rejects with its output when it ends before. */
export async function startCommand(
  words: readonly string[],
  environment: Record<string, string>,
  ready: RegExp,
  prefix: readonly string[] = [],
): Promise<ProductProcess> {
  const [command = process.execPath, ...rest] = [...prefix, process.execPath, main, ...words];
  const child = spawn(command, rest, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const read = (text: Buffer): void => {
      printed += text.toString();
      if (ready.test(printed)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${words[0]} ended with ${code}:\n${printed}`)));
  });
  return {
    pid: child.pid ?? 0,
    name: `${hostname()}:${child.pid}`,
    output: () => printed,
    exited,
    kill: async () => {
      await end(child, exited, 'SIGKILL');
    },
    end: () => end(child, exited, 'SIGTERM'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

async function end(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await exited;
  return child.exitCode;
}

/** Runs a command to its end. */
export async function runCommand(
  words: readonly string[],
  environment: Record<string, string>,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  await once(child, 'close');
  return { status: child.exitCode, output };
}
