/**
 * `npm run test:real`: the tests against Debian's PostgreSQL and OpenStack Swift's S3 instead of what the product brings.
 * Starts both on loopback, stops them by itself, and ends with one line that counts.
 * `-- --only unit` (or real, faults, e2e), `-- --postgres 17`, and file names choose.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { installedVersions, startDebianPostgres } from '#test/real/debian-postgres.ts';
import { startDebianSwift, swiftIsInstalled } from '#test/real/debian-swift.ts';
import { databaseAt } from '#test/postgres.ts';
import { bucketOn } from '#test/s3-given.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, postgres: { type: 'string' } },
});
const [newest] = await installedVersions();
const version = values.postgres ?? newest;
if (version === undefined || !swiftIsInstalled()) {
  console.error('Missing: PostgreSQL 15 or newer, or OpenStack Swift. On Debian:');
  console.error(
    '  apt-get install --no-install-recommends postgresql swift-proxy swift-account swift-container swift-object memcached',
  );
  process.exit(2);
}

const ends: (() => Promise<unknown>)[] = [];
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

/** The start-up tests own their server and kill it; here the servers are somebody else's. */
const withServersOfTheirOwn = ['e2e/start-up.test.ts'];

interface Count {
  readonly project: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

/** What is read of vitest's own. */
interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

async function runProject(project: string, environment: Record<string, string>): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-results-'));
  const results = join(folder, 'results.json');
  const began = performance.now();
  const root = join(import.meta.dirname, '..');
  const words = [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...withServersOfTheirOwn.map((file) => `--exclude=${file}`),
    ...positionals,
  ];
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
    signal: interrupted.signal,
    killSignal: 'SIGINT',
  });
  child.on('error', () => undefined);
  const status = await new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const report: Report = JSON.parse(await readFile(results, 'utf8').catch(() => '{}'));
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = report;
  // a file that could not run at all is a failure of its own
  const files = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  await rm(folder, { recursive: true });
  const told = numFailedTests + files;
  const failed = told === 0 && status !== 0 ? 1 : told;
  return { project, passed: numPassedTests, failed, seconds: (performance.now() - began) / 1000 };
}

const counts: Count[] = [];
try {
  // enough room for tests side by side; durable enough for tests
  const postgres = await startDebianPostgres(version, { max_connections: '300', fsync: 'off', autovacuum: 'off' });
  ends.push(() => postgres.stop());
  const swift = await startDebianSwift();
  ends.push(() => swift.stop());
  const known = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'swift-proxy'], { encoding: 'utf8' });
  console.log(`PostgreSQL ${version} on port ${postgres.port}, OpenStack Swift ${known} at ${swift.endpoint}\n`);
  const harness = {
    TEST_REAL_POSTGRES: version,
    TEST_DATABASE_URL: postgres.url,
    TEST_S3_ENDPOINT: swift.endpoint,
    TEST_S3_REGION: swift.region,
    TEST_S3_KEY_ID: swift.credentials.accessKeyId,
    TEST_S3_SECRET: swift.credentials.secretAccessKey,
  };
  for (const project of ['real', 'unit', 'faults', 'e2e']) {
    if (values.only !== undefined && values.only !== project) continue;
    if (interrupted.signal.aborted) break;
    if (project !== 'e2e') {
      counts.push(await runProject(project, harness));
      continue;
    }
    const client = new Client(postgres.url);
    await client.connect();
    await client.query('CREATE DATABASE e2e');
    await client.end();
    const peer = await bucketOn(swift);
    // the browser's product takes its servers from the product's own settings
    const product = {
      DATABASE_URL: databaseAt(postgres.url, 'e2e'),
      S3_BUCKET: peer.bucket,
      S3_ENDPOINT: peer.endpoint,
      S3_REGION: peer.region,
      AWS_ACCESS_KEY_ID: peer.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: peer.credentials.secretAccessKey,
    };
    counts.push(await runProject('e2e', product));
  }
} finally {
  for (const end of ends.toReversed()) await end();
}

for (const { project, passed, failed, seconds } of counts)
  console.log(`${project.padEnd(8)} ${passed} passed, ${failed} failed (${seconds.toFixed(0)} s)`);
const sum = (of: 'passed' | 'failed'): number => counts.reduce((total, count) => total + count[of], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1);
