/** What is told without being asked for: an export that has begun to differ, and a slow one to whoever has left. Real receivers. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSession } from '#server/access/authenticate.ts';
import { newToken } from '#server/access/tokens.ts';
import type { Database } from '#server/database/database.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { openPostOffice, type PostOffice } from '#test/post-office.ts';
import { openWebhookReceiver, type WebhookReceiver } from '#test/webhook-receiver.ts';

let site: TestInstallation;
let db: Database;
let office: PostOffice;
let hook: WebhookReceiver;
let stopWorker: () => Promise<void>;
const patience = { timeout: 45_000, interval: 50 };
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  [office, hook] = await Promise.all([openPostOffice(), openWebhookReceiver()]);
  site = await startInstallation({
    work: false,
    receiptLines: 40,
    environment: { DELIVERY_PRIVATE_NETWORKS: 'true', SMTP_URL: office.url, MAIL_FROM: 'reports@grill.example' },
  });
  ({ db } = site.installation.pool);
  const worker = await site.startWorker();
  stopWorker = () => worker.stop();
});
afterAll(async () => {
  await stopWorker();
  await site.close();
  await Promise.all([office.close(), hook.close()]);
});

const told = () => hook.calls.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
/** Until every version has been looked at. */
const lookedAt = () =>
  vi.waitFor(async () => {
    const { rows } = await sql`SELECT FROM changes_told t JOIN companies c ON c.id = t.company_id
      WHERE c.id = ${site.companyId} AND t.data_version = c.data_version`.execute(db);
    expect(rows).toHaveLength(1);
  }, patience);
const add = (amount: number) =>
  sql`UPDATE receipt_lines SET net_amount = net_amount + ${amount} WHERE id = (SELECT min(id) FROM receipt_lines WHERE company_id = ${site.companyId})`.execute(
    db,
  );

test('an export that begins to differ is told once, and again only after it was equal between', async () => {
  const { body: place } = await site.ask<{ id: string }>('POST', `/api/v1/companies/${site.companyId}/destinations`, {
    name: 'Değişiklikler',
    type: 'webhook',
    settings: {
      url: hook.url,
      secret: 'whsec_QmxhdWJlZXJlbi11bmQtS2lyc2NoZW4tYXVzLVNjaHdlcmlu',
      events: ['export.changed'],
    },
  });
  expect(place.id).toMatch(/^\d+$/);
  const job = await site.finished((await site.create()).id);
  const other = await site.finished((await site.create({ date_from: '2019-01-01', date_to: '2019-01-02' })).id);
  await lookedAt();
  expect(hook.calls).toEqual([]);
  await add(5);
  await vi.waitFor(() => expect(hook.calls).toHaveLength(1), patience);
  const [first] = told();
  expect(first).toMatchObject({
    type: 'export.changed',
    data: { job_id: job.id, sha256: job.sha256, changed_since: { lines: 1, wording_lines: 0 } },
  });
  expect(first?.data).not.toHaveProperty('rows');
  // differs still, by other figures: no news
  await add(5);
  await lookedAt();
  await add(-10);
  await lookedAt();
  await vi.waitFor(async () => {
    const { rows } = await sql<{ lines: string }>`SELECT lines FROM export_changes WHERE job_id = ${job.id}`.execute(
      db,
    );
    expect(rows).toEqual([{ lines: '0' }]);
  }, patience);
  expect(hook.calls).toHaveLength(1);
  await add(1);
  await vi.waitFor(() => expect(hook.calls).toHaveLength(2), patience);
  const ids = told().map(({ data }) => data['job_id']);
  expect(ids).toEqual([job.id, job.id]);
  expect(ids).not.toContain(other.id);
  const versions = told().map(({ data }) => (data['changed_since'] as { data_version: number }).data_version);
  expect(new Set(versions).size).toBe(2);
});

/** Made, as if it had been asked for two minutes ago by somebody who was there then. */
async function slowExport(changes: object, seen: string | null): Promise<string> {
  await stopWorker();
  const { id } = await site.create({ ...changes, date_to: '2026-10-30' });
  await sql`UPDATE export_jobs SET created_at = created_at - interval '2 minutes' WHERE id = ${id}`.execute(db);
  await sql`DELETE FROM people_present`.execute(db);
  if (seen !== null)
    await sql`INSERT INTO people_present (user_id, seen_at) VALUES (${site.userId}, clock_timestamp() + ${seen}::interval)`.execute(
      db,
    );
  const worker = await site.startWorker();
  stopWorker = () => worker.stop();
  await site.finished(id);
  return id;
}
const noticesOf = async (id: string) =>
  (
    await sql<{ kind: string; sent: boolean; dropped: boolean }>`
    SELECT kind, sent_at IS NOT NULL AS sent, failed_at IS NOT NULL AS dropped FROM notices WHERE details ->> 'job_id' = ${id}`.execute(
      db,
    )
  ).rows;
const due = (id: string) =>
  sql`UPDATE notices SET next_at = clock_timestamp() WHERE details ->> 'job_id' = ${id}`.execute(db);

test('whoever left the page is told of a slow export, once; a click ends such letters', async () => {
  const id = await slowExport({}, '-2 minutes');
  expect(await noticesOf(id)).toEqual([{ kind: 'export.slow', sent: false, dropped: false }]);
  await due(id);
  const letter = await vi.waitFor(() => {
    const found = office.letters.find(({ raw }) => raw.includes('Subject: Ready:'));
    if (!found) throw new Error('no letter yet');
    return found;
  }, patience);
  expect(letter.to).toContain('finance@test.example');
  expect(letter.readable).toContain('you had left the page');
  expect(letter.readable).toContain(`job=${id}`);
  // a worker of a test does not know where the pages are
  const path = /<https?:\/\/[^>/]*(\/[^>]*\/unsubscribe\/[^>]*)>/.exec(letter.readable)?.[1] ?? '';
  const url = `${site.installation.address}${path}`;
  expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  const { rows } = await sql`SELECT FROM audit_events WHERE action = 'user.slow_exports_unsubscribed'`.execute(db);
  expect(rows).toHaveLength(1);
  expect(await noticesOf(await slowExport({}, '-2 minutes'))).toEqual([]);
  await sql`DELETE FROM mail_refused`.execute(db);
});

test('whoever still has the page, asked by a key, or asked to be told has no such letter', async () => {
  const there = await slowExport({}, '1 hour');
  await due(there);
  await vi.waitFor(
    async () => expect(await noticesOf(there)).toEqual([{ kind: 'export.slow', sent: false, dropped: true }]),
    patience,
  );
  expect(await noticesOf(await slowExport({}, null))).toEqual([]);
  const asked = await slowExport({ notify: true }, '-2 minutes');
  expect((await noticesOf(asked)).map(({ kind }) => kind)).toEqual(['export.completed']);
});

test('an open page of a session says that its person is there, a stream of a key does not', async () => {
  await sql`DELETE FROM people_present`.execute(db);
  const address = site.installation.address ?? '';
  const path = `${address}/api/v1/export-jobs/events?company_id=${site.companyId}`;
  const seen = async () =>
    (await sql`SELECT FROM people_present WHERE user_id = ${site.userId}`.execute(db)).rows.length;
  const ending = new AbortController();
  const open = (headers: Record<string, string>) => fetch(path, { headers, signal: ending.signal });
  expect((await open({ authorization: `Bearer ${site.key}` })).status).toBe(200);
  expect(await seen()).toBe(0);
  const { token } = await startSession(db, site.userId, { address: null, userAgent: null });
  expect((await open({ cookie: `mathership_session=${token}` })).status).toBe(200);
  await vi.waitFor(async () => expect(await seen()).toBe(1), patience);
  ending.abort();
});

test('whoever may see an export that waits can be told of its end, each once, and take it back', async () => {
  await stopWorker();
  const organizationId = sql`(SELECT organization_id FROM companies WHERE id = ${site.companyId})`;
  const { rows: people } = await sql<{ id: string }>`INSERT INTO users (email, name) VALUES
    ('koch@test.example', 'Koch'), ('spül@test.example', 'Spüle') RETURNING id`.execute(db);
  const keys = [];
  for (const { id } of people) {
    await sql`INSERT INTO organization_members (organization_id, user_id, role) VALUES (${organizationId}, ${id}, 'member')`.execute(
      db,
    );
    await sql`INSERT INTO company_members (company_id, user_id, role) VALUES (${site.companyId}, ${id}, 'finance')`.execute(
      db,
    );
    const token = newToken('msk_');
    await sql`INSERT INTO api_keys (user_id, name, prefix, key_hash) VALUES (${id}, 'Test', 'msk_', ${token.hash})`.execute(
      db,
    );
    keys.push(token.text);
  }
  const { id } = await site.create({ date_to: '2026-10-29' });
  const path = `/api/v1/export-jobs/${id}/notify`;
  const put = async (key: string, notify: unknown): Promise<[number, unknown]> => {
    const answer = await fetch(`${site.installation.address}${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ notify }),
    });
    return [answer.status, await answer.json()];
  };
  const [cook = '', washer = ''] = keys;
  expect((await site.ask('GET', path)).body).toEqual({ notify: false, to: 'finance@test.example' });
  expect(await put(cook, true)).toEqual([200, { notify: true, to: 'koch@test.example' }]);
  expect(await put(cook, true)).toEqual([200, { notify: true, to: 'koch@test.example' }]);
  expect((await put(washer, true))[0]).toBe(200);
  expect(await put(washer, false)).toEqual([200, { notify: false, to: 'spül@test.example' }]);
  expect((await put(site.key, true))[0]).toBe(200);
  expect((await put(cook, 'yes'))[0]).toBe(400);
  expect((await put('msk_unknown', true))[0]).toBe(401);
  // of the other company of nobody here
  expect(
    (await site.ask('PUT', '/api/v1/export-jobs/00000000-0000-4000-8000-000000000000/notify', { notify: true })).status,
  ).toBe(403);
  // what was wished when it was asked for can be taken back as well
  const { id: other } = await site.create({ date_to: '2026-10-28', notify: true });
  const otherPath = `/api/v1/export-jobs/${other}/notify`;
  expect((await site.ask('GET', otherPath)).body).toMatchObject({ notify: true });
  expect((await site.ask('PUT', otherPath, { notify: false })).body).toMatchObject({ notify: false });
  // one that is canceled tells whoever waits for it, and not who canceled it
  const { id: gone } = await site.create({ date_to: '2026-10-27' });
  const ofGone = (key: string, verb: string, method: string, body?: object) =>
    fetch(`${site.installation.address}/api/v1/export-jobs/${gone}/${verb}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  expect((await ofGone(washer, 'notify', 'PUT', { notify: true })).status).toBe(200);
  expect((await ofGone(washer, 'cancel', 'POST')).status).toBe(200);
  expect((await noticesOf(gone)).map(({ kind }) => kind)).toEqual(['export.canceled']);
  const worker = await site.startWorker();
  stopWorker = () => worker.stop();
  await site.finished(id);
  await site.finished(other);
  const told = () => office.letters.filter(({ to }) => to.includes('finance@test.example')).map((one) => one.readable);
  await expect
    .poll(() => told().join('\n'), { timeout: 10_000 })
    .toContain('le canceled the export of Purchase Orders');
  expect(await noticesOf(other)).toEqual([]);
  const { rows } = await sql<{
    email: string;
    kind: string;
  }>`SELECT u.email, n.kind FROM notices n JOIN users u ON u.id = n.user_id
    WHERE n.details ->> 'job_id' = ${id} ORDER BY u.email`.execute(db);
  expect(rows).toEqual([
    { email: 'finance@test.example', kind: 'export.completed' },
    { email: 'koch@test.example', kind: 'export.completed' },
  ]);
  expect((await office.letterTo('koch@test.example')).readable).toContain(`job=${id}`);
  expect((await put(cook, false))[0]).toBe(409);
  const { rows: audited } = await sql<{ action: string; n: number }>`SELECT action, count(*)::int AS n FROM audit_events
    WHERE action IN ('export.notice_wanted', 'export.notice_unwanted') GROUP BY action ORDER BY action`.execute(db);
  expect(audited).toEqual([
    { action: 'export.notice_unwanted', n: 2 },
    { action: 'export.notice_wanted', n: 4 },
  ]);
});

test('letters that a click has ended are turned on again by their reader', async () => {
  expect((await site.ask('GET', '/api/v1/me/mail')).body).toEqual({ slow_exports: true });
  expect((await site.ask('PUT', '/api/v1/me/mail', { slow_exports: false })).body).toEqual({ slow_exports: false });
  expect(await noticesOf(await slowExport({ date_from: '2026-02-01' }, '-2 minutes'))).toEqual([]);
  expect((await site.ask('PUT', '/api/v1/me/mail', { slow_exports: true })).body).toEqual({ slow_exports: true });
  expect((await noticesOf(await slowExport({ date_from: '2026-02-02' }, '-2 minutes'))).length).toBe(1);
  expect((await site.ask('PUT', '/api/v1/me/mail', { slow_exports: 'no' })).status).toBe(400);
});
