/** Every process of a fleet restarted in turn, while people ask for exports and listen: what a release does to them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';
import { startBalancer } from './balancer.ts';
import { startFleet } from './fleet.ts';
import { listen } from './listening-client.ts';

export interface RollingRestart {
  /** Answered 201 or 200 (the same request again). */
  readonly asked: number;
  readonly completed: number;
  /** Final states that a listener did not come to know. */
  readonly missed: number;
  readonly restarts: number;
  /** Answers of servers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly refused: number;
  /** Requests asked again under the same Idempotency-Key because their connection broke. */
  readonly broken: number;
  readonly reconnects: number;
  readonly resyncs: number;
  /** Of each ordered stop of a process; all must be 0. */
  readonly exitCodes: readonly (number | null)[];
  readonly slowestCreateMilliseconds: number;
  readonly seconds: number;
}

export interface RollingOptions {
  readonly serves: number;
  readonly workers: number;
  /** Of every process. */
  readonly rounds: number;
}

export async function rollingRestart({ serves, workers, rounds }: RollingOptions): Promise<RollingRestart> {
  const fleet = await startFleet();
  const ends: (() => Promise<unknown>)[] = [() => fleet.stop()];
  try {
    const servers = [];
    for (let at = 0; at < serves; at += 1) servers.push(await fleet.serve());
    const working = [];
    for (let at = 0; at < workers; at += 1) working.push(await fleet.worker());
    const balancer = await startBalancer(servers.map(({ port }) => port));
    ends.push(() => balancer.close());
    const companies = fleet.companies.slice(0, 2);
    const listeners = companies.flatMap((company) =>
      [1, 2].map(() => ({ company, client: listen(balancer.url, fleet.key, company) })),
    );
    ends.push(() => Promise.all(listeners.map(({ client }) => client.close())));
    await Promise.all(listeners.map(({ client }) => client.ready));

    const began = performance.now();
    const asked = new Map<string, string>();
    let slowest = 0;
    const restarted = new AbortController();
    const asking = (async () => {
      for (let at = 0; !restarted.signal.aborted; at += 1) {
        const company = companies[at % companies.length] ?? '';
        const started = performance.now();
        asked.set(await createSurely(balancer.url, fleet.key, company, at), company);
        slowest = Math.max(slowest, performance.now() - started);
        await delay(40);
      }
    })();
    const exitCodes: (number | null)[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const [at, server] of servers.entries()) {
          exitCodes.push(await server.end());
          servers[at] = await fleet.serve(server.port);
        }
        for (const [at, worker] of working.entries()) {
          exitCodes.push(await worker.end());
          working[at] = await fleet.worker();
        }
      }
    } finally {
      restarted.abort();
    }
    await asking;
    const completed = await allFinished(fleet.pool.pool, asked.size);
    await settled(listeners, asked);
    return {
      asked: asked.size,
      completed,
      missed: missing(listeners, asked),
      restarts: rounds * (serves + workers),
      statuses: balancer.statuses,
      refused: balancer.refused(),
      broken: balancer.broken(),
      reconnects: listeners.reduce((sum, { client }) => sum + client.reconnects(), 0),
      resyncs: listeners.reduce((sum, { client }) => sum + client.resyncs(), 0),
      exitCodes,
      slowestCreateMilliseconds: slowest,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** Under one Idempotency-Key until there is an answer; an answer that is not a success is nobody's fault but the servers'. */
async function createSurely(address: string, key: string, company: string, at: number): Promise<string> {
  const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString().slice(0, 10);
  const body = JSON.stringify({
    company_id: company,
    date_from: day(1 + (at % 180)),
    date_to: day(200 + (Math.floor(at / 180) % 160)),
    file_format: 'csv',
  });
  for (;;) {
    const answer = await fetch(`${address}/api/v1/export-jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': `roll-${at}` },
      body,
    }).catch(() => null);
    if (answer?.ok) return ((await answer.json()) as ExportJob).id;
    await answer?.arrayBuffer();
    await delay(50);
  }
}

/** Resolves to how many have completed, when all have finished. */
async function allFinished(
  pool: { query(text: string): Promise<{ rows: { open: number; completed: number }[] }> },
  asked: number,
): Promise<number> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const { rows } = await pool.query(
      `SELECT count(*) FILTER (WHERE status IN ('pending', 'processing'))::int AS open,
         count(*) FILTER (WHERE status = 'completed')::int AS completed FROM export_jobs`,
    );
    const [{ open, completed } = { open: asked, completed: 0 }] = rows;
    if (open === 0 || performance.now() > deadline) return completed;
    await delay(100);
  }
}

interface Listener {
  readonly company: string;
  readonly client: ReturnType<typeof listen>;
}

const missing = (listeners: readonly Listener[], asked: ReadonlyMap<string, string>): number =>
  listeners.reduce((sum, { company, client }) => {
    const own = [...asked].filter(([, of]) => of === company);
    return sum + own.filter(([id]) => client.known.get(id)?.status !== 'completed').length;
  }, 0);

/** Events follow the database by milliseconds; ten seconds are given before one counts as missed. */
async function settled(listeners: readonly Listener[], asked: ReadonlyMap<string, string>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (missing(listeners, asked) > 0 && performance.now() < deadline) await delay(50);
}
