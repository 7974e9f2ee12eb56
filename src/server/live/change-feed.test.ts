import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { exportJobChanges } from '#server/exports/changes.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';
import { ChangeFeed, type FeedEvent } from './change-feed.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
let feed: ChangeFeed<ExportJob>;
let day = 0;

const newFeed = async (): Promise<ChangeFeed<ExportJob>> => {
  const made = new ChangeFeed<ExportJob>({
    url: site.databaseUrl,
    log: exportJobChanges(site.db),
    onError: () => undefined,
  });
  await made.start();
  return made;
};

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
  feed = await newFeed();
});
afterAll(async () => {
  await feed.stop();
  await site.close();
});

const created = (who = finance, place = company): Promise<ExportJob> => {
  day += 1;
  return site.create(who.client, place, {
    date_from: '2025-01-01',
    date_to: new Date(Date.UTC(2025, 0, day)).toISOString().slice(0, 10),
  });
};

/** Everything one subscriber hears. */
async function listener(from: ChangeFeed<ExportJob> = feed, lastEventId: string | null = null, place = company) {
  const all: FeedEvent<ExportJob>[] = [];
  const events: FeedEvent<ExportJob>[] = [];
  const leave = await from.subscribe(
    {
      companyIds: new Set([place.id]),
      viewable: new Set([place.id]),
      deliver: (event) => {
        all.push(event);
        if (event.kind !== 'mark') events.push(event);
      },
      ended: () => undefined,
    },
    lastEventId,
  );
  const states = (id: string): string[] =>
    events.flatMap((event) =>
      event.kind === 'change' && event.change.id === id ? [event.change.value?.status ?? 'deleted'] : [],
    );
  return { all, events, leave, states };
}

const distinct = (states: string[]): string[] => states.filter((state, at) => state !== states[at - 1]);

describe('the change feed', () => {
  it('tells every state a job goes through, in order, also when they follow within one transaction', async () => {
    const heard = await listener();
    const job = await created();
    await site.engine.start(job.id);
    await site.engine.complete(job.id);
    await finance.client.delete(`/api/v1/export-jobs/${job.id}`);
    await vi.waitFor(() =>
      expect(distinct(heard.states(job.id))).toEqual(['pending', 'processing', 'completed', 'deleted']),
    );
    heard.leave();
  });

  it('tells nothing of another company', async () => {
    const place = await site.company();
    const other = await site.member(place, 'finance');
    const heard = await listener();
    await created(other, place);
    const mine = await created();
    await vi.waitFor(() => expect(heard.states(mine.id)).toEqual(['pending']));
    expect(heard.events).toHaveLength(1);
    heard.leave();
  });

  it('replays from an event id without a gap, also to another process after a restart', async () => {
    const heard = await listener();
    const first = await created();
    await vi.waitFor(() => expect(heard.states(first.id)).toHaveLength(1));
    const last = heard.events.at(-1)?.eventId ?? null;
    heard.leave();
    const missed = [await created(), await created()];
    const restarted = await newFeed();
    const back = await listener(restarted, last);
    for (const job of missed) expect(back.states(job.id)).toEqual(['pending']);
    back.leave();
    await restarted.stop();
  });

  it('does not lose what commits out of order: a change written before the last event and committed after it', async () => {
    const [slow, quick] = [await created(), await created()];
    const heard = await listener();
    const late = new pg.Client({ connectionString: site.databaseUrl });
    await late.connect();
    await late.query('BEGIN');
    await late.query(`UPDATE pgboss.job SET state = 'active' WHERE id = $1`, [slow.id]);
    await site.engine.start(quick.id);
    await vi.waitFor(() => expect(heard.states(quick.id)).toContain('processing'));
    const between = heard.events.at(-1)?.eventId ?? null;
    await late.query('COMMIT');
    await late.end();
    await vi.waitFor(() => expect(heard.states(slow.id)).toContain('processing'));
    const replay = await listener(feed, between);
    expect(replay.states(slow.id)).toContain('processing');
    replay.leave();
    heard.leave();
  });

  it('marks where to go on from after everything before it was told, never sooner', async () => {
    for (let round = 0; round < 10; round += 1) {
      const before = await listener();
      const id = before.all.at(-1)?.eventId ?? '';
      before.leave();
      const missed = [await created(), await created()];
      const back = await listener(feed, id);
      expect(back.all.at(-1)?.kind).toBe('mark');
      // cut off at any moment: what had been told up to then, and what is told from the last id on, is everything
      for (let cut = 1; cut <= back.all.length; cut += 1) {
        const told = back.all.slice(0, cut);
        const again = await listener(feed, told.at(-1)?.eventId ?? '');
        const known = [...told, ...again.all].flatMap((event) => (event.kind === 'change' ? event.change.id : []));
        for (const job of missed) expect(known).toContain(job.id);
        again.leave();
      }
      back.leave();
    }
  });

  it('tells what a transaction wrote while a long one was open once, not again with each reading', async () => {
    const long = new pg.Client({ connectionString: site.databaseUrl });
    await long.connect();
    await long.query('BEGIN; SELECT pg_current_xact_id()');
    const heard = await listener();
    const jobs = [await created(), await created(), await created()];
    await vi.waitFor(() => expect(heard.events.length).toBeGreaterThanOrEqual(jobs.length));
    await long.query('COMMIT');
    await long.end();
    const last = await created();
    await vi.waitFor(() => expect(heard.states(last.id)).toEqual(['pending']));
    for (const job of jobs) expect(heard.states(job.id)).toEqual(['pending']);
    heard.leave();
  });

  describe('resyncs', () => {
    const idNow = async (): Promise<string> => (await exportJobChanges(site.db).now()).id;
    /** What is heard first; after it may come what was being read meanwhile. */
    const first = async (id: string): Promise<string | undefined> => {
      const heard = await listener(feed, id);
      heard.leave();
      return heard.all[0]?.kind;
    };

    it('an id that is none, or of another history at the same place', async () => {
      const id = await idNow();
      const [history = '', seq = '', xid = '', at = ''] = id.split('-');
      expect(await first(id)).not.toBe('resync');
      const others = [
        'nonsense',
        `${'0'.repeat(12)}-${seq}-${xid}-${at}`,
        `${history}-${Number(seq) + 1000}-${xid}-${at}`,
        `${history}-${seq}-${Number(xid) - 1}-${at}`,
        `${history}-${seq}-${xid}-${Number(at) - 1}`,
        `${history}-999999999999999999-${xid}-${at}`,
      ];
      for (const other of others) expect([other, await first(other)]).toEqual([other, 'resync']);
    });

    it('an id of what a server that was behind never had', async () => {
      const heard = await listener();
      const job = await created();
      await vi.waitFor(() => expect(heard.states(job.id)).toHaveLength(1));
      heard.leave();
      const id = await idNow();
      await site.db.deleteFrom('export_job_changes').where('job_id', '=', job.id).execute();
      await created();
      expect(await first(id)).toBe('resync');
    });

    it('an id of a log that was copied here: its transactions are none of this server', async () => {
      await created();
      const id = await idNow();
      await site.db.transaction().execute(async (tx) => {
        await sql`CREATE TABLE log_copy AS SELECT * FROM export_job_changes`.execute(tx);
        await sql`DELETE FROM export_job_changes`.execute(tx);
        await sql`INSERT INTO export_job_changes OVERRIDING SYSTEM VALUE SELECT * FROM log_copy`.execute(tx);
        await sql`DROP TABLE log_copy`.execute(tx);
      });
      expect(await first(id)).toBe('resync');
      // and from here on there are places to name again
      const fresh = await idNow();
      await created();
      expect(await first(fresh)).toBe('change');
    });

    it('an id that is older than what is kept', async () => {
      const id = await idNow();
      await created();
      await sql`UPDATE export_job_changes SET at = at - interval '2 hours'`.execute(site.db);
      expect(await first(id)).toBe('resync');
    });
  });

  it('names the history also where a server does not tell which it is', async () => {
    const whole = await sql<{ history: string }>`SELECT event_history() AS history`.execute(site.db);
    const role = `untold_${randomUUID().replaceAll('-', '')}`;
    const limited = await site.db.transaction().execute(async (tx) => {
      await sql`REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) FROM PUBLIC`.execute(tx);
      await sql`CREATE ROLE ${sql.id(role)}`.execute(tx);
      await sql`SET LOCAL ROLE ${sql.id(role)}`.execute(tx);
      const { rows } = await sql<{ history: string }>`SELECT event_history() AS history`.execute(tx);
      await sql`RESET ROLE`.execute(tx);
      await sql`DROP ROLE ${sql.id(role)}`.execute(tx);
      await sql`GRANT EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) TO PUBLIC`.execute(tx);
      return rows;
    });
    expect(limited[0]?.history).toMatch(/^[0-9a-f]{12}$/);
    expect(limited[0]?.history).not.toBe(whole.rows[0]?.history);
  });

  it('comes back after its connection is cut, and says resync', async () => {
    const heard = await listener();
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mathership live' AND datname = current_database()`.execute(
      site.db,
    );
    await vi.waitFor(() => expect(heard.events.some((event) => event.kind === 'resync')).toBe(true), { timeout: 5000 });
    const job = await created();
    await vi.waitFor(() => expect(heard.states(job.id)).toEqual(['pending']), { timeout: 5000 });
    heard.leave();
  });
});
