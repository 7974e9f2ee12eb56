/**
 * `node bench/processes.ts [--exports 300] [--seconds 4]`: what one more process brings. Exports a second with 1, 2 and 4
 * workers, requests a second with 1 and 2 servers, and how soon the listeners of each server know. Keeps its table, dated.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, startFleet } from '#test/fleet/fleet.ts';
import { listen } from '#test/fleet/listening-client.ts';

const { values } = parseArgs({
  options: { exports: { type: 'string', default: '300' }, seconds: { type: 'string', default: '4' } },
});
const [exportsCount, seconds] = [Number(values.exports), Number(values.seconds)];
const day = (at: number): string => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
let wishes = 0;

async function create(fleet: Fleet, port: number, company: string): Promise<number> {
  const at = (wishes += 1);
  const body = { company_id: company, date_from: day(at % 150), date_to: day(180 + Math.floor(at / 150)) };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/export-jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fleet.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, file_format: 'csv' }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

const quantile = (sorted: readonly number[], share: number): string =>
  `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)} ms`;

/** Made while no worker runs, of every company in turn; then measured from the first completion to the last. */
async function workerThroughput(workers: number): Promise<string> {
  const fleet = await startFleet();
  try {
    const { port } = await fleet.serve();
    for (let at = 0; at < exportsCount; at += 1) await create(fleet, port, fleet.companies[at % 4] ?? '');
    await Promise.all(Array.from({ length: workers }, () => fleet.worker()));
    for (;;) {
      const { rows } = await fleet.pool.pool.query<{ open: number; rate: number; lines: number }>(
        `SELECT count(*) FILTER (WHERE status <> 'completed')::int AS open,
           (count(*) - 1) / nullif(extract(epoch FROM max(completed_at) - min(completed_at)), 0)::float8 AS rate,
           sum(row_count) / nullif(extract(epoch FROM max(completed_at) - min(completed_at)), 0)::float8 AS lines FROM export_jobs`,
      );
      const [row] = rows;
      if (row?.open === 0) {
        return `| ${workers} workers | ${row.rate.toFixed(1)} exports/s | ${Math.round(row.lines).toLocaleString('en')} rows/s |`;
      }
      await delay(200);
    }
  } finally {
    await fleet.stop();
  }
}

/** Sixteen clients that ask as soon as they are answered; no worker, so that only answering is measured. */
async function requestThroughput(serves: number): Promise<string> {
  const fleet = await startFleet();
  try {
    const servers = await Promise.all(Array.from({ length: serves }, () => fleet.serve()));
    const rate = async (ask: (port: number) => Promise<unknown>): Promise<number> => {
      const end = performance.now() + seconds * 1000;
      let answered = 0;
      const client = async (at: number): Promise<void> => {
        const port = servers[at % serves]?.port ?? 0;
        for (; performance.now() < end; answered += 1) await ask(port);
      };
      await Promise.all(Array.from({ length: 16 }, (_, at) => client(at)));
      return Math.round(answered / seconds);
    };
    const [company = ''] = fleet.companies;
    const creates = await rate((port) => create(fleet, port, fleet.companies[wishes % 4] ?? ''));
    const lists = await rate(async (port) => {
      const headers = { authorization: `Bearer ${fleet.key}` };
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/export-jobs?company_id=${company}`, { headers });
      await answer.arrayBuffer();
    });
    return `| ${serves} servers | ${creates} creates/s | ${lists} pages of the list/s |`;
  } finally {
    await fleet.stop();
  }
}

/** Two servers, one asked, both listened to: from the completion in the database to each listener. */
async function liveDelay(): Promise<string[]> {
  const fleet = await startFleet();
  try {
    const servers = [await fleet.serve(), await fleet.serve()];
    await fleet.worker();
    const [company = ''] = fleet.companies;
    const clients = servers.map(({ port }) => listen(`http://127.0.0.1:${port}`, fleet.key, company));
    await Promise.all(clients.map(({ ready }) => ready));
    for (let at = 0; at < 100; at += 1) {
      await create(fleet, servers[0]?.port ?? 0, company);
      await delay(30);
    }
    const done = (): boolean =>
      clients.every(({ known }) => [...known.values()].filter(({ status }) => status === 'completed').length === 100);
    for (const end = performance.now() + 60_000; !done() && performance.now() < end;) await delay(50);
    const { rows } = await fleet.pool.pool.query<{ id: string; at: number }>(
      `SELECT id, (extract(epoch FROM updated_at) * 1000)::float8 AS at FROM export_jobs WHERE status = 'completed'`,
    );
    const lines = clients.map(({ known }, at) => {
      const delays = rows.map((row) => (known.get(row.id)?.at ?? Infinity) - row.at).toSorted((a, b) => a - b);
      const where = at === 0 ? 'the server that was asked' : 'the other server';
      return `| completed → known to a listener of ${where} | p50 ${quantile(delays, 0.5)} | p99 ${quantile(delays, 0.99)} |`;
    });
    await Promise.all(clients.map((client) => client.close()));
    return lines;
  } finally {
    await fleet.stop();
  }
}

const lines: string[] = [];
for (const workers of [1, 2, 4]) lines.push(await workerThroughput(workers));
for (const serves of [1, 2]) lines.push(await requestThroughput(serves));
lines.push(...(await liveDelay()));
const today = new Date().toISOString().slice(0, 10);
const text = [
  `# ${today}: many processes`,
  '',
  `${availableParallelism()} cores for everything: clients, servers, workers (2 exports at once each), PostgreSQL and the store.`,
  `${exportsCount} exports of about 50 to 6,000 rows of four companies; 16 clients for ${seconds} s each.`,
  '',
  '| | | |',
  '|---|---|---|',
  ...lines,
  '',
].join('\n');
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, `${today}-processes.md`), text);
console.log(text);
process.exit(0);
