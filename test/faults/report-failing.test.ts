/** F11 and what hangs: a report that cannot be read, is stopped by the database, by its person, or by its own length. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { ExportQueue } from '#server/exports/queue.ts';
import { ExportWorker } from '#server/worker/worker.ts';
import { readEvents } from './event-reader.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { StoreGates } from './gates.ts';
import type { ProductProcess } from './product-process.ts';

let site: FaultSite;
let large: string;
let worker: ProductProcess;

beforeAll(async () => {
  site = await startFaultSite();
  large = await site.addCompany({ lines: 20_000, textBytes: 2048 });
  worker = await site.worker();
});
afterAll(() => site.close());

/** Connections of render threads that the database still works for. */
async function rendering(): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'mathership render' AND state <> 'idle'`.execute(
    site.installation.pool.db,
  );
  return rows[0]?.n ?? 0;
}

/** An export of the large company, held while its rows are read. */
async function copying(date_from: string): Promise<{ id: string; open: () => Promise<void> }> {
  const gates = new StoreGates(site.proxy);
  const { id } = await site.create({ company_id: large, date_from });
  const gate = gates.hold(`/${id}/1.zip`, 'upload');
  await gate.reached();
  return { id, open: () => gate.open() };
}

describe('an export', () => {
  it('of data that cannot be computed with fails at once, with the reason and the next step', async () => {
    const { db } = site.installation.pool;
    await sql`ALTER FUNCTION printed_price(numeric) RENAME TO printed_price_before`.execute(db);
    await sql`CREATE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN price / (price - price)`.execute(
      db,
    );
    const job = await site.finished((await site.create()).id);
    expect(job).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: {
        code: 'query_failed',
        message: expect.stringMatching(/a value that cannot be computed with\. Run it for a shorter period/),
      },
    });
    await sql`DROP FUNCTION printed_price(numeric)`.execute(db);
    await sql`ALTER FUNCTION printed_price_before(numeric) RENAME TO printed_price`.execute(db);
    const { status, body } = await site.ask<ExportJob>('POST', `/api/v1/export-jobs/${job.id}/retry`);
    expect(status).toBe(201);
    expect((await site.finished(body.id)).status).toBe('completed');
  });

  it('whose query the database stops has taken too long, and says so', async () => {
    const { id, open } = await copying('2026-01-02');
    await sql`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'mathership render' AND query LIKE 'COPY%'`.execute(
      site.installation.pool.db,
    );
    await open();
    expect(await site.finished(id)).toMatchObject({
      status: 'failed',
      error: {
        code: 'timed_out',
        message: expect.stringMatching(/longer than is allowed and was stopped\. Choose a shorter period/),
      },
    });
    expect(await site.peer.uploads()).toEqual([]);
  });

  it('that is canceled in mid-COPY stops within two seconds, and its upload is ended', async () => {
    const { id, open } = await copying('2026-01-03');
    expect(await rendering()).toBeGreaterThan(0);
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    expect((await site.ask('POST', `/api/v1/export-jobs/${id}/cancel`)).status).toBe(200);
    await vi.waitFor(async () => expect(await rendering()).toBe(0), { timeout: 10_000, interval: 20 });
    addFigure(inject('figures'), { fault: 'cancel in mid-COPY: the database has stopped', seconds: seconds() });
    expect(seconds()).toBeLessThan(2.5);
    await vi.waitFor(async () => expect(await site.peer.uploads()).toEqual([]), { timeout: 10_000, interval: 20 });
    addFigure(inject('figures'), { fault: 'cancel in mid-COPY: nothing is left in the store', seconds: seconds() });
    await open();
    await vi.waitFor(async () => expect((await site.attempts(id))[0]?.outcome).toBe('canceled'));
    expect(await site.store.head(`exports/${large}/${id}/1.zip`)).toBeNull();
    expect((await site.finished((await site.create({ date_from: '2026-01-04' })).id)).status).toBe('completed');
  });

  it('tells progress that never goes back', async () => {
    const reader = await readEvents(site.installation.address ?? '', site.key, large);
    const { id, open } = await copying('2026-01-05');
    await vi.waitFor(() => expect(reader.jobs.some(({ progress }) => (progress?.rows_total ?? 0) > 0)).toBe(true), {
      timeout: 10_000,
    });
    await open();
    const { row_count } = await site.finished(id);
    await vi.waitFor(() => expect(reader.heard.at(-1)).toBe('completed'));
    const told = reader.jobs.flatMap((job) => (job.id === id && job.progress ? [job.progress] : []));
    const done = told.map(({ rows_done }) => rows_done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(told.every(({ rows_total }) => rows_total === row_count)).toBe(true);
    expect(done.at(-1)).toBe(row_count);
    reader.close();
  });

  it('that hangs is ended at its time limit, with a sentence, and so is its query', async () => {
    await worker.end();
    const onError = (): void => undefined;
    const queue = new ExportQueue({ url: site.databaseUrl, name: 'worker', onError });
    await queue.start();
    const impatient = new ExportWorker({
      db: site.installation.pool.db,
      databaseUrl: site.databaseUrl,
      queue,
      store: site.store,
      threads: {
        databaseUrl: site.databaseUrl,
        store: {
          kind: 's3',
          bucket: site.peer.bucket,
          endpoint: site.peer.endpoint,
          region: site.peer.region,
          credentials: site.peer.credentials,
        },
        signingSeed: 'x'.repeat(43),
      },
      concurrency: 1,
      retentionDays: 30,
      runSecondsMax: 2,
      log: { info: () => undefined, error: () => undefined },
    });
    // the report waits for a lock that nobody gives back
    const { id } = await site.create({ date_from: '2026-01-06' });
    const blocker = new Client(site.databaseUrl);
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE vendors IN ACCESS EXCLUSIVE MODE');
    await impatient.start();
    const job = await site.finished(id, 20);
    expect(job).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'timed_out', message: expect.stringContaining('Choose a shorter period or fewer locations') },
    });
    const seconds = (Date.parse(job.completed_at ?? '') - Date.parse(job.started_at ?? '')) / 1000;
    addFigure(inject('figures'), { fault: 'hanging query: failed after a limit of 2 s', seconds });
    await vi.waitFor(async () => expect(await rendering()).toBe(0), { timeout: 10_000 });
    await blocker.end();
    expect((await site.finished((await site.create({ date_from: '2026-01-07' })).id)).status).toBe('completed');
    await impatient.stop();
    await queue.stop();
    await site.expectSwept();
    await site.expectWell();
  }, 60_000);
});
