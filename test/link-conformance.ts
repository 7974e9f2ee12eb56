/**
 * What the links of every object store promise. Fetched over real HTTP, by a client that has neither cookies nor credentials.
 */
import { describe, expect, test, vi } from 'vitest';
import type { ObjectStore } from '#server/storage/store.ts';

let keysMade = 0;
async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

/** @param sharesClock whether time set in this process is also the store's; a store elsewhere is waited for */
export const linkConformance = (store: () => ObjectStore, sharesClock: () => boolean): void => {
  describe('links', () => {
    const linkTo = async (content: string, filename = 'report.zip', seconds = 3600): Promise<URL> => {
      const key = `exports/links-${(keysMade += 1)}/1.zip`;
      await store().put(key, bytes(content), { contentType: 'application/zip' });
      const request = { key, filename, contentType: 'application/zip', expiresInSeconds: seconds };
      const { url, expiresInSeconds } = await store().link(request);
      expect(expiresInSeconds).toBe(seconds);
      return new URL(url);
    };

    test('work without cookies and name the file as it is called', async () => {
      const answer = await fetch(await linkTo('the content', 'Zakupy „Łódź” – 報告 50%.zip'));
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('the content');
      expect(answer.headers.get('content-type')).toBe('application/zip');
      expect(answer.headers.get('content-length')).toBe('11');
      // a store that serves ranges need not say so
      expect(['bytes', null]).toContain(answer.headers.get('accept-ranges'));
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="Zakupy ___d__ _ __ 50_.zip"; filename*=UTF-8''` +
          `Zakupy%20%E2%80%9E%C5%81%C3%B3d%C5%BA%E2%80%9D%20%E2%80%93%20%E5%A0%B1%E5%91%8A%2050%25.zip`,
      );
    });

    test('serve ranges, so that a download can go on', async () => {
      const url = await linkTo('0123456789');
      const part = async (range: string): Promise<Response> => fetch(url, { headers: { range } });
      const middle = await part('bytes=2-4');
      expect([middle.status, middle.headers.get('content-range'), await middle.text()]).toEqual([
        206,
        'bytes 2-4/10',
        '234',
      ]);
      const rest = await part('bytes=7-');
      expect([rest.status, rest.headers.get('content-range'), await rest.text()]).toEqual([206, 'bytes 7-9/10', '789']);
      expect((await part('bytes=10-')).status).toBe(416);
    });

    test('refuse any change to any part of them', async () => {
      const url = await linkTo('the content');
      const other = await linkTo('of somebody else');
      expect((await fetch(url)).status).toBe(200);

      const changed: URL[] = [];
      const moved = new URL(url);
      moved.pathname = other.pathname;
      changed.push(moved);
      for (const [name, value] of url.searchParams) {
        const replaced = new URL(url);
        const last = value.at(-1) === '1' ? '2' : '1';
        replaced.searchParams.set(name, `${value.slice(0, -1)}${last}`);
        changed.push(replaced);
      }
      for (const attempt of changed) {
        const { status } = await fetch(attempt);
        expect([400, 403], `${attempt}`).toContain(status);
      }
      expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBeGreaterThanOrEqual(400);
      expect(await (await fetch(url)).text()).toBe('the content');
    });

    test('stop working when they expire', async () => {
      if (!sharesClock()) {
        const brief = await linkTo('the content', 'report.zip', 2);
        expect((await fetch(brief)).status).toBe(200);
        await expect.poll(async () => (await fetch(brief)).status, { timeout: 10_000 }).toBe(403);
        return;
      }
      const url = await linkTo('the content');
      const made = Date.now();
      vi.useFakeTimers({ toFake: ['Date'], now: made + 3_590_000 });
      expect((await fetch(url)).status).toBe(200);
      vi.setSystemTime(made + 3_602_000);
      expect((await fetch(url)).status).toBe(403);
    });

    test('lead nowhere once the file is deleted', async () => {
      const url = await linkTo('the content');
      await store().delete([url.pathname.slice(url.pathname.indexOf('/exports/') + 1)]);
      expect((await fetch(url)).status).toBe(404);
    });
  });
};
