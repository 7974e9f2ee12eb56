import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verification } from '#contract/verification.ts';
import { pemOf } from '#server/proof/signing-key.ts';
import { startInstallation } from '#test/installation.ts';
import { otherSigner, ownSigner, packZip, packedFiles, reportFile, signedExport } from '#test/signed-export.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-verify-'));
  const { zip, files } = await signedExport();
  await writeFile(at('export.zip'), zip);
  await writeFile(at('changed.zip'), packZip(packedFiles(new Map([...files, ['summary.csv', Buffer.from('x')]]))));
  await writeFile(at('report.csv'), files.get(reportFile) ?? '');
  await writeFile(at('own.pem'), pemOf(ownSigner.publicKey));
  await writeFile(at('other.pem'), pemOf(otherSigner.publicKey));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly complaint: string;
}

const main = join(import.meta.dirname, 'main.ts');
const run = (args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], DATA_DIR: at('none'), ...environment } };
    const child = execFile(process.execPath, [main, 'verify', ...args], options, (_error, out, complaint) =>
      resolve({ status: child.exitCode ?? -1, out, complaint }),
    );
  });

test('by a public key alone: 0 unchanged, 1 changed or not signed by it', async () => {
  const good = await run([at('export.zip'), '--key', at('own.pem')]);
  expect(good).toMatchObject({ status: 0, complaint: '' });
  expect(good.out).toContain('export.zip: UNCHANGED');
  expect(good.out).toContain('Grill Süd');
  const changed = await run([at('changed.zip'), '--key', at('own.pem')]);
  expect([changed.status, changed.out]).toEqual([
    1,
    expect.stringContaining('summary.csv is not the one that was made'),
  ]);
  expect(await run([at('export.zip'), '--key', at('other.pem'), '--json'])).toMatchObject({
    status: 1,
    out: expect.stringContaining('"outcome":"other_signature"'),
  });
  expect(await run([at('report.csv'), '--key', at('own.pem')])).toMatchObject({ status: 1 });
});

test('wrong usage is 2, and says what is wrong', async () => {
  const wrong = [
    [at('missing.zip'), '--key', at('own.pem')],
    [folder, '--key', at('own.pem')],
    [at('export.zip'), '--key', at('report.csv')],
    [at('export.zip'), '--key', at('own.pem'), '--server', 'http://localhost:1'],
    [],
  ];
  for (const args of wrong) {
    const { status, out, complaint } = await run(args);
    expect([status, out]).toEqual([2, '']);
    expect(complaint.trim().split('\n')).toHaveLength(1);
  }
});

test('by the installation: a ZIP to its last byte, and a file out of it; with --server as somebody', async () => {
  const site = await startInstallation({ receiptLines: 20 });
  const job = await site.finished((await site.create()).id);
  await writeFile(at('here.zip'), await site.fetchZip(job.id));
  const here = { DATABASE_URL: site.databaseUrl, DATA_DIR: site.dataDir, AUTH_SECRET: site.authSecret };
  const wanted = { outcome: 'unchanged', container: 'as_made', job: { id: job.id } };
  const own = await run([at('here.zip'), '--json'], here);
  expect(own.status).toBe(0);
  expect(JSON.parse(own.out) as Verification).toMatchObject(wanted);
  const there = await run([at('here.zip'), '--json', '--server', site.installation.address ?? ''], {
    MATHERSHIP_API_KEY: site.key,
  });
  expect(there.status).toBe(0);
  expect(JSON.parse(there.out)).toEqual({ ...JSON.parse(own.out) });
  expect(await run([at('export.zip')], here)).toMatchObject({ status: 1 });
  await site.close();
});
