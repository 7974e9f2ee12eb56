/** Alive and ready: for load balancers. */
import { sql } from 'kysely';
import type { DatabasePool } from '#server/database/database.ts';
import { laneStats } from '#server/exports/queue.ts';
import type { App } from '#server/http/app-type.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { probe } from '#server/telemetry/probe.ts';

export interface HealthOptions {
  readonly pool: DatabasePool;
  readonly store: ObjectStore;
}

export function healthRoutes(app: App, { pool, store }: HealthOptions): void {
  app.get(
    '/healthz',
    { config: { access: 'public', anyHost: true }, schema: { tags: ['Health'], summary: 'The process is alive' } },
    () => ({
      status: 'ok',
    }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'public', anyHost: true },
      schema: { tags: ['Health'], summary: 'Database, queue and object store answer' },
    },
    async (_request, reply) => {
      const probes = {
        database: () => sql`SELECT 1`.execute(pool.db),
        queue: () => laneStats(pool.db),
        object_store: () => store.check(),
      };
      const entries = await Promise.all(
        Object.entries(probes).map(async ([name, ask]) => [name, (await probe(ask)).ok ? 'ok' : 'failed'] as const),
      );
      const ready = entries.every(([, state]) => state === 'ok');
      return reply.status(ready ? 200 : 503).send({ status: ready ? 'ok' : 'failed', ...Object.fromEntries(entries) });
    },
  );
}
