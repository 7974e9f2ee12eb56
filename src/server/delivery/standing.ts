/** In whose right things go out, looked at when they do; and the words of the audit log about it. */
import type { Capability } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { type Grant, type Principal, requireCapability, requireInAll } from '#server/access/decide.ts';
import type { Queryable } from '#server/database/database.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';

export type DeliveryGrant = Grant<'manage_deliveries'>;

/** Whether the owner's account is open and holds what a schedule needs. */
export async function ownerStands(
  db: Queryable,
  { owner_id, company_id }: { readonly owner_id: string | null; readonly company_id: string },
): Promise<boolean> {
  return owner_id !== null && (await viewFor(db, owner_id, company_id)) !== null;
}

/** What this person may see in the company now, as whoever a schedule runs for; null when that is not enough. */
export async function viewFor(
  db: Queryable,
  userId: string,
  companyId: string,
  besides: readonly Capability[] = ['manage_deliveries'],
): Promise<Grant<'view_financials'> | null> {
  const user = await db
    .selectFrom('users')
    .select(['name', 'email'])
    .where('id', '=', userId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!user) return null;
  const principal: Principal = { userId, ...user, via: 'schedule', credentialId: null };
  const view = await requireCapability(db, principal, 'view_financials', companyId).catch((error: unknown) => {
    if (error instanceof ProductError) return null;
    throw error;
  });
  return view && !view.company.archived && besides.every((one) => view.company.capabilities.includes(one))
    ? view
    : null;
}

/** The same for a file: of a pack, in every company that it has something of. */
export async function viewForFile(
  db: Queryable,
  userId: string,
  companyId: string,
  job: Pick<SelectedJob, 'pack_companies'> | undefined,
  besides?: readonly Capability[],
): Promise<Grant<'view_financials'> | null> {
  const view = await viewFor(db, userId, companyId, besides);
  if (!view || !job?.pack_companies) return view;
  const all = await requireInAll(db, view.principal, 'view_financials', job.pack_companies).catch((error: unknown) => {
    if (error instanceof ProductError) return null;
    throw error;
  });
  return all && view;
}

export const told = (
  tx: Queryable,
  { principal, company }: Pick<Grant, 'principal' | 'company'>,
  origin: Origin,
  action: string,
  id: string,
  details?: Record<string, unknown>,
): Promise<void> =>
  audit(tx, principal, origin, {
    action,
    companyId: company.id,
    organizationId: company.organizationId,
    subjectType: action.split('.')[0] ?? '',
    subjectId: id,
    ...(details && { details }),
  });
