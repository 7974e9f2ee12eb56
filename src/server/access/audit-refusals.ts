/**
 * Refused access in the audit log: who asked for what, from where, and was told no. Of one person at most so many a
 * minute are written, so that the log cannot be flooded; what is asked for is looked up by the insert itself, so that it
 * takes as long whether it exists or not.
 */
import { sql } from 'kysely';
import type { ErrorCode } from '#contract/errors.ts';
import type { Queryable } from '#server/database/database.ts';
import type { Origin } from './audit.ts';
import { type Principal, asId } from './decide.ts';

export interface Refusal {
  readonly code: ErrorCode;
  /** `GET /api/v1/export-jobs/:id`, as the route is declared. */
  readonly route: string;
  /** What was asked for, as it was given; unknown ids stay in the details alone. */
  readonly companyId?: unknown;
  readonly organizationId?: unknown;
  readonly id?: unknown;
}

const perMinuteMax = 60;
const minute = 60_000;
const refusedCodes: ReadonlySet<ErrorCode> = new Set(['missing_capability', 'company_access_denied', 'access_denied']);

export const isRefusal = (code: ErrorCode): boolean => refusedCodes.has(code);

export class RefusalLog {
  readonly #written = new Map<string, { count: number; since: number }>();

  /** `now` in milliseconds. */
  async write(db: Queryable, principal: Principal, origin: Origin, refusal: Refusal, now: number): Promise<void> {
    const left = this.#leftFor(principal.userId ?? 'operator', now);
    if (left < 0) return;
    const text = (given: unknown): string | undefined =>
      typeof given === 'string' || typeof given === 'number' ? String(given).slice(0, 100).toWellFormed() : undefined;
    const details = {
      via: principal.via,
      code: refusal.code,
      route: refusal.route,
      company: text(refusal.companyId)?.replaceAll('\0', ''),
      organization: text(refusal.organizationId)?.replaceAll('\0', ''),
      id: text(refusal.id)?.replaceAll('\0', ''),
      ...(left === 0 && { further: 'not written for the rest of this minute' }),
    };
    await sql`INSERT INTO audit_events (organization_id, company_id, user_id, action, details, address, request_id)
      SELECT coalesce(c.organization_id, o.id), c.id, ${principal.userId}::bigint, 'access.refused',
        ${JSON.stringify(details)}::jsonb, ${origin.address}, ${origin.requestId}
      FROM (SELECT 1) one
      LEFT JOIN companies c ON c.id = ${asId(refusal.companyId)}::bigint
      LEFT JOIN organizations o ON o.id = ${asId(refusal.organizationId)}::bigint`.execute(db);
  }

  /** How many more may follow; below zero this one may not be written. */
  #leftFor(who: string, now: number): number {
    for (const [one, { since }] of this.#written) if (now - since >= minute) this.#written.delete(one);
    const found = this.#written.get(who) ?? { count: 0, since: now };
    found.count += 1;
    this.#written.set(who, found);
    return perMinuteMax - found.count;
  }
}
