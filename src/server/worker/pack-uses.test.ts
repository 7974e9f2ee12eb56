/** Where packs are used: proven offline, made with the close of a month, sent by schedules, by the command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Schedule, ScheduleRun } from '#contract/deliveries.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { ExportPack, SavedPack } from '#contract/packs.ts';
import type { Verification } from '#contract/verification.ts';
import { runCommand } from '#test/faults/product-process.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';

let site: TestInstallation;
let other: string;
let organizationId: string;
let saved: SavedPack;
let folder: string;

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 90 });
  other = await site.addCompany({ lines: 25 });
  const { db } = site.installation.pool;
  const found = await sql<{ id: string }>`SELECT organization_id AS id FROM companies LIMIT 1`.execute(db);
  organizationId = found.rows[0]?.id ?? '';
  await sql`UPDATE company_members SET role = 'manager'`.execute(db);
  folder = await mkdtemp(join(tmpdir(), 'packs-'));
  const member = (company_id: string, report_type: string) => ({ company_id, report_type, file_format: 'csv' });
  const { body } = await site.ask<SavedPack>('POST', `/api/v1/organizations/${organizationId}/packs`, {
    name: 'Monatsabschluß',
    members: [
      member(site.companyId, 'vendor'),
      member(other, 'item'),
      { ...member(other, 'vendor'), file_format: 'xlsx' },
    ],
    period: { kind: 'last_month' },
  });
  saved = body;
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true, force: true });
});

const read = async (id: string): Promise<ExportPack> =>
  (await site.ask<ExportPack>('GET', `/api/v1/export-packs/${id}`)).body;

test('a pack proves itself: unchanged, with the rows of its exports; a byte changed anywhere in it is named', async () => {
  const { body } = await site.ask<ExportPack>('POST', '/api/v1/export-packs', {
    organization_id: organizationId,
    pack_id: saved.id,
    date_from: '2026-01-01',
    date_to: '2026-12-31',
  });
  await site.finished(body.id, 60);
  const zip = await site.fetchZip(body.id);
  const check = async (bytes: Buffer): Promise<Verification> => {
    const answer = await fetch(`${site.installation.address}/api/v1/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.key}`, 'content-type': 'application/zip' },
      body: new Uint8Array(bytes),
    });
    return (await answer.json()) as Verification;
  };
  const proven = await check(zip);
  expect(proven).toMatchObject({
    outcome: 'unchanged',
    container: 'as_made',
    signature: { state: 'valid' },
    facts: { report_type: 'pack', report_title: 'Monatsabschluß', file_format: 'zip' },
    job: { id: body.id },
  });
  expect(proven.exports?.map(({ rows, adds_up }) => [rows > 0, adds_up])).toEqual([
    [true, true],
    [true, true],
    [true, null],
  ]);
  // a byte in the middle of what was carried
  const spoilt = Buffer.from(zip);
  const at = zip.indexOf('.xlsx') + 400;
  spoilt[at] = (spoilt[at] ?? 0) ^ 1;
  const changed = await check(spoilt);
  expect(changed.outcome).toBe('changed');
  expect(changed.files.filter(({ state }) => state !== 'unchanged').map(({ name }) => name.endsWith('.xlsx'))).toEqual([
    true,
  ]);
});

test('the press that closes a month makes the pack of its days, or neither', async () => {
  const path = `/api/v1/companies/${site.companyId}/close`;
  const nothing = await site.ask<{ code: string }>('POST', path, { month: '2026-02', pack_id: '999', reason: 'x' });
  expect([nothing.status, nothing.body.code]).toEqual([403, 'company_access_denied']);
  const open = await site.ask<{ closed_until: string | null }>('GET', `/api/v1/companies/${site.companyId}/closing`);
  expect(open.body.closed_until).toBeNull();
  const question = { month: '2026-02', pack_id: saved.id, reason: 'Not everything has come' };
  const closed = await site.ask<{ closed_until: string; pack: ExportPack }>('POST', path, question);
  expect([closed.status, closed.body.closed_until]).toEqual([201, '2026-02-28']);
  expect(closed.body.pack).toMatchObject({ date_from: '2026-02-01', date_to: '2026-02-28', name: 'Monatsabschluß' });
  await site.finished(closed.body.pack.id, 60);
  expect((await read(closed.body.pack.id)).status).toBe('completed');
});

test('a schedule runs a pack, and what it sends is the pack', async () => {
  const path = `/api/v1/companies/${site.companyId}/schedules`;
  const made = await site.ask<Schedule>('POST', path, {
    name: 'Am dritten Werktag',
    pack_id: saved.id,
    recurrence: { kind: 'working_day', nth: 3, of: 'month' },
    at: '07:00',
  });
  expect([made.status, made.body.pack_name, made.body.saved_report_id]).toEqual([201, 'Monatsabschluß', null]);
  expect((await site.ask('POST', path, { ...made.body, name: 'x', pack_id: null })).status).toBe(400);
  expect((await site.ask('POST', `${path}/${made.body.id}/run`)).status).toBeLessThan(300);
  const run = await vi.waitFor(
    async () => {
      const { body } = await site.ask<Page<ScheduleRun>>('GET', `${path}/${made.body.id}/runs`);
      const [first] = body.results;
      if (!first?.ended_at) throw new Error(`still ${first?.status}`);
      return first;
    },
    { timeout: 60_000, interval: 200 },
  );
  expect(run).toMatchObject({ status: 'sent', job_id: null, pack_id: expect.any(String) });
  expect(await read(run.pack_id ?? '')).toMatchObject({ status: 'completed', saved_pack: { id: saved.id } });
});

test('mathership pack makes, fetches and proves it', async () => {
  const out = join(folder, 'pack.zip');
  const environment = { MATHERSHIP_API_KEY: site.key, DATA_DIR: folder };
  const server = ['--server', site.installation.address ?? ''];
  const done = await runCommand(['pack', 'monatsabschluß', '--month', '2026-03', '--out', out, ...server], environment);
  expect([done.status, done.output]).toEqual([0, expect.stringContaining('3 exports')]);
  const offline = await runCommand(['verify', out, '--json', ...server], environment);
  expect(offline.status).toBe(0);
  const wrong = await runCommand(['pack', 'nobody', '--month', '2026-03', '--out', out, ...server], environment);
  expect([wrong.status, wrong.output]).toEqual([2, expect.stringContaining('Monatsabschluß')]);
  expect((await runCommand(['pack', 'monatsabschluß', '--month', '2026-13', '--out', out], environment)).status).toBe(
    2,
  );
}, 60_000);
