/**
 * Two versions of a report side by side: which rows were added, removed or changed, and the money between them. Rows of
 * both are read by the report's own statement, each as of its version, and matched by what a row is (row-traits.ts), so
 * rows(A) + difference(A, B) = rows(B) for every report there is or will be.
 */
import { literal } from '#server/database/connection.ts';
import {
  type ColumnDefinition,
  type ReportDefinition,
  type ReportScope,
  type Sql,
  shownColumns,
  value,
} from './definition.ts';
import { rowIdentity, rowTraits } from './row-traits.ts';
import { formatted } from './statement.ts';

/** One of the two: a question, and of which version of the data; null: as they are. */
export interface Side {
  readonly scope: ReportScope;
  readonly version: number | null;
}

export interface Difference {
  readonly definition: ReportDefinition;
  readonly from: Side;
  readonly to: Side;
  /** No name that stands in rows was changed between the two: only rows that were written can differ. */
  readonly isOfRows: boolean;
}

/** Columns in the order in which they are compared: first those that count, then wording, then what is not shown. */
export interface Arranged {
  readonly keys: readonly string[];
  readonly counting: number;
  readonly compared: number;
}

export function arranged({ definition, from }: Difference): Arranged {
  const { wording, present = [] } = rowTraits[definition.type];
  const shown = new Set(shownColumns(definition, from.scope).map(({ key }) => key));
  const all = definition.columns(from.scope).map(({ key }) => key);
  const isCompared = (key: string): boolean => shown.has(key) && !present.includes(key);
  const counting = all.filter((key) => isCompared(key) && !wording.includes(key));
  const words = all.filter((key) => isCompared(key) && wording.includes(key));
  const rest = all.filter((key) => !isCompared(key));
  return {
    keys: [...counting, ...words, ...rest],
    counting: counting.length,
    compared: counting.length + words.length,
  };
}

/** What a column adds to the totals, as it is printed. */
const amount = ({ sum, sql }: ColumnDefinition, currency: Sql): Sql =>
  `coalesce(round(${typeof sum === 'object' ? sum.money : sql}, minor_digits(${currency})), 0)`;

function rowsOf(difference: Difference, { scope }: Side, { keys }: Arranged): Sql {
  const { definition } = difference;
  const { net, less = [], tax = [] } = rowTraits[definition.type];
  const columns = new Map(definition.columns(scope).map((column) => [column.key, column]));
  const column = (key: string): ColumnDefinition => columns.get(key) as ColumnDefinition;
  const currency = definition.currency(scope);
  const sum = (added: readonly string[], taken: readonly string[] = []): Sql =>
    [
      ...added.map((key) => `+ ${amount(column(key), currency)}`),
      ...taken.map((key) => `- ${amount(column(key), currency)}`),
    ].join(' ');
  const cells = keys.map((key) => `(${formatted(column(key), currency)})::text`);
  return `SELECT jsonb_build_array(${[...rowIdentity(definition), currency].join(', ')})::text, ARRAY[${cells.join(', ')}]::text[],
    (0 ${sum(net, less)})::numeric, (0 ${sum(tax)})::numeric, (${currency})::text ${definition.table(scope).from}${onlyWritten(difference)}`;
}

/** Rows that anything was written of between the two versions, whichever of them is read. */
function onlyWritten({ definition, from, to, isOfRows }: Difference): Sql {
  const { changed } = rowTraits[definition.type];
  if (!changed || !isOfRows) return '';
  const between = (version: Sql): Sql =>
    `${version} > ${from.version ?? 0}${to.version === null ? '' : ` AND ${version} <= ${to.version}`}`;
  const company = value(from.scope.companyId);
  const written = (table: string): Sql =>
    `SELECT id FROM public.${table} WHERE company_id = ${company} AND ${between('born_version')}
     UNION ALL SELECT id FROM public.${table}_past WHERE company_id = ${company} AND ${between('died_version')}`;
  return ` AND ${changed.id} IN (${changed.by.map(([table, lines]) => lines(written(table))).join(' UNION ALL ')})`;
}

/** Rows: id, old, new, currency, net, tax, change, wording. */
function differing(difference: Difference, columns: Arranged): Sql {
  const { from, to } = difference;
  const side = (one: Side): Sql => `rows_as_of(${one.version ?? 'NULL'}, ${literal(rowsOf(difference, one, columns))})`;
  const compared = (alias: string): Sql => `${alias}.cells[1:${columns.compared}], ${alias}.net, ${alias}.tax`;
  const counting = (alias: string): Sql => `${alias}.cells[1:${columns.counting}], ${alias}.net, ${alias}.tax`;
  return `SELECT coalesce(b.id, a.id) AS id, a.cells AS old, b.cells AS new, coalesce(b.currency, a.currency) AS currency,
      coalesce(b.net, 0) - coalesce(a.net, 0) AS net, coalesce(b.tax, 0) - coalesce(a.tax, 0) AS tax,
      CASE WHEN a.id IS NULL THEN 'added' WHEN b.id IS NULL THEN 'removed' ELSE 'changed' END AS change,
      a.id IS NOT NULL AND b.id IS NOT NULL AND (${counting('a')}) IS NOT DISTINCT FROM (${counting('b')}) AS wording
    FROM ${side(from)} a FULL JOIN ${side(to)} b ON b.id = a.id
    WHERE a.id IS NULL OR b.id IS NULL OR (${compared('a')}) IS DISTINCT FROM (${compared('b')})`;
}

export const selectChangedRows = (difference: Difference): Sql => differing(difference, arranged(difference));

const totalled = `SELECT currency, count(*) FILTER (WHERE change = 'added') AS added, count(*) FILTER (WHERE change = 'removed') AS removed,
    count(*) FILTER (WHERE change = 'changed') AS changed, count(*) FILTER (WHERE NOT wording) AS lines, count(*) FILTER (WHERE wording) AS wording_lines,
    round(sum(net), minor_digits(currency))::text AS net_difference, round(sum(tax), minor_digits(currency))::text AS tax_difference
  FROM differing GROUP BY currency ORDER BY currency`;

/** One row for each currency in which something differs. */
export const selectTotalsOfDifference = (difference: Difference): Sql =>
  `WITH differing AS MATERIALIZED (${differing(difference, arranged(difference))}) ${totalled}`;

/** One row: how many there are, the totals as JSON, and one page of them as JSON, by what they are of. */
export function selectDifference(
  difference: Difference,
  page: { readonly limit: number; readonly offset: number },
): Sql {
  const columns = arranged(difference);
  const key = rowTraits[difference.definition.type].key.map((name) => {
    const at = columns.keys.indexOf(name) + 1;
    return `coalesce(new[${at}], old[${at}]) COLLATE "C"`;
  });
  return `WITH differing AS MATERIALIZED (${differing(difference, columns)}),
      page AS (SELECT id, old, new, currency, change, wording, round(net, minor_digits(currency))::text AS net, round(tax, minor_digits(currency))::text AS tax
        FROM differing ORDER BY ${key.join(', ')}, id COLLATE "C" LIMIT ${page.limit} OFFSET ${page.offset}),
      totals AS (${totalled})
    SELECT (SELECT count(*) FROM differing)::int AS total, (SELECT coalesce(jsonb_agg(totals), '[]') FROM totals)::text AS totals,
      (SELECT coalesce(jsonb_agg(page), '[]') FROM page)::text AS results`;
}
