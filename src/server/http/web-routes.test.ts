import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#test/silent-log.ts';
import type { App } from './app-type.ts';
import { createServer } from './server.ts';
import { webRoutes } from './web-routes.ts';

const html = '<!doctype html><script src="/assets/page-1a2b.js"></script>';
const script = 'export const rows = 200;\n'.repeat(100);

let folder: string;
let app: App;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), html);
  await writeFile(join(folder, 'theme.js'), 'document.documentElement.dataset.theme = "dark";');
  await writeFile(join(folder, 'assets', 'page-1a2b.js'), script);
  app = createServer({ log: silentLog, publicUrl: undefined });
  await webRoutes(app, folder);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  app.inject({ url, headers });

describe('the built page', () => {
  it('is the same page at every address that is no file, asked about anew each time', async () => {
    for (const url of ['/', '/export-history?company=1', '/organization']) {
      const answer = await get(url);
      expect(answer.body).toBe(html);
      expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    }
  });

  it('packs its files for who takes them packed', async () => {
    const packed = await get('/assets/page-1a2b.js', { 'accept-encoding': 'br, gzip;q=0.8' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(packed.rawPayload.length).toBeLessThan(script.length / 10);
    expect(gunzipSync(packed.rawPayload).toString()).toBe(script);
    for (const accepted of ['', 'br', 'gzip;q=0', 'gzip; q=0.0, br']) {
      const plain = await get('/assets/page-1a2b.js', { 'accept-encoding': accepted });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body).toBe(script);
    }
  });

  it('lets a browser keep assets for ever, and answers 304 to one that has the page', async () => {
    const asset = await get('/assets/page-1a2b.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const { etag } = (await get('/')).headers;
    const again = await get('/', { 'if-none-match': String(etag) });
    expect({ status: again.statusCode, body: again.body }).toEqual({ status: 304, body: '' });
    expect((await get('/', { 'if-none-match': String(asset.headers.etag) })).statusCode).toBe(200);
  });

  it('asks anew about a file whose name does not change with what is in it', async () => {
    const theme = await get('/theme.js');
    expect(theme.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
    });
    expect((await get('/index.html')).headers['cache-control']).toBe('no-cache');
  });

  it('stays whole when an upgrade replaces the files under a server that runs', async () => {
    await rm(join(folder, 'assets', 'page-1a2b.js'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><script src="/assets/page-3c4d.js"></script>');
    expect((await get('/')).body).toBe(html);
    expect((await get('/assets/page-1a2b.js')).body).toBe(script);
    expect((await get('/assets/page-3c4d.js')).statusCode).toBe(404);
  });
});
