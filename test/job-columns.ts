/**
 * Companies whose jobs are written by SQL, in every state and as many as a test likes, and both ways of listing them
 * asked in one snapshot.
 */
import { type RawBuilder, sql } from 'kysely';
import type { ExportJob, JobOrdering, Page } from '#contract/export-jobs.ts';
import { grantEverywhere, type Principal, requireCapability } from '#server/access/decide.ts';
import { DatabasePool } from '#server/database/database.ts';
import { facetsFromColumns, pageFromColumns } from '#server/exports/columns-list.ts';
import { readColumns } from '#server/exports/columns/columns.ts';
import type { Facets, JobQuery } from '#server/exports/list-query.ts';
import { facetsFromTable, pageFromTable } from '#server/exports/table-list.ts';
import { createTestDatabase } from './database.ts';

export interface JobRow {
  /** Minutes after 2026-03-28 20:00Z: around the night Berlin's clocks go forward. */
  readonly minute: number;
  readonly status: string;
  readonly format: string;
  readonly type: string;
  readonly from: number;
  readonly days: number;
  readonly person: number;
  readonly filters: object;
}

export interface Answer {
  readonly page: Page<ExportJob>;
  readonly facets: Facets;
}

export interface ColumnsSite {
  readonly pool: DatabasePool;
  readonly url: string;
  company(timeZone?: string): Promise<string>;
  insert(companyId: string, rows: readonly JobRow[]): Promise<string[]>;
  /** What columns and table answer to the same question in one snapshot; without a company for the owner of all. */
  both(
    companyId: string | null,
    query: JobQuery & { ordering: JobOrdering; page: number; page_size: number },
  ): Promise<{ columns: Answer | null; table: Answer }>;
  close(): Promise<void>;
}

export async function startColumnsSite(): Promise<ColumnsSite> {
  const database = await createTestDatabase();
  const pool = new DatabasePool({ url: database.url, connectionsMax: 6 });
  const { db } = pool;
  const one = async (query: RawBuilder<{ id: string }>): Promise<string> => (await query.execute(db)).rows[0]?.id ?? '';
  await sql`INSERT INTO users (email, name) SELECT 'p' || g || '@columns.example', 'Person ' || g FROM generate_series(1, 4) g`.execute(
    db,
  );
  const organization = await one(sql`INSERT INTO organizations (name) VALUES ('Columns') RETURNING id::text`);
  await sql`INSERT INTO organization_members VALUES (${organization}, 1, 'owner')`.execute(db);
  const owner: Principal = { userId: '1', name: 'Person 1', email: '', via: 'session', credentialId: null };
  let made = 0;
  return {
    pool,
    url: database.url,
    company: (timeZone = 'Europe/Berlin') =>
      one(sql`INSERT INTO companies (organization_id, name, currency, time_zone)
        VALUES (${organization}, ${`Company ${(made += 1)}`}, 'EUR', ${timeZone}) RETURNING id::text`),
    async insert(companyId, rows) {
      const { rows: inserted } = await sql<{ id: string }>`
        INSERT INTO export_jobs (id, company_id, created_by, report_type, file_format, status, date_from, date_to, filters, question, queue,
          created_at, updated_at, row_count, filename, file_key, sha256, error_code)
        SELECT gen_random_uuid(), ${companyId}, person, type, format, status, date '2026-01-01' + "from", date '2026-01-01' + "from" + days,
          filters, gen_random_uuid()::text, 'exports-quick-1', at, at + make_interval(secs => days), 1, 'f', 'k', 's', 'internal'
        FROM (SELECT *, timestamptz '2026-03-28 20:00Z' + make_interval(mins => minute) AS at FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS x(minute int, status text, format text, type text, "from" int, days int, person bigint, filters jsonb)) given
        RETURNING id`.execute(db);
      return inserted.map(({ id }) => id);
    },
    async both(companyId, query) {
      const view =
        companyId === null
          ? await grantEverywhere(db, owner, 'view_financials')
          : await requireCapability(db, owner, 'view_financials', companyId);
      return db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          const columns = await readColumns(tx, view.companyIds);
          return {
            columns: columns && {
              page: await pageFromColumns(tx, view, columns, query),
              facets: await facetsFromColumns(tx, view, columns, query),
            },
            table: {
              page: await pageFromTable(tx, { view, viewable: view.companyIds }, query),
              facets: await facetsFromTable(tx, { view, viewable: view.companyIds }, query),
            },
          };
        });
    },
    async close() {
      await pool.close();
      await database.drop();
    },
  };
}
