/**
 * Between making and sending: whoever lost the right sends nothing to any kind of place, a recipient who lost it gets nothing,
 * and the owner is told. And a receiver that is away for an hour has it once, by one id.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '#contract/deliveries.ts';
import { Mailer } from '#server/mail/mailer.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import { type Person, type TestCompany, testKeys } from '#test/http.ts';
import { openPostOffice, type PostOffice } from '#test/post-office.ts';
import { type S3Peer, startS3Peer } from '#test/s3-peer.ts';
import { openSftpServer, type SftpServer } from '#test/sftp-server.ts';
import { openWebhookReceiver, type WebhookReceiver } from '#test/webhook-receiver.ts';
import { claimDelivery, deliver } from './deliver.ts';
import type { SendParts } from './sender.ts';

let site: ExportSite;
let company: TestCompany;
let office: PostOffice;
let hook: WebhookReceiver;
let sftp: SftpServer;
let bucket: S3Peer;
let parts: SendParts;
let owner: Person;
let manager: Person;
const base = (path: string): string => `/api/v1/companies/${company.id}/${path}`;

beforeAll(async () => {
  [office, hook, sftp, bucket] = await Promise.all([
    openPostOffice(),
    openWebhookReceiver(),
    openSftpServer(),
    startS3Peer(),
  ]);
  site = await startExportSite();
  const mailer = new Mailer({ url: office.url, from: 'b@kitchen.example' });
  const mailRoom = { mailer, site: () => 'http://grill.example', close: () => mailer.close() };
  parts = { db: site.db, keys: testKeys, store: site.store, mailRoom, mailBytesMax: 10_000_000, allowPrivate: true };
});
afterAll(async () => {
  parts.mailRoom.close();
  await site.close();
  await Promise.all([office.close(), hook.close(), sftp.close(), bucket.close()]);
});
beforeEach(async () => {
  company = await site.company();
  [owner, manager] = [await site.member(company, 'finance'), await site.member(company, 'manager')];
});

const settingsOf = (type: string, recipient: string): object =>
  ({
    mail: { recipients: [recipient], attach: 'when_it_fits' },
    webhook: { url: hook.url, secret: 'whsec_QmxhdWJlZXJlbi11bmQtS2lyc2NoZW4tYXVzLVNjaHdlcmlu', events: [] },
    sftp: {
      host: '127.0.0.1',
      port: sftp.port,
      username: 'k',
      password: sftp.password,
      host_key: sftp.hostKey,
      folder: '/in',
    },
    s3: {
      bucket: bucket.bucket,
      endpoint: bucket.endpoint,
      region: bucket.region,
      access_key_id: bucket.credentials.accessKeyId,
      secret_access_key: bucket.credentials.secretAccessKey,
    },
  })[type] ?? {};

const elsewhere: Readonly<Record<string, object>> = {
  webhook: { url: 'https://hook.example/in' },
  sftp: { host: 'files.example' },
  s3: { endpoint: 'https://s3.example' },
};

/** A finished export on its way to a place, as far as it goes before it is sent. */
async function underWay(type: string, recipient = 'nobody@elsewhere.example'): Promise<Delivery> {
  const settings = settingsOf(type, recipient);
  // entered as one of the internet, for here nothing else is taken; then it is the one that runs here
  const entered = { name: type, type, settings: { ...settings, ...elsewhere[type] } };
  const { status, body: place } = await owner.client.post<{ id: string }>(base('destinations'), entered);
  expect([status, place]).toEqual([201, expect.anything()]);
  const here = Object.fromEntries(Object.entries(settings).filter(([key]) => key in (elsewhere[type] ?? {})));
  await sql`UPDATE destinations SET settings = settings || ${JSON.stringify(here)}::jsonb WHERE id = ${place.id}`.execute(
    site.db,
  );
  const job = await site.create(owner.client, company);
  await site.engine.start(job.id);
  await site.engine.complete(job.id);
  const sent = await owner.client.post<{ deliveries: Delivery[] }>(`/api/v1/export-jobs/${job.id}/send`, {
    destination_ids: [place.id],
  });
  expect(sent.status).toBe(201);
  return sent.body.deliveries[0] as Delivery;
}
const deny = (person: Person, ...denied: string[]) =>
  sql`UPDATE company_members SET denied = ${denied} WHERE company_id = ${company.id} AND user_id = ${person.id}`.execute(
    site.db,
  );
async function sendDue(): Promise<void> {
  for (let claimed = await claimDelivery(site.db); claimed; claimed = await claimDelivery(site.db))
    await deliver(parts, claimed);
}
const read = async (id: string): Promise<Delivery | undefined> =>
  (await manager.client.get<{ results: Delivery[] }>(base('deliveries?page_size=200'))).body.results.find(
    (one) => one.id === id,
  );
const arrived = () => [office.letters.length, hook.calls.length, sftp.files.size];

describe.each(['webhook', 'sftp', 's3', 'mail'])('%s', (type) => {
  test.each(['view_financials', 'manage_deliveries'])(
    'sends nothing for whoever has lost %s meanwhile, and says so',
    async (capability) => {
      const guest = `g${company.id}@treuhand.example`;
      if (type === 'mail') await manager.client.post(base('guests'), { email: guest });
      const { id } = await underWay(type, guest);
      await deny(owner, capability);
      const before = arrived();
      await sendDue();
      expect(await read(id)).toMatchObject({
        status: 'refused',
        attempts: [{ outcome: 'refused', detail: expect.stringContaining('may not view financials') }],
      });
      expect(arrived()).toEqual(before);
      const { rows } = await sql`SELECT FROM notices WHERE user_id = ${owner.id} AND kind = 'delivery.ended'`.execute(
        site.db,
      );
      // also of a webhook: it was sent by somebody, not by the company's events
      expect(rows).toHaveLength(1);
    },
  );
});

test('a recipient who lost the right has no letter, whoever sends it', async () => {
  const member = await site.member(company, 'finance');
  const { id } = await underWay('mail', member.email);
  await deny(member, 'view_financials');
  const before = arrived();
  await sendDue();
  expect(await read(id)).toMatchObject({
    status: 'refused',
    attempts: [{ detail: `${member.email} may not view financials of this company.` }],
  });
  expect(arrived()).toEqual(before);
});

test('a receiver that is away for an hour is tried again and has it once, by the same id', async () => {
  const { id } = await underWay('webhook');
  const from = hook.calls.length;
  hook.answerWith({ status: 503 }, { status: 0, cut: true }, { status: 502 });
  let waited = 0;
  for (let round = 0; round < 4; round += 1) {
    await sendDue();
    const { rows } = await sql<{
      wait: number;
    }>`SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS wait FROM deliveries WHERE id = ${id} AND status = 'waiting'`.execute(
      site.db,
    );
    waited += rows[0]?.wait ?? 0;
    // the clock is moved on to the next try
    await sql`UPDATE deliveries SET next_at = clock_timestamp() WHERE id = ${id} AND status = 'waiting'`.execute(
      site.db,
    );
  }
  const after = await read(id);
  expect(after).toMatchObject({ status: 'sent' });
  expect(after?.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'sent']);
  expect(new Set(hook.calls.slice(from).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(waited).toBeGreaterThan(5 + 295 + 1490);
});

test('a receiver that never answers holds two of those who send, and what is due elsewhere goes out', async () => {
  const silent = await underWay('webhook');
  await sql`INSERT INTO deliveries (company_id, destination_id, job_id, event, on_behalf_of, next_at)
    SELECT company_id, destination_id, job_id, event, on_behalf_of, next_at - interval '1 hour' FROM deliveries, generate_series(1, 4)
    WHERE id = ${silent.id}`.execute(site.db);
  company = await site.company();
  [owner, manager] = [await site.member(company, 'finance'), await site.member(company, 'manager')];
  const others = [await underWay('sftp'), await underWay('s3')];
  const claimed = [await claimDelivery(site.db), await claimDelivery(site.db)];
  expect(claimed.map((one) => one?.destination_id)).toEqual([silent.destination_id, silent.destination_id]);
  // both wait for an answer; whoever comes next finds the others
  const next = [await claimDelivery(site.db), await claimDelivery(site.db)];
  expect(next.map((one) => one?.id)).toEqual(others.map(({ id }) => id));
  // three more are due to the one that does not answer
  expect(await claimDelivery(site.db)).toBeNull();
  for (const one of next) if (one) await deliver(parts, one);
  expect(await Promise.all(others.map(async ({ id }) => (await read(id))?.status))).toEqual(['sent', 'sent']);
  for (const one of claimed) if (one) await deliver(parts, one);
  await sendDue();
  const { rows } = await sql<{ status: string; n: number }>`SELECT status, count(*)::int AS n FROM deliveries
    WHERE destination_id = ${silent.destination_id} GROUP BY status`.execute(site.db);
  expect(rows).toEqual([{ status: 'sent', n: 5 }]);
});

test('a guest of a pack has it attached or by a link of their own, by the consent of every company at that moment', async () => {
  const guest = `pack${company.id}@treuhand.example`;
  await manager.client.post(base('guests'), { email: guest });
  const { id } = await underWay('mail', guest);
  const second = await site.company();
  await sql`INSERT INTO organization_members (organization_id, user_id, role)
    SELECT c.organization_id, ${owner.id}, 'member' FROM companies c WHERE c.id = ${second.id} ON CONFLICT DO NOTHING`.execute(
    site.db,
  );
  await sql`INSERT INTO company_members (company_id, user_id, role) VALUES (${second.id}, ${owner.id}, 'finance') ON CONFLICT DO NOTHING`.execute(
    site.db,
  );
  await sql`UPDATE export_jobs SET report_type = 'pack', file_format = 'zip', pack_companies = ARRAY[${company.id}, ${second.id}]::bigint[] WHERE id = (SELECT job_id FROM deliveries WHERE id = ${id})`.execute(
    site.db,
  );
  const again = () =>
    sql`UPDATE deliveries SET status = 'waiting', tries_now = 0, next_at = clock_timestamp() WHERE id = ${id}`.execute(
      site.db,
    );
  // nobody there knows this guest
  const before = arrived();
  await sendDue();
  expect(await read(id)).toMatchObject({ status: 'refused' });
  expect(arrived()).toEqual(before);
  await sql`INSERT INTO guests (company_id, email, approved_at) VALUES (${second.id}, ${guest}, now())`.execute(
    site.db,
  );
  // what one of them attaches to no letter goes by a link
  await sql`INSERT INTO delivery_rules (company_id, attachments) VALUES (${second.id}, false)`.execute(site.db);
  await again();
  await sendDue();
  expect(await read(id)).toMatchObject({ status: 'sent', link: { opened: 0, is_revoked: false } });
  const letter = await office.letterTo(guest);
  expect(letter.readable).toContain('works for seven days');
  const { rows } = await sql<{
    days: number;
  }>`SELECT extract(epoch FROM expires_at - created_at)::float8 / 86400 AS days
    FROM guest_links WHERE delivery_id = ${id}`.execute(site.db);
  expect(rows[0]?.days).toBeCloseTo(7, 3);
  // the sender's right in the second company ends, and with it what is sent
  await sql`UPDATE company_members SET denied = '{view_financials}' WHERE company_id = ${second.id} AND user_id = ${owner.id}`.execute(
    site.db,
  );
  await again();
  const meanwhile = arrived();
  await sendDue();
  expect(await read(id)).toMatchObject({ status: 'refused' });
  expect(arrived()).toEqual(meanwhile);
});
