/**
 * An installation to hurt: the API in this process, workers as processes of their own, an S3 behind a proxy that fails
 * on demand. It ends with `doctor --deep`, run as an operator would.
 */
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { sweepAttempts } from '#server/exports/chores.ts';
import { createStore } from '#server/storage/create-store.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { type FaultyProxy, startFaultyProxy } from '../faulty-proxy.ts';
import { startInstallation, type TestInstallation } from '../installation.ts';
import { type S3Peer, settingsFor, startS3Peer } from '../s3-peer.ts';
import { type ProductProcess, runCommand, startCommand } from './product-process.ts';
import { verifyFile } from './verify-file.ts';

export interface Attempt {
  readonly attempt: number;
  readonly worker: string;
  readonly file_key: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly outcome: string | null;
}

export interface FaultSite extends TestInstallation {
  readonly peer: S3Peer;
  /** Between the product and the peer. */
  readonly proxy: FaultyProxy;
  /** Straight to the peer. */
  readonly store: ObjectStore;
  /** `mathership worker`, with changes to its environment. */
  worker(changes?: Record<string, string>, prefix?: readonly string[]): Promise<ProductProcess>;
  /** What every command needs to find this installation. */
  readonly environment: Record<string, string>;
  attempts(id: string): Promise<Attempt[]>;
  /** Resolves when the condition holds for the job as the API answers it. */
  until(id: string, holds: (job: ExportJob) => boolean, seconds?: number): Promise<ExportJob>;
  /** The file of a completed job against the database, byte for byte. */
  verify(job: ExportJob): Promise<void>;
  /** As if the grace of losing attempts, of one job or of all, were over: then nothing but published files may be left. */
  expectSwept(jobId?: string): Promise<void>;
  /** Every invariant, by `doctor --deep`. */
  expectWell(): Promise<void>;
}

export interface FaultSiteOptions {
  readonly environment?: Record<string, string>;
  readonly work?: boolean;
  readonly receiptLines?: number;
  /** S3 unless it says embedded. */
  readonly store?: 'embedded';
  readonly database?: { readonly url: string; drop(): Promise<void> };
}

export async function startFaultSite(options: FaultSiteOptions = {}): Promise<FaultSite> {
  const peer = await startS3Peer();
  const proxy = await startFaultyProxy(peer.endpoint);
  const s3: Record<string, string> =
    options.store === 'embedded' ? {} : { S3_BUCKET: peer.bucket, S3_ENDPOINT: proxy.url, S3_REGION: peer.region };
  // the SDK finds these by itself, here and in the processes
  process.env['AWS_ACCESS_KEY_ID'] = peer.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = peer.credentials.secretAccessKey;
  const site = await startInstallation({ work: false, ...options, environment: { ...s3, ...options.environment } });
  const { db } = site.installation.pool;
  const environment = {
    ...s3,
    ...options.environment,
    DATABASE_URL: site.databaseUrl,
    DATA_DIR: site.dataDir,
    AUTH_SECRET: site.authSecret,
    LOG_LEVEL: 'info',
  };
  const store = await createStore(settingsFor(peer));
  const processes: ProductProcess[] = [];

  const attempts: FaultSite['attempts'] = async (id) => {
    const { rows } = await sql<Attempt>`
      SELECT attempt, worker, file_key, (extract(epoch FROM started_at) * 1000)::float8 AS started, outcome
      FROM export_attempts WHERE job_id = ${id} ORDER BY attempt`.execute(db);
    return rows;
  };

  return {
    ...site,
    peer,
    proxy,
    store,
    environment,
    attempts,
    async worker(changes = {}, prefix = []) {
      const started = await startCommand(['worker'], { ...environment, ...changes }, /Working, /, prefix);
      processes.push(started);
      return started;
    },
    until: (id, holds, seconds = 30) =>
      vi.waitFor(
        async () => {
          const { status, body } = await site.ask<ExportJob>('GET', `/api/v1/export-jobs/${id}`);
          if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
          if (!holds(body)) throw new Error(`${id} is ${body.status}, attempt ${body.attempt}`);
          return body;
        },
        { timeout: seconds * 1000, interval: 25 },
      ),
    verify: async (job) => verifyFile(db, job, await site.fetchZip(job.id)),
    async expectSwept(jobId) {
      const concerned = jobId === undefined ? sql`true` : sql`a.job_id = ${jobId}`;
      await sql`UPDATE export_attempts a SET started_at = started_at - interval '1 hour' WHERE ${concerned}`.execute(
        db,
      );
      await sweepAttempts({ pool: site.installation.pool, store, onError: () => undefined });
      const { rows } = await sql<{ file_key: string; published: boolean }>`
        SELECT a.file_key, coalesce(j.file_key = a.file_key, false) AS published
        FROM export_attempts a LEFT JOIN export_jobs j ON j.id = a.job_id WHERE ${concerned}`.execute(db);
      for (const { file_key, published } of rows)
        expect([file_key, (await store.head(file_key)) !== null]).toEqual([file_key, published]);
      if (jobId === undefined) expect(await peer.uploads()).toEqual([]);
    },
    async expectWell() {
      proxy.decide = () => 'pass';
      expect(await runCommand(['doctor', '--deep'], environment)).toMatchObject({ status: 0 });
    },
    async close() {
      await Promise.all(processes.map((each) => each.kill()));
      await site.close();
      await proxy.close();
      await peer.close();
    },
  };
}
