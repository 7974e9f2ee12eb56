/**
 * The product run whole, as a process, with secrets and business data that can be told from everything else; then every
 * word it has written is searched for them: logs, standard output and error, metrics, and what it answers to failures.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DownloadLink, ExportJob } from '#contract/export-jobs.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { type ProductProcess, runCommand, startCommand } from '#test/faults/product-process.ts';
import { multipartOf } from '#test/import-files.ts';
import { type S3Peer, startS3Peer } from '#test/s3-peer.ts';

const secret = (name: string): string => `${name}-${randomBytes(24).toString('hex')}`;
const secrets: Record<string, string> = {
  password: secret('password'),
  'wrong password': secret('wrong'),
  'new password': secret('new'),
  'signing secret': secret('auth'),
  'database password': secret('database'),
  'S3 secret': secret('s3'),
  'guessed key': `msk_${secret('guess')}`,
};
const business = {
  ingredient: 'Zanzibar Saffron Q7',
  vendor: 'Quillfeather Fishmongers',
  location: 'Obsidian Cellar',
  company: 'Vermilion Pelican Grill',
};

let database: TestDatabase;
let peer: S3Peer;
let dataDir: string;
let product: ProductProcess;
let environment: Record<string, string>;
/** Answers to what went wrong, and the metrics. */
const answered: string[] = [];

const passwordIn = (url: string): string => url.replace('@localhost', `:${secrets['database password']}@localhost`);

beforeAll(async () => {
  database = await createTestDatabase();
  peer = await startS3Peer(secrets['S3 secret']);
  dataDir = await mkdtemp(join(tmpdir(), 'mathership-secrets-'));
  environment = {
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'trace',
    DEMO: 'false',
    DATABASE_URL: passwordIn(database.url),
    AUTH_SECRET: secrets['signing secret'] ?? '',
    S3_BUCKET: peer.bucket,
    S3_ENDPOINT: peer.endpoint,
    S3_REGION: peer.region,
    AWS_ACCESS_KEY_ID: peer.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: peer.credentials.secretAccessKey,
  };
  secrets['S3 secret'] = peer.credentials.secretAccessKey;
  product = await startCommand(['start'], environment, /Ready in/);
});
afterAll(async () => {
  await product.end();
  await peer.close().catch(() => undefined);
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('a day of the product: set up, sign in, import, export, download, invite, keys, and everything that goes wrong', async () => {
  const address = /Ready in [\d.]+ s:\s+(http\S+)/.exec(product.output())?.[1] ?? '';
  let headers: Record<string, string> = { origin: address };
  const ask = async <T = Record<string, string>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T; headers: Headers }> => {
    const answer = await fetch(path.startsWith('http') ? path : `${address}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400) answered.push(text);
    return {
      status: answer.status,
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as T,
      headers: answer.headers,
    };
  };

  // who
  const { password } = secrets;
  const email = 'owner@kitchen.example';
  const company = { name: business.company, time_zone: 'Europe/Berlin', currency: 'EUR', locale: 'de-DE' };
  const setUp = await ask<{ company: { id: string }; organization: { id: string } }>('POST', '/api/v1/first-run', {
    name: 'Owner',
    email,
    password,
    organization: 'Pelican Group',
    company,
  });
  expect(setUp.status).toBe(201);
  const companyId = setUp.body.company.id;
  expect((await ask('POST', '/api/v1/sign-in', { email, password: secrets['wrong password'] })).status).toBe(401);
  expect((await ask('POST', '/api/v1/sign-in', { email, pass: secrets['wrong password'] })).status).toBe(400);
  const signedIn = await ask('POST', '/api/v1/sign-in', { email, password });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets['session'] = cookie.split('=')[1] ?? '';
  headers = { ...headers, cookie };
  expect(
    (await ask('POST', '/api/v1/password', { current: secrets['wrong password'], new: secrets['new password'] }))
      .status,
  ).toBe(400);
  const key = await ask<{ key: string }>('POST', '/api/v1/api-keys', { name: 'till' });
  secrets['API key'] = key.body.key;
  const invited = await ask<{ link: string }>(
    'POST',
    `/api/v1/organizations/${setUp.body.organization.id}/invitations`,
    { email: 'cook@kitchen.example', role: 'member' },
  );
  secrets['invitation'] = invited.body.link.split('#')[1] ?? '';
  expect((await ask('GET', `/api/v1/invitations/${secrets['invitation']}`)).status).toBe(200);
  expect(
    (await ask('POST', `/api/v1/invitations/${secrets['invitation']}x/accept`, { name: 'Cook', password })).status,
  ).toBeGreaterThanOrEqual(400);

  // business
  const send = async (files: Record<string, string>): Promise<number> => {
    const { body, contentType } = await multipartOf(files);
    const answer = await fetch(`${address}/api/v1/imports?company_id=${companyId}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType },
      body: body as Buffer<ArrayBuffer>,
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const order =
    'po_number,vendor_code,delivery_location_code,status,currency,expected_on,line_no,description,order_unit,ordered_qty,unit_price';
  const master = {
    'delivery_locations.csv': `code,name\nCELLAR,${business.location}\n`,
    'vendors.csv': `code,name\nQUILL,${business.vendor}\n`,
    'items.csv': `code,name,base_unit\nSAFFRON,${business.ingredient},kg\n`,
    'purchase_orders.csv': `${order}\nPO-1,QUILL,CELLAR,received,EUR,2026-09-02,1,${business.ingredient},box,10,12.5\n`,
  };
  expect(
    await send({ ...master, 'vendors.csv': `code,name\n,${business.vendor}\nA,${business.vendor},too,many\n` }),
  ).toBe(422);
  expect(await send(master)).toBe(200);
  headers = { authorization: `Bearer ${secrets['API key']}` };
  const made: ExportJob[] = [];
  for (const file_format of ['csv', 'pdf', 'xlsx']) {
    const created = await ask<ExportJob>('POST', '/api/v1/export-jobs', {
      company_id: companyId,
      date_from: '2026-01-01',
      date_to: '2026-12-31',
      file_format,
      report_type: 'vendor',
    });
    expect(created.status).toBe(201);
    made.push(
      await vi.waitFor(
        async () => {
          const { body } = await ask<ExportJob>('GET', `/api/v1/export-jobs/${created.body.id}`);
          expect(body.status).toBe('completed');
          return body;
        },
        { timeout: 30_000, interval: 50 },
      ),
    );
  }
  const one = made[0]?.id ?? '';
  const { body: link } = await ask<DownloadLink>('GET', `/api/v1/export-jobs/${one}/download`);
  secrets['signature of a link'] = new URL(link.download_url).searchParams.get('X-Amz-Signature') ?? '';
  expect((await fetch(link.download_url)).status).toBe(200);

  // what goes wrong
  await ask('GET', `/api/v1/export-jobs?company_id=${companyId}&api_key=${secrets['API key']}`);
  await ask('GET', `/api/v1/export-jobs?company_id=${companyId}&search=${business.ingredient}&nothing=${password}`);
  await ask('POST', '/api/v1/export-jobs', { company_id: companyId, password, file_format: secrets['API key'] });
  await ask('GET', `/files/exports/1/x.zip?signature=${secrets['signature of a link']}&expires=1&filename=x&type=y`);
  const broken = await fetch(`${address}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"password": "${password}`,
  });
  answered.push(await broken.text());
  headers = { authorization: `Bearer ${secrets['guessed key']}` };
  expect((await ask('GET', '/api/v1/me')).status).toBe(401);
  headers = { authorization: `Bearer ${secrets['API key']}` };
  answered.push(await (await fetch(`${address}/metrics`)).text());
  await peer.close();
  expect((await ask('GET', `/api/v1/export-jobs/${one}/download`)).status).toBe(503);
  expect((await fetch(`${address}/readyz`)).status).toBe(503);
  answered.push(await (await fetch(`${address}/metrics`)).text());
}, 120_000);

test('starting with a database or a setting that is wrong tells no secret either', async () => {
  const wrong = { ...environment, DATABASE_URL: passwordIn(database.url).replace(database.name, 'nothing_here') };
  for (const given of [
    wrong,
    { ...environment, AUTH_SECRET: 'short' },
    { ...environment, PORT: secrets['password'] ?? '' },
  ]) {
    const { status, output } = await runCommand(['serve'], { ...given, DATA_DIR: join(dataDir, 'other') });
    expect(status).not.toBe(0);
    answered.push(output);
  }
  answered.push((await runCommand(['doctor'], environment)).output);
}, 60_000);

describe('afterwards', () => {
  let written: string;
  beforeAll(async () => {
    await product.end();
    written = `${product.output()}\n${await readFile(join(dataDir, 'mathership.log'), 'utf8')}`;
  });

  test('the log has what happened', () => {
    expect(written).toContain('export completed');
    expect(written).toContain('/api/v1/sign-in');
    expect(written).toContain('request failed');
    expect(answered.length).toBeGreaterThan(12);
  });

  test('no secret stands in any log line, metric, message or answer to a failure', () => {
    const all = `${written}\n${answered.join('\n')}`;
    expect(Object.values(secrets).every((text) => text.length > 20)).toBe(true);
    expect(
      Object.entries(secrets)
        .filter(([, text]) => all.includes(text))
        .map(([name]) => name),
    ).toEqual([]);
  });

  test('no ingredient, vendor, location or company stands in the logs or metrics', () => {
    const metrics = answered.filter((text) => text.includes('# HELP')).join('\n');
    expect(metrics).toContain('mathership_');
    const all = `${written}\n${metrics}`;
    expect(
      Object.entries(business)
        .filter(([, text]) => all.includes(text))
        .map(([name]) => name),
    ).toEqual([]);
  });

  test('everything kept in the data folder is closed to others', async () => {
    const entries = await readdir(dataDir, { recursive: true });
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) {
      const { mode } = await stat(join(dataDir, entry));
      expect({ entry, open: (mode & 0o077).toString(8) }).toEqual({ entry, open: '0' });
    }
  });
});
