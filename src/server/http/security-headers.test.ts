/** Every kind of answer carries the same protection, also those that no route gives; every refusal is a problem document. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestInstallation, startInstallation } from '#test/installation.ts';
import { silentLog } from '#test/silent-log.ts';
import { securityHeaders } from './security-headers.ts';
import { createServer } from './server.ts';
import { webRoutes } from './web-routes.ts';

let site: TestInstallation;
let address: string;
let file: string;
beforeAll(async () => {
  site = await startInstallation({ receiptLines: 20 });
  address = site.installation.address ?? '';
  const { id } = await site.finished((await site.create()).id);
  const { body } = await site.ask<{ download_url: string }>('GET', `/api/v1/export-jobs/${id}/download`);
  file = body.download_url;
});
afterAll(() => site.close());

const expected = securityHeaders({ publicUrl: undefined });
const protection = (headers: Headers): Record<string, string | null> =>
  Object.fromEntries(Object.keys(expected).map((name) => [name, headers.get(name)]));

test('the policy allows no inline code, no other site, no frame', () => {
  const policy = expected['content-security-policy'] ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(expected['strict-transport-security']).toBeUndefined();
  expect(securityHeaders({ publicUrl: 'https://exports.example' })['strict-transport-security']).toContain('max-age=');
});

describe('an answer of the whole product', () => {
  const key = (): Record<string, string> => ({ authorization: `Bearer ${site.key}` });
  const json = { 'content-type': 'application/json' };
  const kinds: [what: string, status: number, ask: () => Promise<Response>][] = [
    ['JSON', 200, () => fetch(`${address}/api/v1/me`, { headers: key() })],
    ['nobody signed in', 401, () => fetch(`${address}/api/v1/me`)],
    ['a company of nobody', 403, () => fetch(`${address}/api/v1/export-jobs?company_id=0`, { headers: key() })],
    [
      'a cookie from another site',
      403,
      () =>
        fetch(`${address}/api/v1/sign-out`, {
          method: 'POST',
          headers: { cookie: 'mathership_session=x', origin: 'https://evil.example' },
        }),
    ],
    ['no such route', 404, () => fetch(`${address}/api/v1/nothing`)],
    ['an address that is none', 404, () => fetch(`${address}/api/v1/%E0%A4%A`)],
    ['an id longer than any', 403, () => fetch(`${address}/api/v1/export-jobs/${'9'.repeat(900)}`, { headers: key() })],
    [
      'broken JSON',
      400,
      () => fetch(`${address}/api/v1/sign-in`, { method: 'POST', headers: json, body: '{"email": ' }),
    ],
    [
      'too much JSON',
      413,
      () => fetch(`${address}/api/v1/sign-in`, { method: 'POST', headers: json, body: `"${'x'.repeat(1_100_000)}"` }),
    ],
    [
      'text where JSON is due',
      415,
      () =>
        fetch(`${address}/api/v1/sign-in`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }),
    ],
    ['a file', 200, () => fetch(file)],
    ['a part of a file', 206, () => fetch(file, { headers: { range: 'bytes=0-3' } })],
    ['a part that is not there', 416, () => fetch(file, { headers: { range: 'bytes=99999999-' } })],
    ['the head of a file', 200, () => fetch(file, { method: 'HEAD' })],
    ['a link that was changed', 403, () => fetch(`${file}0`)],
    ['the metrics', 200, () => fetch(`${address}/metrics`)],
    ['health', 200, () => fetch(`${address}/healthz`)],
    ['the OpenAPI document', 200, () => fetch(`${address}/api/openapi.json`)],
    ['its page', 200, () => fetch(`${address}/api/docs`)],
    [
      'a report streamed at once',
      200,
      () =>
        fetch(`${address}/api/v1/reports/delivery_location/download?company_id=${site.companyId}&file_format=csv`, {
          headers: key(),
        }),
    ],
    [
      'a stream of events',
      200,
      () => fetch(`${address}/api/v1/export-jobs/events?company_id=${site.companyId}`, { headers: key() }),
    ],
  ];
  test.each(kinds)('%s (%i) is protected', async (_what, status, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(protection(answer.headers)).toEqual(expected);
    if (status >= 400) {
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ status, code: expect.any(String), request_id: expect.any(String) });
    } else await answer.body?.cancel();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    if (isJson) expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['no HTTP at all', 'HELLO\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['endless headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`, 413],
  ])('%s is refused as a problem, and the connection ends', async (_what, sent, status) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    let text = '';
    socket.on('data', (piece: Buffer) => (text += piece.toString()));
    socket.write(sent);
    await once(socket, 'close');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    for (const [name, value] of Object.entries(expected)) expect(head).toContain(`${name}: ${value}`);
    expect(JSON.parse(body)).toMatchObject({ status, request_id: expect.any(String) });
  });
});

test('the page, its assets and what is not there are protected alike', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets', 'page-1a2b.js'), '1');
  const app = createServer({ log: silentLog, publicUrl: undefined });
  await webRoutes(app, folder);
  try {
    for (const [path, status] of [
      ['/', 200],
      ['/export-history?company=1', 200],
      ['/assets/page-1a2b.js', 200],
      ['/assets/gone.js', 404],
      ['/../package.json', 200],
      ['/..%2f..%2fpackage.json', 200],
      ['/api/nothing', 404],
    ] as const) {
      const answer = await app.inject({ url: path });
      expect({ path, status: answer.statusCode }).toEqual({ path, status });
      expect(answer.headers).toMatchObject(expected);
      expect(answer.body).not.toContain('devDependencies');
    }
  } finally {
    await app.close();
    await rm(folder, { recursive: true });
  }
});

describe('where a request comes from', () => {
  const addressSeen = async (publicUrl: string | undefined, forwarded: string): Promise<string> => {
    const app = createServer({ log: silentLog, publicUrl });
    app.get('/who', { config: { access: 'public' } }, (request) => ({ ip: request.ip }));
    const answer = await app.inject({ url: '/who', headers: { 'x-forwarded-for': forwarded } });
    await app.close();
    return (answer.json() as { ip: string }).ip;
  };

  test('is what the proxy saw, whatever the client claims before that', async () => {
    expect(await addressSeen('https://exports.example', '203.0.113.9')).toBe('203.0.113.9');
    expect(await addressSeen('https://exports.example', '10.0.0.1, 1.2.3.4, 203.0.113.9')).toBe('203.0.113.9');
  });

  test('is the connection’s own address where no proxy is set up', async () => {
    expect(await addressSeen(undefined, '203.0.113.9')).toBe('127.0.0.1');
  });
});

test('a JSON body that does not arrive ends its connection', async () => {
  const app = createServer({ log: silentLog, publicUrl: undefined, bodySecondsMax: 0.05 });
  app.post('/slow', { config: { access: 'public' } }, () => ({}));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  );
  await once(socket, 'close');
  await app.close();
});
