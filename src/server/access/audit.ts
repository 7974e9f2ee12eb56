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

export async function audit(
  db: Queryable,
  principal: Principal | null,
  origin: Origin,
  entry: AuditEntry,
): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      organization_id: entry.organizationId ?? null,
      company_id: entry.companyId ?? null,
      user_id: principal?.userId ?? null,
      action: entry.action,
      subject_type: entry.subjectType ?? null,
      subject_id: entry.subjectId ?? null,
      details: JSON.stringify({ ...entry.details, ...(principal && { via: principal.via }) }),
      address: origin.address,
      request_id: origin.requestId,
    })
    .execute();
}
