/**
 * The missing members of a pack once more, hours later too: as of the versions that the pack keeps, so that they agree with
 * those that were made. The pack stays the same one; its file is written when all of them are there.
 */
import { ProductError } from '#contract/errors.ts';
import { isFinished } from '#contract/export-jobs.ts';
import type { ExportPack } from '#contract/packs.ts';
import type { FileFormat } from '#contract/reports.ts';
import { audit } from '#server/access/audit.ts';
import { companyDenied } from '#server/access/decide.ts';
import { onlyOnce, questionOf } from '#server/access/idempotency.ts';
import type { Queryable } from '#server/database/database.ts';
import { asOfVersion } from '#server/reports/as-of.ts';
import type { CreateDependencies } from '../create.ts';
import type { SelectedJob } from '../job-view.ts';
import { holdCreates, planExport, type PlannedExport, refuseTooMany, twinOf } from '../plan.ts';
import { insertMember, type PackAsker } from './create-pack.ts';
import { ofMember } from './members.ts';
import { memberRows, type PackRow, readPack, readPackRow } from './pack-view.ts';

/** A file that is there for less than this is not counted on. */
const spareSeconds = 3600;

/** Failed, canceled, or its file is not kept any more. */
const isMissing = ({ status, is_downloadable, seconds_left }: SelectedJob): boolean =>
  status !== 'completed' || !is_downloadable || (seconds_left ?? 0) < spareSeconds;

/** @throws ProductError conflict while it is unfinished and when nothing is missing, not_reproducible for a version that is not kept */
export async function retryPack(
  parts: CreateDependencies,
  { view, origin, key }: PackAsker & { readonly key: string | null },
  id: string,
): Promise<{ pack: ExportPack; isNew: boolean }> {
  const { db, queue, limits } = parts;
  const { userId } = view.principal;
  let plans: { old: SelectedJob; planned: PlannedExport }[] = [];
  let completedAt: string | null = null;
  const { value, isNew } = await onlyOnce(
    db,
    { userId, key, question: questionOf({ retryPack: id }) },
    {
      async before() {
        const row = await readRetryable(db, id);
        completedAt = row.completed_at;
        const missing = (await memberRows(db, [id]).execute()).filter(isMissing);
        plans = [];
        for (const old of missing) plans.push({ old, planned: await planAgain(parts, view, row, old) });
      },
      async make(tx) {
        const companyIds = view.companyIds;
        await holdCreates(tx, companyIds);
        const row = await readRetryable(tx, id);
        if (row.completed_at !== completedAt) throw unfinished();
        if ((await twinOf(tx, row.created_by, row.question, undefined)) !== null) {
          throw new ProductError('conflict', 'The same pack is being made already.');
        }
        for (const companyId of companyIds) await refuseTooMany(tx, companyId, limits.unfinishedMax);
        for (const { old, planned } of plans) {
          await tx.deleteFrom('export_jobs').where('id', '=', old.id).execute();
          await insertMember(
            tx,
            queue,
            { view, origin },
            {
              packId: id,
              place: old.pack_place ?? 0,
              planned,
              saved:
                old.saved_report_name === null || old.saved_report_id === null
                  ? undefined
                  : { id: old.saved_report_id, name: old.saved_report_name },
              requester: row.created_by,
              retryOf: old.id,
            },
          );
        }
        const pack = { id, companyId: row.company_id, attempt: row.attempt };
        await queue.enqueueAgain(tx, pack);
        await tx
          .updateTable('export_jobs')
          .set({ error_code: null, error_message: null, completed_at: null, started_at: null })
          .where('id', '=', id)
          .execute();
        // what failed was its own file
        if (plans.length === 0) await queue.makeDue(tx, pack);
        await audit(tx, view.principal, origin, {
          action: 'pack.retried',
          companyId: row.company_id,
          organizationId: row.organization_id,
          subjectType: 'export_job',
          subjectId: id,
          details: { name: row.pack_name, exports: plans.length },
        });
        return { id, value: await readPack(tx, view, id) };
      },
      read: (of) => readPack(of, view, id),
    },
  );
  return { pack: value, isNew };
}

const unfinished = (): ProductError =>
  new ProductError('conflict', 'The pack has not finished yet. Wait for it, or cancel it first.');

async function readRetryable(db: Queryable, id: string): Promise<PackRow> {
  const row = await readPackRow(db, id);
  if (!row) throw companyDenied();
  if (!isFinished(row.status)) throw unfinished();
  if (row.status === 'completed') {
    throw new ProductError(
      'conflict',
      'Every export of this pack was made. To make it of the data as they are now, run it anew.',
    );
  }
  return row;
}

async function planAgain(
  { db, limits }: CreateDependencies,
  view: PackAsker['view'],
  pack: PackRow,
  old: SelectedJob,
): Promise<PlannedExport> {
  const company = view.companies.find(({ id }) => id === old.company_id);
  if (!company) throw companyDenied();
  const version = pack.data_versions[company.id] ?? 0;
  await asOfVersion(db, company.id, version);
  const question = { ...old, file_format: old.file_format as FileFormat };
  const asOf = { version, now: pack.pack_instant };
  return ofMember(old.pack_place ?? 0, () =>
    planExport(db, company, { ...question, as_of_version: version }, { asOf, rowsMax: limits.rowsMax }),
  );
}
