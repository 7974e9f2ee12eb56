/** Dependencies are few, pinned, each with its reason, and asked for known holes: a finding is never taken for silence. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { verdictOf } from '../scripts/audit.ts';

const root = join(import.meta.dirname, '..');
const packages = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

test('every package has a reason in docs/decisions, by its name', async () => {
  const page = await readFile(join(root, 'docs', 'decisions', '0002-dependencies.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const named = new Set(rows.flatMap((line) => line.split('|')[1]?.split(/[,()]/) ?? []).map((name) => name.trim()));
  const reasoned = (name: string): boolean =>
    named.has(name) ||
    (name.startsWith('@types/') && named.has('@types/*')) ||
    [...named].some((one) => one.endsWith('/*') && name.startsWith(one.slice(0, -1)));
  expect(packages.map(([name]) => name).filter((name) => !reasoned(name))).toEqual([]);
});

test('no reason is left for a package that is gone', async () => {
  const page = await readFile(join(root, 'docs', 'decisions', '0002-dependencies.md'), 'utf8');
  const names = page
    .split('\n')
    .filter((line) => /^\| (?!package|---)/.test(line))
    .flatMap(
      (line) =>
        line
          .split('|')[1]
          ?.replace(/\([^)]*\)/g, '')
          .split(',') ?? [],
    )
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const here = packages.map(([name]) => name);
  const known = (name: string): boolean =>
    here.includes(name) || (name.endsWith('/*') && here.some((one) => one.startsWith(name.slice(0, -1))));
  expect(names.filter((name) => !known(name))).toEqual([]);
});

test('every version is pinned, and the lock file says where nothing comes from', async () => {
  expect(packages.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
  };
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(locked.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
});

describe('npm audit', () => {
  const hole = {
    auditReportVersion: 2,
    vulnerabilities: { leaky: { severity: 'high', range: '<2.0.0' } },
    metadata: { vulnerabilities: { total: 1 } },
  };

  test('a finding fails, also in an answer that has an error beside it', () => {
    expect(verdictOf(JSON.stringify(hole))).toEqual({
      passed: false,
      text: '1 vulnerable packages\n  leaky <2.0.0 (high)',
    });
    expect(verdictOf(JSON.stringify({ ...hole, error: { code: 'E405' } })).passed).toBe(false);
    expect(verdictOf(JSON.stringify({ metadata: { vulnerabilities: { total: 3 } } })).passed).toBe(false);
  });

  test('nothing found, and nothing answered, are told apart', () => {
    const clean = { auditReportVersion: 2, vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 } } };
    expect(verdictOf(JSON.stringify(clean))).toEqual({ passed: true, text: 'no known vulnerability' });
    for (const silent of ['', 'npm error', '{}', '{"message":"request to https://x/y failed","error":{"summary":""}}'])
      expect(verdictOf(silent)).toMatchObject({ passed: true, text: expect.stringMatching(/^not answered/) });
  });

  test('npm itself is understood: a registry that refuses audits, and one that knows of a hole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mathership-audit-'));
    let answer: { status: number; body: string } = { status: 405, body: '{"error":"not allowed"}' };
    const about = {
      name: 'leaky',
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: 'leaky', version: '1.0.0', dist: { tarball: 'http://127.0.0.1/leaky.tgz' } } },
    };
    const registry = createServer((request, reply) => {
      const isPackage = request.method === 'GET' && answer.status === 200;
      reply
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(isPackage ? JSON.stringify(about) : answer.body);
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    const { port } = registry.address() as { port: number };
    await writeFile(join(folder, 'package.json'), '{"name":"x","version":"1.0.0","dependencies":{"leaky":"1.0.0"}}');
    await writeFile(
      join(folder, 'package-lock.json'),
      JSON.stringify({
        name: 'x',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: {
          '': { name: 'x', version: '1.0.0', dependencies: { leaky: '1.0.0' } },
          'node_modules/leaky': { version: '1.0.0' },
        },
      }),
    );
    // in a process of its own: the registry must be free to answer while npm is waited for
    const ask = async (): Promise<string> => {
      const script = `import {askAudit} from ${JSON.stringify(join(root, 'scripts', 'audit.ts'))};
        const {passed,text}=askAudit(${JSON.stringify(folder)},['--registry=http://127.0.0.1:${port}']); console.log(passed,text)`;
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()));
      await once(child, 'close');
      return printed;
    };
    try {
      expect(spawnSync('npm', ['--version']).status, 'npm is there').toBe(0);
      expect(await ask()).toMatch(/^true not answered/);
      const advisory = { id: 1, url: 'x', title: 'a hole', severity: 'high', vulnerable_versions: '<2.0.0' };
      answer = { status: 200, body: JSON.stringify({ leaky: [advisory] }) };
      expect(await ask()).toMatch(/^false 1 vulnerable packages\n {2}leaky/);
    } finally {
      registry.close();
      registry.closeAllConnections();
      await rm(folder, { recursive: true });
    }
  });
});
