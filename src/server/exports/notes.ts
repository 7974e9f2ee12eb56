/**
 * Notes on exports: written by whoever may see the export, seen by all of them, taken back by who wrote one or manages the
 * company. Each is written down in the audit log, without its words.
 */
import { sql } from 'kysely';
import { type ExportNote, notesMax } from '#contract/notes.ts';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, companyDenied, type FinancialView } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import type { SelectedJob } from './job-view.ts';
import { entry } from './verbs.ts';

const rows = (db: Queryable) =>
  db
    .selectFrom('export_notes as n')
    .leftJoin('users as u', 'u.id', 'n.created_by')
    .select(['n.id', 'n.text', 'n.created_at', 'n.created_by', 'u.name']);

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

const viewOfNote = ({ id, text, created_at, created_by, name }: Row): ExportNote => ({
  id,
  text,
  created_at,
  created_by: created_by === null ? null : { id: created_by, name: name ?? '' },
});

export const listNotes = (db: Database, job: SelectedJob, page: PageOf) =>
  readPage(
    db,
    page,
    (tx) => rows(tx).where('n.job_id', '=', job.id).orderBy('n.id', 'desc'),
    (found) => found.map(viewOfNote),
  );

/** Null when it is there no more. */
export async function readNote(db: Queryable, job: SelectedJob, id: string): Promise<ExportNote | null> {
  const row = await rows(db).where('n.job_id', '=', job.id).where('n.id', '=', id).executeTakeFirst();
  return row ? viewOfNote(row) : null;
}

/** @throws ProductError company_access_denied when the export has gone meanwhile; conflict above the limit. */
export async function createNote(
  tx: DatabaseTransaction,
  view: FinancialView,
  origin: Origin,
  job: SelectedJob,
  text: string,
): Promise<ExportNote> {
  // held until the end: the limit is exact, and who deletes the export does so before or after
  const held = await tx
    .selectFrom('export_jobs')
    .select('id')
    .where('id', '=', job.id)
    .where('company_id', 'in', view.companyIds)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!held) throw companyDenied();
  const { n } = await tx
    .selectFrom('export_notes')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('job_id', '=', job.id)
    .executeTakeFirstOrThrow();
  if (Number(n) >= notesMax) {
    throw new ProductError('conflict', `This export has ${notesMax} notes, the most there can be. Delete one of them.`);
  }
  const { id } = await tx
    .insertInto('export_notes')
    .values({ job_id: job.id, created_by: view.principal.userId, text })
    .returning('id')
    .executeTakeFirstOrThrow();
  await told(tx, view, origin, 'export.noted', job, id);
  const row = await rows(tx).where('n.id', '=', id).executeTakeFirstOrThrow();
  return viewOfNote(row);
}

/** @throws ProductError access_denied for one that is not there, and for somebody else's. */
export async function deleteNote(
  db: Database,
  view: FinancialView,
  origin: Origin,
  job: SelectedJob,
  noteId: unknown,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const note = await tx
      .selectFrom('export_notes')
      .selectAll()
      .where('job_id', '=', job.id)
      .where('id', '=', asId(noteId) ?? '0')
      .forUpdate()
      .executeTakeFirst();
    if (!note) throw new ProductError('access_denied', 'This export has no note by this id.');
    const { principal, company } = view;
    if (note.created_by !== principal.userId && !company.capabilities.includes('manage_company')) {
      throw new ProductError(
        'access_denied',
        'Somebody else wrote this note. They can delete it, and so can those who manage the company.',
      );
    }
    await tx.deleteFrom('export_notes').where('id', '=', note.id).execute();
    await told(tx, view, origin, 'export.note_deleted', job, note.id);
  });
}

/** In the log, and to everybody who looks at the company's exports. */
async function told(
  tx: DatabaseTransaction,
  view: FinancialView,
  origin: Origin,
  action: string,
  job: SelectedJob,
  noteId: string,
): Promise<void> {
  const about = entry(view, action, job);
  await audit(tx, view.principal, origin, { ...about, details: { ...about.details, note_id: noteId } });
  await sql`INSERT INTO export_job_changes (company_id, deleted, data_version)
    SELECT id, false, data_version FROM companies WHERE id = ${job.company_id}`.execute(tx);
  await sql`SELECT pg_notify('export_job_changes', '')`.execute(tx);
}
