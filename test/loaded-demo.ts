/**
 * The demo company in a database of its own, three months of it: with the autumn change of clocks on both sides of the
 * ocean and a new harvest of red wine.
 */
import { type Connection, connectAlone } from '#server/database/connection.ts';
import { type DemoProgress, type DemoResult, loadDemo } from '#demo/load-demo.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

export const demoAsked = { today: '2026-11-23', months: 3, passwordHash: 'scrypt$demo' };

export type Selected = Record<string, unknown>;

export class LoadedDemo {
  readonly database: TestDatabase;
  readonly client: Connection;
  readonly result: DemoResult;
  readonly progress: readonly DemoProgress[];
  /** Indexes and constraints as they were before. */
  readonly schemaBefore: readonly Selected[];

  private constructor(parts: Pick<LoadedDemo, 'database' | 'client' | 'result' | 'progress' | 'schemaBefore'>) {
    this.database = parts.database;
    this.client = parts.client;
    this.result = parts.result;
    this.progress = parts.progress;
    this.schemaBefore = parts.schemaBefore;
  }

  static async make(): Promise<LoadedDemo> {
    const database = await createTestDatabase();
    const client = await connectAlone({ url: database.url });
    const schemaBefore = await schemaOf(client);
    const progress: DemoProgress[] = [];
    const result = await loadDemo({ ...demoAsked, url: database.url, onProgress: (at) => progress.push(at) });
    return new LoadedDemo({ database, client, result, progress, schemaBefore });
  }

  async drop(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }

  async select(statement: string, values: unknown[] = []): Promise<Selected[]> {
    return (await this.client.query(statement, values)).rows;
  }

  /** Rows of what may stand after FROM. */
  async count(from: string): Promise<number> {
    return Number((await this.select(`SELECT count(*) AS n FROM ${from}`))[0]?.['n']);
  }

  /** Share of the rows of `from` for which `condition` holds. */
  async share(from: string, condition: string): Promise<number> {
    return (await this.count(`${from} WHERE ${condition}`)) / (await this.count(from));
  }

  schema(): Promise<Selected[]> {
    return schemaOf(this.client);
  }
}

async function schemaOf(client: Connection): Promise<Selected[]> {
  const { rows } = await client.query(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid::regclass::text !~ '^pg_|^pgboss'
     UNION ALL
     -- a constraint that is not enforced (PostgreSQL 18) says so in its definition
     SELECT conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint ORDER BY 1, 2`,
  );
  return rows;
}
