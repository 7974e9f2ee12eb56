/** A migrated database for one test file (or one test), cloned in milliseconds from the run's template. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { databaseAt } from './postgres.ts';

export interface TestDatabase {
  /** For `DatabasePool`, `connectAlone` and pg-boss. */
  readonly url: string;
  readonly name: string;
  /** Ends whoever is still connected. */
  drop(): Promise<void>;
}

/** `empty`: nothing has been migrated. The caller drops it in `afterAll`; a database that is left goes with the server at the end of the run. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { url, template } = inject('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new Client(databaseAt(url, 'postgres'));
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : template} STRATEGY FILE_COPY`);
  return {
    name,
    url: databaseAt(url, name),
    drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}
