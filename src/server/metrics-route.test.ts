import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startInstallation, type TestInstallation } from '#test/installation.ts';

const token = 'a token for the collector';
let site: TestInstallation;
beforeAll(async () => {
  site = await startInstallation({ environment: { METRICS_TOKEN: token } });
});
afterAll(() => site.close());

/** The value of one series; 0 when it is not there. */
async function figure(series: string): Promise<number> {
  const text = await (await fetch(`${site.installation.address}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}

describe('the metrics', () => {
  it('count finished exports by report and format, with how long they waited, took, and how fast they were', async () => {
    await site.finished((await site.create()).id);
    await site.finished((await site.create({ file_format: 'xlsx' })).id);
    const labels = '{report="delivery_location",format="csv"}';
    await vi.waitFor(async () => expect(await figure(`mathership_export_rows_total${labels}`)).toBe(100));
    for (const name of ['duration_seconds', 'wait_seconds', 'rows_per_second']) {
      expect(await figure(`mathership_export_${name}_count${labels}`)).toBe(1);
      expect(await figure(`mathership_export_${name}_sum${labels}`)).toBeGreaterThan(0);
    }
    // a file that expires is no second export
    await sql`UPDATE export_jobs SET file_deleted_at = now()`.execute(site.installation.pool.db);
    const next = await site.create({ date_from: '2026-02-01' });
    await site.finished(next.id);
    await vi.waitFor(async () => expect(await figure(`mathership_export_duration_seconds_count${labels}`)).toBe(2));
  });

  it('count failures by code', async () => {
    const { db } = site.installation.pool;
    await sql`ALTER FUNCTION printed_price(numeric) RENAME TO printed_price_before`.execute(db);
    await sql`CREATE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN price / (price - price)`.execute(
      db,
    );
    expect((await site.finished((await site.create({ date_from: '2026-03-01' })).id)).status).toBe('failed');
    await sql`DROP FUNCTION printed_price(numeric)`.execute(db);
    await sql`ALTER FUNCTION printed_price_before(numeric) RENAME TO printed_price`.execute(db);
    await vi.waitFor(async () => expect(await figure('mathership_exports_failed_total{code="query_failed"}')).toBe(1));
  });

  it('say what answers, and how fast', async () => {
    for (const part of ['database', 'object_store']) {
      expect(await figure(`mathership_up{part="${part}"}`)).toBe(1);
      expect(await figure(`mathership_latency_seconds{part="${part}"}`)).toBeGreaterThan(0);
    }
  });

  it('are for this machine, and elsewhere for whoever sends the token', async () => {
    const { app } = site.installation;
    const visit = (remoteAddress: string, headers: Record<string, string> = {}) =>
      app?.inject({ url: '/metrics', remoteAddress, headers: { host: 'localhost', ...headers } });
    expect((await visit('127.0.0.1'))?.statusCode).toBe(200);
    expect((await visit('::ffff:127.0.0.1'))?.statusCode).toBe(200);
    expect((await visit('10.1.2.3'))?.json()).toMatchObject({ status: 403, code: 'access_denied' });
    // what comes through a proxy on this machine does not come from it
    expect((await visit('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }))?.statusCode).toBe(403);
    expect((await visit('10.1.2.3', { authorization: `Bearer ${token}` }))?.statusCode).toBe(200);
    for (const authorization of [`Bearer ${token}x`, `Basic ${token}`, 'Bearer', token]) {
      expect((await visit('10.1.2.3', { authorization }))?.statusCode).toBe(403);
    }
  });
});
