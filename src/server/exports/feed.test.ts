/** The feed for whoever polls: every job and every state, in the order of changes, whatever commits when. */
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Client, Person, TestCompany } from '#test/http.ts';
import { exportJobChanges, type FeedPage, feedPageMax } from './changes.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
let day = 0;

beforeAll(async () => {
  site = await startExportSite();
});
beforeEach(async () => {
  company = await site.company();
  finance = await site.member(company, 'finance');
});
afterAll(() => site.close());

const create = (who = finance, place = company) => {
  day += 1;
  return site.create(who.client, place, {
    date_from: new Date(Date.UTC(2020, 0, day)).toISOString().slice(0, 10),
    date_to: '2026-10-31',
  });
};
const ask = (after: string | null, client: Client = finance.client, place: TestCompany | null = company) =>
  client.get<FeedPage & Pick<Problem, 'code' | 'errors'>>(
    `/api/v1/export-jobs/feed?${new URLSearchParams({ ...(place && { company_id: place.id }), ...(after !== null && { after }) }).toString()}`,
  );
const now = async (): Promise<string> => (await ask(null)).body.next_after;

/** Follows until there is nothing more. */
async function follow(after: string, client: Client = finance.client) {
  const pages: FeedPage[] = [];
  let next = after;
  do {
    const { status, body } = await ask(next, client);
    expect(status).toBe(200);
    pages.push(body);
    next = body.next_after;
  } while (pages.at(-1)?.more);
  return { pages, next, jobs: pages.flatMap(({ results }) => results) };
}
const told = ({ jobs }: Awaited<ReturnType<typeof follow>>, id: string): string[] =>
  jobs.filter((job) => job.id === id).map(({ status }) => status);

describe('the feed', () => {
  it('begins now, with nothing', async () => {
    await create();
    const { status, body } = await ask(null);
    expect(status).toBe(200);
    expect(body).toEqual({ results: [], next_after: expect.any(String), more: false });
    expect((await follow(body.next_after)).next).toEqual(expect.any(String));
  });

  it('tells every state once, in the order of changes', async () => {
    const after = await now();
    const [first, second] = [await create(), await create()];
    await site.engine.start(second.id);
    await site.engine.complete(second.id);
    await site.engine.start(first.id);
    await site.engine.fail(first.id, { code: 'internal', message: 'no' });
    const heard = await follow(after);
    expect(heard.jobs.map(({ id, status }) => [id === first.id ? 1 : 2, status])).toEqual([
      [1, 'pending'],
      [2, 'pending'],
      [2, 'processing'],
      [2, 'completed'],
      [1, 'processing'],
      [1, 'failed'],
    ]);
  });

  it('goes on where it ended: what was told is not told for ever', async () => {
    const after = await now();
    await create();
    const { next } = await follow(after);
    const job = await create();
    const heard = await follow(next);
    expect(told(heard, job.id)).toEqual(['pending']);
    expect((await follow(heard.next)).jobs).toEqual([]);
  });

  it('does not miss what commits late, also in the middle of pages', async () => {
    const [slow, many] = [await create(), await create()];
    const after = await now();
    const late = new pg.Client({ connectionString: site.databaseUrl });
    await late.connect();
    await late.query('BEGIN');
    await late.query(`UPDATE pgboss.job SET state = 'active' WHERE id = $1`, [slow.id]);
    const states = Math.ceil(feedPageMax * 2.5);
    await sql`DO $$ BEGIN FOR n IN 1..${sql.lit(states)} LOOP
      UPDATE export_jobs SET rows_done = n, rows_total = 1000 WHERE id = ${sql.lit(many.id)}; END LOOP; END $$`.execute(
      site.db,
    );
    const first = await ask(after);
    expect(first.body.more).toBe(true);
    expect(first.body.results).toHaveLength(feedPageMax);
    await late.query('COMMIT');
    await late.end();
    // newer than what committed late, and read before it is looked for
    await create();
    const rest = await follow(first.body.next_after);
    const done = [...first.body.results, ...rest.jobs]
      .filter(({ id }) => id === many.id)
      .map(({ progress }) => progress?.rows_done);
    expect(done).toEqual(Array.from({ length: states }, (_, at) => at + 1));
    // it stands before them in the log and is told in the next round, whatever the reader had passed
    expect([...told(rest, slow.id), ...told(await follow(rest.next), slow.id)]).toContain('processing');
  });

  it('is whole for a reader beside ten writers', async () => {
    let next = await now();
    const seen = new Set<string>();
    const made: string[] = [];
    let writing = true;
    const write = async (): Promise<void> => {
      for (let n = 0; n < 6; n += 1) {
        const job = await create();
        await site.engine.start(job.id);
        await site.engine.complete(job.id);
        for (const status of ['pending', 'processing', 'completed']) made.push(`${job.id} ${status}`);
      }
    };
    const writers = Promise.all(Array.from({ length: 10 }, write)).finally(() => {
      writing = false;
    });
    for (let last = false; !last;) {
      last = !writing;
      const heard = await follow(next);
      next = heard.next;
      for (const { id, status } of heard.jobs) seen.add(`${id} ${status}`);
    }
    await writers;
    expect(made.filter((each) => !seen.has(each))).toEqual([]);
  }, 60_000);

  it('tells nothing of another company, and without one of all that may be seen', async () => {
    const other = await site.company();
    const stranger = await site.member(other, 'finance');
    const after = await now();
    const [mine, theirs] = [await create(), await create(stranger, other)];
    expect((await follow(after)).jobs.map(({ id }) => id)).toEqual([mine.id]);
    const all = await ask(after, stranger.client, null);
    expect(all.body.results.map(({ id }) => id)).toEqual([theirs.id]);
    expect(await ask(after, stranger.client)).toMatchObject({ status: 403, body: { code: 'company_access_denied' } });
    const nobody = await site.member(other, 'viewer');
    expect((await ask(null, nobody.client, null)).body.results).toEqual([]);
    expect((await ask(after, nobody.client, null)).body.results).toEqual([]);
  });

  it('ends with the capability, at the very next question', async () => {
    const after = await now();
    expect((await ask(after)).status).toBe(200);
    await site.db
      .updateTable('company_members')
      .set({ denied: ['view_financials'] })
      .where('user_id', '=', finance.id)
      .execute();
    expect(await ask(after)).toMatchObject({ status: 403, body: { code: 'missing_capability' } });
  });

  it.each(['', 'nonsense', 'a~b~c', '0123456789ab-1-1-1', '0123456789ab-1-1-1~2~3'])(
    'answers 410 resync for the position %j',
    async (after) => {
      expect(await ask(after)).toMatchObject({ status: 410, body: { code: 'resync', errors: [{ field: 'after' }] } });
    },
  );

  it('answers 410 resync for a position with a part that it never gave', async () => {
    const after = await now();
    await create();
    const [history = '', seq = '0'] = after.split('-');
    const forged = [
      `${history}-${seq}-1-1`,
      'x',
      '',
      'x'.repeat(100),
      after.replace(history, '0123456789ab'),
      `${after}~1`,
    ];
    for (const end of forged)
      expect([end, await ask(`${after}~0~${end}`)]).toMatchObject([end, { status: 410, body: { code: 'resync' } }]);
    for (const position of [`${after}~`, `${after}~0`, `${after}~~${after}`, `${after}~-1~${after}`, `${after}~0~`])
      expect([position, await ask(position)]).toMatchObject([position, { status: 410, body: { code: 'resync' } }]);
    expect((await ask(`${after}~0~${after}`)).body).toMatchObject({ next_after: after, more: false });
  });

  it('answers 410 resync for a position that is no longer kept', async () => {
    const after = await now();
    await create();
    const { seq } = await site.db
      .selectFrom('export_job_changes')
      .select((on) => on.fn.max('seq').as('seq'))
      .executeTakeFirstOrThrow();
    await site.db.deleteFrom('export_job_changes').where('seq', '<', seq).execute();
    expect(await ask(after)).toMatchObject({ status: 410, body: { code: 'resync' } });
  });

  it('has a position also in a database whose log is empty', async () => {
    await sql`DELETE FROM export_job_changes`.execute(site.db);
    const after = await now();
    const job = await create();
    expect(told(await follow(after), job.id)).toEqual(['pending']);
    // what the live feed begins with is the same
    expect((await exportJobChanges(site.db).now()).id).not.toBe('');
  });

  it('refuses what it does not know', async () => {
    expect(await finance.client.get(`/api/v1/export-jobs/feed?company_id=${company.id}&since=1`)).toMatchObject({
      status: 400,
    });
    expect(await ask('x'.repeat(301))).toMatchObject({ status: 400, body: { errors: [{ field: 'after' }] } });
  });
});
