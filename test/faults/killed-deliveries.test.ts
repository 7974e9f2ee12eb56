/**
 * F30: kill -9 of any of two servers and two workers while runs are asked for, made and sent: at a message or a letter that has
 * arrived and is not answered yet, at a file that is begun, written or renamed, and wherever the others are at that moment.
 * Webhooks are counted by their id, files by what lies at the receiver; of mail, whose servers know no id, how often a letter
 * came twice is a figure.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import type { Destination, Schedule, ScheduleRun } from '#contract/deliveries.ts';
import type { Page } from '#contract/export-jobs.ts';
import { Random } from '#demo/random.ts';
import { openPostOffice, type PostOffice } from '../post-office.ts';
import { openSftpServer, type SftpServer } from '../sftp-server.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../webhook-receiver.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { addFigure } from './figures.ts';
import { type ProductProcess, startCommand } from './product-process.ts';

const runs = inject('thorough') ? 200 : 8;
/** Steps at the receivers between one kill and the next. */
const between = inject('thorough') ? 10 : 6;

type Role = 'serve' | 'worker';
interface Place {
  readonly role: Role;
  process: ProductProcess;
}

let site: FaultSite;
let office: PostOffice;
let hook: WebhookReceiver;
let sftp: SftpServer;
const places: Place[] = [];
const base = (path: string): string => `/api/v1/companies/${site.companyId}/${path}`;

beforeAll(async () => {
  [office, hook, sftp] = await Promise.all([openPostOffice(), openWebhookReceiver(), openSftpServer()]);
  const environment = { DELIVERY_PRIVATE_NETWORKS: 'true', SMTP_URL: office.url, MAIL_FROM: 'a@grill.example' };
  site = await startFaultSite({ store: 'embedded', environment });
});
afterAll(async () => {
  await Promise.all(places.map(({ process }) => process.kill()));
  await site.close();
  await Promise.all([office.close(), hook.close(), sftp.close()]);
});

const make = async <T>(path: string, body: unknown): Promise<T> => {
  const answer = await site.ask<T>('POST', base(path), body);
  expect([path, answer.status]).toEqual([path, 201]);
  return answer.body;
};
const start = (role: Role): Promise<ProductProcess> =>
  role === 'worker' ? site.worker() : startCommand(['serve'], { ...site.environment, PORT: '0' }, /Serving at http\S+/);

/** Asked of whichever server lives, until one has answered; the occurrence is its key. */
async function askToRun(scheduleId: string, occurrence: string, n: number): Promise<void> {
  for (let attempt = n; ; attempt += 1) {
    const server = places.filter(({ role }) => role === 'serve')[attempt % 2];
    const address = /Serving at (http\S+)/.exec(server?.process.output() ?? '')?.[1] ?? '';
    const answer = await fetch(`${address}${base(`schedules/${scheduleId}/run`)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ occurrence }),
    }).catch(() => null);
    if (answer && (answer.status === 200 || answer.status === 201)) return;
    if (answer && answer.status < 500 && answer.status !== 429)
      throw new Error(`${answer.status}: ${await answer.text()}`);
    await delay(100);
  }
}

it(
  'two servers and two workers, killed again and again: each run arrives once',
  async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const account = { host: '127.0.0.1', port: sftp.port, username: 'grill', password: sftp.password };
    const destinations = [
      await make<Destination>('destinations', { name: 'H', type: 'webhook', settings: { url: hook.url, secret } }),
      await make<Destination>('destinations', {
        name: 'S',
        type: 'sftp',
        settings: { ...account, host_key: sftp.hostKey, folder: '/in' },
      }),
      await make<Destination>('destinations', {
        name: 'M',
        type: 'mail',
        settings: { recipients: ['finance@test.example'] },
      }),
    ];
    const question = { name: 'All', report_type: 'vendor', period: { kind: 'last_month' } };
    const saved = await make<{ id: string }>('saved-reports', question);
    const schedules: Schedule[] = [];
    for (let n = 0; n < runs; n += 1) {
      const body = { name: `Run ${n}`, saved_report_id: saved.id, recurrence: { kind: 'daily' }, at: '06:00' };
      schedules.push(await make<Schedule>('schedules', { ...body, destination_ids: destinations.map(({ id }) => id) }));
    }
    for (const role of ['serve', 'serve', 'worker', 'worker'] as const)
      places.push({ role, process: await start(role) });

    const random = new Random('killed deliveries');
    const kills: Record<Role, number> = { serve: 0, worker: 0 };
    let steps = 0;
    let isOver = false;
    let replacing: Promise<void> | null = null;
    const hurt = (): void => {
      steps += 1;
      if (steps % between !== 0 || replacing || isOver) return;
      const victim = random.pick(places);
      kills[victim.role] += 1;
      // the receiver has it; who sent it may not live to hear so
      replacing = victim.process
        .kill()
        .then(async () => void (victim.process = await start(victim.role)))
        .finally(() => (replacing = null));
    };
    hook.onCall = hurt;
    office.onLetter = hurt;
    sftp.onWriting = hurt;
    sftp.onRenamed = hurt;

    // a day of its own each, so that files have names of their own
    const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
    const lanes = [0, 1, 2].map(async (lane) => {
      for (let n = lane; n < runs; n += 3) await askToRun(schedules[n]?.id ?? '', dayOf(n), n);
    });
    await Promise.all(lanes);
    const { db } = site.installation.pool;
    await vi.waitFor(
      async () => {
        const { rows } = await sql<{ runs: number; sent: number; open: number }>`SELECT
        (SELECT count(*)::int FROM schedule_runs WHERE status = 'sent') AS runs,
        (SELECT count(*)::int FROM deliveries WHERE status = 'sent') AS sent,
        (SELECT count(*)::int FROM deliveries WHERE status IN ('waiting', 'sending')) AS open`.execute(db);
        if (rows[0]?.runs !== runs)
          throw new Error(`${JSON.stringify(rows)} of ${runs}, killed ${JSON.stringify(kills)}`);
      },
      { timeout: inject('thorough') ? 1_500_000 : 200_000, interval: 200 },
    );
    isOver = true;
    await (replacing as Promise<void> | null);
    expect(kills.serve + kills.worker).toBeGreaterThan(0);
    // equal questions that meet are one export; each run has one that is whole
    const { rows: made } = await sql<{ runs: number; deliveries: number; tries: number }>`SELECT
    (SELECT count(*)::int FROM schedule_runs r JOIN export_jobs j ON j.id = r.job_id WHERE j.status = 'completed') AS runs,
    count(*)::int AS deliveries, sum(tries)::int AS tries FROM deliveries`.execute(db);
    expect(made).toMatchObject([{ runs, deliveries: runs * 3 }]);
    const figures = inject('figures');
    addFigure(figures, { fault: `F30 kills of workers, of ${runs} runs`, seconds: kills.worker });
    addFigure(figures, { fault: `F30 kills of servers, of ${runs} runs`, seconds: kills.serve });
    addFigure(figures, { fault: `F30 tries of ${runs * 3} deliveries`, seconds: made[0]?.tries ?? 0 });
    addFigure(figures, { fault: `F30 calls of ${runs} webhooks`, seconds: hook.calls.length });
    const ids = new Set(hook.calls.map(({ headers }) => headers['webhook-id']));
    const days = new Set(
      hook.calls.map(({ body }) => (JSON.parse(body) as { data: { occurrence: string } }).data.occurrence),
    );
    expect([ids.size, days.size]).toEqual([runs, runs]);
    expect([...sftp.files.keys()].filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(new Set([...sftp.files.keys()].map((name) => name.slice('/in/'.length, '/in/2026-01-01'.length)))).toEqual(
      days,
    );
    expect(sftp.files.size).toBe(runs);
    const letters = office.letters.filter(({ raw }) => /X-Mathership-Delivery/i.test(raw));
    const messages = new Set(letters.map(({ raw }) => /X-Mathership-Delivery: (\S+)/i.exec(raw)?.[1]));
    expect(messages.size).toBe(runs);
    addFigure(figures, { fault: `F30 letters that came twice, of ${runs}`, seconds: letters.length - runs });
    for (const { id } of schedules) {
      const { body } = await site.ask<Page<ScheduleRun>>('GET', base(`schedules/${id}/runs`));
      expect(body.results).toMatchObject([{ status: 'sent' }]);
    }
    await site.expectWell();
  },
  inject('thorough') ? 1_800_000 : 280_000,
);
