/** `/metrics`: the figures of exports, of this process, and of what it depends on, measured at each visit. */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { ProductError } from '#contract/errors.ts';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { deliveryMetrics } from '#server/delivery/metrics.ts';
import { choreMetrics } from '#server/exports/chore-rounds.ts';
import { laneStats } from '#server/exports/queue.ts';
import { isFromThisMachine } from '#server/http/addresses.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import type { Change, ChangeFeed } from '#server/live/change-feed.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { ExportMetrics } from '#server/telemetry/export-metrics.ts';
import { probe } from '#server/telemetry/probe.ts';

export interface MetricsRouteOptions {
  readonly pool: DatabasePool;
  readonly store: ObjectStore;
  readonly feed: ChangeFeed<ExportJob>;
  /** Opens them to whoever sends it; without one they are this machine's. */
  readonly token: string | undefined;
}

export function metricsRoute(app: App, { pool, store, feed, token }: MetricsRouteOptions): void {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  choreMetrics(registry, pool);
  deliveryMetrics(registry, pool);
  const exports = new ExportMetrics(registry);
  feed.observe((change) => count(exports, change));
  const labelNames = ['part'] as const;
  const up = new Gauge({ name: 'mathership_up', help: '1: it answers', labelNames, registers });
  const latency = new Gauge({
    name: 'mathership_latency_seconds',
    help: 'Of one small question',
    labelNames,
    registers,
  });
  const streams = new Gauge({ name: 'mathership_live_streams', help: 'Open event streams of this process', registers });

  app.get(
    '/metrics',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Health'],
        summary: 'Prometheus text',
        description: 'For this machine, and for whoever sends METRICS_TOKEN as a Bearer token.',
        response: answers({}, 403),
      },
    },
    async (request, reply) => {
      if (!isFromThisMachine(request) && !(token && isBearer(request, token))) {
        throw new ProductError('access_denied', 'Metrics are for this machine: send METRICS_TOKEN as a Bearer token.');
      }
      const parts = { database: () => sql`SELECT 1`.execute(pool.db), object_store: () => store.check() };
      for (const [part, ask] of Object.entries(parts)) {
        const { ok, seconds } = await probe(ask);
        up.set({ part }, ok ? 1 : 0);
        latency.set({ part }, seconds);
      }
      await probe(async () => {
        for (const { lane, waiting, running, oldestWaitingSeconds } of await laneStats(pool.db)) {
          exports.waiting.set({ lane }, waiting);
          exports.running.set({ lane }, running);
          exports.oldest.set({ lane }, oldestWaitingSeconds ?? 0);
        }
      });
      streams.set(feed.streams);
      return reply
        .type(registry.contentType)
        .serializer((text: string) => text)
        .send(await registry.metrics());
    },
  );
}

/** Compared by digest, so that time tells nothing of the token. */
function isBearer(request: FastifyRequest, token: string): boolean {
  const [, scheme = '', given = ''] = /^(\S+) (.*)$/.exec(request.headers.authorization ?? '') ?? [];
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return scheme.toLowerCase() === 'bearer' && timingSafeEqual(digest(given), digest(token));
}

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

function count(metrics: ExportMetrics, { value: job }: Change<ExportJob>): void {
  if (job?.status === 'failed') metrics.failedWith(job.error?.code ?? 'internal');
  if (job?.status === 'canceled') metrics.wasCanceled();
  // a completed job changes once more, when its file expires
  if (job?.status !== 'completed' || !job.is_downloadable || !job.started_at || !job.completed_at) return;
  metrics.completed({
    report: job.report_type,
    format: job.file_format,
    waitedSeconds: secondsBetween(job.created_at, job.started_at),
    seconds: secondsBetween(job.started_at, job.completed_at),
    rows: job.row_count ?? 0,
  });
}
