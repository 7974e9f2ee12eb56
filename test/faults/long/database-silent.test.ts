/** F3: a network that swallows every byte, and one that has forgotten every connection it knew. */
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Answer, DistantDatabase } from '../database-away.ts';
import { addFigure } from '../figures.ts';

const hangSecondsMax = 30;
/** Before an operating system's own patience with a service that stops (systemd: 90 s) is over. */
const endSecondsMax = 60;
const times = [1, 2, 3];
let away: DistantDatabase;

beforeAll(async () => {
  away = await DistantDatabase.start();
});
afterAll(() => away.close());

function expectAnswered(answers: readonly Answer[]): void {
  for (const { seconds } of answers) {
    addFigure(inject('figures'), { fault: 'F3 silent: a request in the meantime is answered', seconds });
    expect(seconds).toBeLessThan(hangSecondsMax);
  }
}

describe('the database', () => {
  it.each(times)(
    'falls silent: nothing hangs for long (%i)',
    async () => {
      const business = await away.busy();
      away.network.swallow();
      const meanwhile = await Promise.all([away.list(), away.ask('/readyz'), away.ask('/api/v1/me')]);
      const later = await away.list();
      expectAnswered([...meanwhile, later]);
      expect([...meanwhile, later].map(({ status }) => status)).toEqual([503, 503, 503, 503]);
      away.network.pass();
      await away.expectBack('silent', business);
    },
    120_000,
  );

  it('is silent for ever on every connection there was, and answers on new ones', async () => {
    const business = await away.busy();
    away.network.swallow();
    away.network.pass();
    const answers = await Promise.all(Array.from({ length: 5 }, () => away.list()));
    expectAnswered(answers);
    await vi.waitFor(() => expect(business.reader.heard).toContain('resync'), { timeout: 20_000 });
    await away.expectBack('connections forgotten', business);
  }, 120_000);

  it('is silent while the worker is told to end: it ends all the same, and every invariant holds', async () => {
    const { id, open, reader } = await away.busy();
    away.network.swallow();
    const began = performance.now();
    expect(await away.worker.end()).toBe(0);
    const seconds = (performance.now() - began) / 1000;
    addFigure(inject('figures'), { fault: 'F3 silent: a worker that is told to end has ended', seconds });
    expect(seconds).toBeLessThan(endSecondsMax);
    away.network.pass();
    reader.close();
    await open();
    const next = await away.site.worker();
    const job = await away.site.finished(id, 120);
    expect(job.status).toBe('completed');
    await away.site.verify(job);
    expect(await next.end()).toBe(0);
    await away.site.expectSwept();
    await away.site.expectWell();
  }, 240_000);
});
