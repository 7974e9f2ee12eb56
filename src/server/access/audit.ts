/** The audit log: who did what, when, from where. Written in the transaction of the thing it tells about. */
import type { Queryable } from '#server/database/database.ts';
import type { Principal } from './decide.ts';

/** `noun.verb` in the past: `export.created`, `member.changed`. */
export interface AuditEntry {
  readonly action: string;
  readonly organizationId?: string | null;
  readonly companyId?: string | null;
  readonly subjectType?: string;
  readonly subjectId?: string;
  /** Facts and ids, no business data. */
  readonly details?: Record<string, unknown>;
}

/** Where a request came from. */
export interface Origin {
  readonly address: string | null;
  readonly requestId: string | null;
  /** On this process's clock (`performance.now()`); absent where nothing was received. */
  readonly receivedAt?: number;
}

/**
 * An entry that names neither organization nor company is about an account: it stands in the log of each organization that
 * person is a member of. When and from where somebody signs in is told to the one of longest standing alone: who adds a
 * person with an account elsewhere does not thereby see what they do there.
 */
export async function audit(
  db: Queryable,
  principal: Principal | null,
  origin: Origin,
  entry: AuditEntry,
): Promise<void> {
  const values = {
    company_id: entry.companyId ?? null,
    user_id: principal?.userId ?? null,
    action: entry.action,
    subject_type: entry.subjectType ?? null,
    subject_id: entry.subjectId ?? null,
    details: JSON.stringify({ ...entry.details, ...(principal && { via: principal.via }) }),
    request_id: origin.requestId,
  };
  const place = entry.organizationId ?? null;
  const whose = entry.subjectType === 'user' ? entry.subjectId : principal?.userId;
  const places = place === null && values.company_id === null && whose ? await organizationsOf(db, whose) : [];
  const isSignIn = /^(sign_in|sign_out|session)/.test(entry.action);
  const rows = places.length === 0 ? [place] : isSignIn ? places.slice(0, 1) : places;
  await db
    .insertInto('audit_events')
    .values(
      rows.map((organization_id, index) => ({
        ...values,
        organization_id,
        address: index === 0 ? origin.address : null,
      })),
    )
    .execute();
}

/** Longest standing first. */
async function organizationsOf(db: Queryable, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('organization_members')
    .select('organization_id')
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('organization_id')
    .execute();
  return rows.map(({ organization_id }) => organization_id);
}
