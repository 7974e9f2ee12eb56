/**
 * `node bench/live.ts [--clients 1000] [--changes 50]`: clients on one server's event stream. From the commit of a status
 * change to each client, p50 and p99; memory and time of the server per client; and the same clients polling instead.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';
import { startFleet } from '#test/fleet/fleet.ts';

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '1000' }, changes: { type: 'string', default: '50' } },
});
const [clientsCount, changesCount] = [Number(values.clients), Number(values.changes)];
const pollSeconds = 5;
const quantile = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;

/** Of the server's process: processor seconds so far, and megabytes now. */
function costOf(pid: number): { seconds: number; megabytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, megabytes: (Number(pages) * 4096) / 1e6 };
}

const fleet = await startFleet();
const lines: string[] = [];
try {
  const server = await fleet.serve();
  const { pid } = server;
  const [company = ''] = fleet.companies;
  const headers = { authorization: `Bearer ${fleet.key}` };
  const address = `http://127.0.0.1:${server.port}/api/v1/export-jobs`;
  const before = costOf(pid);

  /** When each client saw each state, in milliseconds since 1970. */
  const seen = new Map<string, number[]>();
  const closers: (() => void)[] = [];
  const connect = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = get(`${address}/events?company_id=${company}`, { headers, agent: false }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${answer.statusCode}`));
        let rest = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          const at = Date.now();
          resolve();
          rest += text;
          const blocks = rest.split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) {
            const id = block.includes('"status":"canceled"') ? /"id":"([^"]+)"/.exec(block)?.[1] : undefined;
            if (id !== undefined) seen.get(id)?.push(at);
          }
        });
        answer.on('error', () => undefined);
      });
      request.on('error', reject);
      closers.push(() => request.destroy());
    });
  for (let made = 0; made < clientsCount; made += 50) {
    await Promise.all(Array.from({ length: Math.min(50, clientsCount - made) }, connect));
  }
  const connected = costOf(pid);

  const delays: number[] = [];
  const began = performance.now();
  const busy = costOf(pid).seconds;
  for (let at = 0; at < changesCount; at += 1) {
    // nobody works here: the change is the job's creation, which every client is told
    const date_from = new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
    const answer = await fetch(address, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ company_id: company, date_from, date_to: '2026-12-31', file_format: 'csv' }),
    });
    const { id } = (await answer.json()) as ExportJob;
    // then canceled, by the database's own clock: this is the change that is timed
    const times: number[] = [];
    await delay(100);
    seen.set(id, times);
    const { rows } = await fleet.pool.pool.query<{ at: number }>(
      `UPDATE pgboss.job SET state = 'cancelled', completed_on = clock_timestamp() WHERE id = $1
       RETURNING (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at`,
      [id],
    );
    for (const end = performance.now() + 10_000; times.length < clientsCount && performance.now() < end;)
      await delay(5);
    delays.push(...times.map((time) => time - (rows[0]?.at ?? 0)));
    if (times.length !== clientsCount) console.log(`${times.length} of ${clientsCount} clients were told`);
    seen.delete(id);
  }
  const liveSeconds = costOf(pid).seconds - busy;
  const told = changesCount * clientsCount;
  lines.push(
    `| status change → client, ${clientsCount} clients | p50 ${quantile(delays, 0.5).toFixed(0)} ms, p99 ${quantile(delays, 0.99).toFixed(0)} ms |`,
    `| memory of the server per client | ${(((connected.megabytes - before.megabytes) * 1000) / clientsCount).toFixed(0)} kB |`,
    `| processor time of the server per client told (creation included; two events each) | ${((liveSeconds * 1e6) / told).toFixed(0)} µs |`,
    `| the same, in ${((performance.now() - began) / 1000).toFixed(0)} s of changes | ${((liveSeconds * 1e5) / (performance.now() - began)).toFixed(0)} % of a core |`,
  );
  for (const close of closers) close();
  await delay(1000);

  const polled = costOf(pid).seconds;
  const pollStarted = performance.now();
  let polls = 0;
  let failed = 0;
  const pollClient = async (at: number): Promise<void> => {
    await delay((at / clientsCount) * pollSeconds * 1000);
    for (; performance.now() - pollStarted < 3 * pollSeconds * 1000; await delay(pollSeconds * 1000)) {
      try {
        const answer = await fetch(`${address}?company_id=${company}`, { headers });
        await answer.arrayBuffer();
        polls += 1;
      } catch {
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: clientsCount }, (_, at) => pollClient(at)));
  const pollCost = costOf(pid).seconds - polled;
  const elapsed = (performance.now() - pollStarted) / 1000;
  lines.push(
    `| ${clientsCount} clients that poll every ${pollSeconds} s instead: ${(polls / elapsed).toFixed(0)} requests/s, ${failed} not answered in time | ${((pollCost * 100) / elapsed).toFixed(0)} % of a core, ${(pollSeconds / 2).toFixed(1)} s late on average |`,
  );
} finally {
  await fleet.stop();
}
const today = new Date().toISOString().slice(0, 10);
const text = [`# ${today}: live`, '', '| | |', '|---|---|', ...lines, ''].join('\n');
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(join(import.meta.dirname, 'results', `${today}-live.md`), text);
console.log(text);
process.exit(0);
