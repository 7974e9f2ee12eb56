import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFaultyProxy } from '#test/faulty-proxy.ts';
import { settingsFor, startS3Peer } from '#test/s3-peer.ts';
import type { S3Peer } from '#test/s3-peer.ts';
import { from, storageConformance } from '#test/storage-conformance.ts';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createStore } from './create-store.ts';
import { createS3Client } from './s3-client.ts';
import { S3Store } from './s3-store.ts';

const zip = { contentType: 'application/zip' };
const mebibyte = 1024 * 1024;

storageConformance('S3', async () => {
  const peer = await startS3Peer();
  return {
    store: await createStore(settingsFor(peer)),
    leftovers: async () => (await peer.uploads()).length,
    sharesClock: peer.sharesClock,
    unreachable: () => createStore(settingsFor(peer, { endpoint: 'http://127.0.0.1:1' })),
    close: () => peer.close(),
  };
});

describe('an S3 store', () => {
  let peer: S3Peer;
  beforeAll(async () => {
    peer = await startS3Peer();
  });
  afterAll(() => peer.close());
  const link = { key: 'exports/c/1/1.zip', filename: 'a.zip', contentType: 'application/zip', expiresInSeconds: 3600 };

  test('whose bucket or credentials are wrong is out of reach, not empty', async () => {
    const wrongKey = { ...peer.credentials, secretAccessKey: 'wrong' };
    for (const wrong of [{ bucket: 'no-such-bucket' }, { credentials: wrongKey }]) {
      const store = new S3Store(settingsFor(peer, wrong));
      const unavailable = { code: 'storage_unavailable' };
      await expect(store.check()).rejects.toMatchObject(unavailable);
      await expect(store.head('exports/c/1/1.zip')).rejects.toMatchObject(unavailable);
      await expect(store.get('exports/c/1/1.zip')).rejects.toMatchObject(unavailable);
      await expect(store.put('exports/c/1/1.zip', from('x'), zip)).rejects.toMatchObject(unavailable);
      await expect(store.delete(['exports/c/1/1.zip'])).rejects.toMatchObject(unavailable);
    }
  });

  test('deletes hundreds of keys in batches of 250', async () => {
    const proxy = await startFaultyProxy(peer.endpoint);
    const store = new S3Store(settingsFor(peer, { endpoint: proxy.url }));
    await store.put('exports/many/599.zip', from('x'), zip);
    const digests: unknown[] = [];
    proxy.decide = (method, _, headers) => {
      if (method === 'POST') digests.push(headers['content-md5']);
      return 'pass';
    };
    await store.delete(Array.from({ length: 600 }, (_, index) => `exports/many/${index}.zip`));
    expect(digests).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^[\w+/]{22}==$/)));
    expect(await store.head('exports/many/599.zip')).toBeNull();
    await proxy.close();
  });

  test('signs links for the public address, and works over the internal one', async () => {
    const inside = await startFaultyProxy(peer.endpoint);
    const outside = await startFaultyProxy(peer.endpoint);
    const store = new S3Store(settingsFor(peer, { endpoint: inside.url, publicEndpoint: outside.url }));
    await store.put(link.key, from('x'), zip);
    const { url } = await store.link(link);
    expect(new URL(url).origin).toBe(outside.url);
    expect(outside.requests).toEqual([]);
    expect(await (await fetch(url)).text()).toBe('x');
    await Promise.all([inside.close(), outside.close()]);
  });

  test('never promises a link longer than the credentials that signed it live', async () => {
    const expiring = (seconds: number): S3Store =>
      new S3Store(
        settingsFor(peer, {
          credentials: async () => ({ ...peer.credentials, expiration: new Date(Date.now() + seconds * 1000) }),
        }),
      );
    await expiring(900).put(link.key, from('x'), zip);
    const { url, expiresInSeconds } = await expiring(900).link(link);
    expect(expiresInSeconds).toBeGreaterThan(890);
    expect(expiresInSeconds).toBeLessThanOrEqual(900);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe(String(expiresInSeconds));
    expect((await expiring(7200).link(link)).expiresInSeconds).toBe(3600);
  });

  test('keeps the content type it was given', async () => {
    const store = new S3Store(settingsFor(peer));
    await store.put('exports/c/2/1.zip', from('x'), zip);
    const command = new HeadObjectCommand({ Bucket: peer.bucket, Key: 'exports/c/2/1.zip' });
    expect((await createS3Client(settingsFor(peer)).send(command)).ContentType).toBe('application/zip');
  });

  test('a download abandoned half-way gives its connection back', async () => {
    const store = new S3Store(settingsFor(peer));
    await store.put('exports/c/3/1.zip', from(randomBytes(4 * mebibyte)), zip);
    for (let index = 0; index < 60; index += 1) {
      const stream = await store.get('exports/c/3/1.zip');
      await once(stream, 'readable');
      stream.destroy();
    }
    expect(await store.head('exports/c/3/1.zip')).toMatchObject({ size: 4 * mebibyte });
  });
});
