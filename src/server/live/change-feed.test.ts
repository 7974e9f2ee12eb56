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
  const events: FeedEvent<ExportJob>[] = [];
  const leave = await from.subscribe(
    {
      companyIds: new Set([place.id]),
      deliver: (event) => void events.push(event),
      accessChanged: () => undefined,
      ended: () => undefined,
    },
    lastEventId,
  );
  const states = (id: string): string[] =>
    events.flatMap((event) =>
      event.kind === 'change' && event.change.id === id ? [event.change.value?.status ?? 'deleted'] : [],
    );
  return { events, leave, states };
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

  it.each(['nonsense', '99999999999999999999-1', `1-${Math.floor(Date.now() / 1000) - 7200}`])(
    'asks to reload for the id %s',
    async (id) => {
      const heard = await listener(feed, id);
      expect(heard.events.map((event) => event.kind)).toEqual(['resync']);
      heard.leave();
    },
  );

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
