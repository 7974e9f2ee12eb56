/**
 * `npm run mutants`: takes one safeguard out at a time, in a copy of the checkout, and runs the tests that are nearest.
 * What no test misses is told at the end. First the safeguards that have names, then some that are drawn.
 * `-- --each 3 --seed words` says how many are drawn from each folder of the server, and which; `--only expression` chooses.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { installedVersions } from '#test/real/debian-postgres.ts';
import { applied, drawn, guardsOf, type Mutation } from '#test/mutants/mutation.ts';
import { Sources } from '#test/mutants/nearest-tests.ts';
import { safeguards } from '#test/mutants/safeguards.ts';
import { TestRuns } from '#test/mutants/test-runs.ts';
import { startTestServer } from '#test/postgres.ts';
import { claimRunFolder } from '../test/run-folder.ts';

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '3' },
    seed: { type: 'string', default: 'a kitchen at noon' },
    only: { type: 'string' },
  },
});
interface Outcome {
  readonly is: 'killed' | 'SURVIVED' | 'unclear';
  /** The test that failed, or those that did not. */
  readonly told: string;
}

const root = join(import.meta.dirname, '..');
const leftOut = new Set(['node_modules', '.git', '.data', 'dist', '.vitest', 'coverage']);

claimRunFolder();
const sources = new Sources(root);
const textOf = (file: string): string => sources.texts.get(file) ?? readFileSync(join(root, file), 'utf8');
const guards = sources.server.flatMap((file) => guardsOf(file, textOf(file)));
const all = [...safeguards, ...drawn(guards, dirname, values.seed, Number(values.each))]
  .filter(({ file, without }) => values.only === undefined || new RegExp(values.only).test(`${file}: ${without}`))
  .map((mutation) => ({ mutation, tests: mutation.tests ?? sources.nearestTests(mutation.file) }));

const copy = join(tmpdir(), 'copy');
cpSync(root, copy, { recursive: true, filter: (from) => !leftOut.has(relative(root, from)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
process.chdir(copy);
// servers of this machine, for what is tried with them alone
const [newest] = await installedVersions();
if (newest !== undefined) process.env['TEST_REAL_POSTGRES'] ??= newest;
const server = await startTestServer();
process.env['TEST_DATABASE_URL'] = server.url;
const runs = new TestRuns(copy);
let failures = 0;
try {
  console.log(`${all.length} safeguards (seed: ${values.seed})`);
  /** Of files of tests that have failed: whether they pass with every safeguard in its place. */
  const sound = new Map<string, boolean>();
  const isSound = async (file: string): Promise<boolean> => {
    if (sound.has(file)) return sound.get(file) === true;
    // twice: a machine that has too much to do is no finding
    const passes = async (): Promise<boolean> => (await runs.run([file])).failure === null;
    sound.set(file, (await passes()) || (await passes()));
    return sound.get(file) === true;
  };
  /** What failed for the mutation's sake; the nearest file alone first, for it says so soonest. */
  const outcomeOf = async (mutation: Mutation, tests: readonly string[]): Promise<Outcome> => {
    const { file } = mutation;
    const passed = new Set<string>();
    for (;;) {
      const left = tests.filter((test) => sound.get(test) !== false && !passed.has(test));
      const next = passed.size === 0 ? left.slice(0, 1) : left;
      if (next.length === 0) return { is: passed.size > 0 ? 'SURVIVED' : 'unclear', told: tests.join(' ') };
      writeFileSync(join(copy, file), applied(textOf(file), mutation));
      await runs.changed(file);
      const { failure, failed } = await runs.run(next);
      writeFileSync(join(copy, file), textOf(file));
      await runs.changed(file);
      let isOwn = true;
      for (const test of failed) isOwn &&= await isSound(test);
      if (failure !== null && isOwn) return { is: 'killed', told: failure };
      if (failure === null) for (const test of next) passed.add(test);
    }
  };

  const found = new Map<Outcome['is'], string[]>();
  for (const { mutation, tests } of all) {
    const began = performance.now();
    const { is, told } = await outcomeOf(mutation, tests);
    const name = `${mutation.file}: ${mutation.without}`;
    found.set(is, [...(found.get(is) ?? []), name]);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`${is.padEnd(8)} ${name} (${seconds} s)\n         ${told}`);
  }
  for (const [file, passes] of sound) if (!passes) console.log(`fails with every safeguard in its place: ${file}`);
  const [killed = [], survived = [], unclear = []] = (['killed', 'SURVIVED', 'unclear'] as const).map((is) =>
    found.get(is),
  );
  if (survived.length > 0) console.log(`\nNo test missed:\n  ${survived.join('\n  ')}`);
  if (unclear.length > 0) console.log(`\nNothing to be said, for the tests fail anyway:\n  ${unclear.join('\n  ')}`);
  console.log(`${killed.length} killed, ${survived.length} survived, ${unclear.length} unclear`);
  failures = survived.length + unclear.length;
} finally {
  await runs.close();
  await server.stop();
}
process.exit(failures === 0 ? 0 : 1);
