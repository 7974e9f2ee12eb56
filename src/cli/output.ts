/** What the command says, and how it ends: 0 done, 1 failed, 2 wrong usage. */
import { ProductError } from '#contract/errors.ts';
import { StartupError } from '#server/config/startup-error.ts';

/** The person used the command wrongly; the message says how it is used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

// a reader that has seen enough (| head) is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** What was asked for cannot be, whoever asks: a period that ends before it starts, a folder that is not there. */
const isWrongUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof ProductError && (error.code === 'invalid_input' || error.code === 'invalid_date_range'));

/** One sentence on standard error; a stack only for what nobody foresaw. */
export function endWith(error: unknown): never {
  if (isWrongUsage(error)) {
    complain(error.message);
    process.exit(2);
  }
  if (error instanceof StartupError || error instanceof ProductError) complain(error.message);
  else complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}

/** Runs one step and prints how long it took. */
export async function timed<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  say(`${title.padEnd(28)} ${((performance.now() - started) / 1000).toFixed(2).padStart(6)} s`);
  return result;
}
