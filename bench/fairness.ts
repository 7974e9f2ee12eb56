/**
 * `node bench/fairness.ts`: companies that keep two exports in flight, beside another that asked for 40 at once. Which
 * share of the starts the backlog has while it lasts, and how long a quiet company's single export waits meanwhile,
 * beside how long an export takes. One worker with two slots.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';
import { startFleet } from '#test/fleet/fleet.ts';
import { addCompany } from './queue-wait.ts';

const backlogSize = 40;
/** The backlog is given up after this many starts of others for each of its own. */
const startsMax = 1200;

interface Fairness {
  readonly busy: number;
  readonly ownStarts: number;
  readonly starts: number;
  /** Waits of the quiet company's exports, and how long exports run; seconds. */
  readonly waits: readonly number[];
  readonly runs: readonly number[];
}

async function measure(busy: number): Promise<Fairness> {
  const fleet = await startFleet({ WORKER_CONCURRENCY: '2' });
  try {
    const { port } = await fleet.serve();
    const address = `http://127.0.0.1:${port}/api/v1/export-jobs`;
    const headers = { authorization: `Bearer ${fleet.key}`, 'content-type': 'application/json' };
    let asked = 0;
    const create = async (company_id: string): Promise<ExportJob> => {
      asked += 1;
      const date_from = new Date(Date.UTC(2020, 0, asked)).toISOString().slice(0, 10);
      const body = JSON.stringify({ company_id, date_from, date_to: '2026-12-31', file_format: 'csv' });
      const answer = await fetch(address, { method: 'POST', headers, body });
      if (answer.status !== 201) throw new Error(await answer.text());
      return (await answer.json()) as ExportJob;
    };
    const read = async (id: string): Promise<ExportJob> =>
      (await (await fetch(`${address}/${id}`, { headers })).json()) as ExportJob;
    const ended = async (id: string): Promise<ExportJob> => {
      for (;;) {
        const job = await read(id);
        if (job.status === 'failed') throw new Error(job.error?.message);
        if (job.status === 'completed') return job;
        await delay(10);
      }
    };
    const companies: string[] = [];
    for (let at = 0; at < busy; at += 1) companies.push(await addCompany(fleet, at));
    const crowded = await addCompany(fleet, busy);
    const quiet = fleet.companies[0] ?? '';
    const over = new AbortController();
    const keepBusy = async (company: string): Promise<void> => {
      while (!over.signal.aborted) await ended((await create(company)).id);
    };
    const others = companies.flatMap((company) => [keepBusy(company), keepBusy(company)]);
    await fleet.worker();
    const backlog: string[] = [];
    for (let at = 0; at < backlogSize; at += 1) backlog.push((await create(crowded)).id);
    const waits: number[] = [];
    const seconds = (from: string | null, to: string | null): number =>
      (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
    const counts = async (): Promise<{ own: number; all: number }> => {
      const { rows } = await fleet.pool.pool.query<{ own: number; all: number }>(
        `SELECT count(*) FILTER (WHERE company_id = $1)::int AS own, count(*)::int AS all FROM export_jobs
         WHERE started_at IS NOT NULL AND company_id <> $2 AND started_at >= (SELECT created_at FROM export_jobs WHERE id = $3)`,
        [crowded, quiet, backlog[0]],
      );
      return rows[0] ?? { own: 0, all: 0 };
    };
    let found = await counts();
    while (found.own < backlogSize && found.all < startsMax) {
      const job = await ended((await create(quiet)).id);
      waits.push(seconds(job.created_at, job.started_at));
      await delay(200);
      found = await counts();
    }
    over.abort();
    await Promise.all(others);
    const { rows } = await fleet.pool.pool.query<{ run: number }>(
      `SELECT extract(epoch FROM completed_at - started_at)::float8 AS run FROM export_jobs WHERE status = 'completed' AND company_id <> $1`,
      [quiet],
    );
    return { busy, ownStarts: found.own, starts: found.all, waits, runs: rows.map(({ run }) => run) };
  } finally {
    await fleet.stop();
  }
}

const at = (values: readonly number[], share: number): string =>
  ((values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0) * 1000).toFixed(0);

console.log(`| busy companies | the backlog's starts | their share, a fair one | a quiet export starts after, p50 and most | an export runs, p50 and most |
|---|---|---|---|---|`);
for (const busy of [3, 5, 8]) {
  const { ownStarts, starts, waits, runs } = await measure(busy);
  console.log(
    `| ${busy} | ${ownStarts} of ${backlogSize} (of ${starts} starts) | ${((100 * ownStarts) / starts).toFixed(0)} %, ${(100 / (busy + 1)).toFixed(0)} % | ${at(waits, 0.5)} ms, ${at(waits, 1)} ms | ${at(runs, 0.5)} ms, ${at(runs, 1)} ms |`,
  );
}
process.exit(0);
