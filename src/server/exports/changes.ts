/**
 * The change log as feeds read it: every state a job went through, in order, without gaps. What has been read is known by
 * the snapshot it was read in, so that whatever commits in which order is read once; ids name rows of the log, each of
 * which proves by itself that the log still holds what its reader saw.
 */
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import type { Change, ChangeLog } from '#server/live/change-feed.ts';
import { isDownloadable, notesOnJob, packFacts, queuePosition, type SelectedJob, viewOf } from './job-view.ts';

/** Entries older than this are swept; an event id from before cannot be resumed from. */
export const changeLogSeconds = 3600;
/** States that one answer of the feed holds at most. */
export const feedPageMax = 200;

type LogRow = SelectedJob & {
  log_seq: string;
  log_job: string | null;
  log_company: string;
  log_version: string | null;
};

interface Range {
  /** What is visible in it has been read. */
  readonly since: string;
  /** Absent: of every company. */
  readonly companyIds?: readonly string[] | undefined;
  readonly afterSeq?: string;
  readonly limit?: number;
  /** Rows of the list that somebody sees who may see these companies; not also the versions of companies' data. */
  readonly listedTo?: readonly string[];
}

export function exportJobChanges(db: Database): ChangeLog<ExportJob> {
  return {
    channel: 'export_job_changes',
    now: () => oneSnapshot(db, position),
    since: (id) => snapshotOf(db, id),
    read: (since, companyIds) =>
      oneSnapshot(db, async (tx) => ({ ...(await position(tx)), changes: await changes(tx, { since, companyIds }) })),
  };
}

export interface FeedPage {
  results: ExportJob[];
  next_after: string;
  more: boolean;
}

/**
 * The states of these companies' jobs after `after`; null: from now on. A page that is not the last names where it began,
 * how far it came, and where to go on from in the end: what commits late behind it is read then.
 * @throws ProductError resync when `after` is not of this history, unknown, or older than what is kept
 */
export function readFeed(
  db: Database,
  { companyIds, viewable }: { readonly companyIds: readonly string[]; readonly viewable: readonly string[] },
  after: string | null,
): Promise<FeedPage> {
  return oneSnapshot(db, async (tx) => {
    const { id: now } = await position(tx);
    if (after === null) return { results: [], next_after: now, more: false };
    const [start = '', afterSeq, end, ...rest] = after.split('~');
    const isWhole = afterSeq === undefined || (/^\d{1,18}$/.test(afterSeq) && end !== undefined && rest.length === 0);
    const since = isWhole ? await snapshotOf(tx, start) : null;
    // what an answer gives as the next position is one that can be gone on from
    if (since === null || (end !== undefined && (await snapshotOf(tx, end)) === null)) throw resync();
    const found = await changes(tx, { since, companyIds, afterSeq, limit: feedPageMax + 1, listedTo: viewable });
    const page = found.slice(0, feedPageMax);
    const last = end ?? now;
    const isLast = found.length === page.length;
    return {
      results: page.flatMap(({ value }) => value ?? []),
      next_after: isLast ? last : [start, page.at(-1)?.seq, last].join('~'),
      more: !isLast,
    };
  });
}

const oneSnapshot = <T>(db: Database, read: (tx: DatabaseTransaction) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('repeatable read').execute(read);

/** A row that was written where it stands: one that was copied here has another transaction than it says. */
const genuine = sql`c.xmin::text::bigint = c.xid::text::numeric % 4294967296`;

/** Up to where a reader of this snapshot sees: the snapshot, and the id to resume from. */
async function position(tx: DatabaseTransaction): Promise<{ since: string; id: string }> {
  const look = async () => {
    const { rows } = await sql<{ since: string; id: string | null }>`SELECT pg_current_snapshot()::text AS since,
      (SELECT event_id(event_history(), c) FROM export_job_changes c WHERE ${genuine} ORDER BY c.seq DESC LIMIT 1) AS id`.execute(
      tx,
    );
    return rows[0];
  };
  let found = await look();
  if (found?.id === null) {
    // a database restored from a dump, or whose log was emptied
    await sql`INSERT INTO export_job_changes (deleted) VALUES (false)`.execute(tx);
    found = await look();
  }
  return { since: found?.since ?? '', id: found?.id ?? '' };
}

const idPattern = /^[0-9a-f]{12}-(\d{1,18})-\d{1,19}-\d{1,18}$/;

/**
 * The snapshot of the row's writer, and the writer: what is neither visible in the one nor by the other is what a reader
 * of this row may not have seen. Null: no such row in this history.
 */
async function snapshotOf(db: Database | DatabaseTransaction, id: string): Promise<string | null> {
  const seq = idPattern.exec(id)?.[1];
  if (seq === undefined) return null;
  const { rows } = await sql<{ since: string }>`SELECT c.snapshot || ' ' || c.xid AS since FROM export_job_changes c
    WHERE c.seq = ${seq} AND ${genuine} AND event_id(event_history(), c) = ${id}`.execute(db);
  return rows[0]?.since ?? null;
}

async function changes(tx: DatabaseTransaction, range: Range): Promise<Change<ExportJob>[]> {
  const { companyIds, afterSeq = '0', limit, listedTo } = range;
  const [snapshot, writer = '0'] = range.since.split(' ');
  const { rows } = await sql<LogRow>`
    SELECT j.*, u.name AS created_by_name, c.seq AS log_seq, c.job_id AS log_job, c.company_id AS log_company, c.data_version AS log_version,
      ${queuePosition} AS queue_position, ${isDownloadable} AS is_downloadable, ${notesOnJob} AS notes, ${packFacts} AS pack_facts
    FROM export_job_changes c
    LEFT JOIN LATERAL jsonb_populate_record(NULL::export_jobs, c.state) j ON c.state IS NOT NULL
    LEFT JOIN users u ON u.id = j.created_by
    WHERE c.xid >= pg_snapshot_xmin(${snapshot}::pg_snapshot) AND NOT pg_visible_in_snapshot(c.xid, ${snapshot}::pg_snapshot)
      AND c.xid <> ${writer}::xid8 AND c.seq > ${afterSeq}::bigint AND ${
        listedTo
          ? sql`c.job_id IS NOT NULL AND j.pack_id IS NULL AND (j.pack_companies IS NULL OR j.pack_companies <@ ${[...listedTo]}::bigint[])`
          : sql`(c.job_id IS NOT NULL OR c.data_version IS NOT NULL)`
      }
      ${companyIds ? sql`AND c.company_id = ANY(${companyIds}::bigint[])` : sql``}
    ORDER BY c.seq ${limit === undefined ? sql`` : sql`LIMIT ${limit}`}`.execute(tx);
  return rows.map((row) => ({
    seq: row.log_seq,
    companyId: row.log_company,
    id: row.log_job ?? '',
    value: row.id === null ? null : viewOf(row),
    ...(row.pack_companies && { companyIds: row.pack_companies }),
    isPart: row.pack_id !== null,
    ...(row.log_version !== null && { dataVersion: Number(row.log_version) }),
  }));
}

const resync = (): ProductError =>
  new ProductError(
    'resync',
    'This position is not known here any more: it is too old, or of a database that has been restored. Ask the feed for a new one without after, then read the list once.',
    { fields: [{ field: 'after', message: 'is not a position of this feed, or too old' }] },
  );
