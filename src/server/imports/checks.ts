/**
 * Checks of staged rows in sets: each is one SELECT of the rows that fail it. A row that fails is marked faulty, so that
 * it is not written, and what refers to it is not reported a second time.
 */
import { findingsMax, type ImportFinding, type ImportKindName, type WarningKind } from '#contract/imports.ts';
import { closest } from './closest.ts';
import { fileNameOf, type ImportRun, stagedTable } from './kind.ts';

/** The columns that the SELECT of a check gives, and how many rows it gives in all. */
interface Failure {
  readonly row_no: number;
  readonly column_name: string;
  readonly value: string | null;
  readonly reason: string;
  readonly option?: string | null;
  readonly total: string;
}

/** Rows that must not be written. `table` is the staged or resolved table of `kind`, with `row_no` and `faulty`. */
export async function findErrors(run: ImportRun, kind: ImportKindName, table: string, select: string): Promise<void> {
  const failures = await failuresOf(run, select);
  report(kind, failures, (finding, times) => run.findings.error(finding, times));
  if (failures.length === 0) return;
  await run.client.query(
    `UPDATE ${table} SET faulty = true WHERE row_no IN (SELECT row_no FROM (${select}) AS failing)`,
  );
}

/** Rows that are written all the same. */
export async function findWarnings(
  run: ImportRun,
  kind: ImportKindName,
  about: WarningKind,
  select: string,
): Promise<void> {
  report(kind, await failuresOf(run, select), (finding, times) => run.findings.warning(about, finding, times));
}

async function failuresOf(run: ImportRun, select: string): Promise<Failure[]> {
  const { rows } = await run.client.query<Failure>(
    `SELECT failing.*, count(*) OVER () AS total FROM (${select}) AS failing ORDER BY row_no LIMIT ${findingsMax}`,
  );
  return rows;
}

function report(
  kind: ImportKindName,
  failures: readonly Failure[],
  add: (finding: ImportFinding, times: number) => void,
): void {
  const unlisted = Number(failures[0]?.total ?? 0) - failures.length;
  for (const [index, { row_no, column_name, value, reason, option }] of failures.entries()) {
    const finding = { file: fileNameOf(kind), row: row_no, column: column_name, value, reason };
    add(option ? { ...finding, option } : finding, index === 0 ? 1 + unlisted : 1);
  }
}

/** The same key twice in one file would make the result depend on which row comes last. */
export async function refuseRepeated(
  run: ImportRun,
  kind: ImportKindName,
  keys: readonly string[],
  optional: readonly string[] = [],
  { table = stagedTable(kind), called = [...keys, ...optional].join(', ') } = {},
): Promise<void> {
  // what may be left out of a key is the same as nothing
  const given = [...keys, ...optional.map((key) => `coalesce(${key}, '')`)].join(', ');
  const complete = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
  const last = keys.at(-1);
  await findErrors(
    run,
    kind,
    table,
    `SELECT s.row_no, '${last}' AS column_name, s.${last}::text AS value,
       'The same ${called} as in row ' || s.first_row AS reason
     FROM (SELECT row_no, ${last}, min(row_no) OVER (PARTITION BY ${given}) AS first_row FROM ${table} s
       WHERE (${given}) IN (SELECT ${given} FROM ${table} WHERE ${complete} GROUP BY ${given} HAVING count(*) > 1)) AS s
     WHERE s.row_no > s.first_row`,
  );
}

export interface Reference {
  readonly column: string;
  /** The kind referred to, by its `code`. */
  readonly to: 'storage_units' | 'delivery_locations' | 'vendors' | 'items';
}

const nouns = {
  storage_units: 'storage unit',
  delivery_locations: 'delivery location',
  vendors: 'vendor',
  items: 'item',
} as const;

/**
 * Refuses codes that neither the database nor the file of their kind has. A code whose own row is faulty is not
 * reported again, but the row that refers to it is faulty too.
 * @param unresolved a condition on `s`, of `table`, that is true where the code was looked up and not found
 */
export async function refuseUnknown(
  run: ImportRun,
  kind: ImportKindName,
  table: string,
  { column, to }: Reference,
  unresolved: string,
): Promise<void> {
  const where = `s.${column} IS NOT NULL AND (${unresolved})`;
  const { rows } = await run.client.query<{ code: string; explained: boolean; total: string | null }>(
    `SELECT code, explained, sum(rows) FILTER (WHERE NOT explained) OVER () AS total FROM (
       SELECT s.${column} AS code, min(s.row_no) AS row_no, count(*) AS rows,
         EXISTS (SELECT FROM ${stagedTable(to)} o WHERE o.code = s.${column}) AS explained
       FROM ${table} s WHERE ${where} GROUP BY 1) AS codes
     ORDER BY explained, row_no LIMIT ${findingsMax}`,
  );
  if (rows.length === 0) return;
  const unknown = run.unreadable.has(to) ? [] : rows.filter((row) => !row.explained);
  if (unknown.length > 0) {
    const known = await run.client.query<{ code: string }>(
      `SELECT code FROM ${to} WHERE company_id = ${run.company.id} UNION SELECT code FROM ${stagedTable(to)}
       WHERE code IS NOT NULL LIMIT 5000`,
    );
    const codes = known.rows.map((row) => row.code);
    // comparing costs time: where so many are unknown, no single one was mistyped
    const meant = (code: string, index: number): string | null =>
      index < suggestionsMax ? closest(code, codes) : null;
    const reasons = new Map(
      unknown.map(({ code }, index) => [code, unknownCode(nouns[to], code, meant(code, index))] as const),
    );
    const places = await run.client.query<{ row_no: number; code: string }>(
      `SELECT s.row_no, s.${column} AS code FROM ${table} s WHERE ${where} AND s.${column} = ANY($1)
       ORDER BY s.row_no LIMIT ${findingsMax}`,
      [[...reasons.keys()]],
    );
    const unlisted = Number(unknown[0]?.total) - places.rows.length;
    for (const [index, { row_no, code }] of places.rows.entries()) {
      const reason = reasons.get(code) ?? '';
      const finding = { file: fileNameOf(kind), row: row_no, column, value: code, reason };
      run.findings.error(finding, index === 0 ? 1 + unlisted : 1);
    }
  }
  await run.client.query(`UPDATE ${table} AS s SET faulty = true WHERE ${where}`);
}

const suggestionsMax = 20;

const unknownCode = (noun: string, code: string, meant: string | null): string =>
  `No ${noun} ${code}.${meant === null ? '' : ` Did you mean ${meant}?`}`;
