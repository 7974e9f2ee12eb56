import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createServer } from '#server/http/server.ts';
import { silentLog } from '#test/silent-log.ts';
import { from, storageConformance } from '#test/storage-conformance.ts';
import { createStore } from './create-store.ts';
import { EmbeddedStore } from './embedded-store.ts';
import { filesRoute } from './files-route.ts';

const secret = 'a secret for tests, at least thirty-two characters';
const zip = { contentType: 'application/zip' };

const temporaryFolder = async (): Promise<string> => mkdtemp(join(tmpdir(), 'embedded-store-'));

const startStore = async () => {
  const folder = await temporaryFolder();
  const app = createServer({ log: silentLog, publicUrl: undefined });
  const baseUrl = (): string => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const store = new EmbeddedStore({ kind: 'embedded', folder, secret, baseUrl });
  await app.register(filesRoute, { store });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async (): Promise<void> => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { store, folder, baseUrl, close };
};

storageConformance('embedded', async () => {
  const { store, folder, baseUrl, close } = await startStore();
  const plainFile = join(folder, 'plain-file');
  await writeFile(plainFile, '');
  return {
    store,
    leftovers: async () => (await readdir(join(folder, 'partial')).catch(() => [])).length,
    sharesClock: true,
    unreachable: () => createStore({ kind: 'embedded', folder: join(plainFile, 'store'), secret, baseUrl }),
    close,
  };
});

describe('a folder', () => {
  const keptStore = async () => {
    const folder = await temporaryFolder();
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return { folder, store: new EmbeddedStore({ kind: 'embedded', folder, secret, baseUrl: () => 'http://x' }) };
  };
  const modeOf = async (...path: string[]): Promise<string> => ((await stat(join(...path))).mode & 0o777).toString(8);

  test('is closed to other users of the machine, and so is every file in it', async () => {
    const { folder, store } = await keptStore();
    await store.put('exports/c/1/1.zip', from('x'), zip);
    expect(await modeOf(folder, 'objects')).toBe('700');
    expect(await modeOf(folder, 'partial')).toBe('700');
    expect(await modeOf(folder, 'objects/exports/c/1')).toBe('700');
    expect(await modeOf(folder, 'objects/exports/c/1/1.zip')).toBe('600');
  });

  test('keeps no empty folders of deleted objects', async () => {
    const { folder, store } = await keptStore();
    await store.put('exports/c/1/1.zip', from('x'), zip);
    await store.delete(['exports/c/1/1.zip']);
    expect(await readdir(join(folder, 'objects'))).toEqual([]);
  });

  test('that went away with its disk is out of reach, and is not made anew', async () => {
    const { folder, store } = await keptStore();
    await store.put('exports/c/1/1.zip', from('x'), zip);
    await rename(folder, `${folder}-elsewhere`);
    onTestFinished(() => rm(`${folder}-elsewhere`, { recursive: true }));
    const unavailable = { code: 'storage_unavailable' };
    await expect(store.put('exports/c/1/2.zip', from('x'), zip)).rejects.toMatchObject(unavailable);
    await expect(store.head('exports/c/1/1.zip')).rejects.toMatchObject(unavailable);
    await expect(store.get('exports/c/1/1.zip')).rejects.toMatchObject(unavailable);
    await expect(store.delete(['exports/c/1/1.zip'])).rejects.toMatchObject(unavailable);
    await expect(store.check()).rejects.toMatchObject(unavailable);
    await rename(`${folder}-elsewhere`, folder);
    expect(await store.head('exports/c/1/1.zip')).toMatchObject({ size: 1 });
    await rename(folder, `${folder}-elsewhere`);
  });

  test('loses its old unfinished files in the sweep, and none that is being written', async () => {
    const { folder, store } = await keptStore();
    await store.check();
    await writeFile(join(folder, 'partial', 'old'), 'x');
    await writeFile(join(folder, 'partial', 'new'), 'x');
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(join(folder, 'partial', 'old'), yesterday, yesterday);
    expect(await store.abortStaleUploads(3600)).toBe(1);
    expect(await readdir(join(folder, 'partial'))).toEqual(['new']);
  });

  test('that is a file or another kind of thing at the key holds no object', async () => {
    const { store } = await keptStore();
    await store.put('exports/c/1/1.zip', from('x'), zip);
    expect(await store.head('exports/c/1')).toBeNull();
    expect(await store.head('exports/c/1/1.zip/more')).toBeNull();
    await expect(store.get('exports/c/1')).rejects.toMatchObject({ code: 'no_file' });
    await expect(store.get('exports/c/1/1.zip/more')).rejects.toMatchObject({ code: 'no_file' });
    await store.delete(['exports/c/1', 'exports/c/1/1.zip/more']);
    expect(await store.head('exports/c/1/1.zip')).toMatchObject({ size: 1 });
  });
});

describe('an object that is no plain file of the folder', () => {
  const attacked = async () => {
    const { store, folder, close } = await startStore();
    onTestFinished(close);
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'auth.secret'), 'the secret');
    await store.put('exports/c/1/1.zip', from('x'), zip);
    return { store, folder, outside, objects: join(folder, 'objects') };
  };
  const isNotThere = async (store: EmbeddedStore, key: string): Promise<void> => {
    expect(await store.head(key)).toBeNull();
    await expect(store.get(key)).rejects.toMatchObject({ code: 'no_file' });
    await expect(
      store.link({ key, filename: 'a.zip', contentType: 'application/zip', expiresInSeconds: 60 }),
    ).rejects.toMatchObject({ code: 'no_file' });
  };

  test('but a link to one beside it is not served, and its deletion removes the link alone', async () => {
    const { store, outside, objects } = await attacked();
    await rm(join(objects, 'exports/c/1/1.zip'));
    await symlink(join(outside, 'auth.secret'), join(objects, 'exports/c/1/1.zip'));
    await isNotThere(store, 'exports/c/1/1.zip');
    await store.delete(['exports/c/1/1.zip']);
    expect(await readdir(objects)).toEqual([]);
    expect(await readFile(join(outside, 'auth.secret'), 'utf8')).toBe('the secret');
  });

  test('but in a folder that is a link, is not served, written or deleted', async () => {
    const { store, outside, objects } = await attacked();
    await symlink(outside, join(objects, 'exports/c/2'));
    await isNotThere(store, 'exports/c/2/auth.secret');
    await expect(store.delete(['exports/c/2/auth.secret'])).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(store.put('exports/c/2/new.zip', from('x'), zip)).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    expect(await readdir(outside)).toEqual(['auth.secret']);
    // and further up
    await symlink(join(objects, 'exports'), join(objects, 'again'));
    await isNotThere(store, 'again/c/1/1.zip');
  });

  test('but a pipe or a folder holds nothing, and nobody waits for it', async () => {
    const { store, objects } = await attacked();
    execFileSync('/usr/bin/env', ['mkfifo', join(objects, 'exports/c/1/2.zip')]);
    await isNotThere(store, 'exports/c/1/2.zip');
    await isNotThere(store, 'exports/c/1');
    expect(await store.head('exports/c/1/1.zip')).toMatchObject({ size: 1 });
  });
});

describe('a link of the embedded store', () => {
  let under: Awaited<ReturnType<typeof startStore>>;
  let url: string;
  beforeAll(async () => {
    under = await startStore();
    await under.store.put('exports/c/1/1.zip', from('0123456789'), zip);
    const request = {
      key: 'exports/c/1/1.zip',
      filename: 'a.zip',
      contentType: 'application/zip',
      expiresInSeconds: 60,
    };
    ({ url } = await under.store.link(request));
  });
  afterAll(() => under.close());

  const ask = async (headers: Record<string, string>, method = 'GET'): Promise<[number, string | null, string]> => {
    const answer = await fetch(url, { method, headers });
    return [answer.status, answer.headers.get('content-range'), await answer.text()];
  };
  const etag = async (): Promise<string> => (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? '';

  test('carries its expiry in Unix seconds and a lower-case hex signature', () => {
    const query = new URL(url).searchParams;
    expect([...query.keys()]).toEqual(['expires', 'filename', 'type', 'signature']);
    expect(Math.abs(Number(query.get('expires')) - Date.now() / 1000 - 60)).toBeLessThan(5);
    expect(query.get('signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('answers HEAD with the headers of GET and no body', async () => {
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('content-length')).toBe('10');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="a.zip"; filename*=UTF-8''a.zip`);
  });

  test('serves the last bytes, and the whole for ranges it does not know', async () => {
    expect(await ask({ range: 'bytes=-3' })).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await ask({ range: 'bytes=0-1,3-4' })).toEqual([200, null, '0123456789']);
    expect(await ask({ range: 'rows=1-2' })).toEqual([200, null, '0123456789']);
  });

  test('tells how long the file is when the range is outside', async () => {
    const [status, range, body] = await ask({ range: 'bytes=10-' });
    expect([status, range, JSON.parse(body).code]).toEqual([416, 'bytes */10', 'range_not_satisfiable']);
  });

  test('goes on with a download only of the same file', async () => {
    expect(await ask({ range: 'bytes=5-', 'if-range': await etag() })).toEqual([206, 'bytes 5-9/10', '56789']);
    expect(await ask({ range: 'bytes=5-', 'if-range': '"another"' })).toEqual([200, null, '0123456789']);
  });

  test('answers 304 to who has the file already', async () => {
    expect(await ask({ 'if-none-match': await etag() })).toEqual([304, null, '']);
    expect((await ask({ 'if-none-match': '"another"' }))[0]).toBe(200);
  });

  test('is refused with a problem that says why: changed, incomplete, doubled, expired', async () => {
    const refusal = async (change: (query: URLSearchParams) => void): Promise<string> => {
      const changed = new URL(url);
      change(changed.searchParams);
      const answer = await fetch(changed);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const problem = (await answer.json()) as { code: string; detail: string };
      expect(problem.code).toBe('link_refused');
      return problem.detail;
    };
    for (const name of ['expires', 'filename', 'type', 'signature']) {
      expect(await refusal((query) => query.delete(name))).toContain('not valid');
      expect(await refusal((query) => query.append(name, 'x'))).toContain('not valid');
      expect(await refusal((query) => query.set(name, ''))).toContain('not valid');
    }
    expect(await refusal((query) => query.set('signature', query.get('signature')?.toUpperCase() ?? ''))).toContain(
      'not valid',
    );
    expect(await refusal((query) => query.set('expires', `0${query.get('expires')}`))).toContain('not valid');
    expect(await refusal((query) => query.set('expires', '1'))).toContain('not valid');

    const past = { key: 'exports/c/1/1.zip', filename: 'a.zip', contentType: 'application/zip', expiresInSeconds: -1 };
    const { detail } = (await (await fetch((await under.store.link(past)).url)).json()) as { detail: string };
    expect(detail).toContain('expired');
  });

  test('of another installation is refused', async () => {
    const { folder, baseUrl } = under;
    const other = new EmbeddedStore({ kind: 'embedded', folder, secret: `${secret}!`, baseUrl });
    const request = {
      key: 'exports/c/1/1.zip',
      filename: 'a.zip',
      contentType: 'application/zip',
      expiresInSeconds: 60,
    };
    expect((await fetch((await other.link(request)).url)).status).toBe(403);
  });

  test.each(['/files/../../etc/passwd', '/files/..%2f..%2fetc%2fpasswd', '/files/', '/files/exports/c/1/1.zip'])(
    'is needed: %s alone gives nothing',
    async (path) => {
      const { status } = await fetch(`${under.baseUrl()}${path}`);
      expect([403, 404]).toContain(status);
    },
  );
});
