import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ImportProgress } from '#contract/imports.ts';
import { startSession } from '#server/access/authenticate.ts';
import { connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { sessionCookie, startTestApp, type TestApp } from '#test/http.ts';
import { csv, importFiles, multipartOf } from '#test/import-files.ts';
import { importDirectory } from './import-directory.ts';
import { importRoutes } from './routes.ts';
import { usualOptions } from './kind.ts';
import { type ImportRequest, runImport } from './run-import.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool, pace: { seconds: 1, bytes: 1024 } }));
});
afterAll(() => app.close());

async function* content(text: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += 65_536) yield Buffer.from(text.slice(at, at + 65_536));
}
const vendors = (count: number): string =>
  csv(Array.from({ length: count }, (_, n) => ({ code: `V${n}`, name: `Vendor ${n}` })));

async function requestOf(files: Record<string, string>, changes: Partial<ImportRequest> = {}): Promise<ImportRequest> {
  return {
    pool: app.pool,
    companyId: (await app.company()).id,
    files: Object.entries(files).map(([name, text]) => ({ name, content: content(text) })),
    options: usualOptions,
    principal: null,
    origin: { address: null, requestId: null },
    ...changes,
  };
}

/** Orders and receipts of 6,000 lines, enough for the way of bulk rows. */
const bulk = (): Record<string, string> => {
  const numbers = Array.from({ length: 6000 }, (_, n) => n);
  const order = (n: number): string => `PO-${Math.floor(n / 10)}`;
  return {
    'delivery_locations.csv': csv([{ code: 'L', name: 'Kitchen' }]),
    'storage_units.csv': csv([{ code: 'S', name: 'Store', delivery_location_code: 'L' }]),
    'vendors.csv': csv([{ code: 'A', name: 'Vendor' }]),
    'items.csv': csv([{ code: 'I', name: 'Item', base_unit: 'kg' }]),
    'purchase_orders.csv': csv(
      numbers.map((n) => ({
        po_number: order(n),
        vendor_code: 'A',
        delivery_location_code: 'L',
        status: 'received',
        line_no: n % 10,
        item_code: 'I',
        description: 'Thing',
        order_unit: 'kg',
        ordered_qty: 3,
        unit_price: '1.25',
        tax_rate: '0.07',
      })),
    ),
    'receipts.csv': csv(
      numbers.map((n) => ({
        receipt_number: order(n),
        kind: 'receipt',
        po_number: order(n),
        line_no: n % 10,
        received_at: '2026-09-01',
        received_qty: 3,
      })),
    ),
  };
};

test('bulk rows end the same where the role may leave row-by-row checks out and where it may not', async () => {
  const name = new URL(app.databaseUrl).pathname.slice(1);
  const role = `plain_${name}`;
  await app.pool.pool.query(`CREATE ROLE ${role} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role};
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
  const url = new URL(app.databaseUrl);
  url.username = role;
  const plain = new DatabasePool({ url: url.href });
  const options = { ...usualOptions, receiptsMoveStock: true };
  const [mighty, humble] = [await requestOf(bulk(), { options }), await requestOf(bulk(), { options, pool: plain })];
  const results = [await runImport(mighty), await runImport(humble)];
  await plain.close();
  expect(results[0]).toEqual(results[1]);
  expect(results[0]?.received?.totals).toEqual([
    { currency: 'EUR', lines: 6000, net_amount: '22500.00', tax_amount: '1560.00' },
  ]);
  for (const { companyId } of [mighty, humble]) {
    const { rows } = await app.pool.pool.query(
      `SELECT (SELECT count(*)::int FROM receipt_lines WHERE company_id = $1) AS lines,
         (SELECT trim_scale(sum(qty))::text FROM stock_movements WHERE company_id = $1) AS qty`,
      [companyId],
    );
    expect(rows).toEqual([{ lines: 6000, qty: '18000' }]);
  }
});

test('progress tells rows as they are read and written', async () => {
  const seen: ImportProgress[] = [];
  const request = await requestOf(bulk(), { onProgress: (progress) => seen.push(progress) });
  await runImport(request);
  const reading = seen.filter(({ phase }) => phase === 'reading');
  const writing = seen.filter(({ phase }) => phase === 'writing');
  expect(reading.length).toBeGreaterThan(5);
  expect(writing.at(-1)).toMatchObject({ file: 'receipts.csv', rows: 12_004, rows_total: 12_004 });
  for (const phase of [reading, writing]) {
    expect(phase.map(({ rows }) => rows)).toEqual(phase.map(({ rows }) => rows).toSorted((a, b) => a - b));
  }
});

test('a source that fails, and a stop in the middle, leave nothing and free the company', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('code,name\nA,B\n');
    throw new Error('the disk is gone');
  }
  const request = await requestOf({});
  const { companyId } = request;
  await expect(runImport({ ...request, files: [{ name: 'vendors.csv', content: failing() }] })).rejects.toThrow(
    'the disk is gone',
  );

  const controller = new AbortController();
  const stopped = runImport({
    ...(await requestOf({ 'vendors.csv': vendors(20_000) }, { companyId })),
    signal: controller.signal,
    onProgress: ({ phase }) => phase === 'writing' && controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({
    code: 'conflict',
    message: 'The import was stopped; nothing was imported.',
  });
  const { rows } = await app.pool.pool.query('SELECT count(*)::int AS n FROM vendors WHERE company_id = $1', [
    companyId,
  ]);
  expect(rows).toEqual([{ n: 0 }]);
  const result = await runImport(await requestOf({ 'vendors.csv': vendors(3) }, { companyId }));
  expect(result.files[0]?.created).toBe(3);
});

test('whoever writes into the company at the same time is waited for a moment, also one that knows of no imports', async () => {
  const request = await requestOf({ 'vendors.csv': vendors(3) });
  const other = await connectAlone({ url: app.databaseUrl });
  await other.query('BEGIN');
  await other.query(`INSERT INTO vendors (company_id, code, name) VALUES ($1, 'V1', 'Mine')`, [request.companyId]);
  await expect(runImport(request)).rejects.toMatchObject({ code: 'conflict', retryAfterSeconds: 10 });
  await other.query('COMMIT');
  await other.end();
  expect((await runImport(request)).files).toMatchObject([{ created: 2, updated: 1 }]);
});

test('a folder is imported whole; a CSV in it with another name is not passed over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-folder-'));
  const request = await requestOf({});
  await expect(importDirectory(folder, request)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(importDirectory(join(folder, 'nowhere'), request)).rejects.toMatchObject({ code: 'invalid_input' });
  await writeFile(join(folder, 'Vendors.csv'), vendors(2));
  await writeFile(join(folder, 'README.txt'), 'Not for import');
  expect((await importDirectory(folder, request)).files).toMatchObject([{ file: 'vendors.csv', created: 2 }]);
  await writeFile(join(folder, 'extra.csv'), 'a\n1\n');
  await expect(importDirectory(folder, request)).rejects.toMatchObject({ code: 'import_refused' });
  await rm(folder, { recursive: true });
});

test('a client that goes away or falls silent leaves nothing behind, and the company is free again', async () => {
  await app.app.listen({ host: '127.0.0.1', port: 0 });
  const { address, port } = app.app.server.address() as AddressInfo;
  const company = await app.company();
  const person = await app.member(company, 'manager');
  const session = await startSession(app.db, person.id, { address: null, userAgent: null });
  const { body, contentType } = await multipartOf({ 'vendors.csv': vendors(5) });
  const path = `/api/v1/imports/current?company_id=${company.id}`;
  const current = async () => (await person.client.get<{ import: unknown }>(path)).body.import;
  const begin = () => {
    const sending = httpRequest({
      host: address,
      port,
      path: `/api/v1/imports?company_id=${company.id}`,
      method: 'POST',
      headers: {
        cookie: `${sessionCookie}=${session.token}`,
        origin: `http://${address}:${port}`,
        'content-type': contentType,
        'content-length': body.length,
      },
    });
    const closed = new Promise<void>(
      (resolve) => void sending.on('error', () => resolve()).on('close', () => resolve()),
    );
    sending.write(body.subarray(0, body.length - 30));
    return { closed, goAway: () => sending.destroy() };
  };
  const leaving = begin();
  await vi.waitFor(async () => expect(await current()).not.toBeNull());
  leaving.goAway();
  await vi.waitFor(async () => expect(await current()).toBeNull());
  const silent = begin();
  await silent.closed;
  await vi.waitFor(async () => expect(await current()).toBeNull());
  const { body: answer } = await importFiles(person.client, company.id, { 'vendors.csv': vendors(5) });
  expect(answer.files).toMatchObject([{ created: 5 }]);
});

test('two imports of one person arrive at once, a third is told to wait, and one that drips is given up', async () => {
  const patiently = { timeout: 20_000, interval: 100 };
  // time enough to be seen going on
  const site = await startTestApp((server, { pool }) =>
    importRoutes(server, { pool, pace: { seconds: 6, bytes: 1024 } }),
  );
  const company = await site.company();
  const person = await site.member(company, 'manager');
  const others = [await site.company(), await site.company()];
  for (const other of others) await site.joinCompany(other, person, 'manager');
  const session = await startSession(site.db, person.id, { address: null, userAgent: null });
  await site.app.listen({ host: '127.0.0.1', port: 0 });
  const { address, port } = site.app.server.address() as AddressInfo;
  const { body, contentType } = await multipartOf({ 'vendors.csv': vendors(5) });
  const dripping = others.map((other) => {
    const sending = httpRequest({
      host: address,
      port,
      path: `/api/v1/imports?company_id=${other.id}`,
      method: 'POST',
      headers: {
        cookie: `${sessionCookie}=${session.token}`,
        origin: `http://${address}:${port}`,
        'content-type': contentType,
        'content-length': body.length * 100,
      },
    });
    let at = 0;
    // never silent, and never through
    const drop = setInterval(() => sending.write(body.subarray(at++ % body.length).subarray(0, 1)), 50);
    return new Promise<void>((resolve) => {
      sending.on('error', () => undefined).on('close', () => resolve(clearInterval(drop)));
    });
  });
  for (const other of others) {
    await vi.waitFor(async () => {
      const { body: seen } = await person.client.get(`/api/v1/imports/current?company_id=${other.id}`);
      expect(seen).not.toEqual({ import: null });
    }, patiently);
  }
  const third = await importFiles(person.client, company.id, { 'vendors.csv': vendors(5) }, '&dry_run=true');
  expect(third).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  await Promise.all(dripping);
  await vi.waitFor(async () => {
    expect((await importFiles(person.client, company.id, { 'vendors.csv': vendors(5) })).status).toBe(200);
  }, patiently);
  await site.close();
});

test('an import of another process is told and stopped here: whoever hears "stopped" is told the truth', async () => {
  const company = await app.company();
  const person = await app.member(company, 'manager');
  const path = `/api/v1/imports/current?company_id=${company.id}`;
  const current = async () => (await person.client.get<{ import: { file: string } | null }>(path)).body.import;
  const elsewhere = new DatabasePool({ url: app.pool.url, connectionsMax: 2 });
  const answers: number[] = [];
  /** Asked to stop when all but the last piece has come, so that it would be through before it asks by itself. */
  async function* stoppedOnTheWay(): AsyncGenerator<Buffer> {
    yield Buffer.from('code,name\nV1,Vendor\n');
    expect(await current()).toMatchObject({ phase: 'reading' });
    answers.push((await person.client.delete(path)).status);
    yield Buffer.from('V2,Other\n');
  }
  async function* undisturbed(): AsyncGenerator<Buffer> {
    yield Buffer.from('code,name\nV1,Vendor\n');
  }
  const importing = async (text: () => AsyncGenerator<Buffer>, dryRun = false) =>
    runImport({
      ...(await requestOf({})),
      pool: elsewhere,
      companyId: company.id,
      files: [{ name: 'vendors.csv', content: text() }],
      options: { ...usualOptions, dryRun },
    });
  for (const dryRun of [false, true, false]) {
    await expect(importing(stoppedOnTheWay, dryRun)).rejects.toMatchObject({
      code: 'conflict',
      message: 'The import was stopped; nothing was imported.',
    });
    expect(await current()).toBeNull();
  }
  expect(answers).toEqual([202, 202, 202]);
  expect(await app.db.selectFrom('vendors').select('code').where('company_id', '=', company.id).execute()).toEqual([]);
  expect((await importing(undisturbed)).files).toMatchObject([{ created: 1 }]);
  expect((await person.client.delete(path)).status).toBe(404);
  await elsewhere.close();
});

test('stopped and committed at once, in many rounds, is one or the other', async () => {
  const person = await app.member(await app.company(), 'manager');
  const seen = await Promise.all(
    Array.from({ length: 12 }, async (_, round) => {
      const company = await app.company();
      await app.joinCompany(company, person, 'manager');
      const stopping = Promise.withResolvers<number>();
      let told = 0;
      const request = await requestOf(
        { 'vendors.csv': vendors(50) },
        {
          companyId: company.id,
          onProgress: ({ phase }) => {
            told += 1;
            if (phase !== 'writing' || told < 2 + (round % 2)) return;
            stopping.resolve(
              person.client.delete(`/api/v1/imports/current?company_id=${company.id}`).then(({ status }) => status),
            );
          },
        },
      );
      const [outcome] = await Promise.allSettled([runImport(request)]);
      const { length } = await app.db.selectFrom('vendors').select('id').where('company_id', '=', company.id).execute();
      return { stop: await stopping.promise, outcome: outcome.status, vendors: length };
    }),
  );
  for (const one of seen) {
    expect([
      { stop: 202, outcome: 'rejected', vendors: 0 },
      { stop: 404, outcome: 'fulfilled', vendors: 50 },
    ]).toContainEqual(one);
  }
});

test('what a process that is gone has left is neither shown nor in the way', async () => {
  const company = await app.company();
  const person = await app.member(company, 'manager');
  const path = `/api/v1/imports/current?company_id=${company.id}`;
  const progress = JSON.stringify({ phase: 'writing', file: 'receipts.csv', rows: 1, rows_total: 2, bytes: 3 });
  const left = { company_id: company.id, started_at: '2024-02-29T23:59:59Z', progress };
  await app.db.insertInto('imports_under_way').values(left).execute();
  expect((await person.client.get(path)).body).toMatchObject({ import: { file: 'receipts.csv' } });
  await app.db
    .updateTable('imports_under_way')
    .set({ heard_at: left.started_at })
    .where('company_id', '=', company.id)
    .execute();
  expect((await person.client.get(path)).body).toEqual({ import: null });
  expect((await person.client.delete(path)).status).toBe(404);
  expect((await importFiles(person.client, company.id, { 'vendors.csv': vendors(2) })).status).toBe(200);
  expect(
    await app.db.selectFrom('imports_under_way').selectAll().where('company_id', '=', company.id).execute(),
  ).toEqual([]);
});
