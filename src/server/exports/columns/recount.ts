/** Are the blocks what packing the jobs again would make? Blocks with marks are known to be behind and are left out. */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';
import { packed, packedColumns } from './pack.ts';

const examplesMax = 20;

/** Sentences, each about one block. Reads every job of every company that has blocks. */
export async function recountBlocks(db: Database): Promise<string[]> {
  const jobs = sql`SELECT j.* FROM export_jobs j WHERE j.company_id = block.company_id AND j.pack_id IS NULL
    AND (block.before IS NULL OR (j.created_at, j.id) >= (block.first_at, block.first_id))
    AND (block.next_at IS NULL OR (j.created_at, j.id) < (block.next_at, block.next_id))`;
  const { rows } = await sql<{ line: string }>`
    SELECT 'the list''s block of company ' || block.company_id || ' from ' || block.first_at || ' is not what its jobs are;'
      || ' INSERT INTO export_job_marks (company_id) VALUES (' || block.company_id || ') makes them anew' AS line
    FROM (SELECT *, lag(version) OVER o AS before, lead(first_at) OVER o AS next_at, lead(first_id) OVER o AS next_id
      FROM export_job_blocks WINDOW o AS (PARTITION BY company_id ORDER BY first_at, first_id)) block
    WHERE NOT EXISTS (SELECT FROM export_job_marks m WHERE m.company_id = block.company_id
        AND (m.job_id IS NULL OR block.before IS NULL OR (m.created_at, m.job_id) >= (block.first_at, block.first_id))
        AND (m.job_id IS NULL OR block.next_at IS NULL OR (m.created_at, m.job_id) < (block.next_at, block.next_id)))
      AND NOT EXISTS (SELECT ${packedColumns} FROM (${packed(jobs)}) again
        INTERSECT SELECT ${packedColumns} FROM export_job_blocks kept WHERE kept.version = block.version)
    LIMIT ${examplesMax}`.execute(db);
  return rows.map((row) => row.line);
}
