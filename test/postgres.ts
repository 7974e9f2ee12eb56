/**
 * One PostgreSQL for a whole run of the unit tests, in a temporary folder, gone afterwards.
 * It holds a migrated template; every test clones its own database from it (`createTestDatabase`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What `pg` connects with, and the database to clone. */
    postgres: { host: string; user: string; template: string };
  }
}

const template = 'mathership_template';

/** Nothing here outlives the run, so nothing need survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '300',
  shared_buffers: '128MB',
};

export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mathership-test-'));
  const server = await startEmbeddedPostgres({ dataDir, settings });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const { host, user } = server.connection;
    const client = new Client(server.connection);
    await client.connect();
    await client.query(`CREATE DATABASE ${template}`);
    await client.end();
    const url = new URL(server.url);
    url.pathname = template;
    await migrate({ url: url.href });
    project.provide('postgres', { host, user, template });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
