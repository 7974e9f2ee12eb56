import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import type { ExportPack, PackMember } from '#contract/packs.ts';
import { invariants } from '#server/exports/invariants.ts';
import { createStore } from '#server/storage/create-store.ts';
import { reportTypes } from '#contract/reports.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { readWorkbook, unzip } from '#test/read-workbook.ts';
import { leadingFigure } from './pack-names.ts';

let site: TestInstallation;
let organizationId: string;
let companies: string[];

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 60 });
  const { db } = site.installation.pool;
  const [a, b] = [await site.addCompany({ lines: 40 }), await site.addCompany({ lines: 1 })];
  companies = [site.companyId, a, b];
  // two of one name to whoever reads it, in letters that are written in more than one way
  const names = { [a]: 'Café Žižkov'.normalize('NFD'), [b]: 'Café Žižkov' };
  for (const [id, name] of Object.entries(names))
    await sql`UPDATE companies SET name = ${name} WHERE id = ${id}`.execute(db);
  const found = await sql<{ id: string }>`SELECT organization_id AS id FROM companies WHERE id = ${a}`.execute(db);
  organizationId = found.rows[0]?.id ?? '';
});
afterAll(() => site.close());

const member = (
  company_id: string,
  report_type: PackMember['report_type'],
  file_format: PackMember['file_format'],
) => ({
  company_id,
  report_type,
  file_format,
});
const grid = (): PackMember[] =>
  companies.flatMap((id) => [
    member(id, 'vendor', 'csv'),
    member(id, 'vendor', 'pdf'),
    member(id, 'order_lines', 'csv'),
  ]);

const run = async (body: Record<string, unknown> = {}): Promise<ExportPack> => {
  const answer = await site.ask<ExportPack>('POST', '/api/v1/export-packs', {
    organization_id: organizationId,
    name: 'Month end',
    members: grid(),
    date_from: '2026-01-01',
    date_to: '2026-12-31',
    ...body,
  });
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body;
};
const read = async (id: string): Promise<ExportPack> =>
  (await site.ask<ExportPack>('GET', `/api/v1/export-packs/${id}`)).body;
const ended = (id: string): Promise<ExportPack> =>
  vi.waitFor(
    async () => {
      const pack = await read(id);
      if (['pending', 'processing'].includes(pack.status)) throw new Error(`still ${pack.status}`);
      return pack;
    },
    { timeout: 60_000, interval: 50 },
  );
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('a pack is one file of all its exports, each carried as it was made, in a folder of its company', async () => {
  const asked = await run();
  expect(asked).toMatchObject({ status: 'pending', name: 'Month end', row_count: null, tie_out: null });
  expect(asked.members).toHaveLength(9);
  expect(Object.keys(asked.data_versions).sort()).toEqual([...companies].sort());
  const pack = await ended(asked.id);
  expect(pack).toMatchObject({
    status: 'completed',
    is_downloadable: true,
    error: null,
    tie_out: { status: 'agrees' },
  });
  expect(pack.members.map(({ status }) => status)).toEqual(Array(9).fill('completed'));
  for (const one of pack.members) expect(one.as_of_version).toBe(pack.data_versions[one.company_id]);
  expect(pack.row_count).toBe(pack.members.reduce((rows, one) => rows + (one.row_count ?? 0), 0));
  expect(pack.filename).toBe('month-end_2026-01-01_2026-12-31_pack.zip');

  const zip = await site.fetchZip(pack.id);
  expect([zip.length, sha(zip)]).toEqual([pack.file_size, pack.sha256]);
  const files = await unzip(zip);
  const names = [...files.keys()];
  expect(names.slice(0, 4)).toEqual(['index.json', 'index.pdf', 'tie-out.json', 'tie-out.pdf']);
  expect(names.slice(-2)).toEqual(['manifest.json', 'manifest.json.sig']);
  const folders = new Set(names.filter((name) => name.includes('/')).map((name) => name.split('/')[0]));
  expect([...folders]).toEqual(['grill-sud', `cafe-zizkov_${companies[1]}`, `cafe-zizkov_${companies[2]}`]);
  const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '') as {
    files: { name: string; sha256: string; bytes: number }[];
    members: { job_id: string; file: string; proof: string }[];
  };
  expect(manifest.files.map(({ name }) => name)).toEqual(names.slice(0, -2));
  for (const { name, sha256, bytes } of manifest.files) {
    const file = files.get(name) ?? Buffer.alloc(0);
    expect([name, file.length, sha(file)]).toEqual([name, bytes, sha256]);
  }
  // every export lies in it as it is by itself
  for (const { job_id, file, proof } of manifest.members) {
    const own = [...(await unzip(await site.fetchZip(job_id)))];
    expect(files.get(file)?.equals(own[0]?.[1] ?? Buffer.alloc(0))).toBe(true);
    for (const [name, bytes] of own.slice(1)) expect(files.get(`${proof}/${name}`)?.equals(bytes)).toBe(true);
  }
  const index = JSON.parse(files.get('index.json')?.toString() ?? '') as { exports: { rows: number }[] };
  expect(index.exports.map(({ rows }) => rows)).toEqual(pack.members.map(({ row_count }) => row_count));
  for (const name of ['index.pdf', 'tie-out.pdf']) expect(files.get(name)?.subarray(0, 5).toString()).toBe('%PDF-');
});

test('with a workbook: what is in it first, then a sheet for each question whatever its formats, with every row of it', async () => {
  const pack = await ended((await run({ options: { workbook: true } })).id);
  expect([pack.status, pack.error]).toEqual(['completed', null]);
  const files = await unzip(await site.fetchZip(pack.id));
  const { sheets } = await readWorkbook(files.get('workbook_2026-01-01_2026-12-31.xlsx') ?? Buffer.alloc(0));
  expect(sheets.map(({ name }) => name)).toEqual([
    'Month end',
    ...companies.flatMap((_, at) => [`${2 * at + 1} Vendor Spend Report`, `${2 * at + 2} Order Lines Report`]),
  ]);
  const [index, ...tables] = sheets.map(({ rows }) => rows.slice(1));
  const made = companies.flatMap((id) =>
    ['vendor', 'order_lines'].map(
      (type) => pack.members.find((one) => one.company_id === id && one.report_type === type)?.row_count,
    ),
  );
  expect(tables.map((rows) => rows.length)).toEqual(made);
  expect(index?.map((cells) => [cells[0]?.raw, cells[5]?.raw])).toEqual(
    made.map((rows, at) => [`${at + 1}`, `${rows}`]),
  );
});

test('one row of the list, its exports in it', async () => {
  const pack = await ended((await run({ date_to: '2026-11-30' })).id);
  const { body } = await site.ask<Page<ExportJob>>('GET', '/api/v1/export-jobs?page_size=200');
  const row = body.results.find(({ id }) => id === pack.id);
  expect(row).toMatchObject({
    report_type: 'pack',
    file_format: 'zip',
    status: 'completed',
    company_id: companies[0],
    pack: { name: 'Month end', members: 9, members_ended: 9, company_ids: companies },
  });
  expect(body.results.filter(({ pack_id }) => pack_id !== null)).toEqual([]);
  const one = await site.ask<ExportJob>('GET', `/api/v1/export-jobs/${pack.members[4]?.id}`);
  expect(one.body).toMatchObject({ pack_id: pack.id, status: 'completed' });
});

test('everything that doctor looks at holds', async () => {
  const store = await createStore({
    kind: 'embedded',
    folder: join(site.dataDir, 'objects'),
    secret: site.authSecret,
    baseUrl: () => '',
  });
  for (const { id, check } of invariants) {
    expect([id, await check(site.installation.pool.db, store)]).toEqual([id, []]);
  }
});

test('the total that an index names is what its report is about, whatever order totals are kept in', () => {
  const scope = {
    companyId: '1',
    companyName: 'Café Žižkov',
    currency: 'JPY',
    timeZone: 'Asia/Tokyo',
    locale: 'ja-JP',
  };
  const asked = { ...scope, from: '2026-01-01', to: '2026-01-31', locationIds: null, filters: {} };
  const leading = reportTypes.map((reportType) => [reportType, leadingFigure({ reportType, scope: asked })?.key]);
  expect(Object.fromEntries(leading)).toMatchObject({
    delivery_location: 'total_price',
    order_lines: 'net',
    vendor: 'net_purchases',
    item: 'net_purchases',
  });
});
