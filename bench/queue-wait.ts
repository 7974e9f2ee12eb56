/** How long a small export takes when N other companies were first, each with a queue of its own, and one worker runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';
import { fillCompany } from '#test/company-rows.ts';
import { type Fleet, startFleet } from '#test/fleet/fleet.ts';

export interface QueueWait {
  readonly companies: number;
  /** From the moment the worker is there to the file of the small export, which was asked for last. */
  readonly seconds: number;
}

export const exportsPerCompany = 10;
const linesPerCompany = 1000;

export async function addCompany(fleet: Fleet, at: number): Promise<string> {
  const { rows } = await fleet.pool.pool.query<{ id: string }>(
    `WITH made AS (INSERT INTO companies (organization_id, name, currency, time_zone)
       SELECT organization_id, $2, currency, time_zone FROM companies WHERE id = $1 RETURNING id), joined AS (
       INSERT INTO company_members (company_id, user_id, role)
         SELECT made.id, user_id, 'finance' FROM made, company_members WHERE company_id = $1)
     SELECT id FROM made`,
    [fleet.companies[0], `Busy ${at}`],
  );
  const id = rows[0]?.id ?? '';
  await fillCompany(fleet.pool.db, id, { lines: linesPerCompany });
  return id;
}

async function measure(companies: number): Promise<QueueWait> {
  const fleet = await startFleet();
  try {
    const { port } = await fleet.serve();
    const address = `http://127.0.0.1:${port}/api/v1/export-jobs`;
    const headers = { authorization: `Bearer ${fleet.key}`, 'content-type': 'application/json' };
    const create = async (company_id: string, at: number): Promise<ExportJob> => {
      const date_from = new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
      const body = JSON.stringify({ company_id, date_from, date_to: '2026-12-31', file_format: 'csv' });
      const answer = await fetch(address, { method: 'POST', headers, body });
      if (answer.status !== 201) throw new Error(await answer.text());
      return (await answer.json()) as ExportJob;
    };
    for (let at = 0; at < companies; at += 1) {
      const company = await addCompany(fleet, at);
      for (let n = 0; n < exportsPerCompany; n += 1) await create(company, n);
    }
    const small = await create(fleet.companies[0] ?? '', 0);
    await fleet.worker();
    const started = performance.now();
    for (;;) {
      const found = (await (await fetch(`${address}/${small.id}`, { headers })).json()) as ExportJob;
      if (found.status === 'completed') return { companies, seconds: (performance.now() - started) / 1000 };
      if (found.status === 'failed') throw new Error(found.error?.message ?? 'failed');
      await delay(5);
    }
  } finally {
    await fleet.stop();
  }
}

/** One after the other, each on an installation of its own. */
export async function measureQueue(companies: readonly number[]): Promise<QueueWait[]> {
  const found: QueueWait[] = [];
  for (const count of companies) {
    found.push(await measure(count));
    console.log(found.at(-1));
  }
  return found;
}
