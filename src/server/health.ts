/** Alive, ready, and in figures: for load balancers and monitoring. No figure names a company. */
import { sql } from 'kysely';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { laneStats } from '#server/exports/queue.ts';
import type { App } from '#server/http/server.ts';
import type { ChangeFeed } from '#server/live/change-feed.ts';
import type { ObjectStore } from '#server/storage/store.ts';

export interface HealthOptions {
  readonly pool: DatabasePool;
  readonly store: ObjectStore;
  readonly feed: ChangeFeed<ExportJob>;
}

export function healthRoutes(app: App, { pool, store, feed }: HealthOptions): void {
  app.get(
    '/healthz',
    { config: { access: 'public' }, schema: { tags: ['Health'], summary: 'The process is alive' } },
    () => ({
      status: 'ok',
    }),
  );

  app.get(
    '/readyz',
    { config: { access: 'public' }, schema: { tags: ['Health'], summary: 'Database, queue and object store answer' } },
    async (_request, reply) => {
      const probes = {
        database: sql`SELECT 1`.execute(pool.db),
        queue: laneStats(pool.db),
        object_store: store.check(),
      };
      const entries = await Promise.all(
        Object.entries(probes).map(
          async ([name, probe]) =>
            [
              name,
              await probe.then(
                () => 'ok',
                () => 'failed',
              ),
            ] as const,
        ),
      );
      const ready = entries.every(([, state]) => state === 'ok');
      return reply.status(ready ? 200 : 503).send({ status: ready ? 'ok' : 'failed', ...Object.fromEntries(entries) });
    },
  );

  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const waiting = new Gauge({
    name: 'mathership_exports_waiting',
    help: 'Queued exports by lane',
    labelNames: ['lane'],
    registers: [registry],
  });
  const running = new Gauge({
    name: 'mathership_exports_running',
    help: 'Exports being made by lane',
    labelNames: ['lane'],
    registers: [registry],
  });
  const oldest = new Gauge({
    name: 'mathership_exports_oldest_waiting_seconds',
    help: 'Age of the export that has waited longest, by lane',
    labelNames: ['lane'],
    registers: [registry],
  });
  const streams = new Gauge({
    name: 'mathership_live_streams',
    help: 'Open event streams of this process',
    registers: [registry],
  });
  app.get(
    '/metrics',
    { config: { access: 'public' }, schema: { tags: ['Health'], summary: 'Prometheus text' } },
    async (_request, reply) => {
      for (const stats of await laneStats(pool.db)) {
        waiting.set({ lane: stats.lane }, stats.waiting);
        running.set({ lane: stats.lane }, stats.running);
        oldest.set({ lane: stats.lane }, stats.oldestWaitingSeconds ?? 0);
      }
      streams.set(feed.streams);
      return reply
        .type(registry.contentType)
        .serializer((text: string) => text)
        .send(await registry.metrics());
    },
  );
}
