import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DownloadLink, type ExportJob, togetherMax } from '#contract/export-jobs.ts';
import type { Problem } from '#contract/errors.ts';
import type { Verification } from '#contract/verification.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';
import { unzip } from '#test/read-workbook.ts';
import { indexName } from './together.ts';
import { isSignedBy, ManifestSigner, signingSeedOf } from './signing-key.ts';

let site: TestInstallation;
let second: string;
const url = '/api/v1/export-jobs/download';

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 30 });
  second = await site.addCompany({ lines: 12 });
});
afterAll(() => site.close());

const made = async (changes: Record<string, unknown> = {}): Promise<ExportJob> =>
  site.finished((await site.create(changes)).id);
const link = (ids: readonly unknown[]) => site.ask<DownloadLink & Problem>('POST', url, { ids });
const fetched = (ids: readonly string[]): Promise<Response> =>
  fetch(`${site.installation.address}${url}?ids=${ids.join(',')}`, {
    headers: { authorization: `Bearer ${site.key}` },
  });
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const downloads = async (id: string): Promise<number> =>
  (
    await site.installation.pool.db
      .selectFrom('audit_events')
      .select('id')
      .where('action', '=', 'export.downloaded')
      .where('subject_id', '=', id)
      .execute()
  ).length;
const fileOf = async (id: string): Promise<string> => {
  const { file_key } = await site.installation.pool.db
    .selectFrom('export_jobs')
    .select('file_key')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return join(site.dataDir, 'objects', 'objects', file_key ?? '');
};

describe('exports downloaded together', () => {
  it('are each as it was made, with an index, and a signed manifest over all', async () => {
    const jobs = [
      await made(),
      await made({ report_type: 'vendor', file_format: 'xlsx' }),
      await made({ company_id: second, date_from: '2026-03-01' }),
    ];
    // the same question once more: another file of the same name
    jobs.push(await made());
    const ids = jobs.map(({ id }) => id);
    const { status, body } = await link(ids);
    expect([status, body.filename]).toEqual([200, expect.stringMatching(/^exports_\d{4}-\d\d-\d\d\.zip$/)]);
    expect(body.download_url).toContain(ids.join(','));
    const answer = await fetch(body.download_url, { headers: { authorization: `Bearer ${site.key}` } });
    expect(answer.headers.get('content-type')).toBe('application/zip');
    const files = await unzip(Buffer.from(await answer.arrayBuffer()));

    const index = JSON.parse(String(files.get(indexName))) as {
      exports: { id: string; file: string; sha256: string; rows: number; company: { id: string } }[];
    };
    expect(index.exports.map(({ id, sha256: sum, rows, company }) => [id, sum, rows, company.id])).toEqual(
      jobs.map((job) => [job.id, job.sha256, job.row_count, job.company_id]),
    );
    expect(new Set(index.exports.map(({ file }) => file)).size).toBe(4);
    expect(index.exports[3]?.file).toBe(index.exports[0]?.file.replace('.zip', ' (2).zip'));
    for (const one of index.exports) expect(sha256(files.get(one.file) ?? Buffer.alloc(0))).toBe(one.sha256);
    expect(String(files.get('index.csv')).split('\n')).toHaveLength(jobs.length + 2);

    const manifest = files.get('manifest.json') ?? Buffer.alloc(0);
    const signer = new ManifestSigner(signingSeedOf(site.authSecret));
    expect(isSignedBy(signer, manifest, files.get('manifest.json.sig') ?? Buffer.alloc(0))).toBe(true);
    const listed = (JSON.parse(String(manifest)) as { files: { name: string; sha256: string; bytes: number }[] }).files;
    expect(listed.map(({ name }) => name)).toEqual([...files.keys()].slice(0, -2));
    for (const { name, sha256: sum, bytes } of listed) {
      const content = files.get(name) ?? Buffer.alloc(0);
      expect([sha256(content), content.length]).toEqual([sum, bytes]);
    }
    for (const id of ids) expect(await downloads(id)).toBe(1);
  });

  it('are proven as one: the signature, every file, and what became of a byte', async () => {
    const job = await made({ date_to: '2026-04-30' });
    const zip = Buffer.from(await (await fetched([job.id])).arrayBuffer());
    const verified = async (bytes: Buffer): Promise<Verification> => {
      const answer = await fetch(`${site.installation.address}/api/v1/verify`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${site.key}` },
        body: bytes as Buffer<ArrayBuffer>,
      });
      return (await answer.json()) as Verification;
    };
    expect(await verified(zip)).toMatchObject({
      outcome: 'unchanged',
      signature: { state: 'valid' },
      facts: { rows: job.row_count, requested_by: 'Finance' },
      exports: [{ job_id: job.id, file: job.filename, rows: job.row_count, adds_up: null }],
    });
    const altered = Buffer.from(zip);
    // within the export's own ZIP, the largest of what is in there
    const at = Math.floor(altered.length / 2);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(await verified(altered)).toMatchObject({ outcome: 'changed', signature: { state: 'valid' } });
  });

  it('one twice is one; of one company no folders', async () => {
    const job = await made({ date_to: '2026-05-31' });
    const files = await unzip(Buffer.from(await (await fetched([job.id, job.id])).arrayBuffer()));
    expect([...files.keys()]).toEqual([indexName, 'index.csv', job.filename, 'manifest.json', 'manifest.json.sig']);
    expect(await downloads(job.id)).toBe(1);
  });

  it('are refused by the name of the one that may not be seen, and nothing is told of it', async () => {
    const job = await made({ date_to: '2026-06-30' });
    const { db } = site.installation.pool;
    const other = await site.addCompany({ lines: 1 });
    const hidden = await made({ company_id: other });
    await sql`UPDATE company_members SET role = 'viewer' WHERE company_id = ${other}`.execute(db);
    for (const [id, code] of [
      [hidden.id, 'missing_capability'],
      ['01a00000-0000-7000-8000-000000000000', 'company_access_denied'],
      ['nonsense', 'company_access_denied'],
    ] as const) {
      const { status, body } = await link([job.id, id]);
      expect({ status, code: body.code, fields: body.errors?.map(({ field }) => field) }).toEqual({
        status: 403,
        code,
        fields: ['ids.1'],
      });
      expect((await fetched([job.id, id])).status).toBe(403);
    }
    expect(await downloads(job.id)).toBe(0);
  });

  it('say which of them have no file: expired, unfinished, lost', async () => {
    const { db } = site.installation.pool;
    const [whole, expired, lost] = [
      await made({ date_to: '2026-07-01' }),
      await made({ date_to: '2026-07-02' }),
      await made({ date_to: '2026-07-03' }),
    ];
    await sql`UPDATE export_jobs SET expires_at = now() - interval '1 second' WHERE id = ${expired.id}`.execute(db);
    await sql`UPDATE export_jobs SET file_key = 'exports/gone.zip' WHERE id = ${lost.id}`.execute(db);
    const { status, body } = await link([whole.id, expired.id, lost.id]);
    expect({ status, code: body.code, fields: body.errors?.map(({ field }) => field).toSorted() }).toEqual({
      status: 410,
      code: 'file_expired',
      fields: ['ids.1', 'ids.2'],
    });
    expect(body.errors?.find(({ field }) => field === 'ids.1')?.message).toContain(expired.id);
    expect((await fetched([whole.id, expired.id])).status).toBe(410);
    expect(await downloads(whole.id)).toBe(0);
  });

  it.each([
    ['none', []],
    ['what is no text', [5]],
    [`more than ${togetherMax}`, Array.from({ length: togetherMax + 1 }, (_, at) => `${at}`)],
  ])('%s are refused by the name of the field', async (_what, ids) => {
    const { status, body } = await link(ids);
    expect([status, body.errors?.[0]?.field]).toEqual([400, expect.stringMatching(/^ids(\.0)?$/)]);
  });

  it('do not arrive whole when a file is not the one that was made', async () => {
    const job = await made({ date_to: '2026-08-01' });
    const file = await fileOf(job.id);
    await writeFile(file, Buffer.alloc(Number(job.file_size), 'x'));
    await expect(fetched([job.id]).then((answer) => answer.arrayBuffer())).rejects.toThrow(/terminated|aborted/);
  });
});
