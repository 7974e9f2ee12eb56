/**
 * Whether exports still say what today's data say. Versions tell which exports anything can have happened to; of those the
 * rows are compared, once for each version, and the answer is kept. A list waits for a moment of that; what is left is
 * done behind it and told on the stream.
 */
import { sql } from 'kysely';
import type { ChangedSince, ExportJob } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { audit } from '#server/access/audit.ts';
import type { Database } from '#server/database/database.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import type { TableChanges } from '#server/database/tables.ts';
import { selectTotalsOfDifference } from '#server/reports/difference.ts';
import { traitsOf } from '#server/reports/row-traits.ts';
import { sidesOf } from './compared-jobs.ts';
import type { Asker } from './create.ts';

/** A list waits this long for comparisons that nobody has made yet. */
const waitMilliseconds = 150;
const statementSeconds = 60;

interface Version {
  readonly version: number;
  readonly tables: Readonly<Record<string, TableChanges>>;
}

const isComparable = (job: ExportJob): boolean =>
  job.status === 'completed' && job.data_version !== null && job.options.changes_since === undefined;

/** The jobs with what has changed since, as `reader` knows of it; `all`: however long it takes. */
export async function withChanges(
  db: Database,
  jobs: ExportJob[],
  reader: string | null,
  all?: 'all',
): Promise<ExportJob[]> {
  const { known, open, untouched } = await lookUp(db, jobs.filter(isComparable));
  // for whoever looks next; not having it written down costs a moment
  void noteUntouched(db, untouched).catch(() => undefined);
  const until = performance.now() + waitMilliseconds;
  const left: ExportJob[] = [];
  for (const job of open) {
    if (all || performance.now() < until)
      known.set(job.id, await compare(db, job).catch(() => known.get(job.id) ?? null));
    else left.push(job);
  }
  if (left.length > 0) void compareBehind(db, left);
  const seen = await seenBy(db, reader, [...known.keys()]);
  return jobs.map((job) => {
    const changed = known.get(job.id) ?? null;
    return { ...job, changed_since: changed && { ...changed, is_known: seen.get(job.id) === toldAs(changed) } };
  });
}

/** All that is told of it; the version it was compared with tells nothing. */
const toldAs = ({ lines, wording_lines, totals }: Told): string => JSON.stringify([lines, wording_lines, totals]);
type Told = Omit<ChangedSince, 'is_known'>;

async function seenBy(db: Database, reader: string | null, jobs: readonly string[]): Promise<Map<string, string>> {
  if (reader === null || jobs.length === 0) return new Map();
  const rows = await db
    .selectFrom('export_changes_known')
    .select(['job_id', 'seen'])
    .where('user_id', '=', reader)
    .where('job_id', 'in', jobs)
    .execute();
  return new Map(rows.map(({ job_id, seen }) => [job_id, seen]));
}

/**
 * Whoever has seen what changed need not be told again, until something else changes.
 * @param job as whoever asks was told of it; `isKnown` false takes the mark away
 * @throws ProductError conflict for the operator
 */
export async function markKnown(
  db: Database,
  { view, origin }: Pick<Asker, 'view' | 'origin'>,
  job: ExportJob,
  isKnown: boolean,
): Promise<ExportJob> {
  const { changed_since: changed } = job;
  const { userId } = view.principal;
  if (userId === null) throw new ProductError('conflict', 'Only a person can know of changes.');
  await db.transaction().execute(async (tx) => {
    if (changed && isKnown) {
      await sql`INSERT INTO export_changes_known (job_id, user_id, seen)
        SELECT id, ${userId}, ${toldAs(changed)} FROM export_jobs WHERE id = ${job.id}
        ON CONFLICT (job_id, user_id) DO UPDATE SET seen = excluded.seen`.execute(tx);
    } else {
      await tx.deleteFrom('export_changes_known').where('job_id', '=', job.id).where('user_id', '=', userId).execute();
    }
    await audit(tx, view.principal, origin, {
      action: isKnown ? 'export.changes_known' : 'export.changes_unknown',
      companyId: view.company.id,
      organizationId: view.company.organizationId,
      subjectType: 'export_job',
      subjectId: job.id,
      details: { report_type: job.report_type, date_from: job.date_from, date_to: job.date_to },
    });
  });
  return { ...job, changed_since: changed && { ...changed, is_known: isKnown } };
}

/** What is known of them, and which of them have to be compared (again). */
async function lookUp(
  db: Database,
  jobs: readonly ExportJob[],
): Promise<{ known: Map<string, Told | null>; open: ExportJob[]; untouched: Untouched[] }> {
  const known = new Map<string, Told | null>();
  if (jobs.length === 0) return { known, open: [], untouched: [] };
  return inOneSnapshot(db, async (tx) => {
    const companies = await tx
      .selectFrom('companies')
      .select(['id', 'data_version', 'kept_version'])
      .where('id', 'in', [...new Set(jobs.map(({ company_id }) => company_id))])
      .execute();
    const newest = new Map(companies.map(({ id, data_version }) => [id, Number(data_version)]));
    const oldest = new Map(companies.map(({ id, kept_version }) => [id, Number(kept_version)]));
    const behind = jobs.filter(
      ({ company_id: id, data_version }) =>
        Number(data_version) < (newest.get(id) ?? 0) && Number(data_version) >= (oldest.get(id) ?? 0),
    );
    if (behind.length === 0) return { known, open: [], untouched: [] };
    const kept = new Map(
      (
        await tx
          .selectFrom('export_changes')
          .selectAll()
          .where(
            'job_id',
            'in',
            behind.map(({ id }) => id),
          )
          .execute()
      ).map((row) => [row.job_id, row]),
    );
    // what is known already was looked at up to there
    const seen = (job: ExportJob): number =>
      Math.max(Number(job.data_version), Number(kept.get(job.id)?.data_version ?? 0));
    const versions = Map.groupBy(
      await tx
        .selectFrom('data_versions')
        .select(['company_id', 'version', 'tables'])
        .where('company_id', 'in', [...new Set(behind.map(({ company_id }) => company_id))])
        .where('version', '>', String(Math.min(...behind.map(seen))))
        .orderBy('version', 'desc')
        .execute(),
      ({ company_id }) => company_id,
    );
    const open: ExportJob[] = [];
    const untouched: Untouched[] = [];
    for (const job of behind) {
      const found = kept.get(job.id);
      const now = newest.get(job.company_id) ?? 0;
      const isOpen = (versions.get(job.company_id) ?? []).some(
        ({ version, tables }) => Number(version) > seen(job) && canConcern(job, { version: Number(version), tables }),
      );
      if (isOpen) open.push(job);
      else if (now - seen(job) > versionsAgain) untouched.push({ id: job.id, version: now });
      if (!found) continue;
      const version = isOpen ? Number(found.data_version) : now;
      known.set(job.id, changeOf(version, Number(found.lines), Number(found.wording_lines), found.totals));
    }
    return { known, open, untouched };
  });
}

/** So many versions are looked at again and again; of more, that they changed nothing of it is written down. */
const versionsAgain = 100;

interface Untouched {
  readonly id: string;
  readonly version: number;
}

/** Nothing up to that version concerned them. */
async function noteUntouched(db: Database, untouched: readonly Untouched[]): Promise<void> {
  if (untouched.length === 0) return;
  await sql`INSERT INTO export_changes (job_id, data_version, lines, wording_lines)
    SELECT j.id, u.version, 0, 0 FROM jsonb_to_recordset(${JSON.stringify(untouched)}::jsonb) AS u (id uuid, version bigint)
      JOIN export_jobs j ON j.id = u.id
    ON CONFLICT (job_id) DO UPDATE SET data_version = excluded.data_version WHERE export_changes.data_version < excluded.data_version`.execute(
    db,
  );
}

const changeOf = (data_version: number, lines: number, wording_lines: number, totals: Told['totals']): Told | null =>
  lines + wording_lines === 0 ? null : { data_version, lines, wording_lines, totals };

/** By its tables and days alone: what is false here changed nothing of the file. */
function canConcern({ report_type, date_from, date_to, options }: ExportJob, { tables }: Version): boolean {
  const { reads } = traitsOf(report_type);
  return Object.entries(tables).some(([table, { from, to }]) => {
    const reach = reads[table];
    if (reach === undefined) return false;
    // the days of a version are those of delivery
    if (reach === 'any' || from === null || to === null || options.date_basis !== undefined) return true;
    return from <= date_to && (reach === 'until' || to >= date_from);
  });
}

/** The rows of the file beside those of now; kept for whoever asks next. */
async function compare(db: Database, { id }: ExportJob): Promise<Told | null> {
  const found = await inOneSnapshot(db, async (tx) => {
    await sql
      .raw(`SET LOCAL statement_timeout = '${statementSeconds}s'; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off`)
      .execute(tx);
    const job = await tx.selectFrom('export_jobs').selectAll().where('id', '=', id).executeTakeFirst();
    if (!job) return null;
    const { difference, toVersion } = await sidesOf(tx, job);
    const { rows } = await sql
      .raw<{ currency: string; lines: string; wording_lines: string; net_difference: string }>(
        selectTotalsOfDifference(difference),
      )
      .execute(tx);
    const sum = (field: 'lines' | 'wording_lines'): number => rows.reduce((all, row) => all + Number(row[field]), 0);
    const totals = rows
      .filter(({ lines }) => Number(lines) > 0)
      .map(({ currency, net_difference }) => ({ currency, net_difference }));
    return { version: toVersion, lines: sum('lines'), wording: sum('wording_lines'), totals };
  });
  if (!found) return null;
  const { version, lines, wording, totals } = found;
  await sql`INSERT INTO export_changes (job_id, data_version, lines, wording_lines, totals)
    SELECT id, ${version}, ${lines}, ${wording}, ${JSON.stringify(totals)}::jsonb FROM export_jobs WHERE id = ${id}
    ON CONFLICT (job_id) DO UPDATE SET (data_version, lines, wording_lines, totals)
      = ROW (excluded.data_version, excluded.lines, excluded.wording_lines, excluded.totals)
      WHERE export_changes.data_version <= excluded.data_version`.execute(db);
  return changeOf(version, lines, wording, totals);
}

const comparing = new Set<string>();

/** One after another; in the end whoever looks at the list is told to look again. */
async function compareBehind(db: Database, jobs: readonly ExportJob[]): Promise<void> {
  const mine = jobs.filter(({ id }) => !comparing.has(id));
  for (const { id } of mine) comparing.add(id);
  try {
    const done: ExportJob[] = [];
    for (const job of mine) {
      await compare(db, job).then(
        () => done.push(job),
        () => undefined,
      );
    }
    const companies = [...new Set(done.map(({ company_id }) => company_id))];
    if (companies.length === 0) return;
    await sql`INSERT INTO export_job_changes (company_id, deleted, data_version)
      SELECT id, false, data_version FROM companies WHERE id = ANY (${companies}::bigint[])`.execute(db);
    await sql`SELECT pg_notify('export_job_changes', '')`.execute(db);
  } catch {
    // whoever asks next finds them open
  } finally {
    for (const { id } of mine) comparing.delete(id);
  }
}
