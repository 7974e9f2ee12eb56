/**
 * Any number of API processes and workers on one PostgreSQL and one store, with a finance person and four companies of
 * different sizes: for restarts one after the other, and for measuring what one more process brings.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabasePool } from '#server/database/database.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';
import { makePeople } from '../faults/chaos/people.ts';
import { type ProductProcess, startCommand } from '../faults/product-process.ts';
import { freePort } from '../real/daemon.ts';

export interface Fleet {
  readonly pool: DatabasePool;
  /** API key of the finance person. */
  readonly key: string;
  /** With 200, 1,000, 3,000 and 12,000 receipt lines. */
  readonly companies: readonly string[];
  /** On a port of one's own, or on the one it had before a restart. */
  serve(port?: number): Promise<ProductProcess & { readonly port: number }>;
  worker(): Promise<ProductProcess>;
  stop(): Promise<void>;
}

export async function startFleet(changes: Record<string, string> = {}): Promise<Fleet> {
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'mathership-fleet-'));
    ends.push(() => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dataDir, settings: { max_connections: '300' } });
    ends.push(() => postgres.stop());
    await migrate({ url: postgres.url });
    const pool = new DatabasePool({ url: postgres.url, connectionsMax: 4 });
    ends.push(() => pool.close());
    const { key, companies } = await makePeople(pool);
    const environment = {
      DATABASE_URL: postgres.url,
      DATA_DIR: dataDir,
      AUTH_SECRET: 'fleet'.repeat(8),
      LOG_LEVEL: 'warn',
      EXPORT_UNFINISHED_MAX: '100000',
      REQUESTS_PER_SECOND_MAX: '1000000',
      EVENT_STREAMS_PER_PERSON_MAX: '1000000',
      ...changes,
    };
    const start = async (words: readonly string[], more: Record<string, string>, ready: RegExp) => {
      const started = await startCommand(words, { ...environment, ...more }, ready);
      ends.push(() => started.kill());
      return started;
    };
    return {
      pool,
      key,
      companies,
      stop,
      async serve(given) {
        const port = given ?? (await freePort());
        return { ...(await start(['serve'], { PORT: String(port) }, /Serving at/)), port };
      },
      worker: () => start(['worker'], {}, /Working, /),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
