/** Long answers come packed to whoever takes them so, and are the same. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '#test/silent-log.ts';
import type { App } from './app-type.ts';
import { createServer } from './server.ts';

let app: App;
const rows = Array.from({ length: 200 }, (_, n) => ({ name: `Küche ${n}` }));

beforeAll(() => {
  app = createServer({ log: silentLog, publicUrl: undefined });
  const schema = { hide: true } as object;
  app.get('/api/v1/long', { config: { access: 'public' }, schema }, () => ({ rows }));
  app.get('/api/v1/short', { config: { access: 'public' }, schema }, () => ({ rows: [] }));
});
afterAll(() => app.close());

it('packs what is long for whoever takes it, and nothing else', async () => {
  const ask = (url: string, accepted: string) => app.inject({ url, headers: { 'accept-encoding': accepted } });
  const packed = await ask('/api/v1/long', 'gzip, br');
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(packed.headers['content-length']).toBe(String(packed.rawPayload.length));
  expect(JSON.parse(gunzipSync(packed.rawPayload).toString())).toEqual({ rows });
  for (const [url, accepted] of [
    ['/api/v1/long', 'identity'],
    ['/api/v1/short', 'gzip'],
    ['/api/v1/nothing', 'gzip'],
  ] as const) {
    const plain = await ask(url, accepted);
    expect([url, plain.headers['content-encoding']]).toEqual([url, undefined]);
    expect(() => plain.json<unknown>()).not.toThrow();
  }
});
