/**
 * One PostgreSQL for a whole run of the unit tests: the embedded one in a temporary folder, gone afterwards, or the one
 * TEST_DATABASE_URL names. It holds a migrated template; every test clones its own database from it (`createTestDatabase`).
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Any database of the server, and the one to clone. */
    postgres: { url: string; template: string };
  }
}

/** Nothing here outlives the run, so nothing need survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '300',
  shared_buffers: '128MB',
};

/** The same server, another database. */
export const databaseAt = (url: string, name: string): string => {
  const at = new URL(url);
  at.pathname = name;
  return at.href;
};

/** For whoever runs tests many times over and stops it afterwards. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => undefined };
  const dataDir = await mkdtemp(join(tmpdir(), 'mathership-test-'));
  const server = await startEmbeddedPostgres({ dataDir, settings });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  const template = `mathership_template_${randomUUID().slice(0, 8)}`;
  const run = async (statement: string): Promise<void> => {
    const client = new Client(databaseAt(server.url, 'postgres'));
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  const stop = async (): Promise<void> => {
    await run(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await server.stop();
  };
  try {
    await run(`CREATE DATABASE ${template}`);
    await migrate({ url: databaseAt(server.url, template) });
    project.provide('postgres', { url: server.url, template });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
