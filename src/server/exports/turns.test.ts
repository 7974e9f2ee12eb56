/**
 * Whose turn it is: real pg-boss takes what is due, one at a time or many at once, and the order is held against a model
 * and against what is promised of it. No worker runs; the engine's answers are the engine's own.
 */
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabasePool } from '#server/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { newJobId } from './job-id.ts';
import { ExportQueue, type Lane, lanes, slotsPerCompany } from './queue.ts';

let database: TestDatabase;
let pool: DatabasePool;
let boss: PgBoss;
let queue: ExportQueue;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new DatabasePool({ url: database.url, connectionsMax: 12 });
  queue = new ExportQueue({ url: database.url, name: 'test', onError: () => undefined });
  await queue.start();
  boss = new PgBoss({
    connectionString: database.url,
    schema: 'pgboss',
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
});
beforeEach(() => sql`TRUNCATE pgboss.job, export_turns`.execute(pool.db));
afterAll(async () => {
  await boss.stop({ graceful: false });
  await queue.stop();
  await pool.close();
  await database.drop();
});

interface Claimed {
  readonly id: string;
  readonly companyId: string;
  readonly retryCount: number;
}

const companyOf = new Map<string, string>();

async function ask(companyId: string, lane: Lane = 'quick'): Promise<string> {
  const { id } = newJobId();
  companyOf.set(id, companyId);
  await pool.db.transaction().execute((tx) => queue.enqueue(tx, { id, companyId, lane }));
  return id;
}

async function take(lane: Lane = 'quick'): Promise<Claimed | null> {
  const [job] = await boss.fetch(lanes[lane]);
  return job ? { id: job.id, companyId: companyOf.get(job.id) ?? '', retryCount: job.retryCount } : null;
}

const end = (job: Claimed, lane: Lane = 'quick'): Promise<unknown> =>
  boss.complete(lanes[lane], job.id, { file_key: 'a' });
const cancel = (id: string, lane: Lane = 'quick'): Promise<boolean> =>
  pool.db.transaction().execute((tx) => queue.cancel(tx, lanes[lane], id));

async function places(): Promise<Map<string, number>> {
  const { rows } = await sql<{ job_id: string; place: number }>`SELECT job_id, place FROM export_queue`.execute(
    pool.db,
  );
  return new Map(rows.map((row) => [row.job_id, row.place]));
}

/** `workers` exports run at once, each as long as any; busy companies ask again as soon as one of theirs has ended. */
async function starts(options: {
  workers: number;
  rounds: number;
  busy: readonly string[];
  until: (order: Claimed[]) => boolean;
}) {
  const running: Claimed[] = [];
  const order: Claimed[] = [];
  while (order.length < options.rounds && !options.until(order)) {
    while (running.length < options.workers) {
      const job = await take();
      if (!job) break;
      running.push(job);
      order.push(job);
    }
    const done = running.shift();
    if (!done) break;
    await end(done);
    if (options.busy.includes(done.companyId)) await ask(done.companyId);
  }
  return order;
}

describe('turns', () => {
  it('has as many slots as the lanes are said to have', async () => {
    for (const lane of ['quick', 'bulk'] as const) {
      const { rows } = await sql<{ n: number }>`SELECT export_slots(${lanes[lane]}) AS n`.execute(pool.db);
      expect(rows[0]?.n).toBe(slotsPerCompany[lane]);
    }
  });

  it.each([3, 5, 8])(
    'gives a backlog of 40 its turn in every round, beside %i companies that keep two in flight',
    async (n) => {
      const busy = Array.from({ length: n }, (_, at) => `${100 + at}`);
      const backlog: string[] = [];
      for (const company of [...busy, ...busy]) await ask(company);
      for (let at = 0; at < 40; at += 1) backlog.push(await ask('7'));
      const order = await starts({
        workers: 4,
        rounds: 1000,
        busy,
        until: (so) => so.filter(({ companyId }) => companyId === '7').length === 40,
      });
      const own = order.flatMap(({ companyId, id }, at) => (companyId === '7' ? [{ id, at }] : []));
      // first come, first served
      expect(own.map(({ id }) => id)).toEqual(backlog);
      // between two starts of its own, nobody else has more than one turn and the one that is owed to two slots
      for (const [at, { at: here }] of own.entries()) {
        const before = own[at - 1]?.at ?? 0;
        expect(here - before).toBeLessThanOrEqual(2 * (n + 1));
      }
      // and over all no less than its share
      expect(own.length / order.length).toBeGreaterThan(0.9 / (n + 1));
    },
  );

  it('takes a quiet company’s next export before all that wait', async () => {
    const busy = Array.from({ length: 8 }, (_, at) => `${100 + at}`);
    for (const company of [...busy, ...busy]) await ask(company);
    for (let at = 0; at < 40; at += 1) await ask('7');
    await starts({ workers: 4, rounds: 60, busy, until: () => false });
    const quiet = await ask('9');
    expect((await places()).get(quiet)).toBe(1);
    expect((await take())?.id).toBe(quiet);
    // not so its second: being quiet is no way to get more than the others
    const second = await ask('9');
    expect((await places()).get(second)).toBeGreaterThan(1);
  });

  it('does not let a company catch up on turns it could not use, at the cost of the others', async () => {
    const own = [await ask('7'), await ask('7')];
    const long = [await take(), await take()];
    expect(long.map((job) => job?.id)).toEqual(own);
    for (let at = 0; at < 20; at += 1) await ask('7');
    // its slots are taken for long, and others have many rounds meanwhile
    await ask('8');
    await starts({ workers: 1, rounds: 50, busy: ['8'], until: () => false });
    await ask('8');
    await ask('8');
    for (const job of long) if (job) await end(job);
    const order = await starts({ workers: 1, rounds: 16, busy: ['8'], until: () => false });
    const others = order.filter(({ companyId }) => companyId === '8').length;
    expect(others).toBeGreaterThanOrEqual(6);
  });

  it('says each one’s place, and they start in that order while nobody asks for more', async () => {
    for (const [company, count] of [
      ['1', 5],
      ['2', 1],
      ['3', 9],
      ['4', 2],
    ] as const) {
      for (let at = 0; at < count; at += 1) await ask(company);
    }
    const told = await places();
    const order = await starts({ workers: 1, rounds: 100, busy: [], until: () => false });
    expect(order.map(({ id }) => told.get(id))).toEqual(Array.from({ length: 17 }, (_, at) => at + 1));
  });

  it('gives the slot of a canceled export to the next, and one that nobody waits for back', async () => {
    const jobs = [await ask('1'), await ask('1'), await ask('1'), await ask('1')];
    expect((await take())?.id).toBe(jobs[0]);
    await cancel(jobs[1] ?? '');
    expect((await take())?.id).toBe(jobs[2]);
    expect(await take()).toBeNull();
    await cancel(jobs[0] ?? '');
    expect((await take())?.id).toBe(jobs[3]);
  });

  it('lets others work while a run waits to be tried again, and takes it first when it is due', async () => {
    const jobs = [await ask('1'), await ask('1'), await ask('1'), await ask('1'), await ask('1')];
    const first = await take();
    await boss.fail(lanes.quick, first?.id ?? '', { code: 'storage_unavailable', message: '' });
    await sql`UPDATE pgboss.job SET start_after = now() + interval '1 hour' WHERE id = ${first?.id}`.execute(pool.db);
    // with a turn, not only because a worker had nothing else to do
    const given = await pool.db.selectFrom('export_turns').select('job_id').orderBy('job_id').execute();
    expect(given.map(({ job_id }) => job_id)).toEqual(jobs.slice(0, 3));
    const [second, third] = [await take(), await take()];
    expect([second?.id, third?.id]).toEqual([jobs[1], jobs[2]]);
    expect(await take()).toBeNull();
    await sql`UPDATE pgboss.job SET start_after = now() WHERE id = ${first?.id}`.execute(pool.db);
    // both its old slot and the other one are taken: the next that is free is its
    if (second) await end(second);
    expect((await take())?.id).toBe(jobs[0]);
  });

  it.each([1, 2])(
    'holds what it promises whatever happens, seed %i',
    async (seed) => {
      const random = generator(seed);
      const companies = ['1', '2', '3', '4', '5'];
      const waiting = new Map<string, string[]>(companies.map((company) => [company, []]));
      const running: Claimed[] = [];
      for (let step = 0; step < 220; step += 1) {
        const company = companies[Math.floor(random() * companies.length)] ?? '1';
        const dice = random();
        if (dice < 0.4) waiting.get(company)?.push(await ask(company));
        else if (dice < 0.65) {
          const job = await take();
          const free = companies.filter(
            (each) => waiting.get(each)?.length && running.filter(({ companyId }) => companyId === each).length < 2,
          );
          // what can run is found, and nothing else
          expect(job === null).toBe(free.length === 0);
          if (!job) continue;
          expect(job.id).toBe(waiting.get(job.companyId)?.shift());
          running.push(job);
          expect(running.filter(({ companyId }) => companyId === job.companyId).length).toBeLessThanOrEqual(2);
        } else if (dice < 0.85) {
          const [job] = running.splice(Math.floor(random() * running.length), 1);
          if (job) await end(job);
        } else if (dice < 0.93) {
          const line = waiting.get(company) ?? [];
          const [id] = line.splice(Math.floor(random() * line.length), 1);
          if (id) expect(await cancel(id)).toBe(true);
        } else {
          const [job] = running.splice(Math.floor(random() * running.length), 1);
          if (!job) continue;
          const claim = {
            jobId: job.id,
            attempt: job.retryCount + 1,
            lane: 'quick',
            signal: AbortSignal.abort(),
          } as const;
          expect(await queue.handBack(pool.db, claim)).toBe(true);
          waiting.set(job.companyId, [...(waiting.get(job.companyId) ?? []), job.id].toSorted());
        }
        const told = await places();
        for (const line of waiting.values()) {
          const own = line.map((id) => told.get(id) ?? 0);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
        expect(told.size).toBe([...waiting.values()].flat().length);
      }
    },
    60_000,
  );

  it('never leaves a free slot with somebody waiting, however many ask, end and cancel at once', async () => {
    const companies = ['1', '2', '3'];
    for (let round = 0; round < 10; round += 1) {
      const asked = await Promise.all(Array.from({ length: 12 }, (_, at) => ask(companies[at % 3] ?? '1')));
      const running = (await Promise.all(Array.from({ length: 6 }, () => take()))).filter((job) => job !== null);
      await Promise.all([
        ...running.map((job) => end(job)),
        ...asked.slice(0, 4).map((id) => cancel(id).catch(() => false)),
      ]);
      const { rows } = await sql<{
        company: string;
        n: number;
      }>`SELECT group_id AS company, count(*)::int AS n FROM pgboss.job
        WHERE state = 'active' GROUP BY group_id`.execute(pool.db);
      for (const { n } of rows) expect(n).toBeLessThanOrEqual(2);
    }
    const left = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pgboss.job WHERE state < 'completed'`.execute(
      pool.db,
    );
    let done = 0;
    for (;;) {
      const { rows } = await sql<{
        id: string;
        name: string;
      }>`SELECT id FROM pgboss.job WHERE state = 'active'`.execute(pool.db);
      for (const { id } of rows) await boss.complete(lanes.quick, id, { file_key: 'a' });
      done += rows.length;
      if (!(await take())) break;
    }
    expect(done).toBe(left.rows[0]?.n);
  }, 60_000);

  it('keeps only the turns near the one now served, and counts from the start in a lane that stands empty', async () => {
    for (let at = 0; at < 10; at += 1) {
      await ask('1');
      const job = await take();
      if (job) await end(job);
    }
    await sql`SELECT trim_turns()`.execute(pool.db);
    const kept = await pool.db.selectFrom('export_turns').selectAll().execute();
    expect(kept.length).toBeLessThanOrEqual(3);
    await sql`UPDATE export_turns SET turn = 1000000001`.execute(pool.db);
    await ask('2', 'bulk');
    await sql`SELECT trim_turns()`.execute(pool.db);
    expect(await pool.db.selectFrom('export_turns').select('queue').distinct().execute()).toEqual([
      { queue: lanes.bulk },
    ]);
  });
});

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
