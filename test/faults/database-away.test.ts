/** F3: the database restarts, crashes, drops every connection, or falls silent behind a network that swallows all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';
import { type EventReader, readEvents } from './event-reader.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { StoreGates } from './gates.ts';
import type { ProductProcess } from './product-process.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const backSecondsMax = 5;
const hangSecondsMax = 30;
const times = inject('thorough') ? 5 : 1;

let dataDir: string;
let postgres: EmbeddedPostgres;
let network: TcpProxy;
let site: FaultSite;
let worker: ProductProcess;
let large: string;

const settings = { fsync: 'off', shared_buffers: '64MB' };
const socketOf = ({ connection }: EmbeddedPostgres): string => join(connection.host, `.s.PGSQL.${connection.port}`);

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mathership-away-'));
  postgres = await startEmbeddedPostgres({ dataDir, settings });
  await migrate({ url: postgres.url });
  network = await startTcpProxy(socketOf(postgres));
  const { user, database } = postgres.connection;
  site = await startFaultSite({
    database: { url: `postgresql://${user}@127.0.0.1:${network.port}/${database}`, drop: async () => undefined },
  });
  large = await site.addCompany({ lines: 20_000, textBytes: 2048 });
  worker = await site.worker();
});
afterAll(async () => {
  await site.close();
  await network.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Past the proxy. */
async function onDatabase(statement: string): Promise<void> {
  const client = new Client(postgres.url);
  client.on('error', () => undefined);
  await client.connect();
  await client.query(statement);
  await client.end();
}

let day = 0;
const nextDay = (): string => new Date(Date.UTC(2026, 0, (day += 1))).toISOString().slice(0, 10);

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly seconds: number;
}

async function askOnce(path: string): Promise<Answer> {
  const began = performance.now();
  const answer = await fetch(`${site.installation.address}${path}`, {
    headers: { authorization: `Bearer ${site.key}` },
  });
  await answer.arrayBuffer();
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    seconds: (performance.now() - began) / 1000,
  };
}
const list = (): Promise<Answer> => askOnce(`/api/v1/export-jobs?company_id=${site.companyId}`);

/** An export in mid-COPY, and somebody who watches. */
async function busy(): Promise<{ id: string; open: () => Promise<void>; reader: EventReader }> {
  const reader = await readEvents(site.installation.address ?? '', site.key, large);
  const gates = new StoreGates(site.proxy);
  const { id } = await site.create({ company_id: large, date_from: nextDay() });
  const gate = gates.hold(`/${id}/1.zip`, 'upload');
  await gate.reached();
  return { id, open: () => gate.open(), reader };
}

/** From here the database answers: page, worker and stream must be back soon, and the interrupted export complete. */
async function expectBack(fault: string, { id, open, reader }: Awaited<ReturnType<typeof busy>>): Promise<void> {
  const returned = performance.now();
  const since = (): number => (performance.now() - returned) / 1000;
  await vi.waitFor(async () => expect((await list()).status).toBe(200), { timeout: 20_000, interval: 50 });
  addFigure(inject('figures'), { fault: `F3 ${fault}: page`, seconds: since() });
  expect(since()).toBeLessThan(backSecondsMax);
  await vi.waitFor(() => expect(reader.heard).toContain('resync'), { timeout: 20_000, interval: 20 });
  addFigure(inject('figures'), { fault: `F3 ${fault}: stream says resync`, seconds: since() });
  expect(since()).toBeLessThan(backSecondsMax + 2);
  const next = await site.create({ date_from: nextDay() });
  await site.until(next.id, ({ status }) => status !== 'pending', 20);
  addFigure(inject('figures'), { fault: `F3 ${fault}: worker takes jobs`, seconds: since() });
  await open();
  for (const job of [await site.finished(id, 60), await site.finished(next.id)]) {
    expect(job.status).toBe('completed');
    await site.verify(job);
  }
  expect(reader.ended()).toBe(false);
  reader.close();
}

describe('the database', () => {
  it.each(Array.from({ length: times }, (_, at) => at))('drops every connection', async () => {
    const under = await busy();
    await onDatabase(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await expectBack('connections dropped', under);
  });

  it.each(Array.from({ length: times }, (_, at) => at))('is restarted', async () => {
    const under = await busy();
    await postgres.stop();
    const [answer, ready] = await Promise.all([list(), askOnce('/readyz')]);
    expect(answer).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(ready.status).toBe(503);
    expect((await askOnce('/healthz')).status).toBe(200);
    postgres = await startEmbeddedPostgres({ dataDir, settings });
    network.retarget(socketOf(postgres));
    await expectBack('restarted', under);
  });

  it.each(Array.from({ length: times }, (_, at) => at))('falls silent: nothing hangs for long', async () => {
    const under = await busy();
    network.swallow();
    const [first, ready] = await Promise.all([list(), askOnce('/readyz')]);
    const later = await list();
    expect([first.status, ready.status, later.status]).toEqual([503, 503, 503]);
    for (const { seconds } of [first, ready, later]) {
      addFigure(inject('figures'), { fault: 'F3 silent: a request in the meantime is answered', seconds });
      expect(seconds).toBeLessThan(hangSecondsMax);
    }
    network.pass();
    await expectBack('silent', under);
  });

  it('ends with every invariant intact, and with the processes that were there', async () => {
    expect(await worker.end()).toBe(0);
    await site.expectSwept();
    await site.expectWell();
  });
});
