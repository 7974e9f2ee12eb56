/** DOWNLOAD_MODE=stream: no link is worth anything by itself, in either store; access ends the moment it is lost. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DownloadLink, ExportJob } from '#contract/export-jobs.ts';
import { newToken } from '#server/access/tokens.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { S3Store } from '#server/storage/s3-store.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';
import { runCommand } from '#test/faults/product-process.ts';
import { type S3Peer, settingsFor, startS3Peer } from '#test/s3-peer.ts';

const largeBytes = 48 * 1024 * 1024;

async function* large(): AsyncGenerator<Buffer> {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  for (let n = 0; n < largeBytes; n += piece.length) yield piece;
}

describe.each(['embedded', 's3'] as const)('with the %s store', (kind) => {
  let peer: S3Peer | undefined;
  let site: TestInstallation;
  let store: ObjectStore;
  let job: ExportJob;
  let address: string;
  const asked = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(path.startsWith('http') ? path : `${address}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${site.key}`, ...(init.headers as Record<string, string>) },
    });
  const file = (): string => `/api/v1/export-jobs/${job.id}/file`;
  const audited = async (): Promise<string[]> =>
    (
      await site.installation.pool.db
        .selectFrom('audit_events')
        .select('action')
        .where('subject_id', '=', job.id)
        .where('action', 'like', 'export.download%')
        .orderBy('id')
        .execute()
    ).map(({ action }) => action);

  beforeAll(async () => {
    const environment: Record<string, string> = { DOWNLOAD_MODE: 'stream' };
    if (kind === 's3') {
      peer = await startS3Peer();
      vi.stubEnv('AWS_ACCESS_KEY_ID', peer.credentials.accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', peer.credentials.secretAccessKey);
      Object.assign(environment, { S3_BUCKET: peer.bucket, S3_ENDPOINT: peer.endpoint, S3_REGION: peer.region });
    }
    site = await startInstallation({ receiptLines: 50, environment });
    address = site.installation.address ?? '';
    store = peer
      ? new S3Store(settingsFor(peer))
      : new EmbeddedStore({
          kind: 'embedded',
          folder: join(site.dataDir, 'objects'),
          secret: site.authSecret,
          baseUrl: () => '',
        });
    job = await site.finished((await site.create()).id);
  });
  afterAll(async () => {
    await site.close();
    await peer?.close();
    vi.unstubAllEnvs();
  });
  afterEach(async () => {
    await site.installation.pool.db
      .updateTable('company_members')
      .set({ denied: [] })
      .where('user_id', '=', site.userId)
      .execute();
  });
  const lose = (): Promise<unknown> =>
    site.installation.pool.db
      .updateTable('company_members')
      .set({ denied: ['view_financials'] })
      .where('user_id', '=', site.userId)
      .execute();

  /** Connections to this server that are still open to send a file: none once it has been cut. */
  const listening = async (): Promise<number> => {
    const app = site.installation.app;
    return new Promise((resolve) => app?.server.getConnections((_error, count) => resolve(Math.max(0, count - 1))));
  };

  test('the answer has the same shape, and leads to the file for whoever may have it', async () => {
    const answer = await asked(`/api/v1/export-jobs/${job.id}/download`);
    const link = (await answer.json()) as DownloadLink;
    expect(link).toEqual({ download_url: `${address}${file()}`, expires_in_seconds: 3600, filename: job.filename });
    const before = await audited();
    const whole = await asked(link.download_url);
    expect(whole.status).toBe(200);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': expect.stringContaining(`attachment; filename="`),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-length': String(job.file_size),
    });
    const bytes = Buffer.from(await whole.arrayBuffer());
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    expect(digest).toBe(job.sha256);
    expect((await audited()).slice(before.length)).toEqual(['export.downloaded']);
  });

  test('the export command fetches it with its key, and verifies it', async () => {
    const out = join(site.dataDir, 'by-command.zip');
    const words = `export --company ${job.company_id} --report delivery_location --from 2026-01-01 --to 2026-12-31`;
    const ended = await runCommand([...words.split(' '), '--format', 'csv', '--out', out, '--server', address], {
      MATHERSHIP_API_KEY: site.key,
    });
    expect(ended).toMatchObject({ status: 0, output: expect.stringContaining('SHA-256 verified') });
    await rm(out);
  });

  test('redirect=true leads there too', async () => {
    const answer = await asked(`/api/v1/export-jobs/${job.id}/download?redirect=true`, { redirect: 'manual' });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(`${address}${file()}`);
  });

  test('ranges, HEAD and conditions are answered, and each part is written down', async () => {
    const before = await audited();
    const head = await asked(file(), { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(job.file_size));
    const part = await asked(file(), { headers: { range: 'bytes=2-5' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 2-5/${job.file_size}`);
    expect((await part.arrayBuffer()).byteLength).toBe(4);
    expect((await asked(file(), { headers: { range: 'bytes=99999999-' } })).status).toBe(416);
    const etag = head.headers.get('etag') ?? '';
    expect((await asked(file(), { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await audited()).slice(before.length)).toEqual(['export.download_continued']);
  });

  test('what cannot be written down is not sent, and nothing stays open for it', async () => {
    const { db } = site.installation.pool;
    await sql`CREATE FUNCTION refuse_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the log is full'; END $$`.execute(
      db,
    );
    await sql`CREATE TRIGGER refuse_entry BEFORE INSERT ON audit_events FOR EACH ROW
      WHEN (NEW.action LIKE 'export.download%') EXECUTE FUNCTION refuse_entry()`.execute(db);
    // called through: what it opened is looked at afterwards
    const opened = vi.spyOn((kind === 's3' ? S3Store : EmbeddedStore).prototype, 'get');
    const before = await audited();
    const answer = await asked(file());
    await sql`DROP FUNCTION refuse_entry() CASCADE`.execute(db);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toContain('problem+json');
    expect(opened.mock.results).toHaveLength(1);
    const body = (await opened.mock.results[0]?.value) as Readable;
    opened.mockRestore();
    expect(body.destroyed).toBe(true);
    expect(await audited()).toEqual(before);
    expect((await asked(file(), { headers: { range: 'bytes=0-3' } })).status).toBe(206);
  });

  test('a guest’s own link leads to the file here, and to no link of the store', async () => {
    const token = newToken();
    const company = job.company_id;
    await sql`WITH d AS (INSERT INTO destinations (company_id, name, type, settings) VALUES (${company}, 'Guests', 'mail', '{}') RETURNING id),
      g AS (INSERT INTO guests (company_id, email, approved_at) VALUES (${company}, 'guest@outside.example', now())),
      s AS (INSERT INTO deliveries (company_id, destination_id, recipient, job_id, on_behalf_of, status)
        SELECT ${company}, id, 'guest@outside.example', ${job.id}, ${site.userId}, 'sent' FROM d RETURNING id)
      INSERT INTO guest_links (token_hash, delivery_id, expires_at) SELECT ${token.hash}, id, now() + interval '1 day' FROM s`.execute(
      site.installation.pool.db,
    );
    const answer = await fetch(`${address}/api/v1/guest-files/${token.text}`, { redirect: 'manual' });
    expect(answer.status).toBe(200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(job.sha256);
  });

  test('without a credential, or with a link of the other mode, there is nothing', async () => {
    expect((await fetch(`${address}${file()}`)).status).toBe(401);
    expect((await fetch(`${address}${file()}`, { method: 'HEAD' })).status).toBe(401);
    const link = await store.link({
      key: `exports/${job.company_id}/${job.id}/1.zip`,
      filename: 'x.zip',
      contentType: 'application/zip',
      expiresInSeconds: 60,
    });
    // a link of the store can still be made by whoever holds its secret; this server follows none
    if (kind === 'embedded') expect((await fetch(`${address}${link.url}`)).status).toBe(404);
  });

  test('after the capability is lost the very next request is refused, range or not', async () => {
    expect((await asked(file(), { headers: { range: 'bytes=0-3' } })).status).toBe(206);
    await lose();
    for (const headers of [{}, { range: 'bytes=4-7' }] as Record<string, string>[]) {
      const answer = await asked(file(), { headers });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'missing_capability' });
    }
    expect((await asked(file(), { method: 'HEAD' })).status).toBe(403);
    expect((await asked(`/api/v1/export-jobs/${job.id}/download`)).status).toBe(403);
  });

  test.each([
    ['the capability', lose],
    ['the key', () => sql`DELETE FROM api_keys WHERE user_id = ${site.userId}`.execute(site.installation.pool.db)],
  ])('a transfer under way ends when %s is lost', async (_what, take) => {
    const key = `exports/${job.company_id}/${job.id}/1.zip`;
    const keys = await site.installation.pool.db.selectFrom('api_keys').selectAll().execute();
    await store.put(key, large(), { contentType: 'application/zip' });
    const answer = await asked(file());
    expect(answer.headers.get('content-length')).toBe(String(largeBytes));
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let read = (await reader.read()).value?.byteLength ?? 0;
    await take();
    const rest = async (): Promise<void> => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) read += next.value.byteLength;
    };
    // the transfer stands still until it is read on: by then the loss has been heard of
    await vi.waitFor(async () => expect(await listening()).toBe(0));
    await expect(rest()).rejects.toThrow('terminated');
    expect(read).toBeLessThan(largeBytes);
    for (const { id: _, ...row } of keys)
      await site.installation.pool.db
        .insertInto('api_keys')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  });
});
