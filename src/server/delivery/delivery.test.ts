/** A schedule over real HTTP to four real receivers: each has the file once, with the checksum that Export History shows. */
import { createHash } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Delivery, Destination, DestinationTest, Schedule, ScheduleRun } from '#contract/deliveries.ts';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { createS3Client } from '#server/storage/s3-client.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { openPostOffice, type PostOffice } from '#test/post-office.ts';
import { type S3Peer, startS3Peer } from '#test/s3-peer.ts';
import { openSftpServer, type SftpServer } from '#test/sftp-server.ts';
import { openWebhookReceiver, type WebhookReceiver } from '#test/webhook-receiver.ts';

let site: TestInstallation;
let office: PostOffice;
let hook: WebhookReceiver;
let sftp: SftpServer;
let bucket: S3Peer;
let savedId: string;
const base = (path: string): string => `/api/v1/companies/${site.companyId}/${path}`;
/** Five processes' worth of servers answer here, also on a machine that has much else to do. */
const patience = { timeout: 45_000, interval: 50 };
vi.setConfig({ testTimeout: 90_000 });
const secret = 'whsec_QmxhdWJlZXJlbi11bmQtS2lyc2NoZW4tYXVzLVNjaHdlcmlu';

beforeAll(async () => {
  [office, hook, sftp, bucket] = await Promise.all([
    openPostOffice(),
    openWebhookReceiver(),
    openSftpServer(),
    startS3Peer(),
  ]);
  site = await startInstallation({
    receiptLines: 40,
    environment: { DELIVERY_PRIVATE_NETWORKS: 'true', SMTP_URL: office.url, MAIL_FROM: 'reports@grill.example' },
  });
  const saved = await ask<{ id: string }>('POST', base('saved-reports'), {
    name: 'Wareneingang',
    report_type: 'delivery_location',
    period: { kind: 'last_month' },
    file_format: 'csv',
  });
  savedId = saved.id;
});
afterAll(async () => {
  await site.close();
  await Promise.all([office.close(), hook.close(), sftp.close(), bucket.close()]);
});

async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  status = method === 'POST' ? 201 : 200,
): Promise<T> {
  const answer = await site.ask<T>(method, path, body);
  expect([method, path, answer.status, answer.status === status ? null : answer.body]).toEqual([
    method,
    path,
    status,
    null,
  ]);
  return answer.body;
}

const destination = (name: string, type: string, settings: object): Promise<Destination> =>
  ask('POST', base('destinations'), { name, type, settings });

const schedule = (name: string, changes: object = {}): Promise<Schedule> =>
  ask('POST', base('schedules'), {
    name,
    saved_report_id: savedId,
    recurrence: { kind: 'working_day', nth: 3, of: 'month' },
    at: '07:00',
    ...changes,
  });

const ended = (id: string, occurrence: string): Promise<ScheduleRun> =>
  vi.waitFor(async () => {
    const { results } = await ask<Page<ScheduleRun>>('GET', base(`schedules/${id}/runs`));
    const run = results.find((each) => each.occurrence === occurrence);
    if (!run || run.status === 'waiting' || run.status === 'running') throw new Error(`still ${run?.status}`);
    return run;
  }, patience);

const letterAbout = (to: string, subject: string) => {
  const found = office.letters.find((each) => each.to.includes(to) && each.raw.includes(`Subject: ${subject}`));
  if (!found) throw new Error(`no letter about ${subject} to ${to}`);
  return found;
};

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('one occurrence goes once to mail, webhook, SFTP and a bucket, each with the file as it was made', async () => {
  const finance = 'finance@test.example';
  const places = [
    await destination('Post', 'mail', { recipients: [finance, 'nobody@elsewhere.example'], attach: 'when_it_fits' }),
    await destination('Hook', 'webhook', { url: hook.url, secret, events: [] }),
    await destination('Drop', 'sftp', {
      host: '127.0.0.1',
      port: sftp.port,
      username: 'grill',
      password: sftp.password,
      host_key: sftp.hostKey,
      folder: '/in',
    }),
    await destination('Bucket', 's3', {
      bucket: bucket.bucket,
      endpoint: bucket.endpoint,
      region: bucket.region,
      prefix: 'month-end/',
      access_key_id: bucket.credentials.accessKeyId,
      secret_access_key: bucket.credentials.secretAccessKey,
    }),
  ];
  for (const { has_secret, type, settings } of places) {
    expect([type, has_secret]).toEqual([type, type !== 'mail']);
    expect(JSON.stringify(settings)).not.toMatch(/whsec|pass phrase|S3RVER"?,?"?secret/);
  }
  const made = await schedule('Month end', { destination_ids: places.map(({ id }) => id) });
  expect(made).toMatchObject({ is_paused: false, owner: { id: site.userId }, condition: 'always' });
  const run = await ask<ScheduleRun>('POST', base(`schedules/${made.id}/run`), { occurrence: '2026-11-04' });
  expect(run).toMatchObject({ status: 'waiting', date_from: '2026-10-01', date_to: '2026-10-31' });
  // asked for again at once: it is the same one
  await ask('POST', base(`schedules/${made.id}/run`), { occurrence: '2026-11-04' }, 200);
  const after = await ended(made.id, '2026-11-04');
  // who is no member and no guest gets nothing, and the owner is told
  expect(after).toMatchObject({ status: 'partly_sent', reason: expect.stringContaining('4 of 5') });
  const job = await ask<ExportJob>('GET', `/api/v1/export-jobs/${after.job_id}`);
  expect(job).toMatchObject({ status: 'completed', saved_report: { name: 'Wareneingang' } });

  const { raw, readable } = letterAbout(finance, 'Month end');
  expect(readable).toContain(job.sha256 ?? '-');
  expect(readable).toContain(`/export-history?company=${site.companyId}&job=${job.id}`);
  expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  const attached = /filename="?[^\r\n]*\.zip"?[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(raw)?.[1] ?? '';
  expect(hashOf(Buffer.from(attached, 'base64'))).toBe(job.sha256);

  expect(hook.calls).toHaveLength(1);
  const [call] = hook.calls;
  const told = new Webhook(secret).verify(call?.body ?? '', call?.headers as Record<string, string>) as {
    type: string;
    data: Record<string, unknown>;
  };
  expect(told).toMatchObject({
    type: 'export.completed',
    data: { job_id: job.id, sha256: job.sha256, row_count: job.row_count },
  });

  const [path = '', content = Buffer.alloc(0)] = [...sftp.files][0] ?? [];
  expect([sftp.files.size, path]).toEqual([1, `/in/2026-11-04_${job.filename}`]);
  expect(sftp.begun).toEqual([`${path}.part`]);
  expect(hashOf(content)).toBe(job.sha256);

  const client = createS3Client(bucket);
  const object = await client.send(
    new GetObjectCommand({ Bucket: bucket.bucket, Key: `month-end/2026-11-04_${job.filename}` }),
  );
  expect(hashOf(Buffer.from((await object.Body?.transformToByteArray()) ?? []))).toBe(job.sha256);

  const all = await ask<Page<Delivery>>('GET', base(`deliveries?job_id=${job.id}`));
  expect(all.results.map(({ status }) => status).sort()).toEqual(['refused', 'sent', 'sent', 'sent', 'sent']);
  for (const { attempts } of all.results) expect(attempts).toHaveLength(1);
  expect((await ask<Page<Delivery>>('GET', base('deliveries?status=refused'))).results).toMatchObject([
    { recipient: 'nobody@elsewhere.example', attempts: [{ outcome: 'refused' }] },
  ]);
});

test('an equal file that is there counts as sent, another of its name is left alone', async () => {
  const before = new Map(sftp.files);
  const { results } = await ask<Page<Delivery>>('GET', base('deliveries'));
  const drop = results.find(({ destination_name }) => destination_name === 'Drop');
  const again = async (): Promise<Delivery> => {
    await ask('POST', `/api/v1/deliveries/${drop?.id}/send-again`, {}, 200);
    return vi.waitFor(async () => {
      const all = await ask<Page<Delivery>>('GET', base('deliveries'));
      const found = all.results.find(({ id }) => id === drop?.id) as Delivery;
      if (found.status === 'waiting' || found.status === 'sending') throw new Error('under way');
      return found;
    }, patience);
  };
  expect(await again()).toMatchObject({ status: 'sent' });
  expect([...sftp.files]).toEqual([...before]);
  const [path = ''] = before.keys();
  sftp.files.set(path, Buffer.from('somebody else’s'));
  const other = await again();
  expect([other.status, other.attempts.at(-1)?.detail]).toEqual(['failed', expect.stringContaining('left as it is')]);
  expect(sftp.files.get(path)?.toString()).toBe('somebody else’s');
});

test('a test says what would happen, and a server with another key is told nothing', async () => {
  const { results } = await ask<Page<Destination>>('GET', base('destinations'));
  for (const { id, type } of results) {
    const tried = await ask<DestinationTest>('POST', base(`destinations/${id}/test`), undefined, 200);
    expect([type, tried.ok]).toEqual([type, type !== 'mail']);
  }
  const drop = results.find(({ type }) => type === 'sftp') as Destination;
  await ask('PATCH', base(`destinations/${drop.id}`), { settings: { host_key: `SHA256:${'A'.repeat(43)}` } });
  const wrong = await ask<DestinationTest>('POST', base(`destinations/${drop.id}/test`), undefined, 200);
  expect(wrong).toMatchObject({ ok: false, steps: [{ detail: expect.stringContaining(sftp.hostKey) }] });
  const shown = await ask<{ host_key: string }>(
    'POST',
    base('destinations/host-key'),
    { host: '127.0.0.1', port: sftp.port },
    200,
  );
  expect(shown.host_key).toBe(sftp.hostKey);
});

test('a secret is given to the server that it was entered for, and to no other', async () => {
  const { results } = await ask<Page<Destination>>('GET', base('destinations'));
  const drop = results.find(({ type }) => type === 'sftp') as Destination;
  const path = base(`destinations/${drop.id}`);
  for (const settings of [{ host: 'localhost' }, { port: 2222 }, { host: 'thief.example', host_key: sftp.hostKey }]) {
    const refused = await site.ask('PATCH', path, { settings });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'settings.password' }] } });
  }
  const moved = await site.ask('PATCH', path, { settings: { host: 'localhost', password: sftp.password } });
  expect(moved).toMatchObject({ status: 200, body: { settings: { host: 'localhost' }, has_secret: true } });
  const region = await site.ask('POST', base('destinations'), {
    name: 'Elsewhere',
    type: 's3',
    settings: { bucket: 'abc', region: 'x.thief.example/', access_key_id: 'a', secret_access_key: 'b' },
  });
  expect(region).toMatchObject({ status: 400, body: { errors: [{ field: 'settings.region' }] } });
});

test('events of the whole company are told; retries keep their id, 410 ends the destination', async () => {
  const place = await destination('Events', 'webhook', { url: hook.url, secret, events: ['export.completed'] });
  const from = hook.calls.length;
  hook.answerWith({ status: 503, headers: { 'retry-after': '1' } }, { status: 410 });
  const job = await site.create({ report_type: 'vendor' });
  const found = await vi.waitFor(async () => {
    const all = await ask<Page<Delivery>>('GET', base(`deliveries?destination_id=${place.id}`));
    if (all.results[0]?.status !== 'failed') throw new Error(JSON.stringify(all.results[0]));
    return all.results[0];
  }, patience);
  expect(found).toMatchObject({ job_id: job.id, event: 'export.completed' });
  const calls = hook.calls.slice(from);
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(calls).toHaveLength(2);
  expect((await ask<Destination>('GET', base(`destinations/${place.id}`))).disabled_reason).toContain('410');
});

test('one click ends the mail; the owner is told of what was refused', async () => {
  const { readable } = letterAbout('finance@test.example', 'Month end');
  const url = /<(http[^>]*\/unsubscribe\/[^>]*)>/.exec(readable)?.[1] ?? '';
  expect((await fetch(url)).status).toBe(200);
  const clicked = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  expect(clicked.status).toBe(200);
  const post = (await ask<Page<Destination>>('GET', base('destinations'))).results.find(({ type }) => type === 'mail');
  const job = await site.create({ report_type: 'item' });
  await site.finished(job.id);
  const sent = await ask<{ deliveries: Delivery[] }>('POST', `/api/v1/export-jobs/${job.id}/send`, {
    destination_ids: [post?.id],
  });
  expect(sent.deliveries).toHaveLength(2);
  const mine = await vi.waitFor(async () => {
    const all = await ask<Page<Delivery>>('GET', base(`deliveries?job_id=${job.id}`));
    const found = all.results.find(({ recipient }) => recipient === 'finance@test.example');
    if (found?.status !== 'refused') throw new Error(String(found?.status));
    return found;
  }, patience);
  expect(mine.attempts[0]?.detail).toContain('asked to receive no more');
  await vi.waitFor(() => letterAbout('finance@test.example', 'Not delivered: nobody@elsewhere.example'), patience);
});
