/** The product as a person starts it: the start command in a process of its own, with the demo company, in an empty folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Product {
  readonly address: string;
  readonly dataDir: string;
  /** Everything it has printed. */
  output(): string;
  /** As Ctrl+C does. */
  stop(): Promise<void>;
  /** kill -9, of this process alone: what it started must cope. */
  kill(): Promise<void>;
}

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');

export const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'mathership-e2e-'));
export const removeDataDir = (dataDir: string): Promise<void> => rm(dataDir, { recursive: true, force: true });

/** Resolves when it says that it is ready; rejects with what it printed when it ends before. */
export async function startProduct(dataDir: string, environment: Record<string, string> = {}): Promise<Product> {
  const child = spawn(process.execPath, [main, 'start', '--demo'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer): void => {
      printed += text.toString();
      const ready = /Ready in [\d.]+ s:\s+(http\S+)/.exec(printed);
      if (ready?.[1]) resolve(ready[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready:\n${printed}`)));
  });
  return {
    address,
    dataDir,
    output: () => printed,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
