/**
 * From a report definition to SQL. Values are formatted by the database, once, so that a page, a CSV, a PDF and an XLSX
 * cannot print the same figure differently: money at the currency's minor unit, quantities trimmed, prices 2 to 6 digits.
 */
import { byName, type ColumnDefinition, type ReportDefinition, type ReportScope, shownColumns } from './definition.ts';
import type { Sql, SummedRows, TablePart } from './definition.ts';

export function formatted(column: ColumnDefinition, currency: Sql): Sql {
  switch (column.type) {
    case 'money':
      return `round(${column.sql}, minor_digits(${currency}))`;
    case 'quantity':
      return column.isStored ? `trim_scale(${column.sql})` : `trim_scale(round(${column.sql}, 4))`;
    case 'price':
      return `printed_price(${column.sql})`;
    case 'percent':
      return column.isStored ? `trim_scale(${column.sql})` : `round(${column.sql}, 1)`;
    default:
      return column.sql;
  }
}

const selectList = (definition: ReportDefinition, scope: ReportScope): Sql =>
  shownColumns(definition, scope)
    .map((column) => `${formatted(column, definition.currency(scope))} AS "${column.key}"`)
    .join(', ');

/** One stretch of the table, in order. */
export const selectPart = (definition: ReportDefinition, scope: ReportScope, part: TablePart): Sql =>
  `SELECT ${selectList(definition, scope)} ${part.from} ORDER BY ${part.order}`;

/** What a column is ordered by: numbers as they are printed, so that a page never looks out of order; text by name. */
const sortable = (column: ColumnDefinition, currency: Sql): Sql =>
  column.type === 'text' ? byName(column.sql) : formatted(column, currency);

/** One page of the table; `ordering` is a column of the report, ties are broken by the table's own order. */
export function selectPage(
  definition: ReportDefinition,
  scope: ReportScope,
  page: { ordering: { key: string; descending: boolean } | null; limit: number; offset: number },
): Sql {
  const summed = definition.summed?.(scope);
  const table = definition.table(scope);
  const part = summed && summed.rows === undefined ? { ...table, from: summed.from } : table;
  const columns = definition.columns(scope);
  const chosen = columns.find((column) => column.key === page.ordering?.key);
  const currency = definition.currency(scope);
  // amounts of two currencies are never compared
  const isAmount = chosen?.type === 'money' || chosen?.type === 'price';
  const byCurrency = isAmount && columns.some(({ key }) => key === 'currency') ? `${currency}, ` : '';
  const order = chosen
    ? `${byCurrency}${sortable(chosen, currency)} ${page.ordering?.descending ? 'DESC NULLS LAST' : 'ASC NULLS LAST'}, ${part.order}`
    : part.order;
  const leads = Object.entries(definition.page?.leadsTo?.by ?? {}).map(
    ([key, sql]) => `, (${sql})::text AS "${leadMark}${key}"`,
  );
  return `SELECT ${selectList(definition, scope)}${leads.join('')} ${part.from} ORDER BY ${order} LIMIT ${page.limit} OFFSET ${page.offset}`;
}

const leadMark = 'lead:';

/** A row as its page was asked for: its cells, and apart from them the filters that lead to what is behind it. */
export function apart(row: Record<string, string | null>): {
  cells: Record<string, string | null>;
  lead: Record<string, string>;
} {
  const cells: Record<string, string | null> = {};
  const lead: Record<string, string> = {};
  for (const [key, text] of Object.entries(row)) {
    if (!key.startsWith(leadMark)) cells[key] = text;
    else if (text !== null) lead[key.slice(leadMark.length)] = text;
  }
  return { cells, lead };
}

/** What a row adds to the totals, as it is printed. */
const summed = (column: ColumnDefinition, currency: Sql): Sql =>
  typeof column.sum === 'object'
    ? formatted({ ...column, type: 'money', sql: column.sum.money }, currency)
    : formatted(column, currency);

/** A sum of nothing is zero, at the decimals of all others. */
const sumOf = (column: ColumnDefinition, currency: Sql): Sql => {
  const sum = `coalesce(sum(${summed(column, currency)}), 0)`;
  const isMoney = column.type === 'money' || typeof column.sum === 'object';
  return isMoney ? `round(${sum}, minor_digits(${currency}))` : sum;
};

/**
 * Control totals: rows and sums per group and currency, by a query that shares nothing with the file but the snapshot.
 * Each line is rounded before it is summed, so that what is printed adds up. `summed`: from rows that were added up already.
 */
export function selectTotals(definition: ReportDefinition, scope: ReportScope, summed?: SummedRows | null): Sql {
  const columns = definition.columns(scope);
  const currency = definition.currency(scope);
  const groups = columns.filter((column) => definition.groupBy.includes(column.key));
  const sums = columns.filter((column) => column.sum);
  const groupText =
    groups.length > 0 ? groups.map((group) => `coalesce(${group.sql}, '')`).join(` || ' · ' || `) : `''`;
  const source: SummedRows = summed ?? definition.table(scope);
  const { from, rows = 'count(*)', amounts = {} } = source;
  const summedColumn = (column: ColumnDefinition): ColumnDefinition => ({
    ...column,
    sql: amounts[column.key] ?? column.sql,
  });
  return `SELECT * FROM (SELECT ${groupText} AS "group", ${currency} AS currency, (${rows})::text AS rows${sums
    .map((column) => `, ${sumOf(summedColumn(column), currency)}::text AS "${column.key}"`)
    .join('')} ${from} GROUP BY 1, 2) totals ORDER BY "group" COLLATE "und-x-icu", currency`;
}
