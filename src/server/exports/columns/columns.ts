/**
 * The columns of some companies as one snapshot has them: blocks, kept by this process since they never change, and in
 * place of what has been marked since, those jobs as they are now, packed into blocks of their own.
 */
import { sql } from 'kysely';
import type { DatabaseTransaction } from '#server/database/database.ts';
import { Block } from './block.ts';
import { BlockCache } from './block-cache.ts';
import { microseconds, packed, type PackedJobs } from './pack.ts';

/** About 60 MB of blocks per million jobs. */
const cache = new BlockCache(256 * 1024 * 1024);
/** More than a process should keep and pass over at once: whole installations, not companies. */
const jobsMax = 3_000_000;
/** More jobs than this have changed since the last fold: rare, and seconds until the next. */
const marksMax = 20_000;

export interface Columns {
  readonly blocks: readonly Block[];
  /** Rows that do not count: they are marked, and stand among the newer blocks if their job still exists. */
  readonly stale: ReadonlyMap<Block, ReadonlySet<number>>;
}

interface State {
  readonly versions: string[] | null;
  readonly jobs: number;
  readonly marks: number;
  /** Some company's blocks are not to be used. */
  readonly unfit: boolean | null;
}

/** The same without packs that the asker may not see, because they have something of a company that is none of the asker's. */
export async function withoutPacksOfOthers(
  tx: DatabaseTransaction,
  columns: Columns,
  companyIds: readonly string[],
  viewable: readonly string[],
): Promise<Columns> {
  const { rows } = await sql<{
    ids: Buffer | null;
    created: Buffer;
  }>`SELECT string_agg(uuid_send(id), ''::bytea) AS ids,
      string_agg(${microseconds('created_at')}, ''::bytea) AS created
    FROM export_jobs WHERE pack_companies IS NOT NULL AND company_id = ANY (${[...companyIds]}::bigint[])
      AND NOT pack_companies <@ ${[...viewable]}::bigint[]`.execute(tx);
  const hidden = rows[0];
  if (!hidden?.ids) return columns;
  const { blocks, stale } = columns;
  const all = new Map(stale);
  for (const block of blocks) {
    for (const [of, places] of staleRows([block], { ...hidden, ids: hidden.ids })) {
      all.set(of, new Set([...(all.get(of) ?? []), ...places]));
    }
  }
  return { blocks, stale: all };
}

/** Null where asking the table itself is the better way: few jobs, far too many, or blocks that are not there yet. */
export async function readColumns(tx: DatabaseTransaction, companyIds: readonly string[]): Promise<Columns | null> {
  const these = sql`(${[...companyIds]}::bigint[])`;
  const { rows } = await sql<State>`SELECT b.versions, b.jobs::int AS jobs, m.marks::int AS marks, m.unfit FROM
      (SELECT array_agg(version::text) AS versions, coalesce(sum(jobs), 0) AS jobs FROM export_job_blocks WHERE company_id = ANY ${these}) b,
      (SELECT count(*) AS marks, bool_or(job_id IS NULL) AS unfit FROM export_job_marks WHERE company_id = ANY ${these}) m`.execute(
    tx,
  );
  const [state] = rows;
  if (!state?.versions || state.unfit || state.jobs > jobsMax || state.marks > marksMax) return null;
  const blocks = await cache.get(state.versions, (missing) => readBlocks(tx, missing));
  if (state.marks === 0) return { blocks, stale: new Map() };

  const marked = sql`SELECT DISTINCT company_id, created_at, job_id FROM export_job_marks WHERE company_id = ANY ${these}`;
  const newer = await sql<PackedJobs>`${packed(sql`SELECT j.* FROM (${marked}) m
    JOIN export_jobs j ON j.id = m.job_id AND (j.company_id, j.created_at) = (m.company_id, m.created_at)`)}`.execute(
    tx,
  );
  const keys = await sql<{ ids: Buffer; created: Buffer }>`SELECT string_agg(uuid_send(job_id), ''::bytea) AS ids,
    string_agg(${microseconds('created_at')}, ''::bytea) AS created FROM (${marked}) m`.execute(tx);
  return {
    blocks: [...blocks, ...newer.rows.map((row) => new Block(row))],
    stale: keys.rows[0] ? staleRows(blocks, keys.rows[0]) : new Map(),
  };
}

async function readBlocks(tx: DatabaseTransaction, versions: readonly string[]): Promise<Map<string, Block>> {
  const { rows } = await sql<PackedJobs & { version: string }>`SELECT version, company_id, jobs, ids, created, updated,
      dates_from, dates_to, kind_codes, kinds, person_codes, people, place_codes, places
    FROM export_job_blocks WHERE version = ANY (${[...versions]}::bigint[])`.execute(tx);
  return new Map(rows.map((row) => [row.version, new Block(row)]));
}

function staleRows(blocks: readonly Block[], marks: { ids: Buffer; created: Buffer }): Map<Block, Set<number>> {
  const stale = new Map<Block, Set<number>>();
  for (let n = 0; n * 8 < marks.created.length; n += 1) {
    const created = marks.created.readDoubleBE(n * 8);
    const id = marks.ids.subarray(n * 16, n * 16 + 16);
    for (const block of blocks) {
      const [first, last] = block.extent('created_at');
      if (created < first || created > last) continue;
      const row = block.find(created, id);
      if (row === null) continue;
      stale.set(block, (stale.get(block) ?? new Set()).add(row));
      break;
    }
  }
  return stale;
}
