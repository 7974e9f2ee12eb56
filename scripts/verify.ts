/** `npm run verify`: format, lint, types, architecture and unused code, in seconds. */
import { run } from './run.ts';

const checks = [
  () => run('format', 'oxfmt/bin/oxfmt', ['--check', '.'], true),
  () => run('lint', 'oxlint/bin/oxlint', ['--type-aware', '--quiet'], true),
  () => run('types', 'typescript/bin/tsc', ['-p', 'tsconfig.json'], true),
  () => run('architecture', 'vitest/vitest.mjs', ['run', '--config', 'vitest.verify.ts'], true),
  () => run('unused code', 'knip/bin/knip.js', ['--no-progress'], true),
];

// every check runs, so that one run tells everything
const results = checks.map((check) => check());
process.exit(results.every(Boolean) ? 0 : 1);
