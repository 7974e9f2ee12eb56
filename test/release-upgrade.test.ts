/** From the data of an earlier release, ended by force, to this one: nothing is lost, and what was unfinished goes on. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DownloadLink, ExportJob, Page } from '#contract/export-jobs.ts';
import type { Verification } from '#contract/verification.ts';
import { readSettings } from '#server/config/settings.ts';
import { type Installation, openInstallation } from '#server/installation.ts';
import { csv, type ImportAnswer, multipartOf } from './import-files.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { runCommand } from './faults/product-process.ts';

interface Kept {
  readonly key: string;
  readonly authSecret: string;
  readonly companies: readonly string[];
  /** Base64 by object key. */
  readonly files: Readonly<Record<string, string>>;
}

const folder = new URL('./release-data/0007/', import.meta.url);
let kept: Kept;
let database: TestDatabase;
let url: string;
let dataDir: string;
let installation: Installation | undefined;

/** A company as the release before kept one, with a delivery note for two orders, and the files that it came in. */
const kitchen = `WITH company AS (INSERT INTO companies (organization_id, name, currency, time_zone)
    SELECT min(id), 'Ресторан', 'EUR', 'Europe/Berlin' FROM organizations RETURNING id),
  member AS (INSERT INTO company_members (company_id, user_id, role) SELECT company.id, 1, 'manager' FROM company),
  place AS (INSERT INTO delivery_locations (company_id, code, name) SELECT id, 'L', 'Küche' FROM company RETURNING id),
  vendor AS (INSERT INTO vendors (company_id, code, name) SELECT id, 'V', 'Łódź' FROM company RETURNING id),
  orders AS (INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, currency)
    SELECT company.id, number, vendor.id, place.id, 'sent', 'EUR' FROM company, vendor, place, unnest('{P1,P2}'::text[]) number RETURNING id, po_number),
  lines AS (INSERT INTO purchase_order_lines (purchase_order_id, line_no, description, order_unit, ordered_qty, unit_price)
    SELECT id, n, 'Fisch', 'kg', 3, 2.5 FROM orders, generate_series(1, 2) n RETURNING id, line_no, purchase_order_id),
  note AS (INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on, posted_on, document_number)
    SELECT company.id, 'N', 'receipt', vendor.id, place.id, '2026-02-02', '2026-02-03', 'D' FROM company, vendor, place RETURNING *)
  INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, po_number, line_no, line_type, kind,
    description, order_unit, ordered_qty, received_qty, unit_price, net_amount, tax_amount, currency)
  SELECT note.company_id, note.received_on, note.delivery_location_id, note.vendor_id, note.id, lines.id, orders.po_number, lines.line_no, 'item',
    'receipt', 'Fisch', 'kg', 3, 2, 2.5, 5, 0, 'EUR' FROM note, lines JOIN orders ON orders.id = lines.purchase_order_id`;
const numbered = [1, 2].flatMap((line) => ['P1', 'P2'].map((order) => [order, line] as const));
const booked = {
  'purchase_orders.csv': csv(
    numbered.map(([po_number, line_no]) => ({
      po_number,
      vendor_code: 'V',
      delivery_location_code: 'L',
      status: 'sent',
      line_no,
      description: 'Fisch',
      order_unit: 'kg',
      ordered_qty: 3,
      unit_price: '2.5',
    })),
  ),
  'receipts.csv': csv(
    numbered.map(([po_number, line_no]) => ({
      receipt_number: 'N',
      kind: 'receipt',
      po_number,
      line_no,
      received_at: '2026-02-02',
      posted_at: '2026-02-03',
      document_number: 'D',
      received_qty: 2,
    })),
  ),
};

async function query<T extends object>(statement: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<T>(statement);
  await client.end();
  return rows;
}

beforeAll(async () => {
  kept = JSON.parse(await readFile(new URL('installation.json', folder), 'utf8')) as Kept;
  database = await createTestDatabase({ empty: true });
  ({ url } = database);
  await query(await readFile(new URL('database.sql', folder), 'utf8'));
  await query(kitchen);
  // as if it had been ended a moment ago, whenever that was
  await query(`UPDATE export_jobs SET expires_at = now() + interval '9 days' WHERE file_deleted_at IS NULL AND status = 'completed';
    UPDATE pgboss.job SET keep_until = now() + interval '9 days', start_after = now(), completed_on = CASE WHEN completed_on IS NOT NULL THEN now() END,
      started_on = CASE WHEN state = 'active' THEN now() ELSE started_on END`);
  dataDir = await mkdtemp(join(tmpdir(), 'mathership-upgrade-'));
  for (const [key, content] of Object.entries(kept.files)) {
    const path = join(dataDir, 'objects', 'objects', key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, 'base64');
  }
});
afterAll(async () => {
  await installation?.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  const answer = await fetch(`${installation?.address}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${kept.key}`, ...(init.headers as Record<string, string>) },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
};
const jobs = async (query_ = ''): Promise<ExportJob[]> =>
  (await ask<Page<ExportJob>>(`/export-jobs?page_size=100${query_}`)).results;

describe('data of the release before', () => {
  it('are brought forward once, by however many processes that start at once', async () => {
    expect(await query('SELECT max(version) AS version FROM schema_migrations')).toEqual([{ version: 7 }]);
    const outcomes = await Promise.all([1, 2].map(() => runCommand(['migrate'], { DATABASE_URL: url })));
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0]);
    const done = outcomes.flatMap(({ output }) => output.split('\n').filter((line) => line.startsWith('migrated ')));
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done).size).toBe(done.length);
  });

  it('list as they were, and what was unfinished is made', async () => {
    installation = await openInstallation({
      settings: readSettings({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }),
      databaseUrl: url,
      authSecret: kept.authSecret,
      roles: { serve: true, work: true },
    });
    const before = await query<{ id: string; status: string }>('SELECT id, status FROM export_jobs');
    await vi.waitFor(async () => expect((await jobs('&status=pending,processing')).map(({ id }) => id)).toEqual([]), {
      timeout: 25_000,
      interval: 50,
    });
    const all = await jobs();
    expect(all.length).toBe(before.length);
    const counts = Object.groupBy(all, ({ status }) => status);
    expect([counts.completed?.length, counts.failed?.length, counts.canceled?.length]).toEqual([9, 1, 1]);
    expect(counts.failed?.[0]?.error?.code).toBe('query_failed');
    expect(all.filter(({ status, is_downloadable }) => status === 'completed' && !is_downloadable)).toHaveLength(1);
    expect(Object.keys(await ask<object>('/export-jobs/facets'))).toContain('status');
  });

  it('download as they were made, and are recognised', async () => {
    for (const job of (await jobs()).filter(({ is_downloadable }) => is_downloadable)) {
      const { download_url } = await ask<DownloadLink>(`/export-jobs/${job.id}/download`);
      const zip = Buffer.from(await (await fetch(download_url)).arrayBuffer());
      expect(createHash('sha256').update(zip).digest('hex')).toBe(job.sha256);
      const verdict = await ask<Verification>('/verify', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: zip as Buffer<ArrayBuffer>,
      });
      expect([verdict.outcome, verdict.job?.id]).toEqual(['unchanged', job.id]);
    }
  });

  it('stay as they are when their files are imported again', async () => {
    const [company] = await query<{ id: string }>(`SELECT id::text FROM companies WHERE name = 'Ресторан'`);
    const { body, contentType } = await multipartOf(booked);
    const result = await ask<ImportAnswer>(`/imports?company_id=${company?.id}`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: body as Buffer<ArrayBuffer>,
    });
    for (const { file, rows, unchanged } of result.files) expect([file, unchanged]).toEqual([file, rows]);
    expect(result.files.map(({ rows }) => rows)).toEqual([4, 4]);
    expect(
      await query(`SELECT d.receipt_number, p.po_number, d.document_number, count(*)::int AS lines FROM receipts d
        JOIN purchase_orders p ON p.id = d.purchase_order_id JOIN receipt_lines r ON r.receipt_id = d.id AND r.po_number = p.po_number
        WHERE d.company_id = ${company?.id} GROUP BY d.id, p.id ORDER BY 2`),
    ).toEqual([
      { receipt_number: 'N', po_number: 'P1', document_number: 'D', lines: 2 },
      { receipt_number: 'N', po_number: 'P2', document_number: 'D', lines: 2 },
    ]);
  });

  it('answer reports, and break no invariant', async () => {
    const report = await ask<{ total: number }>(
      `/reports/delivery_location?company_id=${kept.companies[0]}&date_from=2026-01-01&date_to=2026-12-31`,
    );
    expect(report.total).toBe(30);
    const { output } = await runCommand(['doctor', '--deep'], {
      DATABASE_URL: url,
      DATA_DIR: dataDir,
      AUTH_SECRET: kept.authSecret,
    });
    // entries of the audit log are sealed a little later
    const wrong = output.split('\n').filter((line) => line.startsWith('WRONG') && !line.includes('sealed'));
    expect(wrong).toEqual([]);
  });
});
