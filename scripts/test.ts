/**
 * `npm test`: first what takes seconds (verify), then every test, unit and browser. Ends with what the
 * slowest suites took, and one line that counts.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimRunFolder } from '../test/run-folder.ts';
import { run } from './run.ts';
import { secondsReport, type SuiteTimes } from './seconds.ts';

function counted(report: string): { passed: number; failed: number; suites: readonly SuiteTimes[] } {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTotalTestSuites, numFailedTestSuites, testResults } =
      JSON.parse(readFileSync(report, 'utf8'));
    // a test that was skipped has not passed, and a file that could not run at all is a failure of its own
    const failed = numFailedTests + numPendingTests;
    return {
      suites: testResults,
      passed: numPassedTests,
      failed: failed === 0 && numFailedTestSuites > 0 ? numFailedTestSuites : numTotalTestSuites === 0 ? 1 : failed,
    };
  } catch {
    return { passed: 0, failed: 1, suites: [] };
  }
}

const verified = run('verify', '../scripts/verify.ts', []);
claimRunFolder();
const report = join(tmpdir(), 'results.json');
const started = performance.now();
const tested = run('tests', 'vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const { passed, failed, suites } = counted(report);
console.log(secondsReport(suites, join(import.meta.dirname, '..'), (performance.now() - started) / 1000));

const failures = failed + (verified ? 0 : 1) + (tested || failed > 0 ? 0 : 1);
console.log(`${passed + (verified ? 1 : 0)} passed, ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
