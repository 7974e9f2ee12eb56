/**
 * Up to which day a company is closed. Nobody closes while somebody writes: the lock of the company's imports is taken
 * first, so a write is either of the open period or finds it closed. Every change stays in the history, reopening too.
 */
import { sql } from 'kysely';
import type { CloseKey, ClosedWrite, Closing, ClosingChange, ClosingPolicy } from '#contract/closing.ts';
import { ProductError } from '#contract/errors.ts';
import type { Page } from '#contract/export-jobs.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { CompanyAccess, Principal } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';

const person = (user: string) => sql<Closing['closed_by']>`(
  SELECT json_build_object('id', u.id::text, 'name', u.name) FROM users u WHERE u.id = ${sql.ref(user)})`;

const nothingClosed: Closing = { closed_until: null, policy: 'refuse', closed_by: null, closed_at: null };

export async function readClosing(db: Queryable, companyId: string): Promise<Closing> {
  const row = await db
    .selectFrom('closings as c')
    .select(['c.closed_until', 'c.policy', person('c.closed_by').as('closed_by'), 'c.closed_at'])
    .where('c.company_id', '=', companyId)
    .executeTakeFirst();
  return row ?? nothingClosed;
}

export interface ClosingInput {
  readonly closed_until?: string | null | undefined;
  readonly policy?: ClosingPolicy | undefined;
  readonly reason?: string | undefined;
}

/** What closing a whole month keeps beside. */
export interface MonthClosed {
  /** Its first day. */
  readonly month: string;
  readonly blocking: readonly CloseKey[];
  readonly figures: readonly Record<string, unknown>[];
}

export interface ClosingRequest {
  readonly company: CompanyAccess;
  readonly principal: Principal;
  readonly origin: Origin;
}

/** For a change by hand to end; an import takes longer than anybody would wait. */
const waitMilliseconds = 2000;
const lockNotAvailable = '55P03';

/**
 * Until the transaction ends nobody writes the company's data, and whoever wrote it has committed.
 * @throws ProductError conflict, with when to try again, while something is being imported.
 */
export async function holdWriters(tx: DatabaseTransaction, companyId: string): Promise<void> {
  try {
    await sql`SELECT set_config('lock_timeout', ${String(waitMilliseconds)}, true)`.execute(tx);
    await sql`SELECT pg_advisory_xact_lock(data_lock(${companyId}))`.execute(tx);
    await sql`SELECT set_config('lock_timeout', '0', true)`.execute(tx);
  } catch (error) {
    if ((error as { code?: string } | null)?.code !== lockNotAvailable) throw error;
    throw new ProductError(
      'conflict',
      'Something is being imported into this company. Try again when it has finished.',
      {
        retryAfterSeconds: 10,
      },
    );
  }
}

/** @throws ProductError conflict while something is being imported. */
export async function changeClosing(db: Database, request: ClosingRequest, input: ClosingInput): Promise<Closing> {
  return db.transaction().execute(async (tx) => {
    await holdWriters(tx, request.company.id);
    await writeClosing(tx, request, input);
    return readClosing(tx, request.company.id);
  });
}

/** Under `holdWriters`. @returns the id of the change; null where nothing is another now. */
export async function writeClosing(
  tx: DatabaseTransaction,
  { company, principal, origin }: ClosingRequest,
  input: ClosingInput,
  month: MonthClosed | null = null,
): Promise<string | null> {
  const before = await readClosing(tx, company.id);
  const closedUntil = input.closed_until === undefined ? before.closed_until : input.closed_until;
  const policy = input.policy ?? before.policy;
  const moved = closedUntil !== before.closed_until;
  if (!moved && policy === before.policy) return null;
  const kind = !moved ? 'policy' : (closedUntil ?? '') > (before.closed_until ?? '') ? 'closed' : 'reopened';
  const values = { closed_until: closedUntil, policy };
  const when = moved
    ? { closed_by: principal.userId, closed_at: sql<string>`clock_timestamp()` }
    : { closed_by: before.closed_by?.id ?? null, closed_at: before.closed_at };
  await tx
    .insertInto('closings')
    .values({ company_id: company.id, ...values, ...when })
    .onConflict((on) => on.column('company_id').doUpdateSet({ ...values, ...when }))
    .execute();
  const { id } = await tx
    .insertInto('closing_changes')
    .values({
      company_id: company.id,
      user_id: principal.userId,
      kind,
      closed_until_before: before.closed_until,
      ...values,
      reason: input.reason ?? null,
      month: month?.month ?? null,
      ...(month && { blocking: [...month.blocking], figures: JSON.stringify(month.figures) }),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await audit(tx, principal, origin, {
    action: kind === 'policy' ? 'closing.changed' : `period.${kind}`,
    organizationId: company.organizationId,
    companyId: company.id,
    subjectType: 'closing',
    subjectId: id,
    details: {
      changes: {
        ...(moved && { closed_until: { from: before.closed_until, to: closedUntil } }),
        ...(policy !== before.policy && { policy: { from: before.policy, to: policy } }),
      },
      ...(input.reason !== undefined && { reason: input.reason }),
      ...(month && { month: month.month.slice(0, 7), blocking: month.blocking }),
    },
  });
  return id;
}

export const listClosingChanges = (db: Database, companyId: string, page: PageOf): Promise<Page<ClosingChange>> =>
  readPage(db, page, (tx) =>
    tx
      .selectFrom('closing_changes as c')
      .select([
        'c.id',
        'c.at',
        person('c.user_id').as('by'),
        'c.kind',
        'c.closed_until_before',
        'c.closed_until',
        'c.policy',
        'c.reason',
        sql<string | null>`to_char(c.month, 'YYYY-MM')`.as('month'),
        'c.blocking',
      ])
      .where('c.company_id', '=', companyId)
      .orderBy('c.id', 'desc'),
  );

export const listClosedWrites = (db: Database, companyId: string, page: PageOf): Promise<Page<ClosedWrite>> =>
  readPage(db, page, (tx) =>
    tx
      .selectFrom('closed_writes as w')
      .select([
        'w.id',
        'w.at',
        person('w.user_id').as('by'),
        'w.import_id',
        'w.reason',
        'w.rows',
        'w.date_from',
        'w.date_to',
        'w.closed_until',
      ])
      .where('w.company_id', '=', companyId)
      .orderBy('w.id', 'desc'),
  );
