/** F4: file storage answers 503 while exports are made, and comes back. What else it can do: see long/. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FaultSite, startFaultSite } from './fault-site.ts';

let site: FaultSite;

beforeAll(async () => {
  site = await startFaultSite();
  await site.worker();
});
afterAll(() => site.close());

describe('file storage', () => {
  it('that comes back in time completes it, in a later run', async () => {
    let down = true;
    site.proxy.decide = (method) => (down && method === 'PUT' ? { status: 503, body: '' } : 'pass');
    const { id } = await site.create();
    await vi.waitFor(async () => expect((await site.attempts(id))[0]?.outcome).toBe('storage_unavailable'), {
      timeout: 30_000,
    });
    down = false;
    const job = await site.finished(id, 40);
    expect(job).toMatchObject({ status: 'completed', attempt: 2 });
    await site.verify(job);
    await site.expectSwept();
    await site.expectWell();
  }, 60_000);
});
