/** What is told without being asked for: an export that has begun to differ, and a slow one to whoever has left. Real receivers. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSession } from '#server/access/authenticate.ts';
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
