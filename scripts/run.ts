/** Runs one tool of the checkout under this Node, showing what it prints. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** True if it ended with 0. `bin` is a path below node_modules. */
export function run(title: string, bin: string, args: readonly string[], quiet = false): boolean {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', bin), ...args], {
    cwd: root,
    stdio: quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
  });
  const passed = status === 0;
  if (quiet && !passed) process.stdout.write(`${stdout}${stderr}`);
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return passed;
}
