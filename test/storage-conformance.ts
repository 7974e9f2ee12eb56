/**
 * What every object store promises, run against each of them: `storageConformance('embedded', start)`.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ObjectStore } from '#server/storage/store.ts';
import { linkConformance } from './link-conformance.ts';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** Unfinished uploads and temporary files that the store holds at this moment. */
  leftovers(): Promise<number>;
  readonly sharesClock: boolean;
  /** A store of the same kind behind which there is nothing. */
  unreachable(): Promise<ObjectStore>;
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;
const zip = { contentType: 'application/zip' };
let keysMade = 0;
const newKey = (): string => `exports/company-${(keysMade += 1)}/0198c0de-0000-7000-8000-000000000000/1.zip`;

export async function* from(...chunks: (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** `count` MiB, the same buffer again and again, so that what memory grows by is the store's. */
async function* mebibytes(count: number, onEach: (index: number) => unknown = () => undefined): AsyncGenerator<Buffer> {
  const chunk = randomBytes(mebibyte);
  for (let index = 0; index < count; index += 1) {
    await onEach(index);
    yield chunk;
  }
}

const contentOf = async (store: ObjectStore, key: string): Promise<string> =>
  (await buffer(await store.get(key))).toString();

export const storageConformance = (name: string, start: () => Promise<StoreUnderTest>): void => {
  describe(`the ${name} store`, () => {
    let under: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      under = await start();
      store = under.store;
    });
    afterAll(() => under.close());
    afterEach(async () => {
      vi.useRealTimers();
      expect(await under.leftovers()).toBe(0);
    });

    test('gives back what was put, and says what it holds', async () => {
      const key = newKey();
      expect(await store.put(key, from('first,', Buffer.alloc(0), 'second'), zip)).toEqual({ size: 12 });
      expect(await contentOf(store, key)).toBe('first,second');
      const head = await store.head(key);
      expect(head).toMatchObject({ key, size: 12, etag: expect.stringMatching(/^".+"$/) });
      expect(Math.abs(Date.parse(head?.lastModified ?? '') - Date.now())).toBeLessThan(60_000);
    });

    test('holds an empty object', async () => {
      const key = newKey();
      expect(await store.put(key, from(), zip)).toEqual({ size: 0 });
      expect(await store.head(key)).toMatchObject({ size: 0 });
      expect(await contentOf(store, key)).toBe('');
    });

    test('reads a range, ends it at the end, and refuses one that begins after it', async () => {
      const key = newKey();
      await store.put(key, from('0123456789'), zip);
      expect((await buffer(await store.get(key, { start: 2, end: 4 }))).toString()).toBe('234');
      expect((await buffer(await store.get(key, { start: 8, end: 99 }))).toString()).toBe('89');
      await expect(store.get(key, { start: 10, end: 11 })).rejects.toMatchObject({ code: 'range_not_satisfiable' });
    });

    test('says no_file for what is not there, and null', async () => {
      const key = newKey();
      expect(await store.head(key)).toBeNull();
      await expect(store.get(key)).rejects.toMatchObject({ code: 'no_file' });
      await expect(
        store.link({ key, filename: 'a.zip', contentType: 'application/zip', expiresInSeconds: 60 }),
      ).rejects.toMatchObject({ code: 'no_file' });
    });

    test('deletes any number at once, the missing ones too, and twice', async () => {
      const keys = [newKey(), newKey(), newKey()];
      await store.put(keys[0] as string, from('a'), zip);
      await store.put(keys[2] as string, from('b'), zip);
      await store.delete(keys);
      await store.delete(keys);
      await store.delete([]);
      expect(await Promise.all(keys.map((key) => store.head(key)))).toEqual([null, null, null]);
    });

    test('deletes one attempt and leaves the others', async () => {
      const base = newKey().replace('1.zip', '');
      await Promise.all([1, 2].map((attempt) => store.put(`${base}${attempt}.zip`, from(`${attempt}`), zip)));
      await store.delete([`${base}1.zip`]);
      expect(await store.head(`${base}1.zip`)).toBeNull();
      expect(await contentOf(store, `${base}2.zip`)).toBe('2');
    });

    test('stores 20 MB from small pieces, byte for byte', async () => {
      const key = newKey();
      const content = randomBytes(20_000_000);
      const pieces = (async function* () {
        for (let at = 0; at < content.length; at += 99_991) yield content.subarray(at, at + 99_991);
      })();
      expect(await store.put(key, pieces, zip)).toEqual({ size: 20_000_000 });
      expect((await buffer(await store.get(key))).equals(content)).toBe(true);
      await store.delete([key]);
    });

    test('needs no more memory for a large object', async () => {
      const key = newKey();
      let peak = 0;
      const before = process.memoryUsage().arrayBuffers;
      const body = mebibytes(192, () => {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      });
      expect(await store.put(key, body, zip)).toEqual({ size: 192 * mebibyte });
      expect(peak).toBeLessThan(96 * mebibyte);
      await store.delete([key]);
    });

    test('shows nothing under the key until all of it is there, and the old object until then', async () => {
      const key = newKey();
      await store.put(key, from('old'), zip);
      const seen: string[] = [];
      await store.put(
        key,
        mebibytes(18, async (index) => {
          if (index === 1 || index === 17) seen.push(await contentOf(store, key));
        }),
        zip,
      );
      expect(seen).toEqual(['old', 'old']);
      expect(await store.head(key)).toMatchObject({ size: 18 * mebibyte });
      await store.delete([key]);
    });

    test('whoever reads while it is replaced reads one object whole', async () => {
      const key = newKey();
      const versions = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter, index) => letter.repeat(100_000 * (index + 1)));
      await Promise.all(versions.map((version) => store.put(key, from(version), zip)));
      expect(versions).toContain(await contentOf(store, key));
    });

    test('puts and deletes side by side in one place do not hinder each other', async () => {
      const base = newKey().replace('/1.zip', '');
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          await store.put(`${base}/${index}.zip`, from(`${index}`), zip);
          if (index % 2 === 0) await store.delete([`${base}/${index}.zip`]);
        }),
      );
      expect(await store.head(`${base}/4.zip`)).toBeNull();
      expect(await contentOf(store, `${base}/5.zip`)).toBe('5');
    });

    test('a body that fails leaves nothing, and its own error is what the caller gets', async () => {
      const key = newKey();
      const broken = new Error('the query was canceled');
      for (const size of [1, 20]) {
        const body = mebibytes(size + 1, (index) => {
          if (index === size) throw broken;
        });
        await expect(store.put(key, body, zip)).rejects.toBe(broken);
        expect(await store.head(key)).toBeNull();
        expect(await under.leftovers()).toBe(0);
      }
    });

    test('an aborted put leaves nothing, keeps what was there, and closes its body', async () => {
      const key = newKey();
      await store.put(key, from('old'), zip);
      const abort = new AbortController();
      const reason = new Error('the export was canceled');
      const closed = vi.fn();
      const body = (async function* () {
        try {
          yield* mebibytes(100, (index) => {
            if (index === 20) abort.abort(reason);
          });
        } finally {
          closed();
        }
      })();
      await expect(store.put(key, body, { ...zip, signal: abort.signal })).rejects.toBe(reason);
      await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
      expect(await under.leftovers()).toBe(0);
      expect(await contentOf(store, key)).toBe('old');
    });

    test('an abort ends a put whose body hangs, before and after its first bytes', async () => {
      const key = newKey();
      for (const size of [0, 20]) {
        const abort = new AbortController();
        const hanging = Promise.withResolvers<undefined>();
        const body = (async function* () {
          yield* mebibytes(size);
          hanging.resolve(undefined);
          await new Promise(() => undefined);
        })();
        const put = store.put(key, body, { ...zip, signal: abort.signal });
        await hanging.promise;
        abort.abort();
        await expect(put).rejects.toMatchObject({ name: 'AbortError' });
        expect(await store.head(key)).toBeNull();
        expect(await under.leftovers()).toBe(0);
      }
    });

    test('discards what a put that never ended left under its key, and nothing else', async () => {
      const [dead, alive] = [newKey(), newKey()];
      await store.put(dead, from('an earlier object'), zip);
      const abort = new AbortController();
      const hanging = [dead, alive].map((key) => {
        const body = (async function* () {
          yield* mebibytes(20);
          await new Promise(() => undefined);
        })();
        return store.put(key, body, { ...zip, signal: abort.signal });
      });
      await vi.waitFor(async () => expect(await under.leftovers()).toBe(2));
      await store.discard(dead);
      expect(await under.leftovers()).toBe(1);
      expect(await store.head(dead)).toBeNull();
      await store.discard(dead);
      abort.abort();
      await Promise.allSettled(hanging);
    });

    test('a signal aborted beforehand reads nothing', async () => {
      const read = vi.fn();
      const put = store.put(newKey(), mebibytes(1, read), { ...zip, signal: AbortSignal.abort() });
      await expect(put).rejects.toMatchObject({ name: 'AbortError' });
      expect(read).not.toHaveBeenCalled();
    });

    test('a reader that stops early harms nothing', async () => {
      const key = newKey();
      await store.put(key, mebibytes(4), zip);
      const stream = await store.get(key);
      await once(stream, 'readable');
      stream.destroy();
      await once(stream, 'close');
      expect(await store.head(key)).toMatchObject({ size: 4 * mebibyte });
    });

    test.each([
      '',
      '/etc/passwd',
      'exports/../../secret',
      '..',
      'exports//a.zip',
      'exports/.hidden',
      'exports/a.zip/',
      'exports\\a.zip',
      'exports/a\0.zip',
      'exports/%2e%2e/a.zip',
      'exports/Łódź.zip',
      `exports/${'a'.repeat(600)}`,
    ])('refuses the key %j in every verb', async (key) => {
      const read = vi.fn();
      const refused = { code: 'invalid_input' };
      await expect(store.put(key, mebibytes(1, read), zip)).rejects.toMatchObject(refused);
      await expect(store.head(key)).rejects.toMatchObject(refused);
      await expect(store.get(key)).rejects.toMatchObject(refused);
      await expect(store.delete([newKey(), key])).rejects.toMatchObject(refused);
      await expect(store.discard(key)).rejects.toMatchObject(refused);
      await expect(
        store.link({ key, filename: 'a', contentType: 'application/zip', expiresInSeconds: 9 }),
      ).rejects.toMatchObject(refused);
      expect(read).not.toHaveBeenCalled();
    });

    test('answers a check', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });

    test('when it cannot be reached every verb says storage_unavailable, soon', async () => {
      const gone = await under.unreachable();
      const key = newKey();
      const link = { key, filename: 'a.zip', contentType: 'application/zip', expiresInSeconds: 60 };
      const started = performance.now();
      const verbs = [
        gone.put(key, from('a'), zip),
        gone.put(key, mebibytes(20), zip),
        gone.head(key),
        gone.get(key),
        gone.delete([key]),
        gone.discard(key),
        gone.link(link),
        gone.abortStaleUploads(60),
        gone.check(),
      ];
      for (const result of await Promise.allSettled(verbs)) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'storage_unavailable' } });
      }
      expect(performance.now() - started).toBeLessThan(10_000);
    });

    linkConformance(
      () => store,
      () => under.sharesClock,
    );
  });
};
