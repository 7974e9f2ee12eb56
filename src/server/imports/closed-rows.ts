/**
 * Closed days in an import. The database notes each write that touches one (migration 0030), whichever part of the import
 * made it; here they are brought back to the rows of the files, and refused or let through with a reason before anything
 * is committed. A row that changes nothing touches nothing, so importing the same again is always allowed.
 */
import type { ClosedRefusal, ClosingPolicy } from '#contract/closing.ts';
import { ProductError } from '#contract/errors.ts';
import { findingsMax, type ImportKindName, importKindNames } from '#contract/imports.ts';
import type { Connection } from '#server/database/connection.ts';
import { fileNameOf, type ImportRun } from './kind.ts';
import { derivedRef } from './stock-movements.ts';
import { takenBack } from './take-back.ts';
import { movementRows } from './write-movements.ts';

export interface ClosedDays {
  /** Null: everything is open. */
  readonly until: string | null;
  readonly policy: ClosingPolicy;
  /** It was once: days that were decided then stay. */
  readonly ever: boolean;
}

const noted = 'pg_temp.closed_day_writes';

/** In the import's transaction, under its lock: nobody closes or opens meanwhile. */
export async function noteClosedDays(client: Connection, companyId: string): Promise<ClosedDays> {
  const { rows } = await client.query<ClosedDays>(
    `SELECT c.closed_until AS until, coalesce(c.policy, 'refuse') AS policy, EXISTS (
       SELECT FROM closing_changes h WHERE h.company_id = $1) AS ever
     FROM (SELECT) AS one LEFT JOIN closings c ON c.company_id = $1`,
    [companyId],
  );
  await client.query(
    `CREATE TEMP TABLE closed_day_writes (kind text, "table" text NOT NULL, id bigint NOT NULL, day date NOT NULL);
     SET LOCAL mathership.closed_days = 'noted'`,
  );
  return rows[0] ?? { until: null, policy: 'refuse', ever: false };
}

/** What is written from here on is of this file. */
export async function noteKind(run: ImportRun, kind: ImportKindName): Promise<void> {
  if (run.closed.until !== null) await run.client.query(`SET LOCAL mathership.writing = '${kind}'`);
}

const lines = 'lines (row_no, id)';
const stockOf = (company: string, source: 'receipt' | 'count'): string =>
  `SELECT l.row_no, 'stock_movements', m.id FROM lines l JOIN stock_movements m ON m.company_id = ${company}
     AND m.movement_ref = ${derivedRef(source, 'l.id')}`;
const deliveries = (company: string): string =>
  `SELECT row_no, 'receipt_lines', id FROM lines UNION ALL SELECT l.row_no, 'receipts', r.receipt_id
   FROM lines l JOIN receipt_lines r USING (id) UNION ALL ${stockOf(company, 'receipt')}`;

/** By kind: the temporary table that has its rows, and which rows of which tables each of them wrote. */
const placesOf: Partial<
  Record<ImportKindName, readonly [needs: string, select: (company: string, known: string) => string]>
> = {
  vendor_items: [
    'moving_articles',
    (
      company,
    ) => `WITH ${lines} AS (SELECT m.row_no, r.id FROM moving_articles m JOIN purchase_order_lines p ON p.vendor_item_id = m.id
      JOIN receipt_lines r ON r.po_line_id = p.id) ${deliveries(company)}`,
  ],
  purchase_orders: [
    'resolved_purchase_orders',
    (
      company,
    ) => `WITH ${lines} AS (SELECT s.row_no, r.id FROM resolved_purchase_orders s JOIN receipt_lines r ON r.po_line_id = s.line_id)
      ${deliveries(company)}`,
  ],
  receipts: [
    'documents',
    (
      company,
      taken,
    ) => `WITH ${lines} AS (${taken} SELECT s.row_no, r.id FROM resolved_receipts s JOIN documents d USING (order_id, receipt_number, kind)
      JOIN receipt_lines r ON r.receipt_id = d.id AND r.po_line_id = s.po_line_id AND r.lot IS NOT DISTINCT FROM s.lot)
      ${deliveries(company)}`,
  ],
  invoices: [
    'resolved_invoices',
    (
      company,
      taken,
    ) => `WITH asked (row_no, id) AS (${taken} SELECT s.row_no, l.id FROM resolved_invoices s JOIN invoices i ON i.company_id = ${company}
        AND i.vendor_id = s.vendor_id AND i.invoice_number = s.invoice_number AND i.kind = s.kind
        JOIN invoice_lines l ON l.invoice_id = i.id AND l.line_no = s.line_no),
      ${lines} AS (SELECT a.row_no, r.id FROM asked a JOIN receipt_lines r ON r.invoice_line_id = a.id)
      SELECT row_no, 'invoice_lines', id FROM asked UNION ALL SELECT a.row_no, 'invoices', l.invoice_id FROM asked a JOIN invoice_lines l USING (id)
      UNION ALL ${deliveries(company)}`,
  ],
  stock_movements: [
    movementRows('file'),
    (company, taken) => `${taken} SELECT s.row_no, 'stock_movements', m.id FROM ${movementRows('file')} s
      JOIN stock_movements m ON m.company_id = ${company} AND m.movement_ref = s.movement_ref`,
  ],
  stock_counts: [
    'resolved_counts',
    (
      company,
      taken,
    ) => `WITH ${lines} AS (${taken} SELECT s.row_no, c.id FROM resolved_counts s JOIN stock_counts c ON c.company_id = ${company}
        AND c.count_ref = s.count_ref AND c.storage_unit_id = s.storage_unit_id AND c.item_id = s.item_id)
      SELECT row_no, 'stock_counts', id FROM lines UNION ALL ${stockOf(company, 'count')}`,
  ],
};

async function isThere(client: Connection, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('pg_temp.${table}') IS NOT NULL AS there`,
  );
  return rows[0]?.there ?? false;
}

interface ClosedRow {
  readonly kind: ImportKindName | null;
  readonly row_no: number | null;
  readonly day: string;
}

/** Rows of the files that touched a closed day, with the first day they did; where none can be told, the files. */
async function closedRows(run: ImportRun): Promise<ClosedRow[]> {
  const { client } = run;
  await client.query('CREATE TEMP TABLE closed_rows (kind text, row_no integer, day date)');
  for (const kind of importKindNames) {
    const place = placesOf[kind];
    if (!place || !(await isThere(client, place[0]))) continue;
    const [, select] = place;
    const table = takenBack(kind);
    const columns = kind === 'stock_movements' ? `row_no, 'stock_movements', id` : 'row_no, id';
    const taken = (await isThere(client, table)) ? `SELECT ${columns} FROM ${table} UNION ALL` : '';
    await client.query(
      `INSERT INTO closed_rows SELECT '${kind}', p.row_no, min(w.day) FROM (${select(run.company.id, taken)}) AS p (row_no, "table", id)
       JOIN ${noted} w ON w."table" = p."table" AND w.id = p.id GROUP BY p.row_no`,
    );
  }
  const { rows } = await client.query<ClosedRow>('SELECT kind, row_no, day FROM closed_rows ORDER BY day, row_no');
  if (rows.length > 0) return rows.toSorted((a, b) => place(a) - place(b) || (a.row_no ?? 0) - (b.row_no ?? 0));
  const { rows: files } = await client.query<ClosedRow>(
    `SELECT kind, NULL::integer AS row_no, min(day) AS day FROM ${noted} GROUP BY kind`,
  );
  return files;
}

const place = ({ kind }: ClosedRow): number => (kind ? importKindNames.indexOf(kind) : importKindNames.length);

/**
 * When everything is written, and before it stands.
 * @param reason what whoever imports says, where closed days may be changed with one
 * @returns what was let through; null where no closed day was touched
 * @throws ProductError period_closed, naming each row and its day
 */
export async function judgeClosedDays(
  run: ImportRun,
  reason: string | undefined,
): Promise<{ rows: number; date_from: string; date_to: string } | null> {
  const { until, policy } = run.closed;
  if (until === null) return null;
  const { rowCount } = await run.client.query(`SELECT FROM ${noted} LIMIT 1`);
  if (!rowCount) return null;
  const rows = await closedRows(run);
  if (policy !== 'reason' || reason === undefined) throw refusal(rows, { until, policy });
  const { rows: days } = await run.client.query<{ date_from: string; date_to: string }>(
    `SELECT min(day) AS date_from, max(day) AS date_to FROM ${noted}`,
  );
  const through = { rows: rows.length, date_from: days[0]?.date_from ?? until, date_to: days[0]?.date_to ?? until };
  await run.client.query(
    `INSERT INTO closed_writes (company_id, user_id, import_id, reason, rows, date_from, date_to, closed_until)
     SELECT m.company_id, m.user_id, m.id, $2, $3, $4, $5, $6 FROM imports m WHERE m.id = $1`,
    [run.id, reason, through.rows, through.date_from, through.date_to, until],
  );
  for (const { kind, row_no, day } of rows.slice(0, findingsMax)) {
    const file = kind ? fileNameOf(kind) : '';
    run.findings.warning('closed_day', { file, row: row_no, column: null, value: day, reason: `Closed: ${reason}` });
  }
  return through;
}

function refusal(rows: readonly ClosedRow[], closed: { until: string; policy: ClosingPolicy }): ProductError {
  const errors = rows.slice(0, findingsMax).map(({ kind, row_no, day }) => {
    const file = kind && fileNameOf(kind);
    const field = [file, row_no].filter((part) => part !== null).join(':') || 'rows';
    return { field, message: `${day} is closed`, file, row: row_no, day };
  });
  const refused: ClosedRefusal = {
    closed_until: closed.until,
    policy: closed.policy,
    error_count: rows.length,
    errors,
  };
  const [first] = errors;
  const where = first?.file
    ? ` First: ${first.file}${first.row === null ? '' : ` row ${first.row}`}, ${first.day}.`
    : '';
  const howMany = rows.length === 1 ? 'one row is' : `${rows.length} rows are`;
  const way =
    closed.policy === 'reason'
      ? 'Say why in reason, and it is let through.'
      : 'Post it on an open day (posted_at), or have the days reopened.';
  return new ProductError(
    'period_closed',
    `Nothing was written: days up to ${closed.until} are closed, and ${howMany} of them.${where} ${way}`,
    {
      fields: refused.errors,
      extra: { closed_until: refused.closed_until, policy: refused.policy, error_count: refused.error_count },
    },
  );
}
