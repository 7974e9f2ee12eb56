/** `npm run verify`: format, lint, types, architecture, unused code, the schema as it is told, and known vulnerabilities, in seconds. */
import { join } from 'node:path';
import { askAudit } from './audit.ts';
import { run } from './run.ts';

const checks = [
  () => run('format', 'oxfmt/bin/oxfmt', ['--check', '.'], true),
  () => run('lint', 'oxlint/bin/oxlint', ['--type-aware', '--quiet'], true),
  () => run('types', 'typescript/bin/tsc', ['-p', 'tsconfig.json'], true),
  () => run('architecture', 'vitest/vitest.mjs', ['run', '--config', 'vitest.verify.ts'], true),
  () => run('unused code', 'knip/bin/knip.js', ['--no-progress'], true),
  () => run('schema', '../scripts/schema.ts', ['--check'], true),
  () => {
    const { passed, text } = askAudit(join(import.meta.dirname, '..'));
    console.log(`${passed ? 'ok    ' : 'FAILED'} known vulnerabilities: ${text}`);
    return passed;
  },
];

// every check runs, so that one run tells everything
const results = checks.map((check) => check());
process.exit(results.every(Boolean) ? 0 : 1);
