import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownloadLink, ExportJob } from '#contract/export-jobs.ts';
import type { Problem } from '#contract/errors.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
const path = '/api/v1/export-jobs';
let day = 0;

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
});
afterAll(() => site.close());

/** A job with a period nobody else has. */
const created = (): Promise<ExportJob> => {
  day += 1;
  return site.create(finance.client, company, {
    date_from: '2025-01-01',
    date_to: new Date(Date.UTC(2025, 0, day)).toISOString().slice(0, 10),
  });
};
const completed = async (changes: Record<string, unknown> = {}): Promise<ExportJob> => {
  const job = await created();
  await site.engine.start(job.id);
  await site.engine.complete(job.id, changes);
  return job;
};
const read = async (id: string): Promise<ExportJob> => (await finance.client.get<ExportJob>(`${path}/${id}`)).body;
const download = (id: string, who = finance) =>
  who.client.get<DownloadLink & Pick<Problem, 'code'>>(`${path}/${id}/download`);

describe('status is a projection of the engine', () => {
  it("pending, processing, completed: each from the engine's own row", async () => {
    const job = await created();
    expect((await read(job.id)).status).toBe('pending');
    await site.engine.start(job.id);
    expect(await read(job.id)).toMatchObject({ status: 'processing', attempt: 1, started_at: expect.any(String) });
    await site.engine.complete(job.id, { row_count: 7, file_size: 15, sha256: 'b'.repeat(64) });
    const done = await read(job.id);
    expect(done).toMatchObject({
      status: 'completed',
      row_count: 7,
      file_size: 15,
      sha256: 'b'.repeat(64),
      is_downloadable: true,
    });
    expect(Date.parse(done.expires_at ?? '') - Date.parse(done.completed_at ?? '')).toBe(30 * 86_400_000);
  });

  it('completed without a file is a failure', async () => {
    const job = await created();
    await sql`UPDATE pgboss.job SET state = 'completed', output = '{}' WHERE id = ${job.id}`.execute(site.db);
    expect(await read(job.id)).toMatchObject({ status: 'failed', error: { code: 'internal' } });
  });

  it('a failure carries our code and sentence', async () => {
    const job = await created();
    await site.engine.fail(job.id, {
      code: 'row_check_failed',
      message: 'The row check failed: 402 rows were counted, 401 written.',
    });
    expect((await read(job.id)).error).toEqual({
      code: 'row_check_failed',
      message: 'The row check failed: 402 rows were counted, 401 written.',
    });
  });

  it.each([
    ['job heartbeat timeout', 'worker_lost'],
    ['job timed out', 'timed_out'],
    ['something of the engine', 'internal'],
  ])('the engine\'s own "%s" becomes %s with a sentence for people', async (message, code) => {
    const job = await created();
    await site.engine.fail(job.id, { value: { message } });
    const { error } = await read(job.id);
    expect(error?.code).toBe(code);
    expect(error?.message).not.toContain(message);
    expect(error?.message).toMatch(/run it again/i);
  });

  it('an engine row that vanishes unfinished is a failure; one that vanishes finished changes nothing', async () => {
    const [lost, done] = [await created(), await completed()];
    for (const { id } of [lost, done]) await sql`DELETE FROM pgboss.job WHERE id = ${id}`.execute(site.db);
    expect(await read(lost.id)).toMatchObject({ status: 'failed', error: { code: 'worker_lost' } });
    expect((await read(done.id)).status).toBe('completed');
  });

  it("delete and insert in one statement, the engine's way to retry, is pending again", async () => {
    const job = await created();
    await site.engine.start(job.id);
    await sql`WITH gone AS (DELETE FROM pgboss.job WHERE id = ${job.id} RETURNING *)
      INSERT INTO pgboss.job (id, name, state, retry_limit, retry_count, singleton_key)
      SELECT id, name, 'retry', retry_limit, retry_count, singleton_key FROM gone`.execute(site.db);
    expect(await read(job.id)).toMatchObject({ status: 'pending', error: null, started_at: null });
  });
});

describe('GET one', () => {
  it('an id that is no job and one of another company are answered alike (M41)', async () => {
    const stranger = await site.person();
    const job = await created();
    const answers = [];
    for (const id of [job.id, '01a00000-0000-7000-8000-000000000000', 'nonsense', '1']) {
      const { status, body } = await stranger.client.get<Problem>(`${path}/${id}`);
      answers.push({ ...body, status, request_id: '' });
    }
    expect(answers[0]).toMatchObject({ status: 403, code: 'company_access_denied' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe('download (M30, M31)', () => {
  it('200: link, seconds and filename of the ZIP, and an entry in the activity', async () => {
    const job = await completed();
    const { status, body } = await download(job.id);
    expect(status).toBe(200);
    expect(body).toEqual({
      download_url: expect.stringContaining('/files/exports/'),
      expires_in_seconds: 3600,
      filename: 'purchase-orders_test_2026-10-01_2026-10-31.zip',
    });
    const url = new URL(body.download_url);
    expect(url.searchParams.get('signature')).toMatch(/^[0-9a-f]+$/);
    expect(Number(url.searchParams.get('expires'))).toBeGreaterThan(Date.now() / 1000);
    const activity = await finance.client.get<{ downloads: unknown[] }>(`${path}/${job.id}/activity`);
    expect(activity.body.downloads).toEqual([{ at: expect.any(String), user: { id: finance.id, name: finance.name } }]);
  });

  it('302 with redirect=true', async () => {
    const job = await completed();
    const { status, headers } = await finance.client.get(`${path}/${job.id}/download?redirect=true`);
    expect(status).toBe(302);
    expect(headers['location']).toContain('/files/exports/');
  });

  it('the link lives no longer than the file', async () => {
    const job = await completed();
    await sql`UPDATE export_jobs SET expires_at = now() + interval '100 seconds' WHERE id = ${job.id}`.execute(site.db);
    const { body } = await download(job.id);
    expect(body.expires_in_seconds).toBeGreaterThan(90);
    expect(body.expires_in_seconds).toBeLessThanOrEqual(100);
  });

  it('409 not_ready for every status but completed', async () => {
    const [pending, running, failed, canceled] = [await created(), await created(), await created(), await created()];
    await site.engine.start(running.id);
    await site.engine.fail(failed.id, { code: 'internal', message: 'x' });
    await finance.client.post(`${path}/${canceled.id}/cancel`);
    for (const job of [pending, running, failed, canceled]) {
      const { status, body } = await download(job.id);
      expect([status, body.code]).toEqual([409, 'not_ready']);
    }
  });

  it('410 file_expired after its day, 404 no_file when the object is gone behind our back', async () => {
    const [expired, gone] = [await completed(), await completed()];
    await sql`UPDATE export_jobs SET expires_at = now() - interval '1 second' WHERE id = ${expired.id}`.execute(
      site.db,
    );
    await site.store.delete([`exports/${company.id}/${gone.id}/1.zip`]);
    expect(await download(expired.id)).toMatchObject({ status: 410, body: { code: 'file_expired' } });
    expect(await download(gone.id)).toMatchObject({ status: 404, body: { code: 'no_file' } });
    expect(await read(expired.id)).toMatchObject({ status: 'completed', is_downloadable: false });
  });

  it('403 for who lost the capability after creating the job, 401 for nobody', async () => {
    const who = await site.member(company, 'finance');
    const job = await completed();
    expect((await download(job.id, who)).status).toBe(200);
    await site.joinCompany(company, who, 'finance', { denied: ['view_financials'] });
    expect(await download(job.id, who)).toMatchObject({ status: 403, body: { code: 'missing_capability' } });
    expect((await site.anonymous.get(`${path}/${job.id}/download`)).status).toBe(401);
  });
});

describe('cancel', () => {
  it('200: a waiting job is canceled in the engine too', async () => {
    const job = await created();
    const { status, body } = await finance.client.post<ExportJob>(`${path}/${job.id}/cancel`);
    expect([status, body.status]).toEqual([200, 'canceled']);
    const { rows } = await sql`SELECT state FROM pgboss.job WHERE id = ${job.id}`.execute(site.db);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });

  it('409 already_finished', async () => {
    const job = await completed();
    expect(await finance.client.post(`${path}/${job.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'already_finished' },
    });
  });

  it('403 without the capability', async () => {
    const job = await created();
    const viewer = await site.member(company, 'viewer');
    expect((await viewer.client.post(`${path}/${job.id}/cancel`)).status).toBe(403);
    expect((await read(job.id)).status).toBe('pending');
  });
});

describe('retry', () => {
  it('201: the same question as a new job, from failed, canceled and completed', async () => {
    const [failed, canceled, done] = [await created(), await created(), await completed()];
    await site.engine.fail(failed.id, { code: 'internal', message: 'x' });
    await finance.client.post(`${path}/${canceled.id}/cancel`);
    for (const job of [failed, canceled, done]) {
      const { status, body } = await finance.client.post<ExportJob>(`${path}/${job.id}/retry`);
      expect(status).toBe(201);
      expect(body.id).not.toBe(job.id);
      expect(body).toMatchObject({
        status: 'pending',
        date_from: job.date_from,
        date_to: job.date_to,
        filters: job.filters,
      });
    }
  });

  it('409 while it is unfinished', async () => {
    const job = await created();
    expect((await finance.client.post(`${path}/${job.id}/retry`)).status).toBe(409);
  });
});

describe('delete', () => {
  it('204: row, engine job and object are gone', async () => {
    const job = await completed();
    expect((await finance.client.delete(`${path}/${job.id}`)).status).toBe(204);
    expect((await finance.client.get(`${path}/${job.id}`)).status).toBe(403);
    expect(await site.store.head(`exports/${company.id}/${job.id}/1.zip`)).toBeNull();
  });

  it('an unfinished job is canceled first', async () => {
    const job = await created();
    await finance.client.delete(`${path}/${job.id}`);
    const { rows } = await sql`SELECT state FROM pgboss.job WHERE id = ${job.id}`.execute(site.db);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });

  it("403 for another company's", async () => {
    const job = await created();
    const stranger = await site.member(await site.company(), 'finance');
    expect((await stranger.client.delete(`${path}/${job.id}`)).status).toBe(403);
    expect((await read(job.id)).id).toBe(job.id);
  });
});

describe('the audit log', () => {
  it('names the report, its format, days and what it was narrowed to, whatever is done to an export', async () => {
    const location = await site.location(company, 'Main Kitchen');
    const asked = { date_from: '2024-02-01', date_to: '2024-02-29', file_format: 'xlsx', report_type: 'vendor' };
    const filters = { delivery_location_ids: [location] };
    const job = await site.create(finance.client, company, { ...asked, filters });
    await site.engine.start(job.id);
    await site.engine.complete(job.id);
    await download(job.id);
    await finance.client.delete(`${path}/${job.id}`);
    const canceled = await site.create(finance.client, company, { ...asked, filters });
    await finance.client.post(`${path}/${canceled.id}/cancel`);
    const entries = await site.db
      .selectFrom('audit_events')
      .select(['action', 'details'])
      .where('subject_id', 'in', [job.id, canceled.id])
      .orderBy('id')
      .execute();
    const details = { ...asked, locations: 1, delivery_location_ids: [location], via: 'session' };
    expect(entries).toEqual(
      ['created', 'downloaded', 'deleted', 'created', 'canceled'].map((verb) => ({
        action: `export.${verb}`,
        details,
      })),
    );
  });
});
