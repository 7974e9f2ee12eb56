/** The close of a month as a list that ticks itself: each item with how many rows stand against it and what they amount to. */
import { closeKeys, type CloseItem, type CloseKey, type CloseList, type CloseRow } from '#contract/closing.ts';
import { monthOf } from '#contract/calendar.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import type { PartSource, ReportScope } from '#server/reports/definition.ts';
import { value } from '#server/reports/definition.ts';
import { closeRows, deliveredNow } from './close-rows.ts';
import { stockValue } from './stock-sides.ts';

/** @param month `YYYY-MM`, of the company's own days. */
export function monthScope(company: CompanyAccess, month: string): ReportScope {
  return {
    companyId: company.id,
    companyName: company.name,
    currency: company.currency,
    timeZone: company.timeZone,
    locale: company.locale,
    ...monthOf(month),
    locationIds: null,
    filters: {},
  };
}

/** @param read of one snapshot */
export async function readCloseList(read: PartSource, company: CompanyAccess, month: string): Promise<CloseList> {
  const scope = monthScope(company, month);
  const rows = closeRows(scope);
  const found = await read(
    closeKeys
      .map(
        (
          key,
        ) => `SELECT '${key}' AS key, count(*)::text AS count, CASE WHEN count(DISTINCT currency) = 1 THEN sum(amount)::text END AS amount,
          CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END AS currency FROM (${rows[key].sql}) item_rows`,
      )
      .join(' UNION ALL '),
  );
  const [closing] = await read(`SELECT closed_until::text FROM closings WHERE company_id = ${value(company.id)}`);
  const byKey = new Map(found.map((row) => [row['key'] as CloseKey, row]));
  const items = closeKeys.map((key): CloseItem => {
    const row = byKey.get(key);
    const count = Number(row?.['count'] ?? 0);
    return {
      key,
      state: count === 0 ? 'ok' : rows[key].state,
      count,
      amount: row?.['amount'] ?? null,
      currency: row?.['currency'] ?? null,
      link: `/close?${new URLSearchParams({ company: company.id, month, item: key }).toString()}`,
    };
  });
  return { month, items, closed_until: closing?.['closed_until'] ?? null };
}

/** What is in the way: closing all the same needs a reason. Empty: whoever waits for the month may go ahead. */
export const blockingOf = ({ items }: Pick<CloseList, 'items'>): readonly CloseKey[] =>
  items.filter(({ state }) => state === 'blocking').map(({ key }) => key);

/** One page of what an item counts, the largest amount first. */
export async function readCloseRows(
  read: PartSource,
  company: CompanyAccess,
  { month, key, page, page_size }: { month: string; key: CloseKey; page: number; page_size: number },
): Promise<{ results: CloseRow[]; total: number }> {
  const { sql } = closeRows(monthScope(company, month))[key];
  const [counted] = await read(`SELECT count(*)::text AS total FROM (${sql}) item_rows`);
  const results = await read(
    `SELECT name, day::text, amount::text, currency, link FROM (${sql}) item_rows
     ORDER BY currency, abs(amount) DESC NULLS LAST, day, name LIMIT ${page_size} OFFSET ${page * page_size}`,
  );
  return { results: results as unknown as CloseRow[], total: Number(counted?.['total'] ?? 0) };
}

/** What a month is closed with, kept so that every change since is known to the cent. */
export async function readFigures(read: PartSource, scope: ReportScope): Promise<Record<string, unknown>[]> {
  const delivered = await read(
    `SELECT currency, lines::text, net::text, tax::text FROM (${deliveredNow(scope)}) n ORDER BY 1`,
  );
  const [stock] = await read(`SELECT ${stockValue(scope, scope.to)}::text AS stock_value`);
  return [...delivered, { currency: scope.currency, stock_value: stock?.['stock_value'] ?? '0' }];
}
