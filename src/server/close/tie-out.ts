/**
 * What must agree between the reports of one company and period, and whether it does: to the cent, from one snapshot. Each
 * rule is one query of both sides by what they are made of, so a difference comes with the lines that make it.
 */
import type { TieOut, TieOutLine, TieOutResult, TieOutRule } from '#contract/closing.ts';
import { tieOutLinesMax } from '#contract/closing.ts';
import type { PartSource, ReportScope } from '#server/reports/definition.ts';
import { purchaseSides, type Sides } from './purchase-sides.ts';
import { onHandSides, openingSides, openingValueSides, receivedSides } from './stock-sides.ts';

/** Of whom and of which days; what a report's scope is made of. */
export type TieOutQuestion = Omit<ReportScope, 'locationIds' | 'filters' | 'columns'>;

/** A rule's own query: rows `name`, `link`, `currency`, `expected`, `found`. */
export interface TieOutQuery {
  readonly key: TieOutRule;
  readonly sides: Sides;
}

const queriesOf = (scope: ReportScope): readonly TieOutQuery[] => [
  ...purchaseSides(scope),
  { key: 'received_into_stock', sides: receivedSides(scope) },
  { key: 'opening_is_closing', sides: openingSides(scope) },
  { key: 'opening_is_closing', sides: openingValueSides(scope) },
  { key: 'on_hand', sides: onHandSides(scope) },
];

/**
 * @param read of one snapshot; of an earlier version where its search path says so
 * @param snapshotAt RFC 3339
 */
export async function readTieOut(
  read: PartSource,
  question: TieOutQuestion,
  snapshotAt: string,
  queries: (scope: ReportScope) => readonly TieOutQuery[] = queriesOf,
): Promise<TieOut> {
  const scope: ReportScope = { ...question, locationIds: null, filters: {} };
  const rules: TieOutResult[] = [];
  for (const { key, sides } of queries(scope)) {
    const found = await read(statementOf(sides));
    rules.push(...resultsOf(key, sides, found));
  }
  return {
    company: { id: scope.companyId, name: scope.companyName },
    date_from: scope.from,
    date_to: scope.to,
    status: statusOf(rules),
    rules,
    snapshot_at: snapshotAt,
  };
}

/** Of several companies, or rules: one that differs is enough. */
export function statusOf(parts: readonly { readonly status: TieOut['status'] }[]): TieOut['status'] {
  if (parts.some(({ status }) => status === 'differs')) return 'differs';
  return parts.some(({ status }) => status === 'agrees') ? 'agrees' : 'not_applicable';
}

/** Sums and lines in one: a line for each currency first, then, of what differs, the largest. */
const statementOf = ({ sql, currency }: Sides): string => {
  const round = (amount: string): string =>
    currency === null ? `trim_scale(round(${amount}, 4))` : `round(${amount}, minor_digits(currency))`;
  return `WITH sides AS MATERIALIZED (${sql}), differing AS (
      SELECT *, row_number() OVER (PARTITION BY currency ORDER BY abs(found - expected) DESC, name) AS place
      FROM sides WHERE found <> expected)
    SELECT 0 AS place, currency, NULL AS name, NULL AS link, ${round('sum(expected)')} AS expected, ${round('sum(found)')} AS found,
      ${round('sum(found) - sum(expected)')} AS difference, count(*) FILTER (WHERE found <> expected) AS lines
    FROM sides GROUP BY currency
    UNION ALL SELECT place, currency, name, link, ${round('expected')}, ${round('found')}, ${round('found - expected')}, NULL
    FROM differing WHERE place <= ${tieOutLinesMax}
    ORDER BY currency NULLS FIRST, place`;
};

type Row = Readonly<Record<string, string | null>>;

function resultsOf(key: TieOutRule, { currency }: Sides, rows: readonly Row[]): TieOutResult[] {
  const text = (row: Row, name: string): string => row[name] ?? '0';
  const lineOf = (row: Row): TieOutLine => ({
    name: row['name'] ?? '',
    expected: text(row, 'expected'),
    found: text(row, 'found'),
    difference: text(row, 'difference'),
    link: row['link'] ?? null,
  });
  const sums = rows.filter(({ place }) => place === '0');
  if (sums.length === 0) {
    const nothing = { expected: '0', found: '0', difference: '0', lines: [], line_count: 0 };
    return [{ key, status: 'not_applicable', currency, ...nothing }];
  }
  return sums.map((sum) => {
    const lines = rows.filter((row) => row['place'] !== '0' && row['currency'] === sum['currency']).map(lineOf);
    return {
      key,
      status: Number(sum['lines']) > 0 ? 'differs' : 'agrees',
      difference: text(sum, 'difference'),
      expected: text(sum, 'expected'),
      found: text(sum, 'found'),
      currency: sum['currency'] ?? null,
      lines,
      line_count: Number(sum['lines']),
    };
  });
}
