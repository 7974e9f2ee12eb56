import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { startSession } from '#server/access/authenticate.ts';
import { type Person, sessionCookie, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { type CsvFiles, csv, importFiles, multipartOf } from '#test/import-files.ts';
import { importKinds } from './kinds.ts';
import { importRoutes } from './routes.ts';
import { templateCsv } from './templates.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool, fileBytesMax: 200_000 }));
  company = await app.company();
  manager = await app.member(company, 'manager');
});
afterAll(() => app.close());

const templates: CsvFiles = Object.fromEntries(importKinds.map((kind) => [`${kind.name}.csv`, templateCsv(kind)]));
const lines = (...rows: string[]): string => `${rows.join('\n')}\n`;
const vendorsFile = { 'vendors.csv': lines('code,name', 'A,Vendor A') };

/** A company of its own, with a person who may import. */
async function freshCompany(values: Parameters<TestApp['company']>[0] = {}) {
  const fresh = await app.company(values);
  const person = await app.member(fresh, 'manager');
  return {
    id: fresh.id,
    send: (files: CsvFiles, query = '') => importFiles(person.client, fresh.id, files, query),
    rows: async (select: string): Promise<Record<string, unknown>[]> =>
      (await app.pool.pool.query(select.replaceAll('$company', fresh.id))).rows,
    client: person.client,
  };
}
const counts = ({ body }: Awaited<ReturnType<typeof importFiles>>) =>
  Object.fromEntries(body.files.map(({ kind, created, updated, unchanged }) => [kind, [created, updated, unchanged]]));

test('the templates together are a set that imports, and importing it again changes nothing', async () => {
  const { send } = await freshCompany();
  const first = await send(templates);
  expect(first.body).toMatchObject({ dry_run: false, warning_count: 0 });
  expect(first.body.files).toEqual(
    importKinds.map(({ name }) => ({ file: `${name}.csv`, kind: name, rows: 1, created: 1, updated: 0, unchanged: 0 })),
  );
  expect(first.body.received).toEqual({
    date_from: '2026-09-02',
    date_to: '2026-09-02',
    totals: [{ currency: 'EUR', lines: 1, net_amount: '126.90', tax_amount: '8.88' }],
  });
  expect(counts(await send(templates))).toEqual(Object.fromEntries(importKinds.map(({ name }) => [name, [0, 0, 1]])));
});

test('a dry run says the same and writes nothing', async () => {
  const { send, rows } = await freshCompany();
  const dry = await send(templates, '&dry_run=true');
  expect(dry.body.dry_run).toBe(true);
  const tables = ['vendors', 'purchase_orders', 'receipts', 'stock_movements', 'audit_events'];
  for (const table of tables) expect(await rows(`SELECT FROM ${table} WHERE company_id = $company`)).toEqual([]);
  const real = await send(templates);
  expect({ ...real.body, dry_run: true }).toEqual(dry.body);
});

test('parts may come in any order, columns too, and files may be left out', async () => {
  const { send, rows } = await freshCompany();
  const shuffled = Object.entries(templates)
    .toReversed()
    .map(([name, content]) => {
      const turned = importKinds
        .find((kind) => `${kind.name}.csv` === name)
        ?.columns.toReversed()
        .map((column) => [column.name, column.example]);
      return [name, turned ? csv([Object.fromEntries(turned)]) : content] as const;
    });
  expect((await send(Object.fromEntries(shuffled))).status).toBe(200);
  expect(counts(await send({ 'receipts.csv': templates['receipts.csv'] ?? '' }))).toEqual({ receipts: [0, 0, 1] });
  expect(await rows('SELECT net_amount FROM receipt_lines WHERE company_id = $company')).toEqual([
    { net_amount: '126.9000' },
  ]);
});

test('an empty cell leaves what is there; active archives and brings back', async () => {
  const { send, rows } = await freshCompany();
  const header = 'code,name,email,payment_terms_days,active';
  const vendor = async (row: string) => counts(await send({ 'vendors.csv': lines(header, row) }))['vendors'];
  const state = () =>
    rows(`SELECT name, email, payment_terms_days AS days, archived_at IS NOT NULL AS archived
    FROM vendors WHERE company_id = $company`);
  expect(await vendor('A,One,a@b.example,14,')).toEqual([1, 0, 0]);
  expect(await vendor('A,One,,,')).toEqual([0, 0, 1]);
  expect(await vendor('A,Two,,30,false')).toEqual([0, 1, 0]);
  expect(await state()).toEqual([{ name: 'Two', email: 'a@b.example', days: 30, archived: true }]);
  expect(await vendor('A,Two,,,false')).toEqual([0, 0, 1]);
  expect(await vendor('A,Two,,,')).toEqual([0, 0, 1]);
  expect(await vendor('A,Two,,,TRUE')).toEqual([0, 1, 0]);
  expect(await state()).toEqual([{ name: 'Two', email: 'a@b.example', days: 30, archived: false }]);
});

test('storage units and delivery locations name each other in either file or both', async () => {
  const links = `SELECT l.code, u.code AS unit FROM delivery_locations l LEFT JOIN storage_units u ON u.id = l.storage_unit_id
    WHERE l.company_id = $company ORDER BY 1`;
  const { send, rows } = await freshCompany();
  const files = {
    'storage_units.csv': lines('code,name,delivery_location_code', 'S1,One,L1', 'S2,Two,L1', 'S3,Three,L2', 'S4,Four,'),
    'delivery_locations.csv': lines('code,name,storage_unit_code', 'L1,One,', 'L2,Two,S4', 'L3,Three,S1'),
  };
  expect(counts(await send(files))).toEqual({ storage_units: [4, 0, 0], delivery_locations: [3, 0, 0] });
  const linked = [
    { code: 'L1', unit: 'S1' },
    { code: 'L2', unit: 'S4' },
    { code: 'L3', unit: 'S1' },
  ];
  expect(await rows(links)).toEqual(linked);
  expect(counts(await send(files))).toEqual({ storage_units: [0, 0, 4], delivery_locations: [0, 0, 3] });
  expect(await rows(links)).toEqual(linked);
  // a file of storage units alone links as well, and a new link is a changed row
  const moved = await send({ 'storage_units.csv': lines('code,name,delivery_location_code', 'S2,Two,L3') });
  expect(counts(moved)).toEqual({ storage_units: [0, 1, 0] });
  const lost = await send({ 'storage_units.csv': lines('code,name,delivery_location_code', 'S9,Nine,L9') });
  expect(lost.body.errors?.map(({ row, column, reason }) => [row, column, reason])).toEqual([
    [2, 'delivery_location_code', 'No delivery location L9.'],
  ]);
});

test('orders take from the vendor and its articles what they do not say themselves', async () => {
  const { send, rows } = await freshCompany({ currency: 'USD' });
  const answer = await send({
    'delivery_locations.csv': lines('code,name', 'L,Kitchen'),
    'vendors.csv': lines('code,name,currency', 'A,Vendor A,EUR', 'B,Vendor B,'),
    'items.csv': lines('code,name,base_unit', 'I,Item,kg'),
    'vendor_items.csv': lines(
      'vendor_code,article_number,item_code,name,order_unit,units_per_order_unit,tax_rate',
      'A,007,I,Article,box,6,0.07',
      'A,008,,Unmapped,box,,',
    ),
    'purchase_orders.csv': lines(
      'po_number,vendor_code,delivery_location_code,status,line_no,line_type,article_number,description,order_unit,ordered_qty,unit_price',
      'P1,A,L,sent,1,,007,Article,box,1,2',
      'P1,A,L,sent,2,,007,Article,piece,1,2',
      'P1,A,L,sent,3,,009,Never heard of,box,1,2',
      'P2,B,L,sent,1,freight,,Freight,once,1,2',
    ),
  });
  expect(answer.body.warnings.map(({ file, row, column, reason }) => [file, row, column, reason])).toEqual([
    [
      'purchase_orders.csv',
      4,
      'article_number',
      'Not an article of A: it stays on purchase reports and has no ingredient',
    ],
    [
      'vendor_items.csv',
      3,
      'item_code',
      'Article 008 has no ingredient: it stays on purchase reports and moves no stock',
    ],
  ]);
  expect(
    await rows(`SELECT p.po_number, l.line_no, p.currency, l.line_type, l.item_id IS NOT NULL AS mapped,
        trim_scale(l.units_per_order_unit)::text AS units, trim_scale(l.tax_rate)::text AS tax, l.line_status
      FROM purchase_order_lines l JOIN purchase_orders p ON p.id = l.purchase_order_id
      WHERE p.company_id = $company ORDER BY 1, 2`),
  ).toEqual([
    {
      po_number: 'P1',
      line_no: 1,
      currency: 'EUR',
      line_type: 'item',
      mapped: true,
      units: '6',
      tax: '0.07',
      line_status: 'open',
    },
    {
      po_number: 'P1',
      line_no: 2,
      currency: 'EUR',
      line_type: 'item',
      mapped: true,
      units: '1',
      tax: '0.07',
      line_status: 'open',
    },
    {
      po_number: 'P1',
      line_no: 3,
      currency: 'EUR',
      line_type: 'item',
      mapped: false,
      units: '1',
      tax: '0',
      line_status: 'open',
    },
    {
      po_number: 'P2',
      line_no: 1,
      currency: 'USD',
      line_type: 'freight',
      mapped: false,
      units: '1',
      tax: '0',
      line_status: 'open',
    },
  ]);
});

test('what was imported is written to the audit log, with counts and who it was', async () => {
  const { send, rows } = await freshCompany();
  await send(vendorsFile);
  expect(await rows(`SELECT action, details FROM audit_events WHERE company_id = $company`)).toEqual([
    {
      action: 'import.completed',
      details: {
        via: 'session',
        receipts_move_stock: false,
        files: [{ file: 'vendors.csv', kind: 'vendors', rows: 1, created: 1, updated: 0, unchanged: 0 }],
      },
    },
  ]);
});

test('only who may import does, and companies know nothing of each other', async () => {
  const codeOf = async (client: Person['client'], id = company.id) => {
    const { status, body } = await importFiles(client, id, vendorsFile, '&dry_run=true');
    return [status, body.code];
  };
  expect(await codeOf(app.anonymous)).toEqual([401, 'not_signed_in']);
  for (const role of ['finance', 'buyer', 'staff', 'viewer', 'member'] as const) {
    expect((await codeOf((await app.member(company, role)).client))[0]).toBe(403);
  }
  const viewer = await app.member(company, 'viewer', { granted: ['import_data'] });
  expect(await codeOf(viewer.client)).toEqual([200, undefined]);
  expect(await codeOf(await app.withKey(viewer))).toEqual([200, undefined]);
  const stranger = await app.member(await app.company(), 'manager');
  expect(await codeOf(stranger.client)).toEqual([403, 'company_access_denied']);
  expect(await codeOf(manager.client, '999999')).toEqual([403, 'company_access_denied']);
  expect(await codeOf(manager.client, 'all')).toEqual([403, 'company_access_denied']);
  for (const method of ['GET', 'DELETE'] as const) {
    const { status } = await stranger.client.ask(method, `/api/v1/imports/current?company_id=${company.id}`);
    expect(status).toBe(403);
  }
});

test('a request that is no import is told what one is', async () => {
  const { client } = manager;
  const path = `/api/v1/imports?company_id=${company.id}`;
  const code = async (...asked: Parameters<Person['client']['ask']>) => {
    const { status, body } = await client.ask<{ code: string }>(...asked);
    return [status, body.code];
  };
  expect(await code('POST', path, { body: { vendors: [] } })).toEqual([415, 'wrong_media_type']);
  expect(await code('POST', `${path}&dry_run=yes`, { body: {} })).toEqual([400, 'invalid_input']);
  expect(await code('POST', `${path}&dryrun=true`, { body: {} })).toEqual([400, 'unknown_field']);
  const sent = async (form: FormData) => {
    const encoded = new Response(form);
    const body = Buffer.from(await encoded.arrayBuffer());
    return code('POST', path, { body, headers: { 'content-type': encoded.headers.get('content-type') ?? '' } });
  };
  expect(await sent(new FormData())).toEqual([400, 'invalid_input']);
  const field = new FormData();
  field.append('dry_run', 'true');
  expect(await sent(field)).toEqual([400, 'unknown_field']);
  const large = await importFiles(client, company.id, { 'vendors.csv': `code,name\n${'A,B\n'.repeat(60_000)}` });
  expect([large.status, large.body.code]).toEqual([413, 'too_large']);
});

test('templates are listed with their columns and downloaded as CSV', async () => {
  const { body } = await manager.client.get<{ results: { kind: string; columns: { name: string }[] }[] }>(
    '/api/v1/import-templates',
  );
  expect(body.results.map(({ kind, columns }) => [kind, columns.length])).toEqual([
    ['storage_units', 4],
    ['delivery_locations', 12],
    ['vendors', 8],
    ['items', 7],
    ['vendor_items', 10],
    ['purchase_orders', 25],
    ['receipts', 19],
    ['invoices', 24],
    ['stock_movements', 12],
    ['stock_counts', 8],
  ]);
  const file = await manager.client.get('/api/v1/import-templates/vendors.csv');
  expect(file.body).toBe(templates['vendors.csv']);
  expect(file.headers['content-disposition']).toBe('attachment; filename="vendors.csv"');
  const { token } = await startSession(app.db, manager.id, { address: null, userAgent: null });
  const all = await app.app.inject({
    url: '/api/v1/import-templates/all.zip',
    headers: { cookie: `${sessionCookie}=${token}` },
  });
  const names: string[] = [];
  for await (const entry of (await fromBufferPromise(all.rawPayload)).eachEntry()) names.push(entry.fileName);
  expect(names).toEqual(Object.keys(templates));
  expect((await manager.client.get('/api/v1/import-templates/nothing.csv')).status).toBe(404);
  expect((await app.anonymous.get('/api/v1/import-templates')).status).toBe(401);
});

test('over a real connection: a second import is refused while one runs, it can be watched, and stopped', async () => {
  await app.app.listen({ host: '127.0.0.1', port: 0 });
  const { address, port } = app.app.server.address() as AddressInfo;
  const fresh = await app.company();
  const person = await app.member(fresh, 'manager');
  const session = await startSession(app.db, person.id, { address: null, userAgent: null });
  const headers = { cookie: `${sessionCookie}=${session.token}`, origin: `http://${address}:${port}` };
  const { body, contentType } = await multipartOf(vendorsFile);
  const begin = () => {
    const answer = Promise.withResolvers<{ status: number; code?: string }>();
    const sending = httpRequest(
      {
        host: address,
        port,
        path: `/api/v1/imports?company_id=${fresh.id}`,
        method: 'POST',
        headers: { ...headers, 'content-type': contentType, 'content-length': body.length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const parsed = JSON.parse(Buffer.concat(chunks).toString()) as { code?: string };
          answer.resolve({ status: response.statusCode ?? 0, code: parsed.code });
        });
      },
    );
    sending.on('error', answer.reject);
    sending.write(body.subarray(0, body.length - 60));
    return { answer: answer.promise, finish: () => sending.end(body.subarray(body.length - 60)) };
  };
  const path = `/api/v1/imports/current?company_id=${fresh.id}`;
  const current = async () => (await person.client.get<{ import: { phase: string } | null }>(path)).body.import;

  // a second one is refused after it has waited for the first a moment
  const patiently = { timeout: 20_000 };
  const first = begin();
  await vi.waitFor(async () => expect(await current()).toMatchObject({ phase: 'reading' }), patiently);
  await vi.waitFor(async () => {
    const second = await importFiles(person.client, fresh.id, vendorsFile);
    expect([second.status, second.body.code]).toEqual([409, 'conflict']);
  }, patiently);
  first.finish();
  expect(await first.answer).toEqual({ status: 200 });
  expect(await current()).toBeNull();

  const stopped = begin();
  await vi.waitFor(async () => expect(await current()).not.toBeNull(), patiently);
  expect((await person.client.delete(path)).status).toBe(202);
  stopped.finish();
  expect(await stopped.answer).toEqual({ status: 409, code: 'conflict' });
  expect((await person.client.delete(path)).status).toBe(404);
});
