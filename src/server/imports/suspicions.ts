/**
 * Warnings where a person would stop: amounts that are far from quantity x price, of the opposite sign or smaller than
 * their tax, days nobody meant, codes that only look different, and text that was damaged on its way.
 */
import type { ImportKindName } from '#contract/imports.ts';
import { literal } from '#server/database/connection.ts';
import { findWarnings } from './checks.ts';
import { fileNameOf, type ImportRun, stagedTable } from './kind.ts';

/** Rows with money, as SQL over `s`: what was given, what quantity x price gives, tax and net. */
const money = {
  receipts: {
    rows: 'resolved_receipts',
    given: 's.given_net',
    worked: 'coalesce(s.price_quantity, s.accepted_qty) * s.unit_price',
    tax: 's.tax_amount',
    net: 's.net_amount',
  },
  invoices: {
    rows: 'resolved_invoices',
    given: 's.given_net',
    worked: 's.quantity * s.given_price',
    tax: 's.tax',
    net: 's.net',
  },
} as const;

const days: Partial<Record<ImportKindName, readonly (readonly [column: string, day: string, rows: string])[]>> = {
  purchase_orders: [
    ['ordered_at', 's.sent_on', 'resolved_purchase_orders'],
    ['expected_on', 's.expected_on', 'resolved_purchase_orders'],
    ['line_expected_on', 's.line_expected_on', 'resolved_purchase_orders'],
  ],
  receipts: [
    ['received_at', 's.received_on', 'resolved_receipts'],
    ['posted_at', 's.posted_on', 'resolved_receipts'],
  ],
  invoices: [
    ['invoice_date', 's.invoice_date', 'resolved_invoices'],
    ['received_on', 's.received_on', 'resolved_invoices'],
  ],
  stock_movements: [['occurred_at', 's.occurred_on', 'resolved_movements_of_file']],
  stock_counts: [['counted_at', 's.counted_on', 'resolved_counts']],
};

const texts: Partial<Record<ImportKindName, string>> = {
  storage_units: 'name',
  delivery_locations: 'name',
  vendors: 'name',
  items: 'name',
  vendor_items: 'name',
  purchase_orders: 'description',
  invoices: 'description',
};

const coded = ['storage_units', 'delivery_locations', 'vendors', 'items'] as const;

/** The same to the eye: composed alike, without case, spaces and what has no width. */
const plain = (code: string): string =>
  String.raw`lower(regexp_replace(normalize(${code}, NFKC), '[\s\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]', '', 'g'))`;

/** A character that could not be read, or UTF-8 that was once read as Windows-1252. */
const damaged = String.raw`'\ufffd|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]|â€'`;

/** @param read the kinds that came; their rows are applied and whatever is wrong with them is found */
export async function warnOfSuspicions(run: ImportRun, read: ReadonlySet<ImportKindName>): Promise<void> {
  for (const kind of read) {
    if (kind === 'receipts' || kind === 'invoices') await suspectMoney(run, kind);
    for (const [column, day, rows] of days[kind] ?? []) await suspectDay(run, kind, { column, day, rows });
    const text = texts[kind];
    if (text !== undefined) await suspectText(run, kind, text);
  }
  for (const kind of coded) if (read.has(kind)) await suspectTwins(run, kind);
}

async function suspectMoney(run: ImportRun, kind: keyof typeof money): Promise<void> {
  const { rows, given, worked, tax, net } = money[kind];
  await findWarnings(
    run,
    kind,
    'ten_times_price',
    `SELECT s.row_no, 'net_amount' AS column_name, ${given}::text AS value, 'Quantity x price is ' || trim_scale(round(${worked}, 2))
       || ': ten times or more away' AS reason
     FROM ${rows} s WHERE NOT s.faulty AND ${given} <> 0 AND abs(${worked}) >= 0.1
       AND (abs(${given}) >= 9.5 * abs(${worked}) OR abs(${given}) <= 0.105 * abs(${worked}))`,
  );
  await findWarnings(
    run,
    kind,
    'opposite_sign',
    `SELECT s.row_no, 'net_amount' AS column_name, ${given}::text AS value, 'Quantity x price is ' || trim_scale(round(${worked}, 2)) AS reason
     FROM ${rows} s WHERE NOT s.faulty AND ${given} * ${worked} < 0`,
  );
  await findWarnings(
    run,
    kind,
    'tax_above_net',
    `SELECT s.row_no, 'tax_amount' AS column_name, ${tax}::text AS value, 'The net amount is only ' || trim_scale(${net}) AS reason
     FROM ${rows} s WHERE NOT s.faulty AND abs(${tax}) > abs(${net})`,
  );
}

async function suspectDay(
  run: ImportRun,
  kind: ImportKindName,
  { column, day, rows }: Readonly<Record<'column' | 'day' | 'rows', string>>,
): Promise<void> {
  const today = `(now() AT TIME ZONE ${literal(run.company.timeZone)})::date`;
  await findWarnings(
    run,
    kind,
    'far_day',
    `SELECT s.row_no, '${column}' AS column_name, ${day}::text AS value,
       CASE WHEN ${day} > ${today} THEN 'More than a year from now' ELSE 'More than 20 years ago' END AS reason
     FROM ${rows} s WHERE NOT s.faulty AND (${day} > ${today} + 366 OR ${day} < ${today} - 7305)`,
  );
}

async function suspectText(run: ImportRun, kind: ImportKindName, column: string): Promise<void> {
  await findWarnings(
    run,
    kind,
    'damaged_text',
    `SELECT s.row_no, '${column}' AS column_name, s.${column} AS value,
       'Has characters that were damaged before: save the file as CSV UTF-8 where it comes from' AS reason
     FROM ${stagedTable(kind)} s WHERE NOT s.faulty AND s.${column} ~ ${damaged}`,
  );
}

async function suspectTwins(run: ImportRun, kind: (typeof coded)[number]): Promise<void> {
  await findWarnings(
    run,
    kind,
    'near_twin',
    `WITH known AS (
       SELECT code, ${plain('code')} AS plain FROM ${kind} WHERE company_id = ${run.company.id} AND archived_at IS NULL
     ), twins AS (
       SELECT plain, min(code) AS one, max(code) AS other FROM known GROUP BY plain HAVING count(*) > 1)
     SELECT s.row_no, 'code' AS column_name, s.code AS value, 'Looks like "' || CASE s.code WHEN t.one THEN t.other ELSE t.one END
       || '", and is kept as another (${fileNameOf(kind)})' AS reason
     FROM ${stagedTable(kind)} s JOIN twins t ON t.plain = ${plain('s.code')} WHERE NOT s.faulty`,
  );
}
