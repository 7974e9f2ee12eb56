/**
 * What must agree in a pack and does: the rules of each company, as of its version; and every export's control totals, against
 * the same totals read again now, as of that version, as if the exports were made one by one.
 */
import type pg from 'pg';
import type { TieOut, TieOutLine, TieOutResult } from '#contract/closing.ts';
import type { PackRule, PackTieOut } from '#contract/packs.ts';
import type { ControlTotals } from '#contract/reports.ts';
import { readTieOut, statusOf } from '#server/close/tie-out.ts';
import { DecimalSum } from '#server/proof/decimal-sum.ts';
import { provenVersion } from '#server/reports/as-of.ts';
import { inComparison } from '#server/reports/comparison.ts';
import { findReport } from '#server/reports/registry.ts';
import { openSnapshot } from '#server/reports/snapshot.ts';
import { readTotals } from '#server/reports/totals.ts';
import { leadingFigure } from './pack-names.ts';
import type { PackedCompany, PackedMember, PackTask } from './pack-task.ts';

export type PackRuleResult = Omit<TieOutResult, 'key'> & { readonly key: PackRule };
export interface CompanyTieOut extends Omit<TieOut, 'rules'> {
  readonly rules: readonly PackRuleResult[];
}

/** One company after another, each in a snapshot of its version. */
export async function readPackTieOut(
  task: PackTask,
  client: pg.ClientBase,
  signal: AbortSignal,
): Promise<readonly CompanyTieOut[]> {
  const found: CompanyTieOut[] = [];
  for (const company of task.companies) {
    signal.throwIfAborted();
    found.push(await ofCompany(task, company, client));
  }
  return found;
}

async function ofCompany(
  { from, to, now, members }: PackTask,
  company: PackedCompany,
  client: pg.ClientBase,
): Promise<CompanyTieOut> {
  const asOf = { version: company.version, now };
  const snapshot = await openSnapshot(client, { asOf, companyId: company.id });
  await provenVersion(snapshot.read, company.id, asOf);
  const { id, name, currency, timeZone, locale } = company;
  const question = { companyId: id, companyName: name, currency, timeZone, locale, from, to, asOf };
  const tieOut = await readTieOut(snapshot.read, question, now);
  const read = new Map<string, Promise<ControlTotals>>();
  const own = members.filter(({ companyId }) => companyId === id);
  const again: ControlTotals[] = [];
  for (const { reportType, options, scope } of own) {
    const report = findReport(reportType);
    if (!report) throw new Error(`the report ${reportType} is not known`);
    // formats of one question are one question
    const { csv_dialect: _, columns: _shown, ...counted } = options;
    const { columns: _columns, ...whole } = scope;
    const key = JSON.stringify([reportType, counted, whole.filters]);
    const reading = read.get(key) ?? readTotals(inComparison(report, options.compare_to), whole, snapshot.read);
    read.set(key, reading);
    again.push(await reading);
  }
  await snapshot.end();
  const rules = [...tieOut.rules, ...membersAreExports(own, again)];
  return { ...tieOut, rules, status: statusOf(rules) };
}

/** Rows, and each sum of each currency, of every member; by currency what their leading sums amount to. */
export function membersAreExports(
  members: readonly Pick<PackedMember, 'reportType' | 'fileFormat' | 'scope' | 'totals'>[],
  again: readonly ControlTotals[],
): PackRuleResult[] {
  const lines = new Map<string | null, TieOutLine[]>();
  const sums = new Map<string | null, { expected: DecimalSum; found: DecimalSum }>();
  const compare = (
    currency: string | null,
    name: string,
    expected: string,
    found: string,
    isLeading: boolean,
  ): void => {
    const both = sums.get(currency) ?? { expected: new DecimalSum(), found: new DecimalSum() };
    sums.set(currency, both);
    if (isLeading) {
      both.expected.add(expected);
      both.found.add(found);
    }
    const difference = less(found, expected);
    if (isZero(difference)) return;
    const line = { name, expected, found, difference, link: null };
    lines.set(currency, [...(lines.get(currency) ?? []), line]);
  };
  for (const [n, member] of members.entries()) {
    const { reportType, fileFormat, totals } = member;
    const leading = leadingFigure(member)?.key;
    const other = again[n] ?? { rows: 0, currencies: [], groups: [] };
    const name = `${findReport(reportType)?.title ?? reportType} ${fileFormat.toUpperCase()}`;
    compare(null, `${name}: rows`, String(totals.rows), String(other.rows), true);
    const currencies = new Set([...totals.currencies, ...other.currencies].map(({ currency }) => currency));
    for (const currency of currencies) {
      const mine = totals.currencies.find((one) => one.currency === currency)?.sums ?? {};
      const theirs = other.currencies.find((one) => one.currency === currency)?.sums ?? {};
      const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
      for (const key of keys) {
        compare(currency, `${name}: ${key}`, mine[key] ?? '0', theirs[key] ?? '0', key === leading);
      }
    }
  }
  return [...sums].map(([currency, both]): PackRuleResult => {
    const differing = lines.get(currency) ?? [];
    return {
      key: 'members_are_exports',
      status: differing.length > 0 ? 'differs' : 'agrees',
      expected: both.expected.toString(),
      found: both.found.toString(),
      difference: less(both.found.toString(), both.expected.toString()),
      currency,
      lines: differing,
      line_count: differing.length,
    };
  });
}

function less(a: string, b: string): string {
  const sum = new DecimalSum();
  sum.add(a);
  sum.add(b.startsWith('-') ? b.slice(1) : `-${b}`);
  return sum.toString();
}
const isZero = (text: string): boolean => /^-?[0.]*$/.test(text);

/** As the pack's job keeps it: the lines are in the file. */
export const briefly = (tieOuts: readonly CompanyTieOut[]): PackTieOut => ({
  status: statusOf(tieOuts),
  rules: tieOuts.flatMap(({ company, rules }) =>
    rules.map(({ key, status, difference, currency }) => ({
      key,
      company_id: company.id,
      status,
      difference,
      currency,
    })),
  ),
});
