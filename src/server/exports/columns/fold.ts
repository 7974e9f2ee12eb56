/**
 * Folding marks: blocks that hold a marked job are packed again from the jobs themselves, and the marks they answer for
 * go, in one snapshot and one transaction. A fold that dies has done nothing; two at once conflict on the marks, and
 * the later one gives up.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { ChoreItems } from '../chore-items.ts';
import { packed, packedColumns } from './pack.ts';

/** Small enough that packing the newest block again and again is cheap, large enough that a million jobs are 250 blocks. */
const blockJobs = 4096;
/** Fewer are read beside the blocks in about a millisecond. */
const marksMin = 512;

/** A place in the order of creation. */
interface Key {
  readonly at: string;
  readonly id: string;
}
/** Jobs from (or right after) `from` to before `to`; null is the end of time. */
interface Range {
  readonly from: Key | null;
  readonly to: Key | null;
}

const key = ({ at, id }: Key): RawBuilder<unknown> => sql`(${at}::timestamptz, ${id}::uuid)`;

/** Folds companies whose marks are worth it, the longest first, until `secondsMax` have passed. Answers how many. */
export async function foldMarks(
  db: Database,
  {
    secondsMax = 10,
    items = new ChoreItems({ db, chore: 'foldColumns', onError: () => undefined }),
  }: { secondsMax?: number; items?: ChoreItems } = {},
): Promise<number> {
  const until = performance.now() + secondsMax * 1000;
  const { rows } = await sql<{ company_id: string }>`SELECT company_id FROM export_job_marks m GROUP BY company_id
    HAVING (count(*) >= ${marksMin} OR bool_or(job_id IS NULL)) AND ${items.isDue(sql`m.company_id::text`)}
    ORDER BY count(*) DESC`.execute(db);
  let folded = 0;
  await items.each(
    rows,
    ({ company_id }) => company_id,
    async ({ company_id }) => {
      if (performance.now() > until) return;
      await foldCompany(db, company_id);
      folded += 1;
    },
  );
  return folded;
}

export async function foldCompany(db: Database, companyId: string, jobsPerBlock = blockJobs): Promise<void> {
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      for (const range of await markedRanges(tx, companyId)) {
        await repack(tx, companyId, range, jobsPerBlock);
      }
      await sql`DELETE FROM export_job_marks WHERE company_id = ${companyId}`.execute(tx);
    });
}

/** The ranges of blocks with a marked job. Each reaches to the next block; those side by side are one. */
async function markedRanges(tx: DatabaseTransaction, companyId: string): Promise<Range[]> {
  const { rows } = await sql<{ at: string; id: string; marked: boolean }>`
    SELECT first_at AS at, first_id AS id, EXISTS (SELECT FROM export_job_marks m WHERE m.company_id = ${companyId}
      AND (m.job_id IS NULL OR before IS NULL OR (m.created_at, m.job_id) >= (first_at, first_id))
      AND (m.job_id IS NULL OR next_at IS NULL OR (m.created_at, m.job_id) < (next_at, next_id))) AS marked
    FROM (SELECT first_at, first_id, lag(version) OVER o AS before, lead(first_at) OVER o AS next_at, lead(first_id) OVER o AS next_id
      FROM export_job_blocks WHERE company_id = ${companyId} WINDOW o AS (ORDER BY first_at, first_id)) block
    ORDER BY first_at, first_id`.execute(tx);
  const ranges: Range[] = [];
  for (const [n, block] of rows.entries()) {
    if (!block.marked) continue;
    const from = n === 0 ? null : block;
    const to = rows[n + 1] ?? null;
    const before = ranges.at(-1);
    if (before && n > 0 && rows[n - 1]?.marked) ranges[ranges.length - 1] = { from: before.from, to };
    else ranges.push({ from, to });
  }
  return rows.length === 0 ? [{ from: null, to: null }] : ranges;
}

async function repack(tx: DatabaseTransaction, companyId: string, { from, to }: Range, limit: number): Promise<void> {
  const before = to === null ? sql`true` : sql`(first_at, first_id) < ${key(to)}`;
  const start = from === null ? sql`true` : sql`(first_at, first_id) >= ${key(from)}`;
  await sql`DELETE FROM export_job_blocks WHERE company_id = ${companyId} AND ${start} AND ${before}`.execute(tx);
  let rest = from === null ? sql`true` : sql`(created_at, id) >= ${key(from)}`;
  const end = to === null ? sql`true` : sql`(created_at, id) < ${key(to)}`;
  for (;;) {
    const source = sql`SELECT * FROM export_jobs WHERE company_id = ${companyId} AND pack_id IS NULL AND ${rest} AND ${end}
      ORDER BY created_at, id LIMIT ${limit}`;
    const { rows } = await sql<Key & { jobs: number }>`INSERT INTO export_job_blocks (${packedColumns})
      SELECT ${packedColumns} FROM (${packed(source)}) block RETURNING jobs, last_at AS at, last_id AS id`.execute(tx);
    const [block] = rows;
    if (!block || block.jobs < limit) return;
    rest = sql`(created_at, id) > ${key(block)}`;
  }
}
