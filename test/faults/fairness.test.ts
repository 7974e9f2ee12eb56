/** F9: one company queues thousands of exports; the others do not wait for them, and no company gets more than its share. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { slotsPerCompany } from '#server/exports/queue.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';

const backlog = inject('thorough') ? 10_000 : 100;
const askersAtOnce = 8;

let site: FaultSite;
let crowded: string;
let others: string[];

beforeAll(async () => {
  site = await startFaultSite({ environment: { EXPORT_UNFINISHED_MAX: '20000' } });
  crowded = await site.addCompany({ lines: 6000, textBytes: 1024 });
  others = [site.companyId, await site.addCompany({ lines: 50 }), await site.addCompany({ lines: 50 })];
});
afterAll(() => site.close());

/** Different questions, so that each is an export of its own. */
const question = (at: number): Record<string, string> => ({
  date_from: new Date(Date.UTC(2020, 0, 1 + (at % 2000))).toISOString().slice(0, 10),
  date_to: new Date(Date.UTC(2026, 0, 1 + Math.floor(at / 2000))).toISOString().slice(0, 10),
});

async function createMany(companyId: string, count: number): Promise<void> {
  let next = 0;
  const ask = async (): Promise<void> => {
    while (next < count) await site.create({ company_id: companyId, ...question((next += 1)) });
  };
  await Promise.all(Array.from({ length: askersAtOnce }, ask));
}

/** Most exports of a company that were ever processing at once: by the change log, which no sampling can miss. */
async function mostAtOnce(companyId: string): Promise<number> {
  const { rows } = await sql<{ job_id: string; status: string }>`
    SELECT job_id, state ->> 'status' AS status FROM export_job_changes WHERE company_id = ${companyId} AND NOT deleted ORDER BY seq`.execute(
    site.installation.pool.db,
  );
  const processing = new Set<string>();
  let most = 0;
  for (const { job_id, status } of rows) {
    if (status === 'processing') processing.add(job_id);
    else processing.delete(job_id);
    most = Math.max(most, processing.size);
  }
  return most;
}

describe(`a company with ${backlog.toLocaleString('en')} queued exports`, () => {
  it("does not hold up another company's, which starts within about one slot's time", async () => {
    const began = performance.now();
    await createMany(crowded, backlog);
    addFigure(inject('figures'), {
      fault: `F9 ${backlog} exports created, each`,
      seconds: (performance.now() - began) / 1000 / backlog,
    });
    const worker = await site.worker({ WORKER_CONCURRENCY: '2' });
    await vi.waitFor(
      async () => {
        const { body } = await site.ask<{ total: number }>(
          'GET',
          `/api/v1/export-jobs?company_id=${crowded}&status=completed`,
        );
        expect(body.total).toBeGreaterThan(2);
      },
      { timeout: 30_000 },
    );
    for (const company_id of others) {
      const job = await site.finished((await site.create({ company_id })).id);
      const waited = (Date.parse(job.started_at ?? '') - Date.parse(job.created_at)) / 1000;
      const { rows } = await sql<{
        slot: number;
      }>`SELECT max(extract(epoch FROM completed_at - started_at))::float8 AS slot
        FROM export_jobs WHERE company_id = ${crowded} AND status = 'completed'`.execute(site.installation.pool.db);
      addFigure(inject('figures'), { fault: `F9 another company's export waits behind ${backlog}`, seconds: waited });
      addFigure(inject('figures'), {
        fault: "F9 the longest of the crowd's exports took",
        seconds: rows[0]?.slot ?? 0,
      });
      expect(waited).toBeLessThan((rows[0]?.slot ?? 0) + 1);
    }
    await worker.kill();
  }, 600_000);

  it('never has more than its slots running, also when a herd of workers wakes up at once', async () => {
    const herd = await Promise.all([1, 2, 3].map(() => site.worker({ WORKER_CONCURRENCY: '4' })));
    const busy = others[1] ?? '';
    await createMany(busy, 40);
    await vi.waitFor(
      async () => {
        const { body } = await site.ask<{ total: number }>(
          'GET',
          `/api/v1/export-jobs?company_id=${busy}&status=pending,processing`,
        );
        expect(body.total).toBe(0);
      },
      { timeout: 60_000, interval: 100 },
    );
    for (const company of [crowded, busy]) expect(await mostAtOnce(company)).toBe(slotsPerCompany.quick);
    const { body } = await site.ask<{ results: ExportJob[] }>(
      'GET',
      `/api/v1/export-jobs?company_id=${busy}&page_size=200`,
    );
    expect(body.results.every(({ status }) => status === 'completed')).toBe(true);
    await Promise.all(herd.map((each) => each.kill()));
  }, 120_000);
});
