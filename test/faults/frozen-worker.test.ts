/** F6: a worker is frozen for longer than its lease, and thaws while another has long done its work. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { holdRows, StoreGates } from './gates.ts';

let site: FaultSite;
let other: string;

beforeAll(async () => {
  site = await startFaultSite();
  other = await site.addCompany({ lines: 50 });
});
afterAll(() => site.close());

it('what it still writes hits no row, and what it still stores is swept', async () => {
  const gates = new StoreGates(site.proxy);
  const uploading = await site.create();
  const upload = gates.hold(`/${uploading.id}/1.zip`, 'upload');
  const confirmed = await site.create({ company_id: other });
  const look = gates.hold(`/${confirmed.id}/1.zip`, 'look');
  const frozen = await site.worker({ WORKER_CONCURRENCY: '2' });
  await Promise.all([upload.reached(), look.reached()]);
  const row = await holdRows(site.databaseUrl, 'SELECT FROM export_attempts WHERE job_id = $1 FOR UPDATE', [
    confirmed.id,
  ]);
  await look.open();
  await row.reached();
  frozen.freeze();
  const began = Date.now();

  const second = await site.worker();
  const done: ExportJob[] = [];
  for (const { id } of [uploading, confirmed]) {
    done.push(await site.finished(id, 40));
    const attempts = await site.attempts(id);
    expect(attempts.map(({ worker }) => worker)).toEqual([frozen.name, second.name]);
    addFigure(inject('figures'), {
      fault: 'F6 worker frozen: taken over',
      seconds: ((attempts[1]?.started ?? 0) - began) / 1000,
    });
  }
  // the sweep comes first, and the object after it
  await site.expectSwept(uploading.id);
  await upload.open();
  await row.open();
  frozen.thaw();
  await second.end();
  // it goes on working, so it has noticed what happened to the jobs it held
  const next = await site.finished((await site.create({ date_from: '2026-02-01' })).id, 30);
  expect(next.status).toBe('completed');
  expect((await site.attempts(next.id)).map(({ worker }) => worker)).toEqual([frozen.name]);
  expect(await frozen.end()).toBe(0);

  for (const job of done) {
    expect(job).toMatchObject({ status: 'completed', attempt: 2 });
    const { body } = await site.ask<ExportJob>('GET', `/api/v1/export-jobs/${job.id}`);
    expect(body).toEqual(job);
    await site.verify(job);
  }
  await site.expectSwept();
  await site.expectWell();
  for (const { id } of done)
    expect((await site.attempts(id)).map(({ outcome }) => outcome)).toEqual([
      expect.stringMatching(/_lost$/),
      'completed',
    ]);
}, 90_000);
