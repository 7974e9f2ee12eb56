/** Runs files of tests again and again in one vitest, which reads anew only what has changed. */
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createVitest, type Vitest } from 'vitest/node';

export interface Ran {
  /** The first that failed; null: all passed. */
  readonly failure: string | null;
  /** Files that failed. */
  readonly failed: readonly string[];
}

/** Of one run of a few files; whoever has taken a deadline out may wait for ever. */
const secondsMax = 240;

export class TestRuns {
  readonly #root: string;
  #vitest: Vitest | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** The first failure ends it. */
  async run(files: readonly string[]): Promise<Ran> {
    if (files.length === 0) return { failure: null, failed: [] };
    const vitest = await this.#open();
    const specifications = await vitest.globTestSpecifications(files.map((file) => join(this.#root, file)));
    if (specifications.length === 0) throw new Error(`no project has ${files.join(' ')}`);
    this.#first = null;
    const over = new AbortController();
    const late = delay(secondsMax * 1000, null, { signal: over.signal, ref: false });
    const ran = await Promise.race([vitest.runTestSpecifications(specifications, false), late]);
    if (ran === null) {
      await this.close();
      return { failure: `no end within ${secondsMax} s`, failed: files };
    }
    over.abort();
    await late.catch(() => undefined);
    // vitest answers with those of earlier runs as well
    const wanted = new Set(specifications.map(({ moduleId }) => moduleId));
    const modules = ran.testModules.filter((each) => wanted.has(each.moduleId) && each.state() === 'failed');
    const failed = modules.map(({ moduleId }) => relative(this.#root, moduleId));
    const [first] = modules;
    const failure = this.#first ?? (first ? `${failed[0]}: ${first.errors()[0]?.message ?? 'failed'}` : null);
    const unhandled = ran.unhandledErrors.length > 0 ? 'an error that nobody handled' : null;
    return { failure: failure ?? unhandled, failed };
  }

  #first: string | null = null;

  /** What a migration says is in the database that all others are cloned from. */
  async changed(file: string): Promise<void> {
    if (file.endsWith('.sql')) return this.close();
    this.#vitest?.invalidateFile(join(this.#root, file));
  }

  async #open(): Promise<Vitest> {
    if (this.#vitest) return this.#vitest;
    const vitest = await createVitest('test', {
      root: this.#root,
      watch: false,
      project: ['unit', 'races', 'faults', ...(process.env['TEST_REAL_POSTGRES'] ? ['real'] : [])],
      reporters: [
        {
          onTestCaseResult: (test) => {
            if (test.result().state !== 'failed') return;
            this.#first ??= `${relative(this.#root, test.module.moduleId)}: ${test.fullName}`;
            void vitest.cancelCurrentRun('test-failure');
          },
        },
      ],
    });
    await vitest.standalone();
    this.#vitest = vitest;
    return vitest;
  }

  async close(): Promise<void> {
    const vitest = this.#vitest;
    this.#vitest = undefined;
    // a worker that spins is left behind: this process ends it with itself
    await Promise.race([vitest?.close(), delay(20_000, null, { ref: false })]);
  }
}
