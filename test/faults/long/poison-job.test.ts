/** F7: a job that takes every worker with it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runsMax } from '#server/exports/queue.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';
import { StoreGates } from '../gates.ts';

let site: FaultSite;
let other: string;

beforeAll(async () => {
  site = await startFaultSite();
  other = await site.addCompany({ lines: 50 });
});
afterAll(() => site.close());

describe('a job that takes every worker with it', () => {
  it('has failed after its last run, with a sentence, and harms no other', async () => {
    const gates = new StoreGates(site.proxy);
    const poison = await site.create({ company_id: site.companyId, date_from: '2026-03-01' });
    for (let run = 1; run <= runsMax; run += 1) {
      const gate = gates.hold(`/${poison.id}/${run}.zip`, 'upload');
      const bystander = await site.create({ company_id: other, date_from: `2026-03-0${run + 1}` });
      const worker = await site.worker();
      await gate.reached();
      expect(await site.finished(bystander.id)).toMatchObject({ status: 'completed', attempt: 1 });
      await worker.kill();
      await gate.open();
      await site.until(poison.id, ({ status }) => status !== 'processing');
    }
    const job = await site.until(poison.id, ({ status }) => status === 'failed');
    expect(job).toMatchObject({
      attempt: runsMax,
      error: { code: 'worker_lost', message: expect.stringContaining('interrupted several times') },
    });
    expect((await site.attempts(poison.id)).length).toBe(runsMax);
    await site.expectSwept();
    await site.expectWell();
  }, 180_000);
});
