import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JobOrdering, jobOrderingFields, jobStatuses } from '#contract/export-jobs.ts';
import { fileFormats, reportTypes } from '#contract/reports.ts';
import { type ColumnsSite, type JobRow, startColumnsSite } from '#test/job-columns.ts';
import { foldCompany, foldMarks } from './fold.ts';
import { recountBlocks } from './recount.ts';

let site: ColumnsSite;
beforeAll(async () => {
  site = await startColumnsSite();
});
afterAll(() => site.close());

const finished = ['completed', 'failed', 'canceled'] as const;
const jobRow: fc.Arbitrary<JobRow> = fc.record({
  minute: fc.integer({ min: 0, max: 3000 }),
  status: fc.constantFrom(...finished),
  format: fc.constantFrom(...fileFormats),
  type: fc.constantFrom(...reportTypes.slice(0, 4)),
  from: fc.integer({ min: 0, max: 40 }),
  days: fc.integer({ min: 0, max: 30 }),
  person: fc.integer({ min: 1, max: 4 }),
  filters: fc.constantFrom(
    {},
    {},
    { delivery_location_ids: ['3'] },
    { delivery_location_ids: ['4', '3'] },
    { delivery_location_ids: [] },
  ),
});

const bound = fc.constantFrom(
  '2026-03-28',
  '2026-03-29',
  '2026-03-30',
  '2026-03-29T01:00:00Z',
  '2026-03-29T10:30:00.000001+02:00',
  '2026-03-30T00:00:00.123457Z',
);
const day = fc.integer({ min: 1, max: 59 }).map((n) => new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10));
const some = <T>(...values: T[]) => fc.option(fc.subarray(values, { minLength: 1 }), { nil: undefined });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const question = fc.record({
  status: some(...jobStatuses),
  report_type: some(...reportTypes.slice(0, 5)),
  file_format: some(...fileFormats),
  created_at_from: maybe(bound),
  created_at_to: maybe(bound),
  created_by: some('1', '2', '4', '99', 'x'),
  period_from: maybe(day),
  period_to: maybe(day),
  delivery_location_id: maybe(fc.constantFrom('3', '4', '5')),
  ordering: fc.constantFrom(...jobOrderingFields.flatMap((field): JobOrdering[] => [field, `-${field}`])),
  page: fc.integer({ min: 0, max: 12 }),
  page_size: fc.constantFrom(1, 3, 10, 50, 200),
});

/** What may happen to a company's jobs; `which` chooses among those there are. */
const step = fc.oneof(
  fc.record({ do: fc.constant('insert' as const), rows: fc.array(jobRow, { minLength: 1, maxLength: 12 }) }),
  fc.record({ do: fc.constant('status' as const), which: fc.nat(), to: fc.constantFrom(...jobStatuses) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(), count: fc.integer({ min: 1, max: 15 }) }),
  fc.record({
    do: fc.constant('zone' as const),
    to: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'),
  }),
  fc.record({ do: fc.constant('fold' as const), blockJobs: fc.constantFrom(4, 7, 4096) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(companyId: string, ids: string[], move: Step): Promise<string[]> {
  const { db } = site.pool;
  const chosen = (which: number): string | null => ids[which % Math.max(1, ids.length)] ?? null;
  if (move.do === 'insert') return [...ids, ...(await site.insert(companyId, move.rows))];
  if (move.do === 'status') {
    await sql`UPDATE export_jobs SET status = ${move.to}, updated_at = updated_at + interval '1 minute'
      WHERE id = ${chosen(move.which)}`.execute(db);
  }
  if (move.do === 'zone') await sql`UPDATE companies SET time_zone = ${move.to} WHERE id = ${companyId}`.execute(db);
  if (move.do === 'fold') await foldCompany(db, companyId, move.blockJobs);
  if (move.do !== 'delete') return ids;
  const start = move.which % Math.max(1, ids.length);
  await sql`DELETE FROM export_jobs WHERE id = ANY (${ids.slice(start, start + move.count)}::uuid[])`.execute(db);
  return ids.toSpliced(start, move.count);
}

describe('lists from columns', () => {
  it('answer what the table answers, whatever happened to the jobs and whatever is asked', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(jobRow, { minLength: 1, maxLength: 60 }),
        fc.array(step, { maxLength: 12 }),
        fc.array(question, { minLength: 4, maxLength: 4 }),
        async (first, moves, questions) => {
          const companyId = await site.company();
          let ids = await site.insert(companyId, first);
          await foldCompany(site.pool.db, companyId, 7);
          for (const move of moves) ids = await take(companyId, ids, move);
          for (const query of questions) {
            const { columns, table } = await site.both(companyId, query);
            // a company all of whose jobs were deleted has no blocks, and begins again
            if (columns === null) continue;
            expect(columns).toEqual(table);
            compared += 1;
          }
        },
      ),
      { numRuns: 30 },
    );
    expect(compared).toBeGreaterThan(10);
    expect(await recountBlocks(site.pool.db)).toEqual([]);
  });

  it('answer for all companies of a person, also for those that have no blocks yet', async () => {
    const companies = await Promise.all(['Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'].map(site.company));
    for (const [n, companyId] of companies.entries()) {
      await site.insert(companyId, fc.sample(jobRow, { numRuns: 40, seed: n }));
      if (n < 2) await foldCompany(site.pool.db, companyId, 9);
    }
    for (const query of fc.sample(question, { numRuns: 20, seed: 7 })) {
      const { columns, table } = await site.both(null, query);
      expect(columns).toEqual(table);
    }
  });

  it('of another history are never taken for those of this one, whatever this process has read before', async () => {
    const sites = await Promise.all([1, 2].map(() => startColumnsSite()));
    try {
      for (const [n, each] of sites.entries()) {
        const companyId = await each.company();
        await each.insert(companyId, fc.sample(jobRow, { numRuns: 30, seed: n }));
        await foldCompany(each.pool.db, companyId, 7);
        const { columns, table } = await each.both(companyId, { ordering: 'id', page: 0, page_size: 200 });
        expect(columns).toEqual(table);
      }
    } finally {
      await Promise.all(sites.map((each) => each.close()));
    }
  });

  it('find ranks among thousands, through several passes', async () => {
    const companyId = await site.company();
    await site.insert(companyId, fc.sample(jobRow, { numRuns: 4000, seed: 3 }));
    await foldCompany(site.pool.db, companyId, 1000);
    for (const { ordering, page_size, page } of fc.sample(question, { numRuns: 20, seed: 11 })) {
      const { columns, table } = await site.both(companyId, { ordering, page_size, page: page * 29 });
      expect(columns).toEqual(table);
    }
  });

  it('have a page and a total that agree while jobs come and go', async () => {
    const companyId = await site.company();
    const ids = await site.insert(companyId, fc.sample(jobRow, { numRuns: 60, seed: 5 }));
    await foldCompany(site.pool.db, companyId, 16);
    const state = { writing: true };
    const writer = (async () => {
      for (const [n, id] of ids.entries()) {
        await site.insert(companyId, fc.sample(jobRow, { numRuns: 2, seed: n }));
        await sql`DELETE FROM export_jobs WHERE id = ${id}`.execute(site.pool.db);
        if (n % 20 === 9) await foldCompany(site.pool.db, companyId, 16);
      }
      state.writing = false;
    })();
    let looks = 0;
    while (state.writing) {
      const { columns, table } = await site.both(companyId, { ordering: '-date_to', page: 0, page_size: 200 });
      expect(columns).toEqual(table);
      expect(columns?.page.results.length).toBe(columns?.page.total);
      looks += 1;
    }
    await writer;
    expect(looks).toBeGreaterThan(3);
  });
});

describe('folding', () => {
  const all = { ordering: 'id', page: 0, page_size: 200 } as const;
  const marksOf = async (companyId: string): Promise<number> =>
    Number(
      (
        await sql<{ n: string }>`SELECT count(*) AS n FROM export_job_marks WHERE company_id = ${companyId}`.execute(
          site.pool.db,
        )
      ).rows[0]?.n,
    );
  /** A company that has blocks and marks, and whose fold waits at its last step until it is let go. */
  async function heldFold(): Promise<{ companyId: string; ids: string[]; letGo(): Promise<void> }> {
    const companyId = await site.company();
    const ids = await site.insert(companyId, fc.sample(jobRow, { numRuns: 30, seed: 9 }));
    await foldCompany(site.pool.db, companyId, 8);
    await sql`UPDATE export_jobs SET status = 'failed', updated_at = now() WHERE id = ANY (${ids.slice(0, 10)}::uuid[])`.execute(
      site.pool.db,
    );
    const client = await site.pool.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM export_job_marks WHERE company_id = $1 FOR UPDATE', [companyId]);
    return {
      companyId,
      ids,
      async letGo() {
        await client.query('COMMIT');
        client.release();
      },
    };
  }
  /** Until so many folds wait for a lock. */
  async function waiting(count: number): Promise<void> {
    const folds = async (): Promise<number | undefined> =>
      (
        await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM export_job_%'`.execute(
          site.pool.db,
        )
      ).rows[0]?.n;
    await expect.poll(folds, { timeout: 10_000 }).toBe(count);
  }

  it('killed in the middle has done nothing, and the next one does it all', async () => {
    const { companyId, letGo } = await heldFold();
    const path = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'fold-process.ts');
    const child = spawn(process.execPath, [path, site.url, companyId], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    await waiting(1);
    child.kill('SIGKILL');
    await ended;
    await letGo();
    await waiting(0);
    const after = await site.both(companyId, all);
    expect(after.columns).toEqual(after.table);
    expect(await marksOf(companyId)).toBe(10);
    await foldCompany(site.pool.db, companyId, 8);
    expect(await marksOf(companyId)).toBe(0);
    expect(await recountBlocks(site.pool.db)).toEqual([]);
    const folded = await site.both(companyId, all);
    expect(folded.columns).toEqual(folded.table);
  });

  it('leaves the marks of what changes meanwhile', async () => {
    const { companyId, ids, letGo } = await heldFold();
    const fold = foldCompany(site.pool.db, companyId, 8);
    await waiting(1);
    await sql`DELETE FROM export_jobs WHERE id = ${ids[3]}`.execute(site.pool.db);
    await letGo();
    await fold;
    expect(await marksOf(companyId)).toBe(1);
    const after = await site.both(companyId, all);
    expect(after.columns).toEqual(after.table);
    expect(after.columns?.page.total).toBe(29);
  });

  it('twice at once is done once', async () => {
    const { companyId, letGo } = await heldFold();
    const folds = [1, 2].map(() => foldCompany(site.pool.db, companyId, 8));
    const settled = Promise.allSettled(folds);
    await waiting(2);
    await letGo();
    expect((await settled).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const after = await site.both(companyId, all);
    expect(after.columns).toEqual(after.table);
    expect(await recountBlocks(site.pool.db)).toEqual([]);
  });

  it('waits for enough marks; a company marked as a whole is read from the table until it is done', async () => {
    const companyId = await site.company();
    await site.insert(companyId, fc.sample(jobRow, { numRuns: 500, seed: 1 }));
    await foldMarks(site.pool.db);
    expect((await site.both(companyId, all)).columns).toBeNull();
    await site.insert(companyId, fc.sample(jobRow, { numRuns: 20, seed: 2 }));
    await foldMarks(site.pool.db);
    expect((await site.both(companyId, all)).columns?.page.total).toBe(520);
    await sql`INSERT INTO export_job_marks (company_id) VALUES (${companyId})`.execute(site.pool.db);
    expect((await site.both(companyId, all)).columns).toBeNull();
    await foldMarks(site.pool.db);
    expect((await site.both(companyId, all)).columns?.page.total).toBe(520);
  });

  it('is not asked for by progress, and a block that is wrong is found', async () => {
    const companyId = await site.company();
    const [id] = await site.insert(companyId, fc.sample(jobRow, { numRuns: 10, seed: 4 }));
    await foldCompany(site.pool.db, companyId, 8);
    await sql`UPDATE export_jobs SET rows_done = 5, rows_total = 10, file_deleted_at = now() WHERE id = ${id}`.execute(
      site.pool.db,
    );
    expect(await marksOf(companyId)).toBe(0);
    await sql`UPDATE export_jobs SET status = CASE status WHEN 'failed' THEN 'canceled' ELSE 'failed' END WHERE id = ${id}`.execute(
      site.pool.db,
    );
    await sql`DELETE FROM export_job_marks WHERE company_id = ${companyId}`.execute(site.pool.db);
    expect((await recountBlocks(site.pool.db)).join()).toContain(`block of company ${companyId} `);
  });
});
