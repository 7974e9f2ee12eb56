/**
 * Schedules over HTTP and on a moved clock: whose they are, what is refused, what is made of what was missed, when nothing is
 * sent, and what pauses one. The engine's hand is played, the rest is the product's own doing.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '#contract/calendar.ts';
import type { Destination, Guest, PlannedOccurrence, Schedule, ScheduleRun } from '#contract/deliveries.ts';
import type { Page } from '#contract/export-jobs.ts';
import { connectAlone } from '#server/database/connection.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Client, Person, TestCompany } from '#test/http.ts';
import { claimDelivery } from './deliver.ts';
import { holdDeliveries } from './hold.ts';
import { pauseOrphans } from './orphans.ts';
import type { Blocking } from './close-of.ts';
import { planDue } from './plan-runs.ts';
import { settleEnded } from './settle-runs.ts';
import { startRun, waitingRuns } from './start-runs.ts';

let site: ExportSite;
let company: TestCompany;
let ada: Person;
let manager: Client;
let savedId: string;
beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  ada = await site.member(company, 'finance');
  manager = (await site.member(company, 'manager')).client;
  savedId = await save('Lieferanten');
});
afterAll(() => site.close());

const base = (path: string): string => `/api/v1/companies/${company.id}/${path}`;
let names = 0;
async function save(name: string, changes: object = {}): Promise<string> {
  const question = {
    name: `${name} ${(names += 1)}`,
    report_type: 'vendor',
    period: { kind: 'last_month' },
    is_shared: true,
  };
  const { body } = await ada.client.post<{ id: string }>(base('saved-reports'), { ...question, ...changes });
  return body.id;
}
const body = (changes: object = {}) => ({
  name: `Plan ${(names += 1)}`,
  saved_report_id: savedId,
  recurrence: { kind: 'daily' },
  at: '06:30',
  condition: 'always',
  destination_ids: [],
  ...changes,
});
async function make(changes: object = {}, client = ada.client): Promise<Schedule> {
  const { status, body: made } = await client.post<Schedule>(base('schedules'), body(changes));
  expect([status, made]).toEqual([201, expect.objectContaining({ owner: expect.anything() })]);
  return made;
}
const runsOf = async (id: string): Promise<ScheduleRun[]> =>
  (await ada.client.get<Page<ScheduleRun>>(base(`schedules/${id}/runs?page_size=200`))).body.results;
const readOne = async (id: string): Promise<Schedule> => (await ada.client.get<Schedule>(base(`schedules/${id}`))).body;
/** As if it had been waiting for this day. */
const expectNext = (id: string, day: string) =>
  sql`UPDATE schedules SET next_occurrence = ${day}, next_due_at = (${day} || 'T05:30:00Z')::timestamptz, look_at = NULL WHERE id = ${id}`.execute(
    site.db,
  );
async function plan(now: string, blocking: Blocking = []): Promise<void> {
  while (await planDue(site.db, new Date(now), async () => blocking));
}
/** Begins the next run of a schedule and ends its export. */
async function finish(id: string, end: 'complete' | 'fail' = 'complete'): Promise<ScheduleRun> {
  const run = (await waitingRuns(site.db)).find(({ schedule_id }) => schedule_id === id);
  if (!run) throw new Error('nothing waits');
  await startRun({ db: site.db, queue: site.queue, limits: site.limits }, run);
  const begun = (await runsOf(id)).find(({ occurrence }) => occurrence === run.occurrence);
  await site.engine.start(begun?.job_id ?? '');
  if (end === 'complete') await site.engine.complete(begun?.job_id ?? '');
  else await site.engine.fail(begun?.job_id ?? '', { code: 'query_failed', message: 'The kitchen is on fire.' });
  while (await settleEnded(site.db));
  return (await runsOf(id)).find(({ occurrence }) => occurrence === run.occurrence) as ScheduleRun;
}

describe('what is kept', () => {
  test('one is made, read, changed, paused, resumed and deleted; who has not the capability sees none', async () => {
    const made = await make({ recurrence: { kind: 'working_day', nth: 3, of: 'month' } });
    expect(made).toMatchObject({ is_paused: false, saved_report_id: savedId, last_run: null, owner: { id: ada.id } });
    expect(made.next?.due_at).toMatch(/:00\.000000Z$/);
    const paused = await manager.patch<Schedule>(base(`schedules/${made.id}`), { is_paused: true, at: '07:15' });
    expect(paused.body).toMatchObject({ is_paused: true, at: '07:15', next: null, owner: { id: ada.id } });
    expect(
      (await manager.patch<Schedule>(base(`schedules/${made.id}`), { is_paused: false })).body.next,
    ).not.toBeNull();
    const viewer = (await site.member(company, 'viewer')).client;
    const stranger = (await site.member(await site.company(), 'finance')).client;
    for (const [client, status] of [
      [viewer, 403],
      [stranger, 403],
      [site.anonymous, 401],
    ] as const) {
      for (const path of [
        'schedules',
        `schedules/${made.id}/runs`,
        'destinations',
        'deliveries',
        'guests',
        'closed-days',
      ]) {
        expect([path, (await client.get(base(path))).status]).toEqual([path, status]);
      }
      expect((await client.post(base('schedules'), body())).status).toBe(status);
    }
    expect((await ada.client.delete(base(`schedules/${made.id}`))).status).toBe(204);
    expect((await ada.client.get(base(`schedules/${made.id}`))).status).toBe(403);
  });

  test.each([
    [{ recurrence: { kind: 'hourly' } }, 'recurrence.kind'],
    [{ recurrence: { kind: 'monthly', day: 32 } }, 'recurrence.day'],
    [{ recurrence: { kind: 'weekly' } }, 'recurrence.weekday'],
    [{ at: '24:00' }, 'at'],
    [{ condition: 'perhaps' }, 'condition'],
    [{ saved_report_id: '999999' }, 'saved_report_id'],
    [{ destination_ids: ['999999'] }, 'destination_ids'],
    [{ name: ' ' }, 'name'],
  ])('%j is refused by name', async (changes, field) => {
    const answer = await ada.client.post<{ errors: { field: string }[] }>(base('schedules'), body(changes));
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });

  test('a schedule sends a saved report or a pack: both at once are refused', async () => {
    expect(await ada.client.post(base('schedules'), body({ pack_id: '1' }))).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'pack_id', message: expect.stringContaining('one of two') }] },
    });
  });

  test('a preview tells the next twelve, with days that follow from their dates', async () => {
    const asked = {
      ...body({ recurrence: { kind: 'working_day', nth: 3, of: 'month' }, at: '07:00' }),
      from: '2026-12-01',
    };
    const { body: seen } = await ada.client.post<{ results: PlannedOccurrence[] }>(base('schedules/preview'), asked);
    expect(seen.results).toHaveLength(12);
    expect(seen.results[0]).toEqual({
      occurrence: '2026-12-03',
      due_at: '2026-12-03T06:00:00.000000Z',
      date_from: '2026-11-01',
      date_to: '2026-11-30',
    });
    expect((await ada.client.put(base('closed-days'), { days: ['2026-12-01'] })).body).toEqual({
      days: ['2026-12-01'],
    });
    const closed = await ada.client.post<{ results: PlannedOccurrence[] }>(base('schedules/preview'), asked);
    expect(closed.body.results[0]?.occurrence).toBe('2026-12-04');
    await ada.client.put(base('closed-days'), { days: [] });
  });

  test('private networks and http are refused, in whichever way they are written', async () => {
    const secret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';
    const webhook = (url: string) => ({ name: 'X', type: 'webhook', settings: { url, secret, events: [] } });
    for (const url of [
      'https://127.0.0.1/',
      'https://[::ffff:10.0.0.1]/',
      'https://localhost/',
      'https://169.254.169.254/',
      'https://2130706433/',
      'http://example.com/',
    ]) {
      const refused = await ada.client.post<{ errors: { field: string }[] }>(base('destinations'), webhook(url));
      expect([url, refused.status, refused.body.errors?.[0]?.field]).toEqual([url, 400, 'settings.url']);
    }
    const sftp = { host: '192.168.1.9', username: 'a', password: 'b', host_key: `SHA256:${'a'.repeat(43)}` };
    const refused = await ada.client.post<{ errors: { field: string }[] }>(base('destinations'), {
      name: 'Y',
      type: 'sftp',
      settings: sftp,
    });
    expect(refused.body.errors?.[0]?.field).toBe('settings.host');
  });

  test('a guest waits for whoever manages the company; a destination in use stays', async () => {
    const email = 'Buero@Steuer.example';
    const entered = await ada.client.post<Guest>(base('guests'), { email });
    expect(entered).toMatchObject({ status: 201, body: { email: 'buero@steuer.example', approved_at: null } });
    const approved = await manager.post<Guest>(base('guests'), { email });
    expect(approved).toMatchObject({ status: 200, body: { id: entered.body.id, approved_at: expect.any(String) } });
    const mail = { name: 'Steuerbüro', type: 'mail', settings: { recipients: [email] } };
    const { body: place } = await ada.client.post<Destination>(base('destinations'), mail);
    const used = await make({ destination_ids: [place.id] });
    expect((await ada.client.delete(base(`destinations/${place.id}`))).status).toBe(409);
    await ada.client.delete(base(`schedules/${used.id}`));
    expect((await ada.client.delete(base(`destinations/${place.id}`))).status).toBe(204);
  });
});

describe('what is made', () => {
  test('of what was missed the newest seven, oldest first; the others have a row that says why', async () => {
    const { id } = await make();
    await expectNext(id, '2026-11-01');
    await plan('2026-11-12T12:00:00Z');
    const runs = (await runsOf(id)).toReversed();
    expect(runs.map(({ status }) => status)).toEqual([...Array(5).fill('skipped'), ...Array(7).fill('waiting')]);
    expect(runs[0]?.reason).toContain('nothing was running');
    expect(runs.map(({ occurrence }) => occurrence)).toEqual(runs.map((_, at) => addDays('2026-11-01', at)));
    expect((await finish(id)).occurrence).toBe('2026-11-06');
    expect((await readOne(id)).next?.occurrence).toBe('2026-11-13');
    await ada.client.delete(base(`schedules/${id}`));
  });

  test('of what shows the latest state only the newest', async () => {
    const { id } = await make({ saved_report_id: await save('Bestand', { report_type: 'inventory' }) });
    await expectNext(id, '2026-11-10');
    await plan('2026-11-12T12:00:00Z');
    expect((await runsOf(id)).map(({ status }) => status)).toEqual(['waiting', 'skipped', 'skipped']);
    await ada.client.delete(base(`schedules/${id}`));
  });

  test('one made before its day is not made again on it', async () => {
    const { id } = await make();
    await expectNext(id, '2026-11-20');
    const early = await ada.client.post<ScheduleRun>(base(`schedules/${id}/run`), { occurrence: '2026-11-20' });
    expect(early).toMatchObject({ status: 201, body: { status: 'waiting', date_from: '2026-10-01' } });
    expect((await finish(id)).status).toBe('sent');
    await plan('2026-11-20T12:00:00Z');
    expect(await runsOf(id)).toMatchObject([{ occurrence: '2026-11-20', status: 'sent' }]);
    await ada.client.delete(base(`schedules/${id}`));
  });

  test('a close goes out as soon as nothing blocks, and at the latest with what is missing', async () => {
    const { id } = await make({ recurrence: { kind: 'when_complete', latest_working_day: 3 }, at: '07:00' });
    await sql`UPDATE schedules SET next_occurrence = '2026-10-31', next_due_at = '2026-11-04T06:00:00Z', look_at = '2026-11-01T06:00:00Z' WHERE id = ${id}`.execute(
      site.db,
    );
    const missing = [{ key: 'not_received', count: 3 }];
    await plan('2026-11-01T08:00:00Z', missing);
    expect(await runsOf(id)).toEqual([]);
    await plan('2026-11-02T08:00:00Z', []);
    expect(await runsOf(id)).toMatchObject([
      { occurrence: '2026-10-31', status: 'waiting', date_from: '2026-10-01', date_to: '2026-10-31' },
    ]);
    await plan('2026-12-03T06:00:00Z', missing);
    expect((await runsOf(id))[0]).toMatchObject({ occurrence: '2026-11-30', date_to: '2026-11-30' });
    const kept = await site.db
      .selectFrom('schedule_runs')
      .select('missing')
      .where('schedule_id', '=', id)
      .where('occurrence', '=', '2026-11-30')
      .executeTakeFirst();
    expect(kept?.missing).toEqual(missing);
    await ada.client.delete(base(`schedules/${id}`));
  });

  test('conditions: what sends nothing says why', async () => {
    const rows = await make({ condition: 'with_rows' });
    await ada.client.post(base(`schedules/${rows.id}/run`), { occurrence: '2026-11-02' });
    const none = await make({ condition: 'without_rows' });
    await ada.client.post(base(`schedules/${none.id}/run`), { occurrence: '2026-11-02' });
    const [first, second] = [await finish(rows.id), await finish(none.id)];
    expect([first.status, second.status].sort()).toEqual(['sent', 'skipped']);
    const changed = await make({ condition: 'when_changed', recurrence: { kind: 'daily' } });
    for (const [day, status] of [
      ['2026-11-02', 'sent'],
      ['2026-11-03', 'skipped'],
      ['2026-12-02', 'sent'],
    ] as const) {
      await ada.client.post(base(`schedules/${changed.id}/run`), { occurrence: day });
      const run = await finish(changed.id);
      expect([day, run.status, run.reason]).toEqual([
        day,
        status,
        status === 'sent' ? expect.anything() : expect.stringContaining('Nothing has changed'),
      ]);
    }
  });
});

describe('what pauses one', () => {
  test('three failures in a row; resuming makes them again', async () => {
    const { id } = await make();
    await expectNext(id, '2026-11-05');
    await plan('2026-11-07T12:00:00Z');
    for (const _ of [1, 2, 3])
      expect(await finish(id, 'fail')).toMatchObject({ status: 'failed', reason: 'The kitchen is on fire.' });
    const paused = await readOne(id);
    expect(paused).toMatchObject({
      is_paused: true,
      paused_reason: expect.stringContaining('The kitchen is on fire.'),
    });
    const told = await site.db
      .selectFrom('notices')
      .select('kind')
      .where('user_id', '=', ada.id)
      .orderBy('id')
      .execute();
    expect(told.map(({ kind }) => kind).slice(-3)).toEqual(['schedule.failed', 'schedule.failed', 'schedule.paused']);
    await plan('2026-11-09T12:00:00Z');
    await ada.client.patch(base(`schedules/${id}`), { is_paused: false });
    await plan('2026-11-09T12:00:00Z');
    expect((await runsOf(id)).map(({ status }) => status)).toEqual(Array(5).fill('waiting'));
    for (const _ of [1, 2, 3, 4, 5]) expect((await finish(id)).status).toBe('sent');
    await ada.client.delete(base(`schedules/${id}`));
  });

  test('an owner who loses the right; whoever resumes it owns it', async () => {
    const kim = await site.member(company, 'finance');
    const { id } = await make({}, kim.client);
    await site.joinCompany(company, kim, 'viewer');
    expect(await pauseOrphans(site.db)).toBe(1);
    expect(await readOne(id)).toMatchObject({
      is_paused: true,
      paused_reason: expect.stringContaining('take it over'),
    });
    const taken = await ada.client.patch<Schedule>(base(`schedules/${id}`), { is_paused: false });
    expect(taken.body).toMatchObject({ is_paused: false, owner: { id: ada.id } });
    await ada.client.delete(base(`schedules/${id}`));
  });
});

describe('after a restore', () => {
  const hold = async () => {
    const client = await connectAlone({ url: site.pool.url });
    try {
      return await holdDeliveries(client);
    } finally {
      await client.end();
    }
  };

  test('nothing goes out by itself until somebody resumes it: with what was missed, or from now on', async () => {
    const place = await ada.client.post<Destination>(base('destinations'), {
      name: 'Nach der Sicherung',
      type: 'mail',
      settings: { recipients: [ada.email] },
    });
    const { id } = await make({ destination_ids: [place.body.id] });
    const { id: other } = await make();
    for (const one of [id, other]) await expectNext(one, '2026-06-01');
    await plan('2026-06-01T08:00:00Z');
    // its file is made and on its way, and of the other one it is being made
    expect((await finish(id)).deliveries).toMatchObject([{ status: 'waiting' }]);
    const run = (await waitingRuns(site.db)).find(({ schedule_id }) => schedule_id === other);
    if (run) await startRun({ db: site.db, queue: site.queue, limits: site.limits }, run);
    const held = await hold();
    expect(held.schedules).toBeGreaterThanOrEqual(2);
    expect(held.deliveries).toBeGreaterThanOrEqual(1);
    expect(await hold()).toEqual({ schedules: 0, deliveries: 0 });
    await plan('2026-06-03T08:00:00Z');
    expect(await waitingRuns(site.db)).toEqual([]);
    expect(await claimDelivery(site.db)).toBeNull();
    for (const one of [id, other])
      expect(await readOne(one)).toMatchObject({ is_paused: true, paused_reason: expect.stringContaining('restored') });
    expect(await runsOf(id)).toMatchObject([
      {
        status: 'failed',
        reason: expect.stringContaining('restored'),
        deliveries: [
          { status: 'failed', attempts: [{ outcome: 'unknown', detail: expect.stringContaining('resume') }] },
        ],
      },
    ]);
    // one click: what was missed is made, oldest first
    await ada.client.patch(base(`schedules/${other}`), { is_paused: false });
    await plan('2026-06-03T08:00:00Z');
    expect((await runsOf(other)).map(({ occurrence, status }) => [occurrence, status])).toEqual([
      ['2026-06-03', 'waiting'],
      ['2026-06-02', 'waiting'],
      ['2026-06-01', 'waiting'],
    ]);
    // or from now on; a form that is saved meanwhile keeps what it is paused for
    await ada.client.patch(base(`schedules/${id}`), { is_paused: true, at: '06:45' });
    expect((await readOne(id)).paused_reason).toContain('restored');
    await ada.client.patch(base(`schedules/${id}`), { is_paused: true });
    expect(await readOne(id)).toMatchObject({ is_paused: true, paused_reason: null });
    await ada.client.patch(base(`schedules/${id}`), { is_paused: false });
    await plan('2026-06-03T08:00:00Z');
    expect((await runsOf(id)).map(({ occurrence }) => occurrence)).toEqual(['2026-06-01']);
    for (const one of [id, other]) await ada.client.delete(base(`schedules/${one}`));
  });
});
