import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { SigningKey, Verification } from '#contract/verification.ts';
import { newToken } from '#server/access/tokens.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';
import { unzip } from '#test/read-workbook.ts';
import { otherSigner, packZip, packedFiles, signedExport } from '#test/signed-export.ts';
import { readPublicKeys } from './signing-key.ts';
import { verificationSchema } from './schemas.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 60, environment: { VERIFY_MEGABYTES_MAX: '3' } });
});
afterAll(() => site.close());

const address = (path: string): string => `${site.installation.address}${path}`;

interface Answered {
  readonly status: number;
  readonly body: Verification & { code?: string };
}

async function verify(
  file: Buffer,
  options: { name?: string; key?: string | null; type?: string } = {},
): Promise<Answered> {
  const key = options.key === undefined ? site.key : options.key;
  const answer = await fetch(
    address(`/api/v1/verify${options.name === undefined ? '' : `?filename=${encodeURIComponent(options.name)}`}`),
    {
      method: 'POST',
      headers: {
        'content-type': options.type ?? 'application/octet-stream',
        ...(key !== null && { authorization: `Bearer ${key}` }),
      },
      body: file as Buffer<ArrayBuffer>,
    },
  );
  const body = (await answer.json()) as Answered['body'];
  if (answer.status === 200) verificationSchema.strict().parse(body);
  return { status: answer.status, body };
}

/** Somebody signed in who has nothing to do with the company. */
async function stranger(): Promise<string> {
  const { db } = site.installation.pool;
  const { rows } = await sql<{ id: string }>`
    INSERT INTO users (email, name) VALUES (${`${crypto.randomUUID()}@test.example`}, 'Stranger') RETURNING id`.execute(
    db,
  );
  const token = newToken('msk_');
  await sql`INSERT INTO api_keys (user_id, name, prefix, key_hash) VALUES (${rows[0]?.id}, 'Test', 'msk_', ${token.hash})`.execute(
    db,
  );
  return token.text;
}

async function made(
  changes: Record<string, unknown> = {},
): Promise<{ job: ExportJob; zip: Buffer; files: Map<string, Buffer> }> {
  const job = await site.finished((await site.create(changes)).id);
  const zip = await site.fetchZip(job.id);
  return { job, zip, files: await unzip(zip) };
}

const spooled = (): Promise<string[]> => readdir(join(site.dataDir, 'verify')).catch(() => []);

describe('an export of this installation', () => {
  it.each(['csv', 'xlsx', 'pdf'] as const)(
    '%s: the ZIP, and each file in it alone, are recognised',
    async (file_format) => {
      const { job, zip, files } = await made({ file_format });
      const whole = await verify(zip, { name: job.filename ?? '' });
      expect(whole).toMatchObject({
        status: 200,
        body: {
          outcome: 'unchanged',
          container: 'as_made',
          signature: { state: 'valid' },
          given: { kind: 'zip', sha256: job.sha256, bytes: job.file_size },
          facts: { job_id: job.id, file_format, rows: 60, company: { id: site.companyId, time_zone: 'Europe/Berlin' } },
          job: { id: job.id, company_id: site.companyId, is_downloadable: true, expires_at: job.expires_at },
        },
      });
      expect(whole.body.totals?.signed).toEqual(job.control_totals);
      const counted = file_format === 'csv' ? { ...job.control_totals, unreadable_rows: 0 } : null;
      expect(whole.body.totals?.found).toEqual(counted);
      for (const [name, content] of files) {
        const alone = await verify(content, { name });
        expect(alone.body).toMatchObject({
          outcome: 'unchanged',
          given: { kind: 'file' },
          files: [{ name, state: 'unchanged' }],
          totals: { signed: job.control_totals, found: null },
        });
        expect(alone.body.facts).toMatchObject({ file_format, requested_by: 'Finance' });
        expect(alone.body.facts?.sum_columns).toEqual(whole.body.facts?.sum_columns);
      }
      expect(await spooled()).toEqual([]);
    },
  );

  it('without rows is recognised; among exports that hold the same bytes, by the name of the file, then by age', async () => {
    const period = { date_from: '2020-01-01', date_to: '2020-01-31' };
    const { job, zip, files } = await made(period);
    expect((await verify(zip)).body).toMatchObject({
      outcome: 'unchanged',
      facts: { rows: 0 },
      totals: { found: { rows: 0 } },
    });
    const later = await made({ date_from: '2020-02-01', date_to: '2020-02-29' });
    const [name, content] = [...files][0] ?? ['', Buffer.alloc(0)];
    expect((await verify(content, { name })).body).toMatchObject({ job: { id: job.id }, same_content_count: 1 });
    expect((await verify(content)).body).toMatchObject({ job: { id: later.job.id } });
  });

  it('names its locations in words, also where only the database knows them', async () => {
    const [kitchen] = site.locations;
    const { zip, files } = await made({ filters: { delivery_location_ids: [kitchen?.id] } });
    const wanted = { filters: [{ label: 'Delivery locations', value: 'Main Kitchen' }] };
    expect((await verify(zip)).body.facts).toMatchObject(wanted);
    expect((await verify([...files.values()][0] ?? Buffer.alloc(0))).body.facts).toMatchObject(wanted);
  });

  it('stays proven when its file has expired, and as a ZIP also when it was deleted', async () => {
    const { job, zip, files } = await made({ date_to: '2026-01-20' });
    await sql`UPDATE export_jobs SET expires_at = now() - interval '1 day', file_deleted_at = now() WHERE id = ${job.id}`.execute(
      site.installation.pool.db,
    );
    const content = [...files.values()][0] ?? Buffer.alloc(0);
    for (const file of [zip, content]) {
      const { body } = await verify(file);
      expect(body).toMatchObject({ outcome: 'unchanged', job: { id: job.id, is_downloadable: false } });
      expect(body.summary).toContain('its proof was kept');
    }
    await site.ask('DELETE', `/api/v1/export-jobs/${job.id}`);
    expect((await verify(zip)).body).toMatchObject({
      outcome: 'unchanged',
      container: 'unknown',
      job: null,
      facts: { job_id: job.id },
    });
    expect((await verify(content)).body.outcome).toBe('not_ours');
  });

  it('changed, or packed again, is told as that', async () => {
    const { files } = await made({ date_to: '2026-10-31' });
    const [name, content] = [...files][0] ?? ['', Buffer.alloc(0)];
    expect((await verify(packZip(packedFiles(files)))).body.outcome).toBe('repacked');
    const shorter = content.subarray(0, content.lastIndexOf('\n', content.length - 2) + 1);
    const { body } = await verify(packZip(packedFiles(new Map([...files, [name, shorter]]))));
    expect(body).toMatchObject({ outcome: 'changed', files: [{ name, state: 'changed' }, {}, {}, {}] });
    expect(body.totals?.found?.rows).toBe((body.totals?.signed.rows ?? 0) - 1);
  });

  it('tells a stranger no more than that a ZIP is genuine, and of a file in it nothing', async () => {
    const { zip, files } = await made({ date_to: '2026-09-30' });
    const key = await stranger();
    const whole = await verify(zip, { key });
    expect(whole.body).toMatchObject({
      outcome: 'unchanged',
      container: 'as_made',
      facts: null,
      totals: null,
      job: null,
    });
    const altered = await verify(packZip(packedFiles(new Map([...files, ['summary.csv', Buffer.from('x')]]))), { key });
    expect(altered.body).toMatchObject({ outcome: 'changed', facts: null, totals: null, job: null });
    const alone = (await verify([...files.values()][0] ?? Buffer.alloc(0), { key })).body;
    const unknown = (await verify(Buffer.from('never exported'), { key })).body;
    expect({ ...alone, given: null }).toEqual({ ...unknown, given: null });
    expect(alone.outcome).toBe('not_ours');
  });
});

describe('files of elsewhere', () => {
  it('an export signed by another installation is not ours, and shows both keys', async () => {
    const { zip } = await signedExport({ signer: otherSigner });
    const { body } = await verify(zip);
    expect(body).toMatchObject({
      outcome: 'other_signature',
      signature: { state: 'other_key', key_id: otherSigner.keyId },
      claims: { report_title: 'Purchase Orders Report' },
    });
    expect(body.our_key_id).toMatch(/^SHA256:/);
    expect(body.our_key_id).not.toBe(otherSigner.keyId);
  });

  it('a truncated ZIP is damaged', async () => {
    const { zip } = await made({ date_to: '2026-08-31' });
    expect((await verify(zip.subarray(0, zip.length - 30))).body).toMatchObject({ outcome: 'damaged' });
  });
});

describe('the public keys', () => {
  it('are served to anybody, and prove the files they signed', async () => {
    const { files } = await made({ date_to: '2026-07-31' });
    const set = (await (await fetch(address('/api/v1/signing-keys'))).json()) as { keys: SigningKey[] };
    const pem = await (await fetch(address('/api/v1/signing-keys/current.pem'))).text();
    const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '') as { signature: { key_id: string } };
    const [current] = set.keys.filter((key) => key.is_current);
    expect(current).toMatchObject({ kid: manifest.signature.key_id, kty: 'OKP', crv: 'Ed25519', pem });
    expect(readPublicKeys(JSON.stringify(set)).map(({ keyId }) => keyId)).toContain(manifest.signature.key_id);
    const key = await crypto.subtle.importKey(
      'jwk',
      { kty: 'OKP', crv: 'Ed25519', x: current?.x ?? '' },
      'Ed25519',
      false,
      ['verify'],
    );
    const [signature, signed] = ['manifest.json.sig', 'manifest.json'].map(
      (name) => files.get(name) ?? Buffer.alloc(0),
    );
    expect(await crypto.subtle.verify('Ed25519', key, signature as BufferSource, signed as BufferSource)).toBe(true);
  });

  it('of before are kept: what an older secret signed stays proven until its key is struck off', async () => {
    const { zip, job } = await made({ date_to: '2026-06-30' });
    const { db } = site.installation.pool;
    const moved = sql`UPDATE export_jobs SET company_id = company_id WHERE id = ${job.id}`;
    await moved.execute(db);
    const kept = await db.selectFrom('signing_keys').selectAll().execute();
    await db.deleteFrom('signing_keys').execute();
    const { body } = await verify(zip, { key: await stranger() });
    expect(body).toMatchObject({ outcome: 'other_signature', signature: { state: 'other_key' } });
    await db.insertInto('signing_keys').values(kept).execute();
    expect((await verify(zip)).body).toMatchObject({ outcome: 'unchanged', signature: { state: 'valid' } });
  });
});

describe('what is refused', () => {
  it('nobody, something that is no file, and what is too large', async () => {
    expect(await verify(Buffer.from('x'), { key: null })).toMatchObject({
      status: 401,
      body: { code: 'not_signed_in' },
    });
    expect(await verify(Buffer.from('{}'), { type: 'application/json' })).toMatchObject({ status: 415 });
    expect((await verify(Buffer.alloc(0))).body.outcome).toBe('not_ours');
    expect(await verify(Buffer.alloc(3_000_001))).toMatchObject({ status: 413, body: { code: 'too_large' } });
    expect(await verify(Buffer.alloc(3_000_000))).toMatchObject({ status: 200, body: { outcome: 'not_ours' } });
  });

  it('what is too large without saying so, and a third file at once of one person; nothing is left of any', async () => {
    const open = () => {
      const upload = request(address('/api/v1/verify'), {
        method: 'POST',
        headers: { authorization: `Bearer ${site.key}`, 'content-type': 'application/octet-stream' },
      });
      let status: number | undefined;
      const answered = new Promise<number>((resolve, reject) => {
        upload.on('response', (answer) => {
          status = answer.resume().statusCode;
          resolve(status ?? 0);
        });
        upload.on('error', reject);
      });
      upload.write(Buffer.alloc(1000));
      return { upload, answered, refused: () => status === 429 };
    };
    const held = [open(), open()];
    await vi.waitFor(async () => {
      const third = await verify(Buffer.from('third'));
      // one that came while the third was looked at was itself the third
      for (const [at, { refused }] of held.entries()) if (refused()) held[at] = open();
      expect(third.status).toBe(429);
    });
    const [first, second] = held as [ReturnType<typeof open>, ReturnType<typeof open>];
    first.upload.end(Buffer.alloc(3_000_000));
    expect(await first.answered).toBe(413);
    second.upload.destroy();
    await expect(second.answered).rejects.toThrow('socket hang up');
    await vi.waitFor(async () => expect((await verify(Buffer.from('third'))).status).toBe(200));
    expect(await spooled()).toEqual([]);
  });
});
