import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import type { Verification } from '#contract/verification.ts';
import { createStore } from '#server/storage/create-store.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { archiveRows } from './archive.ts';
import { expireFiles } from './chores.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 40 });
});
afterAll(() => site.close());

/** As if every job there is had become too old. */
const archiveAll = (): Promise<number> => archiveRows(site.installation.pool.db, -1);
const list = async (): Promise<Page<ExportJob>> =>
  (await site.ask<Page<ExportJob>>('GET', `/api/v1/export-jobs?company_id=${site.companyId}`)).body;

async function expire(id: string): Promise<void> {
  const { pool } = site.installation;
  await sql`UPDATE export_jobs SET expires_at = now() - interval '1 second' WHERE id = ${id}`.execute(pool.db);
  const folder = `${site.dataDir}/objects`;
  const store = await createStore({ kind: 'embedded', folder, secret: site.authSecret, baseUrl: () => '' });
  await expireFiles({ pool, store, onError: () => undefined });
}

const settleRuns = (): Promise<unknown> =>
  sql`UPDATE export_attempts SET swept_at = now()`.execute(site.installation.pool.db);

describe('rows that are too old', () => {
  it('leave the list for the archive, where what was completed can still be proven', async () => {
    const { db } = site.installation.pool;
    const kept = await site.finished((await site.create()).id);
    const old = await site.finished((await site.create({ date_to: '2026-06-30' })).id);
    const zip = await site.fetchZip(old.id);
    await site.ask('POST', `/api/v1/export-jobs/${old.id}/notes`, { text: 'Odesláno účetní' });
    await expire(old.id);

    // its runs are still to be swept
    expect(await archiveAll()).toBe(0);
    await settleRuns();
    expect(await archiveRows(db, 1)).toBe(0);
    expect(await archiveAll()).toBe(1);
    expect(await archiveAll()).toBe(0);

    const page = await list();
    expect([page.total, page.results.map(({ id }) => id)]).toEqual([1, [kept.id]]);
    expect((await site.ask('GET', `/api/v1/export-jobs/${old.id}`)).status).toBe(403);
    const { rows: told } = await sql<{ deleted: boolean }>`
      SELECT deleted FROM export_job_changes WHERE job_id = ${old.id} ORDER BY seq DESC LIMIT 1`.execute(db);
    expect(told).toEqual([{ deleted: true }]);

    const { rows: archived } = await sql<{ job: Record<string, unknown>; runs: number }>`
      SELECT job, jsonb_array_length(attempts) AS runs FROM export_job_archive WHERE id = ${old.id}`.execute(db);
    expect(archived[0]).toMatchObject({
      runs: 1,
      job: {
        status: 'completed',
        row_count: old.row_count,
        sha256: old.sha256,
        notes: [{ text: 'Odesláno účetní' }],
      },
    });
    const { rows: runs } = await sql`SELECT FROM export_attempts WHERE job_id = ${old.id}`.execute(db);
    expect(runs).toEqual([]);

    const answer = await fetch(`${site.installation.address}/api/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${site.key}` },
      body: zip as Buffer<ArrayBuffer>,
    });
    expect((await answer.json()) as Verification).toMatchObject({
      outcome: 'unchanged',
      job: { id: old.id, is_downloadable: false },
    });
  });

  it('stay as long as they are unfinished', async () => {
    const idle = await startInstallation({ work: false });
    const { id } = await idle.create();
    expect(await archiveRows(idle.installation.pool.db, -1)).toBe(0);
    await idle.ask('POST', `/api/v1/export-jobs/${id}/cancel`);
    expect(await archiveRows(idle.installation.pool.db, -1)).toBe(1);
    const { body } = await idle.ask<Page<ExportJob>>('GET', `/api/v1/export-jobs?company_id=${idle.companyId}`);
    expect(body.total).toBe(0);
    await idle.close();
  });
});
