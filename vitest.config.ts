import { defineConfig } from 'vitest/config';
import { claimRunFolder } from './test/run-folder.ts';

claimRunFolder();

/** Servers of this machine's distribution, several of a kind: only where `npm run test:real` found them. */
const real = {
  test: {
    name: 'real',
    include: ['test/real/**/*.test.ts'],
    pool: 'forks' as const,
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
};

/**
 * Four projects: `unit` (beside the sources, real Postgres, in parallel), `races` (every verb that writes, ten at once) and
 * `faults` (everything that can break, broken for real), both a short pass unless the mode is `thorough`, and `e2e` (a real
 * browser). One after the other. Files of a project share their process and what it has loaded, which halves the time of the
 * small ones: what a test file or a helper of it begins, it ends, and a helper registers no hook of its own.
 */
export default defineConfig(({ mode }) => ({
  test: {
    projects: [
      ...(process.env['TEST_REAL_POSTGRES'] ? [real] : []),
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/faults/**', 'test/races/**', 'test/real/**'],
          globalSetup: ['test/postgres.ts'],
          pool: 'forks',
          isolate: false,
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'races',
          sequence: { groupOrder: 1 },
          include: ['test/races/**/*.test.ts'],
          globalSetup: ['test/postgres.ts'],
          provide: { thorough: mode === 'thorough' },
          pool: 'forks',
          isolate: false,
          maxWorkers: 2,
          testTimeout: mode === 'thorough' ? 600_000 : 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          sequence: { groupOrder: 2 },
          include: ['test/faults/**/*.test.ts'],
          exclude: mode === 'thorough' ? [] : ['test/faults/long/**'],
          globalSetup: ['test/postgres.ts', 'test/faults/figures.ts'],
          provide: { thorough: mode === 'thorough' },
          pool: 'forks',
          // one by one: takeovers have seconds to happen in, and other faults' load is not theirs
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/shared-product.ts'],
          pool: 'forks',
          fileParallelism: false,
          // a page is awaited, not hurried: a slow machine is no fault of it
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
}));
