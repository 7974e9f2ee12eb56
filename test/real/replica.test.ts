/**
 * A primary and its hot standby, which reports are read from: paused, ended by its replay, away, promoted. Nothing is
 * ever read from a state older than whoever asked could see, and nobody but the figures' source hears of any of it.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'csv-parse/sync';
import { Client } from 'pg';
import type { ExportJob } from '#contract/export-jobs.ts';
import { readSettings } from '#server/config/settings.ts';
import { openInstallation } from '#server/installation.ts';
import { migrate } from '#server/migrate.ts';
import { startInstallation, type TestInstallation } from '../installation.ts';
import { unzip } from '../read-workbook.ts';
import { type RealPostgres, type RealStandby, startDebianPostgres } from './debian-postgres.ts';

const period = { date_from: '2026-01-01', date_to: '2026-12-31' };

let primary: RealPostgres;
let standby: RealStandby;
let site: TestInstallation;
let onPrimary: Client;
let onStandby: Client;

const connect = async (url: string): Promise<Client> => {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

beforeAll(async () => {
  primary = await startDebianPostgres(process.env['TEST_REAL_POSTGRES'] ?? '15', { fsync: 'off', autovacuum: 'off' });
  await migrate({ url: primary.url });
  standby = await primary.standby();
  site = await startInstallation({
    receiptLines: 200,
    database: { url: primary.url, drop: async () => undefined },
    // one thread: what it has learned of the replica is what the next export meets
    environment: { REPORTS_DATABASE_URL: standby.url, WORKER_CONCURRENCY: '1' },
  });
  onPrimary = await connect(primary.url);
  onStandby = await connect(standby.url);
});
afterAll(async () => {
  await onPrimary?.end();
  await onStandby?.end();
  await site?.close();
  await standby?.stop();
  await primary?.stop();
});

interface Manifest {
  readonly attempt: number;
  readonly read_from?: string;
  readonly position?: string;
}

async function exported(company_id: string): Promise<{ job: ExportJob; manifest: Manifest }> {
  const job = await site.finished((await site.create({ company_id })).id, 60);
  return { job, manifest: await manifestOf(job) };
}

async function manifestOf(job: ExportJob): Promise<Manifest> {
  const files = await unzip(await site.fetchZip(job.id));
  return JSON.parse(files.get('manifest.json')?.toString() ?? '') as Manifest;
}

const report = (company_id: string, of = ''): string =>
  `/api/v1/reports/delivery_location${of}?${new URLSearchParams({ company_id, ...period })}`;

async function page(companyId: string): Promise<number> {
  const { status, body } = await site.ask<{ total: number }>('GET', report(companyId));
  expect(status).toBe(200);
  return body.total;
}

async function downloaded(companyId: string): Promise<number> {
  const answer = await fetch(`${site.installation.address}${report(companyId, '/download')}&file_format=csv`, {
    headers: { authorization: `Bearer ${site.key}` },
  });
  return parse(await answer.text(), { columns: true }).length;
}

const caughtUp = (): Promise<void> =>
  vi.waitFor(
    async () => {
      const { rows } = await onPrimary.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
      const replayed = await onStandby.query<{ yes: boolean }>('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS yes', [
        rows[0]?.lsn,
      ]);
      expect(replayed.rows[0]?.yes).toBe(true);
    },
    { timeout: 20_000, interval: 50 },
  );

/** What is replayed at once may end the very statement that allowed it. */
const resume = (): Promise<unknown> => onStandby.query('SELECT pg_wal_replay_resume()').catch(() => undefined);

/** After a wait in vain a replica is not waited for again for a while. */
const trustedAgain = (): Promise<void> =>
  vi.waitFor(async () => expect((await exported(site.companyId)).manifest.read_from).toBe('replica'), {
    timeout: 20_000,
    interval: 500,
  });

test('what has been replayed is read from the replica, and the manifest says how far that was', async () => {
  const { job, manifest } = await exported(site.companyId);
  expect(job).toMatchObject({ status: 'completed', row_count: 200, attempt: 1 });
  expect(manifest).toMatchObject({ read_from: 'replica', position: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) });
});

test('a replica that is a moment late is waited for', async () => {
  await onStandby.query('SELECT pg_wal_replay_pause()');
  const companyId = await site.addCompany({ lines: 43 });
  const { id } = await site.create({ company_id: companyId });
  // the run looks at the replica again and again meanwhile
  await vi.waitFor(async () => {
    const { rows } = await onStandby.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'mathership render' AND query LIKE '%pg_last_wal_replay_lsn%' AND query_start > now() - interval '1 second'`,
    );
    expect(rows.length).toBeGreaterThan(0);
  });
  await resume();
  const job = await site.finished(id, 30);
  expect([job.row_count, (await manifestOf(job)).read_from]).toEqual([43, 'replica']);
});

test('rows that came in while replay stood still are in the export, the page and the download asked for afterwards', async () => {
  await onStandby.query('SELECT pg_wal_replay_pause()');
  const companyId = await site.addCompany({ lines: 43 });
  expect(await page(companyId)).toBe(43);
  expect(await downloaded(companyId)).toBe(43);
  const { job, manifest } = await exported(companyId);
  expect(job).toMatchObject({ status: 'completed', row_count: 43, attempt: 1 });
  expect(manifest.read_from).toBe('primary');
  // the replica knows nothing of the company yet: nothing can have come from there
  const { rows } = await onStandby.query('SELECT FROM companies WHERE id = $1', [companyId]);
  expect(rows).toHaveLength(0);
  await resume();
  await caughtUp();
  expect(await page(companyId)).toBe(43);
});

/** Reading takes for ever on the standby, and no time on the primary. */
async function slowOnStandby(): Promise<void> {
  await onPrimary.query(`ALTER FUNCTION printed_price(numeric) RENAME TO printed_price_before;
    CREATE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    BEGIN IF pg_is_in_recovery() THEN PERFORM pg_sleep(0.5); END IF; RETURN printed_price_before(price); END $$`);
  await caughtUp();
}
const asFastAsBefore = (): Promise<unknown> =>
  onPrimary.query(
    `DROP FUNCTION printed_price(numeric); ALTER FUNCTION printed_price_before(numeric) RENAME TO printed_price`,
  );

async function reading(application: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await onStandby.query(
        `SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'`,
        [application],
      );
      expect(rows.length).toBeGreaterThan(0);
    },
    { timeout: 20_000, interval: 20 },
  );
}
/** Its replay takes the same lock, before whoever reads there. */
const conflict = (): Promise<unknown> =>
  onPrimary.query('BEGIN; LOCK TABLE receipt_lines IN ACCESS EXCLUSIVE MODE; COMMIT');

test('an export that a recovery conflict ends is run again, from the primary, and holds every row', async () => {
  await trustedAgain();
  await slowOnStandby();
  const { id } = await site.create({ date_from: '2026-01-02' });
  await reading('mathership render');
  await conflict();
  const job = await site.finished(id, 60);
  await asFastAsBefore();
  expect(job).toMatchObject({ status: 'completed', attempt: 2, error: null });
  const { rows } = await onPrimary.query('SELECT outcome FROM export_attempts WHERE job_id = $1 ORDER BY attempt', [
    id,
  ]);
  expect(rows.map(({ outcome }) => outcome)).toEqual(['database_unavailable', 'completed']);
  expect(await manifestOf(job)).toMatchObject({ attempt: 2, read_from: 'primary' });
});

test('a page that a recovery conflict ends is answered from the primary', async () => {
  await slowOnStandby();
  const asked = page(site.companyId);
  await reading('mathership reports');
  await conflict();
  expect(await asked).toBe(200);
  await asFastAsBefore();
});

test('events of a primary that is gone are not gone on with from the standby that took its place', async () => {
  await caughtUp();
  await onStandby.query('SELECT pg_wal_replay_pause()');
  // seen by somebody, and not in what takes over
  await exported(site.companyId);
  const feed = (after?: string): string =>
    `/api/v1/export-jobs/feed?${new URLSearchParams({ company_id: site.companyId, ...(after && { after }) })}`;
  const { body: before } = await site.ask<{ next_after: string }>('GET', feed());
  expect((await site.ask('GET', feed(before.next_after))).status).toBe(200);
  await standby.promote();
  const taken = await openInstallation({
    settings: readSettings({ PORT: '0', DATA_DIR: site.dataDir, LOG_LEVEL: 'silent' }),
    databaseUrl: standby.url,
    authSecret: site.authSecret,
    roles: { serve: true, work: false },
  });
  const headers = { authorization: `Bearer ${site.key}` };
  const answer = await fetch(`${taken.address}${feed(before.next_after)}`, { headers });
  expect([answer.status, await answer.json()]).toEqual([410, expect.objectContaining({ code: 'resync' })]);
  const stream = await fetch(`${taken.address}/api/v1/export-jobs/events?company_id=${site.companyId}`, {
    headers: { ...headers, 'last-event-id': before.next_after },
  });
  let heard = '';
  for await (const text of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    heard += text;
    if (/^event: \w+$/m.test(heard)) break;
  }
  expect(/^event: (\w+)$/m.exec(heard)?.[1]).toBe('resync');
  await taken.stop();
});

test('reports are not read from a standby that has gone its own way', async () => {
  const companyId = await site.addCompany({ lines: 43 });
  expect([await page(companyId), await downloaded(companyId)]).toEqual([43, 43]);
  const { job, manifest } = await exported(companyId);
  expect([job.row_count, job.attempt, manifest.read_from]).toEqual([43, 1, 'primary']);
});

test('a replica that is not there is read from no more, and nobody waits for it', async () => {
  await standby.stop();
  expect(await page(site.companyId)).toBe(200);
  const { job, manifest } = await exported(site.companyId);
  expect([job.row_count, manifest.read_from]).toEqual([200, 'primary']);
});
