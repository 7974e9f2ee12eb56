import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const runFolder = join(import.meta.dirname, 'run-folder.ts');

/** A run in a process of its own: claims its folder in `parent`, says where, and lives until it is ended. */
async function claimIn(parent: string) {
  const script = `const { claimRunFolder } = await import(${JSON.stringify(runFolder)}); claimRunFolder();
    console.log(process.env.TMPDIR); process.stdin.resume(); process.stdin.on('end', () => process.exit(0));`;
  const { MATHERSHIP_TEST_RUN: _, ...environment } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...environment, TMPDIR: parent },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, folder: line.toString().trim() };
}

it('what this run writes stays in a folder of its own, its home too', () => {
  const folder = process.env['MATHERSHIP_TEST_RUN'] ?? 'none';
  expect(tmpdir()).toBe(folder);
  expect(homedir().startsWith(folder)).toBe(true);
});

it('a run takes its folder along; what a killed one left goes with the next, and a living one keeps its own', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'mathership-runs-'));
  const [killed, living] = [await claimIn(parent), await claimIn(parent)];
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  expect(existsSync(killed.folder)).toBe(true);

  const next = await claimIn(parent);
  expect(existsSync(killed.folder)).toBe(false);
  expect(readdirSync(parent).sort()).toEqual(
    [living.folder, next.folder].map((folder) => folder.slice(parent.length + 1)).sort(),
  );
  for (const { child } of [living, next]) {
    child.stdin.end();
    await once(child, 'exit');
  }
  expect(readdirSync(parent)).toEqual([]);
});
