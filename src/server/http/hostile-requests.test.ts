/** What a stranger can send, over real sockets: by other names, in other forms, too much of it, or never read. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { silentLog } from '#test/silent-log.ts';
import { isLoopbackHost } from './addresses.ts';
import type { App } from './app-type.ts';
import { createServer } from './server.ts';

let judged = 0;
/** Quadratic when it is let. */
const tongue = z
  .string()
  .min(1)
  .max(35)
  .regex(/^[a-z-]+$/i)
  .refine((text) => (judged += 1) > 0 && text !== 'nothing');

let app: App;
beforeAll(async () => {
  app = createServer({ log: silentLog, publicUrl: undefined, bodySecondsMax: 0.2, readSecondsMax: 2 });
  const config = { access: 'public' } as const;
  app.get('/word', { config }, () => ({ word: 'here' }));
  app.get('/probe', { config: { ...config, anyHost: true } }, () => ({ word: 'alive' }));
  app.get('/flood', { config }, (_request, reply) => reply.send(Buffer.alloc(64 * 1024 * 1024, 'x')));
  app.post(
    '/said',
    { config, schema: { body: z.strictObject({ tongue: tongue.optional(), free: z.string().optional() }) } },
    () => ({}),
  );
  app.post('/open', { config, schema: { body: z.record(z.string(), z.unknown()) } }, () => {
    judged += 1;
    return {};
  });
  app.post('/bare', { config: { access: 'signed-in' } }, () => ({}));
  app.post(
    '/list',
    { config, schema: { body: z.strictObject({ words: z.array(z.string()).optional() }) } },
    () => ({}),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

function socketTo(server = app): Socket {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** All that comes back for these bytes until the connection ends. */
async function answerTo(request: string): Promise<{ status: number; head: string; body: string }> {
  const socket = socketTo();
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.write(request);
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}

const asked = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Connection: close', ...headers, '', ''].join('\r\n');

describe('names', () => {
  test.each([
    ['localhost', true],
    ['LOCALHOST:3000', true],
    ['mathership.localhost:80', true],
    ['127.0.0.1:3000', true],
    ['127.99.0.1', true],
    ['[::1]:3000', true],
    ['[::ffff:127.0.0.1]', true],
    ['localhost.attacker.example', false],
    ['attacker.example', false],
    ['127.0.0.1.attacker.example', false],
    ['10.0.0.5:3000', false],
    ['[fe80::1]', false],
    ['localhost:port', false],
    ['local host', false],
    ['', false],
  ])('%s is of this machine: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });

  test('without a public address nothing is answered to another name, but that it lives', async () => {
    const refused = await answerTo(asked('/word', 'Host: attacker.example'));
    expect(refused).toMatchObject({ status: 421 });
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'host_refused' });
    expect((await answerTo(asked('/nowhere', 'Host: attacker.example'))).status).toBe(421);
    expect((await answerTo(asked('/probe', 'Host: 10.1.2.3'))).status).toBe(200);
    expect((await answerTo(asked('/word', 'Host: localhost:1'))).status).toBe(200);
  });
});

test.each([
  ['no host', asked('/word'), 400, 'invalid_input'],
  ['two hosts', asked('/word', 'Host: localhost', 'host: localhost'), 400, 'invalid_input'],
  ['an expectation', asked('/word', 'Host: localhost', 'Expect: a-miracle'), 417, 'expectation_failed'],
])('%s is refused in the form and with the headers of any refusal', async (_name, request, status, code) => {
  const { status: given, head, body } = await answerTo(request);
  expect(given).toBe(status);
  expect(JSON.parse(body)).toMatchObject({ status, code, request_id: expect.any(String) as string });
  expect(head).toContain('content-type: application/problem+json');
  for (const name of ['content-security-policy', 'x-content-type-options', 'cache-control: no-store']) {
    expect(head).toContain(name);
  }
});

describe('too much of it', () => {
  const post = (body: unknown, url = '/said') => app.inject({ method: 'POST', url, payload: body as object });

  test('no check runs on text whose length is wrong', async () => {
    judged = 0;
    expect((await post({ tongue: 'a-'.repeat(5_000) })).statusCode).toBe(400);
    expect(judged).toBe(0);
    expect((await post({ tongue: 'de-DE' })).statusCode).toBe(200);
    expect(judged).toBe(1);
  });

  test('text without a limit of its own has one', async () => {
    const answer = await post({ free: 'é'.repeat(20_001) });
    expect(answer.json()).toMatchObject({
      status: 400,
      errors: [{ field: 'free', message: 'must have at most 20,000 characters' }],
    });
    expect((await post({ free: 'é'.repeat(20_000) })).statusCode).toBe(200);
  });

  test.each(['with its length', 'in pieces'])(
    'a body that is too large is refused to the face of whoever sends it %s to its end first',
    async (how) => {
      const patient = createServer({ log: silentLog, publicUrl: undefined });
      onTestFinished(() => patient.close());
      const config = { access: 'public' } as const;
      patient.get('/word', { config }, () => ({ word: 'here' }));
      patient.post('/said', { config, schema: { body: z.strictObject({}) } }, () => ({}));
      await patient.listen({ host: '127.0.0.1', port: 0 });
      const socket = socketTo(patient);
      let answer = '';
      socket.on('data', (part: Buffer) => (answer += part.toString()));
      const piece = Buffer.alloc(1024 * 1024, 'a');
      const framing = how === 'in pieces' ? 'Transfer-Encoding: chunked' : `Content-Length: ${10 * piece.length}`;
      socket.write(`POST /said HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`);
      for (let sent = 0; sent < 10; sent += 1) {
        const framed = how === 'in pieces' ? [`${piece.length.toString(16)}\r\n`, piece, '\r\n'] : [piece];
        for (const part of framed) if (!socket.write(part)) await once(socket, 'drain');
      }
      if (how === 'in pieces') socket.write('0\r\n\r\n');
      socket.write(asked('/word', 'Host: localhost'));
      await once(socket, 'close');
      expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
    },
  );

  test('where nothing is asked for, a field of a query or a body is refused by name', async () => {
    const bare = (url: string, payload?: object) => app.inject({ method: 'POST', url, ...(payload && { payload }) });
    for (const answer of [await bare('/bare?dry_run=true'), await bare('/bare', { dry_run: true })])
      expect(answer.json()).toMatchObject({ code: 'unknown_field', errors: [{ field: 'dry_run' }] });
    for (const answer of [await bare('/bare'), await bare('/bare', {})]) expect(answer.statusCode).toBe(200);
  });

  test('members without an end are not looked at', async () => {
    const answer = await post({ words: Array.from({ length: 10_001 }, () => 'a') }, '/list');
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ field: 'words' }] });
  });

  test.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
  ])('%s without a bottom are refused, also where anything is taken', async (_what, open, close) => {
    const nested = (depth: number): string => `{"filters":${open.repeat(depth)}1${close.repeat(depth)}}`;
    const send = (payload: string) =>
      app.inject({ method: 'POST', url: '/open', headers: { 'content-type': 'application/json' }, payload });
    expect((await send(nested(7))).statusCode).toBe(200);
    const before = judged;
    for (const depth of [9, 5_000, 100_000]) {
      expect((await send(nested(depth))).json()).toMatchObject({
        status: 400,
        errors: [{ message: 'is nested deeper than anything here is' }],
      });
    }
    expect(judged).toBe(before);
  });

  test('an answer names a hundred wrong fields, and counts the others', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`field_${n}`, n]));
    const answer = await post(wrong);
    const { errors, detail } = answer.json() as { errors: unknown[]; detail: string };
    expect(errors).toHaveLength(100);
    expect(detail).toContain('(and 8999 more)');
    expect(answer.body.length).toBeLessThan(20_000);
  });

  test('a field that every object has shows nothing of the program', async () => {
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf']) {
      const answer = await app.inject({
        method: 'POST',
        url: '/said',
        headers: { 'content-type': 'application/json' },
        payload: `{"${name}":1}`,
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.body).not.toMatch(/native code|function|\[object/);
    }
  });
});

test.each(['application/json', 'Application/JSON', 'text/plain', 'multipart/form-data; boundary=x'])(
  'a body of %s that does not arrive ends its connection',
  async (type) => {
    const socket = socketTo();
    socket.write(`POST /said HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{`);
    socket.resume();
    await once(socket, 'close');
  },
);

test('an answer that nobody reads does not stay, and one that is read does', async () => {
  const deaf = socketTo();
  deaf.pause();
  deaf.write(asked('/flood', 'Host: localhost'));
  const connections = (): Promise<number> =>
    new Promise((resolve) => {
      app.server.getConnections((_error, count) => resolve(count));
    });
  await vi.waitFor(async () => expect(await connections()).toBe(1));
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 20_000 });

  const reader = socketTo();
  let bytes = 0;
  reader.on('data', (part: Buffer) => (bytes += part.length));
  reader.write(asked('/flood', 'Host: localhost'));
  await once(reader, 'close');
  expect(bytes).toBeGreaterThan(64 * 1024 * 1024);
});
