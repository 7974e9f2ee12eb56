/** The pack that is made with the close of a month, in the transaction that closes it: of those days, as they were closed. */
import { monthOf } from '#contract/calendar.ts';
import { invalidField } from '#contract/errors.ts';
import type { ExportPack } from '#contract/packs.ts';
import type { Origin } from '#server/access/audit.ts';
import { type CompanyAccess, companyDenied, type Principal, requireInAll } from '#server/access/decide.ts';
import type { DatabaseTransaction, Queryable } from '#server/database/database.ts';
import type { CreateDependencies } from '../create.ts';
import { insertPack, planPack } from './create-pack.ts';
import { readPack, readPackRow } from './pack-view.ts';
import { findSavedPack, questionOfPack } from './saved-packs.ts';

interface ClosingOf {
  readonly company: CompanyAccess;
  readonly principal: Principal;
  readonly origin: Origin;
}

/** What the routes of closing are given, which know nothing of packs. */
export const closingPacks = ({ queue, limits }: CreateDependencies) => ({
  /** @throws ProductError company_access_denied and missing_capability as for every pack, invalid_input for one without the company */
  async make(
    tx: DatabaseTransaction,
    { company, principal, origin }: ClosingOf,
    { pack_id, month }: { readonly pack_id: string; readonly month: string },
  ): Promise<ExportPack> {
    const saved = await findSavedPack(tx, company.organizationId, pack_id);
    if (!saved) throw companyDenied();
    const view = await requireInAll(tx, principal, 'view_financials', saved.company_ids);
    if (!saved.company_ids.includes(company.id)) throw invalidField('pack_id', 'has nothing of this company');
    const { from, to } = monthOf(month);
    const asker = { view, origin };
    const question = questionOfPack(view, saved, { date_from: from, date_to: to });
    const { id } = await insertPack(tx, { queue, limits }, asker, await planPack({ db: tx, limits }, asker, question));
    return readPack(tx, view, id);
  },

  /** As it is now; null where it is gone, or nothing that this person may see. */
  async read(db: Queryable, principal: Principal, id: string): Promise<ExportPack | null> {
    const companyIds = (await readPackRow(db, id))?.pack_companies;
    if (!companyIds) return null;
    const view = await requireInAll(db, principal, 'view_financials', companyIds).catch(() => null);
    return view && readPack(db, view, id);
  },
});
