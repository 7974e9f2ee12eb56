/** Schedules and deliveries: ten at once do it once. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schedule, ScheduleRun } from '#contract/deliveries.ts';
import { claimDelivery } from '#server/delivery/deliver.ts';
import { planDue } from '#server/delivery/plan-runs.ts';
import { settleEnded } from '#server/delivery/settle-runs.ts';
import { startRun, waitingRuns } from '#server/delivery/start-runs.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Client, TestCompany } from '#test/http.ts';
import { atOnce, audited, expectWell, oneOf, rounds, statuses } from './at-once.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Client;
let savedId: string;
let destinationId: string;
const base = (path: string): string => `/api/v1/companies/${company.id}/${path}`;

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = (await site.member(company, 'finance')).client;
  const question = { name: 'Vendors', report_type: 'vendor', period: { kind: 'yesterday' } };
  savedId = (await finance.post<{ id: string }>(base('saved-reports'), question)).body.id;
  const mail = { name: 'Mail', type: 'mail', settings: { recipients: ['a@kitchen.example'] } };
  destinationId = (await finance.post<{ id: string }>(base('destinations'), mail)).body.id;
});
afterAll(() => site.close());

/** Of the file that a played engine stores. */
const sha256 = createHash('sha256').update('a finished file').digest('hex');
let names = 0;
const schedule = async (): Promise<Schedule> => {
  const body = {
    name: `Race ${(names += 1)}`,
    saved_report_id: savedId,
    recurrence: { kind: 'daily' },
    at: '06:00',
    destination_ids: [destinationId],
  };
  return (await finance.post<Schedule>(base('schedules'), body)).body;
};

test.each(rounds(2))('run now, by ten at once (%i): one run, one export, one delivery', async () => {
  const { id } = await schedule();
  const answers = await atOnce(() =>
    finance.post<ScheduleRun>(base(`schedules/${id}/run`), { occurrence: '2026-11-02' }),
  );
  expect(statuses(answers)).toEqual(oneOf(201, 200));
  const [run] = await waitingRuns(site.db);
  if (!run) throw new Error('nothing waits');
  const parts = { db: site.db, queue: site.queue, limits: site.limits };
  await atOnce(() => startRun(parts, run));
  const begun = await site.db.selectFrom('schedule_runs').selectAll().where('schedule_id', '=', id).execute();
  expect(begun).toMatchObject([{ status: 'running' }]);
  const jobs = await site.db
    .selectFrom('export_jobs')
    .select('id')
    .where('saved_report_id', '=', savedId)
    .where('status', '<>', 'completed')
    .execute();
  expect(jobs).toEqual([{ id: begun[0]?.job_id }]);
  await site.engine.start(begun[0]?.job_id ?? '');
  await site.engine.complete(begun[0]?.job_id ?? '', { sha256 });
  await atOnce(() => settleEnded(site.db));
  const written = await site.db.selectFrom('deliveries').select('id').where('schedule_id', '=', id).execute();
  expect(written).toHaveLength(1);
  const claimed = (await atOnce(() => claimDelivery(site.db))).filter((each) => each?.id === written[0]?.id);
  expect(claimed).toHaveLength(1);
  expect(await audited(site.db, 'schedule.run', id)).toBe(1);
  await expectWell(site.db, site.store);
});

test.each(rounds(2))('what is due is planned once by ten at once (%i), each occurrence', async () => {
  const { id } = await schedule();
  await sql`UPDATE schedules SET next_occurrence = '2026-11-01', next_due_at = '2026-11-01T05:00:00Z' WHERE id = ${id}`.execute(
    site.db,
  );
  const now = new Date('2026-11-04T12:00:00Z');
  await atOnce(() => planDue(site.db, now, async () => []));
  const runs = await site.db
    .selectFrom('schedule_runs')
    .select('occurrence')
    .where('schedule_id', '=', id)
    .orderBy('occurrence')
    .execute();
  expect(runs.map(({ occurrence }) => occurrence)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04']);
});

test.each(rounds(2))('one name is one schedule, and one destination (%i)', async (round) => {
  const body = { name: `Same ${round}`, saved_report_id: savedId, recurrence: { kind: 'daily' }, at: '06:00' };
  expect(statuses(await atOnce(() => finance.post(base('schedules'), body)))).toEqual(oneOf(201, 409));
  const mail = { name: `Same ${round}`, type: 'mail', settings: { recipients: ['b@kitchen.example'] } };
  expect(statuses(await atOnce(() => finance.post(base('destinations'), mail)))).toEqual(oneOf(201, 409));
});
