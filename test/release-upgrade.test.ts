/** From the data of an earlier release, ended by force, to this one: nothing is lost, and what was unfinished goes on. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DownloadLink, ExportJob, Page } from '#contract/export-jobs.ts';
import type { Verification } from '#contract/verification.ts';
import { readSettings } from '#server/config/settings.ts';
import { type Installation, openInstallation } from '#server/installation.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { runCommand } from './faults/product-process.ts';

interface Kept {
  readonly key: string;
  readonly authSecret: string;
  readonly companies: readonly string[];
  /** Base64 by object key. */
  readonly files: Readonly<Record<string, string>>;
}

const folder = new URL('./release-data/0007/', import.meta.url);
let kept: Kept;
let database: TestDatabase;
let url: string;
let dataDir: string;
let installation: Installation | undefined;

async function query<T extends object>(statement: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<T>(statement);
  await client.end();
  return rows;
}

beforeAll(async () => {
  kept = JSON.parse(await readFile(new URL('installation.json', folder), 'utf8')) as Kept;
  database = await createTestDatabase({ empty: true });
  ({ url } = database);
  await query(await readFile(new URL('database.sql', folder), 'utf8'));
  // as if it had been ended a moment ago, whenever that was
  await query(`UPDATE export_jobs SET expires_at = now() + interval '9 days' WHERE file_deleted_at IS NULL AND status = 'completed';
    UPDATE pgboss.job SET keep_until = now() + interval '9 days', start_after = now(), completed_on = CASE WHEN completed_on IS NOT NULL THEN now() END,
      started_on = CASE WHEN state = 'active' THEN now() ELSE started_on END`);
  dataDir = await mkdtemp(join(tmpdir(), 'mathership-upgrade-'));
  for (const [key, content] of Object.entries(kept.files)) {
    const path = join(dataDir, 'objects', 'objects', key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, 'base64');
  }
});
afterAll(async () => {
  await installation?.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  const answer = await fetch(`${installation?.address}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${kept.key}`, ...(init.headers as Record<string, string>) },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
};
const jobs = async (query_ = ''): Promise<ExportJob[]> =>
  (await ask<Page<ExportJob>>(`/export-jobs?page_size=100${query_}`)).results;

describe('data of the release before', () => {
  it('are brought forward once, by however many processes that start at once', async () => {
    expect(await query('SELECT max(version) AS version FROM schema_migrations')).toEqual([{ version: 7 }]);
    const outcomes = await Promise.all([1, 2].map(() => runCommand(['migrate'], { DATABASE_URL: url })));
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0]);
    const done = outcomes.flatMap(({ output }) => output.split('\n').filter((line) => line.startsWith('migrated ')));
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done).size).toBe(done.length);
  });

  it('list as they were, and what was unfinished is made', async () => {
    installation = await openInstallation({
      settings: readSettings({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }),
      databaseUrl: url,
      authSecret: kept.authSecret,
      roles: { serve: true, work: true },
    });
    const before = await query<{ id: string; status: string }>('SELECT id, status FROM export_jobs');
    await vi.waitFor(async () => expect((await jobs('&status=pending,processing')).map(({ id }) => id)).toEqual([]), {
      timeout: 25_000,
      interval: 50,
    });
    const all = await jobs();
    expect(all.length).toBe(before.length);
    const counts = Object.groupBy(all, ({ status }) => status);
    expect([counts.completed?.length, counts.failed?.length, counts.canceled?.length]).toEqual([9, 1, 1]);
    expect(counts.failed?.[0]?.error?.code).toBe('query_failed');
    expect(all.filter(({ status, is_downloadable }) => status === 'completed' && !is_downloadable)).toHaveLength(1);
    expect(Object.keys(await ask<object>('/export-jobs/facets'))).toContain('status');
  });

  it('download as they were made, and are recognised', async () => {
    for (const job of (await jobs()).filter(({ is_downloadable }) => is_downloadable)) {
      const { download_url } = await ask<DownloadLink>(`/export-jobs/${job.id}/download`);
      const zip = Buffer.from(await (await fetch(download_url)).arrayBuffer());
      expect(createHash('sha256').update(zip).digest('hex')).toBe(job.sha256);
      const verdict = await ask<Verification>('/verify', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: zip as Buffer<ArrayBuffer>,
      });
      expect([verdict.outcome, verdict.job?.id]).toEqual(['unchanged', job.id]);
    }
  });

  it('answer reports, and break no invariant', async () => {
    const report = await ask<{ total: number }>(
      `/reports/delivery_location?company_id=${kept.companies[0]}&date_from=2026-01-01&date_to=2026-12-31`,
    );
    expect(report.total).toBe(30);
    const { output } = await runCommand(['doctor', '--deep'], {
      DATABASE_URL: url,
      DATA_DIR: dataDir,
      AUTH_SECRET: kept.authSecret,
    });
    // entries of the audit log are sealed a little later
    const wrong = output.split('\n').filter((line) => line.startsWith('WRONG') && !line.includes('sealed'));
    expect(wrong).toEqual([]);
  });
});
