import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startFaultyProxy } from '#test/faulty-proxy.ts';
import type { FaultyProxy } from '#test/faulty-proxy.ts';
import { settingsFor, startS3Peer } from '#test/s3-peer.ts';
import type { S3Peer } from '#test/s3-peer.ts';
import { from } from '#test/storage-conformance.ts';
import { S3Store } from './s3-store.ts';

const zip = { contentType: 'application/zip' };
const mebibyte = 1024 * 1024;
/** Stores may round the time an upload began up to the next second. */
const justNow = -2;
/** A server beside other work does not always answer in less. */
const idleMilliseconds = 1_500;
const patience = { connectMilliseconds: 500, idleMilliseconds, attempts: 3 };

describe('an S3 that fails', () => {
  let peer: S3Peer;
  let proxy: FaultyProxy;
  let store: S3Store;
  let key: string;
  let keysMade = 0;
  const unavailable = { code: 'storage_unavailable' };
  const errorBody = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code></Error>';

  beforeAll(async () => {
    peer = await startS3Peer();
    proxy = await startFaultyProxy(peer.endpoint);
  });
  afterAll(async () => {
    await proxy.close();
    await peer.close();
  });
  beforeEach(() => {
    // A new one each time: the SDK stops trying again for a while when a client has failed often.
    store = new S3Store(settingsFor(peer, { endpoint: proxy.url, patience }));
    proxy.decide = () => 'pass';
    proxy.requests.length = 0;
    key = `exports/faults/${(keysMade += 1)}/1.zip`;
  });

  const isPart = (method: string, url: URL): boolean => method === 'PUT' && url.searchParams.has('partNumber');
  const isCreate = (method: string, url: URL): boolean => method === 'POST' && url.searchParams.has('uploads');
  const isComplete = (method: string, url: URL): boolean => method === 'POST' && url.searchParams.has('uploadId');
  const isPut = (method: string, url: URL): boolean => method === 'PUT' && !url.searchParams.has('uploadId');

  /** In MiB; 10 make two parts. Says whether it was closed and how much of it was read. */
  const largeBody = (size = 10) => {
    const state = { read: 0, closed: false };
    const body = (async function* () {
      try {
        const chunk = randomBytes(mebibyte);
        for (let index = 0; index < size; index += 1) {
          state.read += 1;
          yield chunk;
        }
      } finally {
        state.closed = true;
      }
    })();
    return { body, state };
  };
  const expectNothingLeft = async (): Promise<void> => {
    proxy.decide = () => 'pass';
    expect(await store.head(key)).toBeNull();
    expect(await peer.uploads()).toEqual([]);
  };

  test.each([500, 503])('with %i at every first try is asked again, and nobody notices', async (status) => {
    const tried = new Set<string>();
    proxy.decide = (method, url) => {
      if (tried.has(`${method} ${url}`)) return 'pass';
      tried.add(`${method} ${url}`);
      return { status, body: errorBody };
    };
    const { body } = largeBody();
    expect(await store.put(key, body, zip)).toEqual({ size: 10 * mebibyte });
    expect(await store.head(key)).toMatchObject({ size: 10 * mebibyte });
    expect((await buffer(await store.get(key))).length).toBe(10 * mebibyte);
    await store.delete([key]);
    await expectNothingLeft();
  });

  test.each([
    ['for ever', 500],
    ['for ever', 503],
  ])('%s with %i fails every verb after three tries', async (_, status) => {
    proxy.decide = () => ({ status, body: errorBody });
    const link = { key, filename: 'a', contentType: 'application/zip', expiresInSeconds: 9 };
    for (const verb of [
      () => store.put(key, from('small'), zip),
      () => store.put(key, largeBody().body, zip),
      () => store.head(key),
      () => store.get(key),
      () => store.delete([key]),
      () => store.link(link),
      () => store.abortStaleUploads(60),
      () => store.check(),
    ]) {
      proxy.requests.length = 0;
      await expect(verb()).rejects.toMatchObject(unavailable);
      expect(proxy.requests.length).toBe(3);
    }
    await expectNothingLeft();
  });

  test('in the parts of an upload leaves no upload, and closes the body', async () => {
    proxy.decide = (method, url) => (isPart(method, url) ? { status: 500, body: errorBody } : 'pass');
    const { body, state } = largeBody();
    await expect(store.put(key, body, zip)).rejects.toMatchObject(unavailable);
    expect(state.closed).toBe(true);
    await expectNothingLeft();
  });

  test('by resetting in mid-upload is tried again, and given up when it goes on', async () => {
    let resets = 0;
    proxy.decide = (method, url) => (isPart(method, url) && (resets += 1) <= 2 ? 'reset' : 'pass');
    expect(await store.put(key, largeBody().body, zip)).toEqual({ size: 10 * mebibyte });
    await store.delete([key]);

    proxy.decide = (method, url) => (isPart(method, url) ? 'reset' : 'pass');
    await expect(store.put(key, largeBody().body, zip)).rejects.toMatchObject(unavailable);
    await expectNothingLeft();
  });

  test.each([
    ['a small put', isPut, false],
    ['the beginning of an upload', isCreate, true],
    ['a part', isPart, true],
    ['the completion', isComplete, true],
  ])('by answering 200 with an error inside to %s has stored nothing', async (_, concerned, large) => {
    for (const body of [errorBody, `${errorBody}\n`, '', '<html>a proxy speaks</html>']) {
      proxy.decide = (method, url) => (concerned(method, url) ? { status: 200, body } : 'pass');
      const put = store.put(key, large ? largeBody().body : from('small'), zip);
      await expect(put).rejects.toMatchObject(unavailable);
      await expectNothingLeft();
    }
  });

  test('by answering 200 with an error inside to a read or a delete has not done it', async () => {
    await store.put(key, from('here'), zip);
    proxy.decide = () => ({ status: 200, body: errorBody });
    await expect(store.get(key)).rejects.toMatchObject(unavailable);
    await expect(store.delete([key])).rejects.toMatchObject(unavailable);
    await expect(store.head(key)).rejects.toMatchObject(unavailable);
    proxy.decide = () => 'pass';
    expect((await buffer(await store.get(key))).toString()).toBe('here');
  });

  test('by refusing one key of a delete has not deleted', async () => {
    const refusal =
      '<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>';
    proxy.decide = () => ({ status: 200, body: refusal });
    await expect(store.delete([key])).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('AccessDenied'),
    });
  });

  test('by being full says disk_full', async () => {
    proxy.decide = () => ({ status: 507, body: '<Error><Code>InsufficientStorage</Code></Error>' });
    await expect(store.put(key, from('x'), zip)).rejects.toMatchObject({ code: 'disk_full' });
  });

  test('by falling silent is given up in bounded time, in every verb', async () => {
    await store.put(key, from('x'), zip);
    proxy.decide = () => 'silent';
    const started = performance.now();
    for (const result of await Promise.allSettled([
      store.put(`${key}.a`, from('small'), zip),
      store.put(`${key}.b`, largeBody().body, zip),
      store.head(key),
      store.get(key),
      store.delete([key]),
      store.check(),
    ])) {
      expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
    }
    // Three silent tries, and the pauses between them.
    expect(performance.now() - started).toBeLessThan(3 * idleMilliseconds + 6_800);
  });

  test('by falling silent in mid-upload leaves an upload that the sweep ends, and only the old ones', async () => {
    proxy.decide = (method, url) => (isPart(method, url) || method === 'DELETE' ? 'silent' : 'pass');
    await Promise.all(
      ['a', 'b', 'c'].map((attempt) =>
        expect(store.put(`${key}.${attempt}`, largeBody().body, zip)).rejects.toMatchObject(unavailable),
      ),
    );
    proxy.decide = () => 'pass';
    expect((await peer.uploads()).length).toBe(3);
    expect(await store.abortStaleUploads(3600)).toBe(0);
    expect(await store.abortStaleUploads(justNow)).toBe(3);
    expect(await store.abortStaleUploads(justNow)).toBe(0);
    await expectNothingLeft();
  });

  test('by being slow makes the body wait, not memory grow', async () => {
    const gate = Promise.withResolvers<void>();
    const patient = new S3Store(
      settingsFor(peer, { endpoint: proxy.url, patience: { ...patience, idleMilliseconds: 20_000 } }),
    );
    proxy.decide = (method, url) => (isPart(method, url) ? { after: gate.promise } : 'pass');
    const { body, state } = largeBody(100);
    const put = patient.put(key, body, zip);
    await vi.waitFor(() => expect(proxy.requests.filter((line) => line.includes('partNumber')).length).toBe(2));
    await new Promise(setImmediate);
    // Two parts of 8 MiB are on the wire; nothing is gained by reading the third.
    expect(state.read).toBeLessThanOrEqual(18);
    gate.resolve();
    expect(await put).toEqual({ size: 100 * mebibyte });
    await store.delete([key]);
  });

  test('by resetting in mid-download breaks the stream with an error of ours', async () => {
    await store.put(key, largeBody().body, zip);
    proxy.decide = () => 'reset answer';
    const stream = await store.get(key);
    await expect(buffer(stream)).rejects.toMatchObject(unavailable);
    proxy.decide = () => 'pass';
    await store.delete([key]);
  });

  test('to end an upload does not hide why it ended', async () => {
    proxy.decide = (method) => (method === 'DELETE' ? { status: 500, body: errorBody } : 'pass');
    const abort = new AbortController();
    const reason = new Error('canceled');
    const body = (async function* () {
      yield* largeBody(20).body;
      await vi.waitFor(() => expect(proxy.requests.some((line) => line.includes('partNumber'))).toBe(true));
      abort.abort(reason);
      yield Buffer.alloc(1);
    })();
    await expect(store.put(key, body, { ...zip, signal: abort.signal })).rejects.toBe(reason);
    proxy.decide = () => 'pass';
    expect(await store.abortStaleUploads(justNow)).toBe(1);
    await expectNothingLeft();
  });

  test('an abort while the upload begins ends it too, and one before the end stores nothing', async () => {
    for (const concerned of [isCreate, isPart]) {
      const gate = Promise.withResolvers<void>();
      const abort = new AbortController();
      proxy.decide = (method, url) => {
        if (!concerned(method, url)) return 'pass';
        abort.abort();
        return { after: gate.promise };
      };
      const put = store.put(key, largeBody().body, { ...zip, signal: abort.signal });
      abort.signal.addEventListener('abort', () => gate.resolve());
      await expect(put).rejects.toMatchObject({ name: 'AbortError' });
      await expectNothingLeft();
    }
  });

  test('an abort that comes while the object is published is too late, and the put says so', async () => {
    for (const [concerned, body] of [
      [isPut, from('small')],
      [isComplete, largeBody().body],
    ] as const) {
      const abort = new AbortController();
      proxy.decide = (method, url) => {
        if (concerned(method, url)) abort.abort();
        return 'pass';
      };
      const { size } = await store.put(key, body, { ...zip, signal: abort.signal });
      expect(await store.head(key)).toMatchObject({ size });
    }
    await store.delete([key]);
  });

  test('an abort cuts the part that is on the wire', async () => {
    const gate = Promise.withResolvers<void>();
    const patient = new S3Store(
      settingsFor(peer, { endpoint: proxy.url, patience: { ...patience, idleMilliseconds: 20_000 } }),
    );
    proxy.decide = (method, url) => (isPart(method, url) ? { after: gate.promise } : 'pass');
    const abort = new AbortController();
    const put = patient.put(key, largeBody().body, { ...zip, signal: abort.signal });
    await vi.waitFor(() => expect(proxy.requests.some((line) => line.includes('partNumber'))).toBe(true));
    abort.abort();
    await expect(put).rejects.toMatchObject({ name: 'AbortError' });
    gate.resolve();
    await expectNothingLeft();
  });
});
