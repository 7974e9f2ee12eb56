/** Whether a month is complete: what its close has that blocks, but for orders that nobody waits for any more. */
import { sql } from 'kysely';
import { addDays, dayIn } from '#contract/calendar.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import { monthScope, readCloseList } from '#server/close/close-list.ts';
import { closeRows } from '#server/close/close-rows.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import type { PartSource } from '#server/reports/definition.ts';
import { value } from '#server/reports/definition.ts';
import { readRules } from './rules.ts';

/** What keeps a month from being complete; empty: nothing. */
export type Blocking = readonly { readonly key: string; readonly count: number }[];
export type CloseOf = (
  tx: DatabaseTransaction,
  company: CompanyAccess,
  lastDay: string,
  now: Date,
) => Promise<Blocking>;

/** Of the month that ends on `lastDay`. */
export const closeOf: CloseOf = async (tx, company, lastDay, now) => {
  const read: PartSource = async (select) => (await sql.raw<Record<string, string | null>>(select).execute(tx)).rows;
  const month = lastDay.slice(0, 7);
  const { items } = await readCloseList(read, company, month);
  const blocking = items.filter(({ state }) => state === 'blocking').map(({ key, count }) => ({ key, count }));
  const { ignore_after_days: days } = await readRules(tx, company.id);
  if (days === null || !blocking.some(({ key }) => key === 'not_received')) return blocking;
  const since = addDays(dayIn(company.timeZone, now), -days);
  const rows = closeRows(monthScope(company, month)).not_received.sql;
  const [waited] = await read(
    `SELECT count(*)::text AS count FROM (${rows}) item_rows WHERE day >= ${value(since)}::date`,
  );
  const count = Number(waited?.['count'] ?? 0);
  return blocking
    .map((each) => (each.key === 'not_received' ? { ...each, count } : each))
    .filter((each) => each.count > 0);
};
