/**
 * What was replaced is kept as long as the rows of exports are: then versions that old cannot be read any more, which is
 * written down before anything goes.
 */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';
import { ChoreItems } from './chore-items.ts';

/** Resolves to how many companies had something to drop. The present, and what it replaced since, always stays. */
export async function dropPast(
  db: Database,
  days: number,
  items = new ChoreItems({ db, chore: 'dropOldPast', onError: () => undefined }),
): Promise<number> {
  const { rows } = await sql<{ id: string; version: string }>`
    SELECT c.id, max(v.version) AS version FROM companies c JOIN data_versions v ON v.company_id = c.id
    WHERE v.at < now() - ${days} * interval '1 day' AND v.version > c.kept_version AND ${items.isDue(sql`c.id::text`)}
    GROUP BY c.id`.execute(db);
  const tables = await sql<{
    name: string;
    key: string;
  }>`SELECT c.relname || '_past' AS name, CASE c.relname WHEN 'companies' THEN 'id' ELSE 'company_id' END AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'as_of' WHERE c.relkind = 'v'`.execute(
    db,
  );
  return items.each(
    rows,
    ({ id }) => id,
    ({ id, version }) =>
      db.transaction().execute(async (tx) => {
        await sql`UPDATE companies SET kept_version = ${version} WHERE id = ${id}`.execute(tx);
        for (const { name, key } of tables.rows) {
          await sql`DELETE FROM ${sql.table(name)} WHERE ${sql.ref(key)} = ${id} AND died_version <= ${version}`.execute(
            tx,
          );
        }
      }),
  );
}
