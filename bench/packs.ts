/**
 * `node bench/packs.ts [lines of a company]`: 12 companies x 5 reports x 2 formats. How long a pack takes beside the same
 * exports asked for one by one and run by the same worker, and the worker's peak memory at each. Three times the lines
 * say whether memory stays flat. Prints a table.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ExportPack } from '#contract/packs.ts';
import { fillCompany } from '#test/company-rows.ts';
import { type Fleet, startFleet } from '#test/fleet/fleet.ts';

const lines = Number(process.argv[2] ?? 5000);
const companiesCount = 12;
const reports = ['vendor', 'item', 'order_lines', 'delivery_location', 'price_changes'] as const;
const formats = ['csv', 'xlsx'] as const;
const days = { date_from: '2026-01-01', date_to: '2026-12-31' };

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function addCompany(fleet: Fleet, at: number, linesOf: number): Promise<string> {
  const { rows } = await fleet.pool.pool.query<{ id: string }>(
    `WITH made AS (INSERT INTO companies (organization_id, name, currency, time_zone)
       SELECT organization_id, $2, currency, time_zone FROM companies WHERE id = $1 RETURNING id), joined AS (
       INSERT INTO company_members (company_id, user_id, role)
         SELECT made.id, user_id, 'finance' FROM made, company_members WHERE company_id = $1)
     SELECT id FROM made`,
    [fleet.companies[0], `House ${at}`],
  );
  const id = rows[0]?.id ?? '';
  await fillCompany(fleet.pool.db, id, { lines: linesOf });
  return id;
}

interface Figures {
  readonly seconds: number;
  readonly megabytes: number;
  readonly bytes: number;
}

async function measure(linesOf: number, asPack: boolean): Promise<Figures & { own: number }> {
  const fleet = await startFleet();
  try {
    const { port } = await fleet.serve();
    const api = async <T>(method: string, path: string, body?: object): Promise<T> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${fleet.key}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as T;
    };
    const ids: string[] = [];
    for (let at = 0; at < companiesCount; at += 1) ids.push(await addCompany(fleet, at, linesOf));
    const members = ids.flatMap((company_id) =>
      reports.flatMap((report_type) => formats.map((file_format) => ({ company_id, report_type, file_format }))),
    );
    const { rows } = await fleet.pool.pool.query<{ id: string }>('SELECT organization_id AS id FROM companies LIMIT 1');
    const worker = await fleet.worker();
    const started = performance.now();
    const jobs: string[] = [];
    if (asPack) {
      jobs.push(
        (await api<ExportPack>('POST', '/export-packs', { organization_id: rows[0]?.id, members, ...days })).id,
      );
    } else {
      for (const member of members)
        jobs.push((await api<ExportJob>('POST', '/export-jobs', { ...member, ...days })).id);
    }
    let bytes = 0;
    let own = 0;
    for (const id of jobs) {
      for (;;) {
        const job = await api<ExportJob>('GET', `/export-jobs/${id}`);
        if (job.status === 'failed') throw new Error(job.error?.message);
        if (job.status === 'completed') {
          bytes += job.file_size ?? 0;
          if (asPack) own = (Date.parse(job.completed_at ?? '') - Date.parse(job.started_at ?? '')) / 1000;
          break;
        }
        await delay(50);
      }
    }
    return { seconds: (performance.now() - started) / 1000, megabytes: await peakOf(worker.pid), bytes, own };
  } finally {
    await fleet.stop();
  }
}

console.log('| lines of a company | | seconds | of these its own file | MB zipped | peak of the worker, MB |');
console.log('|---|---|---|---|---|---|');
for (const linesOf of [lines, lines * 3]) {
  for (const asPack of [false, true]) {
    const { seconds, megabytes, bytes, own } = await measure(linesOf, asPack);
    console.log(
      `| ${linesOf.toLocaleString('en')} | ${asPack ? 'one pack' : '120 exports'} | ${seconds.toFixed(1)} | ${asPack ? own.toFixed(1) : ''} | ${(bytes / 1e6).toFixed(1)} | ${megabytes.toFixed(0)} |`,
    );
  }
}
