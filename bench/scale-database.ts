/** An embedded PostgreSQL with a fleet company of a given number of receipt lines; made once, kept in `.data/bench-…`. */
import { join } from 'node:path';
import { loadDemo } from '#demo/load-demo.ts';
import { demoPassword } from '#demo/accounts.ts';
import { hashPassword } from '#server/access/passwords.ts';
import { DatabasePool } from '#server/database/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';

export interface ScaleDatabase {
  readonly postgres: EmbeddedPostgres;
  readonly pool: DatabasePool;
  /** The company with the many lines. */
  readonly companyId: string;
  readonly dataDir: string;
  stop(): Promise<void>;
}

export async function openScaleDatabase(lines: number): Promise<ScaleDatabase> {
  const dataDir = join(import.meta.dirname, '..', '.data', `bench-${lines}`);
  const postgres = await startEmbeddedPostgres({ dataDir });
  await migrate({ url: postgres.url });
  const pool = new DatabasePool({ url: postgres.url, connectionsMax: 8 });
  const largest = () =>
    pool.db
      .selectFrom('receipt_lines')
      .select(({ fn }) => ['company_id', fn.countAll<string>().as('n')])
      .groupBy('company_id')
      .orderBy('n', 'desc')
      .limit(1)
      .executeTakeFirst();
  if (!(await largest())) {
    console.log(`Loading ${lines.toLocaleString('en')} receipt lines …`);
    const loaded = await loadDemo({
      url: postgres.url,
      scale: lines,
      months: 2,
      passwordHash: await hashPassword(demoPassword),
    });
    console.log(`loaded in ${loaded.seconds.toFixed(1)} s`);
  }
  const company = await largest();
  return {
    postgres,
    pool,
    companyId: company?.company_id ?? '0',
    dataDir,
    stop: async () => {
      await pool.close();
      await postgres.stop();
    },
  };
}

/** A period that ends with the last day and has about this many lines, or all of them. */
export async function daysFor({ pool, companyId }: ScaleDatabase, wanted: number): Promise<[string, string]> {
  const { rows } = await pool.pool.query<{ from: string; to: string }>(
    `WITH days AS (SELECT received_on AS day, sum(count(*)) OVER (ORDER BY received_on DESC) AS n
       FROM receipt_lines WHERE company_id = $1 GROUP BY received_on)
     SELECT coalesce(max(day) FILTER (WHERE n >= $2), min(day))::text AS from, max(day)::text AS to FROM days`,
    [companyId, wanted * 0.99],
  );
  const [found] = rows;
  if (!found) throw new Error('there are no lines');
  return [found.from, found.to];
}
