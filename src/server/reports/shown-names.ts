/**
 * Names as files, pages and groups show them: where one repeats in its company, however it is written, with its code
 * ("Kitchen (L1)"), so that two places never become one group and every row says whose it is.
 */
import { type Sql, value } from './definition.ts';

export type NamedTable = 'delivery_locations' | 'storage_units' | 'vendors' | 'items';

/** Codes are unique in a company. */
const withCode = (alias: string): Sql => `${alias}.name || ' (' || ${alias}.code || ')'`;
const plain = (alias: string): Sql => `lower(btrim(${alias}.name))`;

/** `company`: an expression for the company's id; one that names no row is looked into once, not row by row. */
export function shownName(alias: string, table: NamedTable, company: Sql): Sql {
  const of = (select: Sql): Sql => `(SELECT ${select} FROM ${table} n WHERE n.company_id = ${company}`;
  const repeating = `${of('n.id')} AND (
    ${plain('n')} IN ${of(plain('n'))} GROUP BY 1 HAVING count(*) > 1) OR n.name IN ${of(withCode('n'))})))`;
  return `CASE WHEN ${alias}.id IN ${repeating} THEN ${withCode(alias)} ELSE ${alias}.name END`;
}

export const shownNameIn = (scope: { readonly companyId: string }, alias: string, table: NamedTable): Sql =>
  shownName(alias, table, value(scope.companyId));
