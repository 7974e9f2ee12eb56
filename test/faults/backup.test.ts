/** A backup taken while exports are asked for and made, restored elsewhere: rows and files agree, and it goes on from there. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DownloadLink, ExportJob, Page } from '#contract/export-jobs.ts';
import { readInstance } from '#server/config/state-files.ts';
import { startInstallation } from '../installation.ts';
import { type ProductProcess, runCommand, startCommand } from './product-process.ts';

const exports = 24;
let folder: string;
let first: { product: ProductProcess; address: string };
let key: string;
let companyId: string;
let backup: string;
let sealing: string[];
/** As the first installation answers once everything is done. */
let jobs: ExportJob[] = [];
const running: ProductProcess[] = [];

const environment = (name: string): Record<string, string> => ({
  DATA_DIR: join(folder, name),
  PORT: '0',
  LOG_LEVEL: 'error',
});

async function start(name: string): Promise<{ product: ProductProcess; address: string }> {
  const product = await startCommand(['start'], environment(name), /Ready in [\d.]+ s:\s+http\S+/);
  running.push(product);
  return { product, address: /Ready in [\d.]+ s:\s+(http\S+)/.exec(product.output())?.[1] ?? '' };
}

async function ask<T>(address: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

/** Soon: audit entries that the backup found unsealed are sealed in the first round of chores. */
async function expectWell(name: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { status, output } = await runCommand(['doctor', '--deep'], environment(name));
      expect([output.split('\n').filter((line) => !line.startsWith('ok ')), status]).toEqual([[''], 0]);
    },
    { timeout: 40_000, interval: 500 },
  );
}

const list = async (address: string): Promise<ExportJob[]> =>
  (await ask<Page<ExportJob>>(address, `/api/v1/export-jobs?company_id=${companyId}&page_size=100`)).results;

async function allCompleted(address: string): Promise<ExportJob[]> {
  return vi.waitFor(
    async () => {
      const found = await list(address);
      expect(found.filter(({ status }) => status !== 'completed')).toEqual([]);
      return found;
    },
    { timeout: 40_000, interval: 100 },
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-backup-'));
  await mkdir(join(folder, 'backups'));
  sealing = ['--passphrase-file', join(folder, 'passphrase')];
  await writeFile(join(folder, 'passphrase'), 'a passphrase of this test\n');
  first = await start('first');
  const { databaseUrl = '' } = (await readInstance(join(folder, 'first'))) ?? {};
  const seeded = await startInstallation({
    work: false,
    receiptLines: 2000,
    database: { url: databaseUrl, drop: async () => undefined },
  });
  ({ key, companyId } = seeded);
  await seeded.close();
});
afterAll(async () => {
  await Promise.all(running.map((each) => each.end()));
  await rm(folder, { recursive: true, force: true });
});

describe('mathership backup', () => {
  it('is taken while exports are made, and does not keep them from it', async () => {
    const create = (at: number): Promise<ExportJob> =>
      ask(first.address, '/api/v1/export-jobs', {
        company_id: companyId,
        date_from: new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10),
        date_to: '2026-12-31',
        file_format: 'csv',
      });
    const half = Array.from({ length: exports / 2 }, (_, at) => at);
    await Promise.all(half.map(create));
    await vi.waitFor(
      async () => expect((await list(first.address)).map(({ status }) => status)).toContain('completed'),
      { timeout: 20_000, interval: 20 },
    );
    const [taken] = await Promise.all([
      runCommand(['backup', join(folder, 'backups'), ...sealing], environment('first')),
      ...half.map((at) => create(at + half.length)),
    ]);
    expect(taken).toMatchObject({ status: 0 });
    const [name = ''] = await readdir(join(folder, 'backups'));
    expect(name).toMatch(/^mathership-\d{4}-\d\d-\d\d-\d{6}\.tar\.gz\.sealed$/);
    backup = join(folder, 'backups', name);
    jobs = await allCompleted(first.address);
    expect(jobs.length).toBe(exports);
  });

  it('never replaces a file, and wants an installation', async () => {
    const before = await readFile(backup);
    expect(await runCommand(['backup', backup], environment('first'))).toMatchObject({
      status: 1,
      output: expect.stringContaining('exists already'),
    });
    expect((await readFile(backup)).equals(before)).toBe(true);
    expect(await runCommand(['backup', join(folder, 'x.tar')], environment('nothing'))).toMatchObject({ status: 1 });
    expect(
      await runCommand(['backup', join(folder, 'x.tar')], { ...environment('first'), DATABASE_URL: 'postgresql://x' }),
    ).toMatchObject({ status: 2 });
    expect(await readdir(join(folder, 'backups'))).toHaveLength(1);
  });
});

describe('mathership restore', () => {
  it('refuses a folder that is not empty, and touches nothing in it', async () => {
    const dataDir = join(folder, 'occupied');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'note'), 'mine');
    expect(await runCommand(['restore', backup], environment('occupied'))).toMatchObject({
      status: 1,
      output: expect.stringContaining('is not empty'),
    });
    expect(await readdir(dataDir)).toEqual(['note']);
    // the one that runs, above all
    expect(await runCommand(['restore', backup], environment('first'))).toMatchObject({ status: 1 });
  });

  it('refuses a backup that is cut off or changed, and leaves the folder empty', async () => {
    const plain = join(folder, 'plain.tar');
    const unsealed = await runCommand(['backup', plain], environment('first'));
    expect(unsealed).toMatchObject({ status: 0, output: expect.stringContaining('auth.secret is not in it') });
    const secret = (await readFile(join(folder, 'first', 'auth.secret'), 'utf8')).trim();
    expect((await readFile(plain)).includes(secret)).toBe(false);
    const { length } = await readFile(plain);
    const changed = await open(plain, 'r+');
    await changed.write(Buffer.from([1]), 0, 1, Math.floor(length / 2));
    await changed.close();
    const half = join(folder, 'half.tar.gz.sealed');
    await writeFile(half, await readFile(backup));
    await truncate(half, Math.floor((await readFile(backup)).length / 2));
    for (const file of [plain, half]) {
      const { status, output } = await runCommand(['restore', file, ...sealing], environment('fresh'));
      expect([file, status, output]).toEqual([file, 1, expect.stringMatching(/damaged|invalid/)]);
      expect(await readdir(join(folder, 'fresh'))).toEqual([]);
    }
  });

  it('brings back rows and files that agree; what was unfinished is made, downloads are the same bytes', async () => {
    expect(await runCommand(['restore', join(folder, 'backups')], environment('second'))).toMatchObject({
      status: 1,
      output: expect.stringContaining('The backup is sealed'),
    });
    const restored = await runCommand(['restore', join(folder, 'backups'), ...sealing], environment('second'));
    expect(restored).toMatchObject({ status: 0, output: expect.stringContaining('all checked') });
    const second = await start('second');
    const found = await allCompleted(second.address);
    // whatever was promised when the backup was taken; what came later is not in it
    expect(found.length).toBeGreaterThanOrEqual(exports / 2);
    for (const job of found) {
      const link = await ask<DownloadLink>(second.address, `/api/v1/export-jobs/${job.id}/download`);
      const zip = Buffer.from(await (await fetch(link.download_url)).arrayBuffer());
      expect(createHash('sha256').update(zip).digest('hex')).toBe(job.sha256);
      const before = jobs.find(({ id }) => id === job.id);
      expect([job.row_count, job.control_totals]).toEqual([before?.row_count, before?.control_totals]);
      if (before?.attempt === job.attempt && before.completed_at === job.completed_at)
        expect(job.sha256).toBe(before.sha256);
    }
    await expectWell('second');
    // numbers go on where they were
    const next = await ask<ExportJob>(second.address, '/api/v1/export-jobs', {
      company_id: companyId,
      date_from: '2026-03-03',
      date_to: '2026-03-04',
      file_format: 'csv',
    });
    await vi.waitFor(async () =>
      expect((await ask<ExportJob>(second.address, `/api/v1/export-jobs/${next.id}`)).status).toBe('completed'),
    );
    // its manifests are signed with the key it always had
    const keys = (address: string): Promise<unknown> => ask(address, '/api/v1/signing-keys');
    expect(await keys(second.address)).toEqual(await keys(first.address));
  });

  it('of an installation that does not run works as well', async () => {
    const { databaseUrl: url = '' } = (await readInstance(join(folder, 'second'))) ?? {};
    const before = new Client(url);
    await before.connect();
    await before.query(
      `INSERT INTO sessions (user_id, token_hash, expires_at) SELECT id, sha256('a token'), now() + interval '1 day' FROM users LIMIT 1`,
    );
    await before.end();
    const last = running.pop();
    expect(await last?.end()).toBe(0);
    expect(await runCommand(['backup', join(folder, 'still.tar')], environment('second'))).toMatchObject({ status: 0 });
    expect(await runCommand(['restore', join(folder, 'still.tar')], environment('third'))).toMatchObject({ status: 0 });
    const third = await start('third');
    // somebody was signed in when it was taken, and is no more; with a secret of its own it has a key of its own
    const { databaseUrl = '' } = (await readInstance(join(folder, 'third'))) ?? {};
    const client = new Client(databaseUrl);
    await client.connect();
    expect((await client.query('SELECT FROM sessions')).rowCount).toBe(0);
    await client.end();
    expect(await readFile(join(folder, 'third', 'auth.secret'), 'utf8')).not.toBe(
      await readFile(join(folder, 'second', 'auth.secret'), 'utf8'),
    );
    expect((await list(third.address)).length).toBeGreaterThan(exports / 2);
  });
});
