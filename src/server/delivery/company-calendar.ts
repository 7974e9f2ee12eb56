/** The calendar of a company as schedules read it: its zone and the days it is closed. */
import { sql } from 'kysely';
import type { CompanyCalendar } from '#contract/schedules.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { Grant } from '#server/access/decide.ts';
import type { Database, Queryable } from '#server/database/database.ts';

export async function calendarOf(db: Queryable, companyId: string): Promise<CompanyCalendar> {
  const company = await db
    .selectFrom('companies')
    .select('time_zone')
    .where('id', '=', companyId)
    .executeTakeFirstOrThrow();
  return { timeZone: company.time_zone, closedDays: new Set(await closedDaysOf(db, companyId)) };
}

/** In order. */
export async function closedDaysOf(db: Queryable, companyId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('closed_days')
    .select('day')
    .where('company_id', '=', companyId)
    .orderBy('day')
    .execute();
  return rows.map(({ day }) => day);
}

/** In place of those there were; schedules of the company are computed anew. */
export async function setClosedDays(
  db: Database,
  { principal, company }: Grant,
  origin: Origin,
  days: readonly string[],
): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    // two who write at once are one after the other
    await sql`SELECT FROM companies WHERE id = ${company.id} FOR NO KEY UPDATE`.execute(tx);
    await tx.deleteFrom('closed_days').where('company_id', '=', company.id).execute();
    if (days.length > 0) {
      await tx
        .insertInto('closed_days')
        .values(days.map((day) => ({ company_id: company.id, day })))
        .execute();
    }
    await tx
      .updateTable('schedules')
      .set({ look_at: sql`clock_timestamp()` })
      .where('company_id', '=', company.id)
      .execute();
    await audit(tx, principal, origin, {
      action: 'closed_days.changed',
      companyId: company.id,
      organizationId: company.organizationId,
      details: { days: days.length },
    });
    return closedDaysOf(tx, company.id);
  });
}
