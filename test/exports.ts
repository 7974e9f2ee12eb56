/**
 * The report and export routes on a database of their own, with a real queue and a real store, and the engine's hand
 * played by SQL: what the engine would write to its job row is written there, the rest is the product's own doing.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import { deliveryParts } from '#server/delivery/routes.ts';
import type { CreateDependencies } from '#server/exports/create.ts';
import { ExportQueue } from '#server/exports/queue.ts';
import { exportRoutes } from '#server/exports/routes.ts';
import { savedReportRoutes } from '#server/exports/saved-report-routes.ts';
import { locationRoutes } from '#server/organization/location-routes.ts';
import { reportRoutes } from '#server/reports/routes.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { type Client, startTestApp, type TestApp, type TestCompany, testKeys } from './http.ts';

export interface ExportSite extends TestApp {
  readonly queue: ExportQueue;
  readonly store: EmbeddedStore;
  readonly limits: CreateDependencies['limits'];
  /** A job by this client, as it was answered. */
  create(client: Client, company: TestCompany, changes?: Record<string, unknown>): Promise<ExportJob>;
  /** What the engine does to a job, through its own row. */
  readonly engine: {
    start(id: string): Promise<void>;
    /** Puts a real object into the store first. */
    complete(id: string, changes?: Record<string, unknown>): Promise<void>;
    fail(id: string, output: Record<string, unknown>): Promise<void>;
  };
  location(company: TestCompany, name: string): Promise<string>;
}

export const period = { date_from: '2026-10-01', date_to: '2026-10-31', file_format: 'csv' } as const;

const noMail = { mailer: null, site: () => 'http://mathership.test', close: () => undefined };

export async function startExportSite(
  limits = { unfinishedMax: 1000, rowsMax: { pdf: 100_000 } },
): Promise<ExportSite> {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-objects-'));
  const store = new EmbeddedStore({
    kind: 'embedded',
    folder,
    secret: 's'.repeat(40),
    baseUrl: () => 'http://mathership.test',
  });
  let queue: ExportQueue | undefined;
  const site = await startTestApp(async (app, { db, pool }) => {
    queue = new ExportQueue({ url: pool.url, name: 'test', onError: () => undefined });
    await queue.start();
    reportRoutes(app, {
      pool,
      reportsPool: pool,
      downloadsPool: pool,
      rowLimits: { direct: { pdf: 10_000 }, background: { pdf: 100_000 } },
    });
    exportRoutes(app, { db, queue, store, limits });
    savedReportRoutes(app, { db });
    deliveryParts(
      app,
      { db, store, keys: testKeys, mailRoom: noMail, allowPrivate: false, mailBytesMax: 1_000_000 },
      { streams: false },
    );
    locationRoutes(app, { db });
  });
  const started = queue as unknown as ExportQueue;
  // as the engine does: what has ended stays as it ended
  const engineRow = (id: string, set: ReturnType<typeof sql>) =>
    sql`UPDATE pgboss.job SET ${set} WHERE id = ${id} AND state < 'completed'`.execute(site.db);

  return {
    ...site,
    queue: started,
    store,
    limits,
    async create(client, company, changes = {}) {
      const { status, body } = await client.post<ExportJob>('/api/v1/export-jobs', {
        company_id: company.id,
        ...period,
        ...changes,
      });
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return body;
    },
    engine: {
      start: async (id) =>
        void (await engineRow(
          id,
          sql`state = 'active', started_on = now(), heartbeat_on = now() + interval '1 hour', singleton_key = id::text`,
        )),
      async complete(id, changes = {}) {
        const { company_id } = await site.db
          .selectFrom('export_jobs')
          .select('company_id')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const key = `exports/${company_id}/${id}/1.zip`;
        await store.put(key, content('a finished file'), { contentType: 'application/zip' });
        const output = {
          file_key: key,
          filename: 'purchase-orders_test_2026-10-01_2026-10-31.zip',
          file_size: 15,
          sha256: 'a'.repeat(64),
          row_count: 0,
          control_totals: { rows: 0, currencies: [], groups: [] },
          retention_days: 30,
          ...changes,
        };
        await engineRow(id, sql`state = 'completed', completed_on = now(), output = ${JSON.stringify(output)}::jsonb`);
      },
      fail: async (id, output) =>
        void (await engineRow(
          id,
          sql`state = 'failed', completed_on = now(), output = ${JSON.stringify(output)}::jsonb`,
        )),
    },
    async location(company, name) {
      const row = await site.db
        .insertInto('delivery_locations')
        .values({ company_id: company.id, code: randomUUID().slice(0, 8), name })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    },
    async close() {
      await started.stop();
      await site.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function* content(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
