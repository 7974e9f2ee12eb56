/** F10: SIGTERM during exports, and a worker of an older release beside a newer API. */
import { PgBoss } from 'pg-boss';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runsMax } from '#server/exports/queue.ts';
import { addFigure } from '../figures.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';
import { StoreGates } from '../gates.ts';

let site: FaultSite;
let other: string;

beforeAll(async () => {
  site = await startFaultSite();
  other = await site.addCompany({ lines: 50 });
});
afterAll(() => site.close());

describe('SIGTERM', () => {
  it('lets an export finish within ten seconds, hands the rest back unspent, and takes no more', async () => {
    const gates = new StoreGates(site.proxy);
    const short = await site.create();
    const endless = await site.create({ company_id: other });
    const [shortGate, endlessGate] = [short, endless].map(({ id }) => gates.hold(`/${id}/1.zip`, 'upload'));
    const worker = await site.worker({ WORKER_CONCURRENCY: '2' });
    await Promise.all([shortGate?.reached(), endlessGate?.reached()]);

    const told = performance.now();
    const ended = worker.end();
    const late = await site.create({ date_from: '2026-02-01' });
    await shortGate?.open();
    expect(await site.finished(short.id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await ended).toBe(0);
    const seconds = (performance.now() - told) / 1000;
    addFigure(inject('figures'), { fault: 'F10 SIGTERM: the worker has ended', seconds });
    expect(seconds).toBeLessThan(15);
    await site.until(late.id, ({ status }) => status === 'pending');

    const handedBack = await site.until(endless.id, ({ status }) => status === 'pending');
    expect((await site.attempts(endless.id))[0]?.outcome).toBe('handed_back');
    expect((await site.attempts(late.id)).length).toBe(0);
    const { rows } = await sql<{ left: number }>`
      SELECT retry_limit - retry_count AS left FROM pgboss.job WHERE id = ${endless.id}`.execute(
      site.installation.pool.db,
    );
    expect(handedBack.attempt).toBe(1);
    // the next claim moves the number on, so as many runs are left as before
    expect(rows[0]?.left).toBe(runsMax);

    const began = performance.now();
    const next = await site.worker();
    await site.until(endless.id, ({ status }) => status !== 'pending');
    addFigure(inject('figures'), {
      fault: 'F10 SIGTERM: handed back, taken by a worker that starts',
      seconds: (performance.now() - began) / 1000,
    });
    await endlessGate?.open();
    for (const { id } of [endless, late]) {
      const job = await site.finished(id);
      expect(job.status).toBe('completed');
      await site.verify(job);
    }
    expect(await next.end()).toBe(0);
    await site.expectSwept();
    await site.expectWell();
  }, 60_000);

  it('to a worker that does nothing ends it at once', async () => {
    const worker = await site.worker();
    const told = performance.now();
    expect(await worker.end()).toBe(0);
    expect(performance.now() - told).toBeLessThan(3000);
  });
});

describe('a worker of an older release', () => {
  it('leaves alone what a newer API has queued in a form it does not know', async () => {
    const boss = new PgBoss({
      connectionString: site.databaseUrl,
      schema: 'pgboss',
      migrate: false,
      supervise: false,
      schedule: false,
    });
    boss.on('error', () => undefined);
    await boss.start();
    await boss.createQueue('exports-quick-99', { policy: 'singleton', heartbeatSeconds: 10, notify: true });
    const known = await site.create({ date_from: '2026-05-01' });
    const { db } = site.installation.pool;
    await sql`INSERT INTO export_jobs SELECT (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid(), 'question', 'newer', 'queue', 'exports-quick-99'))).*
      FROM export_jobs j WHERE id = ${known.id}`
      .execute(db)
      .catch((error: Error) => expect(error.message).toContain('has no engine job'));
    const { rows } = await sql<{ id: string }>`SELECT gen_random_uuid() AS id`.execute(db);
    const id = rows[0]?.id ?? '';
    await boss.send('exports-quick-99', { question: 'of a later release' }, { id });
    await sql`INSERT INTO export_jobs SELECT (jsonb_populate_record(j, jsonb_build_object('id', ${id}::text, 'question', 'newer', 'queue', 'exports-quick-99'))).*
      FROM export_jobs j WHERE id = ${known.id}`.execute(db);
    const worker = await site.worker();
    expect((await site.finished(known.id)).status).toBe('completed');
    expect(await site.until(id, ({ status }) => status === 'pending')).toMatchObject({ attempt: 1, started_at: null });
    expect((await site.attempts(id)).length).toBe(0);
    // the newer worker comes
    await sql`UPDATE pgboss.job SET state = 'active', started_on = now() WHERE id = ${id}`.execute(db);
    await site.until(id, ({ status }) => status === 'processing');
    await boss.cancel('exports-quick-99', id);
    await site.until(id, ({ status }) => status === 'canceled');
    await worker.end();
    await boss.stop({ graceful: false });
    await site.expectWell();
  });
});
