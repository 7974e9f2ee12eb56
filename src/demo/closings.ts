/** Months that the finance lead has closed: the first company is up to date, the second is late, the others close nothing. */
import { addDays, monthOf } from '#contract/calendar.ts';
import type { Connection } from '#server/database/connection.ts';
import { deliveredNow } from '#server/close/close-rows.ts';
import { nowhere } from '#server/reports/definition.ts';

/** Months ago of the newest month that each company has closed. */
const closedMonthsAgo = [2, 3];
/** Months closed one after the other. */
const closedInARow = 3;

const monthsAgo = (today: string, months: number): string => {
  let month = today.slice(0, 7);
  for (let at = 0; at < months; at += 1) month = addDays(`${month}-01`, -1).slice(0, 7);
  return month;
};

/** @param today of the demo; the data end the day before */
export async function closeDemoMonths(
  client: Connection,
  companies: readonly { readonly id: string }[],
  { today, userId }: { readonly today: string; readonly userId: string },
): Promise<void> {
  for (const [index, newest] of closedMonthsAgo.entries()) {
    const company = companies[index]?.id;
    if (company === undefined) continue;
    let before: string | null = null;
    for (let ago = newest + closedInARow - 1; ago >= newest; ago -= 1) {
      const { from, to } = monthOf(monthsAgo(today, ago));
      const at = `${addDays(to, 4)} 08:30:00+00`;
      const delivered = deliveredNow({ ...nowhere, companyId: company, from, to });
      await client.query(
        `INSERT INTO closing_changes (company_id, at, user_id, kind, closed_until_before, closed_until, policy, month, figures)
         SELECT $1, $2, $3, 'closed', $4, $5, 'refuse', $6, (SELECT coalesce(jsonb_agg(jsonb_build_object('currency', currency,
           'lines', lines::text, 'net', net::text, 'tax', tax::text) ORDER BY currency), '[]') FROM (${delivered}) d)`,
        [company, at, userId, before, to, from],
      );
      before = to;
      await client.query(
        `INSERT INTO closings (company_id, closed_until, closed_by, closed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (company_id) DO UPDATE SET closed_until = excluded.closed_until, closed_at = excluded.closed_at`,
        [company, to, userId, at],
      );
    }
  }
}
