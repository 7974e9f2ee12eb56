/** Companies x months: which are closed, which changed since, which were exported, and who is late. */
import { sql } from 'kysely';
import type { CloseMonth, CompanyMonths } from '#contract/closing.ts';
import { dayIn, daysIn, monthOf } from '#contract/calendar.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { changedSince } from './close-rows.ts';
import { monthScope } from './close-list.ts';

interface ClosedMonth {
  readonly closed_at: string;
  readonly closed_by: CloseMonth['closed_by'];
}

/** @param months `YYYY-MM`, oldest first */
export async function readGroupView(
  db: Database,
  companies: readonly CompanyAccess[],
  months: readonly string[],
): Promise<CompanyMonths[]> {
  return inOneSnapshot(db, async (tx) => {
    const results: CompanyMonths[] = [];
    for (const company of companies) {
      const closing = await tx
        .selectFrom('closings')
        .select('closed_until')
        .where('company_id', '=', company.id)
        .executeTakeFirst();
      const until = closing?.closed_until ?? null;
      const cells: CloseMonth[] = [];
      for (const month of months) {
        const scope = monthScope(company, month);
        const { from, to } = monthOf(month);
        const closed = until !== null && until >= to;
        const { rows } = closed
          ? await sql<ClosedMonth>`SELECT h.at AS closed_at, (SELECT json_build_object('id', u.id::text, 'name', u.name)
              FROM users u WHERE u.id = h.user_id) AS closed_by
            FROM closing_changes h WHERE h.company_id = ${company.id} AND h.kind = 'closed' AND h.closed_until >= ${to}
              AND (h.closed_until_before IS NULL OR h.closed_until_before < ${to}) ORDER BY h.id DESC LIMIT 1`.execute(
              tx,
            )
          : { rows: [] };
        const { rows: changes } = closed
          ? await sql<{ currency: string; net_difference: string }>`SELECT currency, amount::text AS net_difference
              FROM (${sql.raw(changedSince(scope, 'NULL'))}) c ORDER BY 1`.execute(tx)
          : { rows: [] };
        const { exports } = await tx
          .selectFrom('export_jobs')
          .select(sql<number>`count(*)::int`.as('exports'))
          .where('company_id', '=', company.id)
          .where('status', '=', 'completed')
          .where('date_from', '=', from)
          .where('date_to', '=', to)
          .executeTakeFirstOrThrow();
        const today = dayIn(company.timeZone);
        cells.push({
          month,
          state: !closed ? 'open' : changes.length > 0 ? 'changed' : 'closed',
          closed_at: rows[0]?.closed_at ?? null,
          closed_by: rows[0]?.closed_by ?? null,
          changes,
          exports,
          days_late: closed || today <= to ? 0 : daysIn(to, today) - 1,
        });
      }
      results.push({
        company: { id: company.id, name: company.name, currency: company.currency },
        closed_until: until,
        months: cells,
      });
    }
    return results;
  });
}
