/** F3: the database drops every connection, and is restarted, under an export, a reader of the stream, and the page. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DistantDatabase } from './database-away.ts';

const times = Array.from({ length: inject('thorough') ? 5 : 1 }, (_, at) => at + 1);
let away: DistantDatabase;

beforeAll(async () => {
  away = await DistantDatabase.start();
});
afterAll(() => away.close());

describe('the database', () => {
  it.each(times)('drops every connection (%i)', async () => {
    const business = await away.busy();
    await away.terminateAll();
    await away.expectBack('connections dropped', business);
  });

  it.each(times)('is restarted (%i)', async () => {
    const business = await away.busy();
    await away.stopServer();
    const [list, ready] = await Promise.all([away.list(), away.ask('/readyz')]);
    expect(list).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(ready.status).toBe(503);
    expect((await away.ask('/healthz')).status).toBe(200);
    await away.startServer();
    await away.expectBack('restarted', business);
  });

  it('ends with every invariant intact, and with the processes that were there', async () => {
    expect(await away.worker.end()).toBe(0);
    await away.site.expectSwept();
    await away.site.expectWell();
  });
});
