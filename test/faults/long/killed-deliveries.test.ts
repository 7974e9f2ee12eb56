/**
 * F30: kill -9 of every worker while it sends, when the receiver has it and before that is written down. Webhooks are counted by
 * their id, files by what lies at the receiver; of mail, whose servers know no id, how often it came twice is a figure.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import type { Delivery, Destination, Schedule, ScheduleRun } from '#contract/deliveries.ts';
import type { Page } from '#contract/export-jobs.ts';
import { openPostOffice, type PostOffice } from '../../post-office.ts';
import { openSftpServer, type SftpServer } from '../../sftp-server.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../../webhook-receiver.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';
import { addFigure } from '../figures.ts';
import type { ProductProcess } from '../product-process.ts';

const runs = 200;
/** What is received between one kill and the next. */
const between = 12;

let site: FaultSite;
let office: PostOffice;
let hook: WebhookReceiver;
let sftp: SftpServer;
const base = (path: string): string => `/api/v1/companies/${site.companyId}/${path}`;

beforeAll(async () => {
  [office, hook, sftp] = await Promise.all([openPostOffice(), openWebhookReceiver(), openSftpServer()]);
  const environment = { DELIVERY_PRIVATE_NETWORKS: 'true', SMTP_URL: office.url, MAIL_FROM: 'a@grill.example' };
  site = await startFaultSite({ store: 'embedded', environment });
});
afterAll(async () => {
  await site.close();
  await Promise.all([office.close(), hook.close(), sftp.close()]);
});

const make = async <T>(path: string, body: unknown): Promise<T> => {
  const answer = await site.ask<T>('POST', base(path), body);
  expect([path, answer.status]).toEqual([path, 201]);
  return answer.body;
};

it('two workers, killed again and again while they send: each run arrives once', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const account = { host: '127.0.0.1', port: sftp.port, username: 'grill', password: sftp.password };
  const places = [
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
    const schedule = await make<Schedule>('schedules', { ...body, destination_ids: places.map(({ id }) => id) });
    schedules.push(schedule);
    // a day of its own each, so that files have names of their own
    const occurrence = new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
    await make<ScheduleRun>(`schedules/${schedule.id}/run`, { occurrence });
  }
  let workers: ProductProcess[] = [];
  let kills = 0;
  const begin = async (): Promise<void> => {
    workers = await Promise.all([site.worker(), site.worker()]);
  };
  let replacing: Promise<void> | null = null;
  let received = 0;
  const hurt = (): void => {
    received += 1;
    if (received % between !== 0 || replacing) return;
    kills += 1;
    // the receiver has it; nobody lives to hear so
    const dying = workers.map((worker) => worker.kill());
    replacing = Promise.all(dying)
      .then(async () => {
        // as if their leases had run out
        await sql`UPDATE deliveries SET lease_until = now() WHERE status = 'sending'`.execute(
          site.installation.pool.db,
        );
        await begin();
      })
      .finally(() => (replacing = null));
  };
  hook.onCall = hurt;
  sftp.onRenamed = hurt;
  await begin();
  const all = await vi.waitFor(
    async () => {
      const open = await site.ask<Page<Delivery>>('GET', base('deliveries?status=sent&page_size=1'));
      if (open.body.total < runs * 3) throw new Error(`${open.body.total} of ${runs * 3} sent, ${kills} kills`);
      return open.body.total;
    },
    { timeout: 1_500_000, interval: 200 },
  );
  expect(all).toBe(runs * 3);
  expect(kills).toBeGreaterThan(0);
  const ids = new Set(hook.calls.map(({ headers }) => headers['webhook-id']));
  expect(ids.size).toBe(runs);
  expect(sftp.files.size).toBe(runs);
  expect([...sftp.files.keys()].filter((name) => name.endsWith('.part'))).toEqual([]);
  const letters = office.letters.filter(({ raw }) => /X-Mathership-Delivery/i.test(raw));
  const messages = new Set(letters.map(({ raw }) => /X-Mathership-Delivery: (\S+)/i.exec(raw)?.[1]));
  expect(messages.size).toBe(runs);
  addFigure(inject('figures'), { fault: `F30 letters that came twice, of ${runs}`, seconds: letters.length - runs });
  for (const { id } of schedules) {
    const { body } = await site.ask<Page<ScheduleRun>>('GET', base(`schedules/${id}/runs`));
    expect(body.results).toMatchObject([{ status: 'sent' }]);
  }
  await site.expectWell();
}, 1_800_000);
