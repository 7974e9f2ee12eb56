/**
 * Warnings where a person would stop: amounts that are far from quantity x price, of the opposite sign or smaller than
 * their tax, days nobody meant, codes that only look different, and text that was damaged on its way.
 */
import type { ImportKindName, WarningKind } from '#contract/imports.ts';
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

/** What makes a row suspect, and what is said of it; SQL over `s`. */
interface Suspicion {
  readonly about: WarningKind;
  readonly column: string;
  readonly value: string;
  readonly when: string;
  readonly reason: string;
}

/** @param read the kinds that came; their rows are applied and whatever is wrong with them is found */
export async function warnOfSuspicions(run: ImportRun, read: ReadonlySet<ImportKindName>): Promise<void> {
  const { rows: clock } = await run.client.query<{ today: string }>(
    `SELECT (now() AT TIME ZONE ${literal(run.company.timeZone)})::date::text AS today`,
  );
  // once, and as a constant: the server would ask its clock for each row
  const today = `${literal(clock[0]?.today ?? '')}::date`;
  for (const kind of read) {
    const inDays = Map.groupBy(days[kind] ?? [], ([, , rows]) => rows);
    if (kind === 'receipts' || kind === 'invoices') await suspect(run, kind, money[kind].rows, ofMoney(kind));
    for (const [rows, columns] of inDays)
      await suspect(
        run,
        kind,
        rows,
        columns.map((day) => ofDay(day, today)),
      );
    const text = texts[kind];
    if (text !== undefined) await suspect(run, kind, stagedTable(kind), [ofText(text)]);
  }
  for (const kind of coded) if (read.has(kind)) await suspectTwins(run, kind);
}

/** One look at all rows for all of them; almost always there are none, and none is looked for by itself. */
async function suspect(
  run: ImportRun,
  kind: ImportKindName,
  rows: string,
  suspicions: readonly Suspicion[],
): Promise<void> {
  const { rows: found } = await run.client.query<Record<string, number>>(
    `SELECT ${suspicions.map(({ when }, index) => `count(*) FILTER (WHERE ${when})::integer AS n${index}`).join(', ')}
     FROM ${rows} s WHERE NOT s.faulty`,
  );
  for (const [index, { about, column, value, when, reason }] of suspicions.entries()) {
    if (!found[0]?.[`n${index}`]) continue;
    await findWarnings(
      run,
      kind,
      about,
      `SELECT s.row_no, '${column}' AS column_name, ${value} AS value, ${reason} AS reason FROM ${rows} s WHERE NOT s.faulty AND (${when})`,
    );
  }
}

function ofMoney(kind: keyof typeof money): Suspicion[] {
  const { given, worked, tax, net } = money[kind];
  const product = `'Quantity x price is ' || trim_scale(round(${worked}, 2))`;
  return [
    {
      about: 'ten_times_price',
      column: 'net_amount',
      value: `${given}::text`,
      when: `${given} <> 0 AND abs(${worked}) >= 0.1
        AND (abs(${given}) >= 9.5 * abs(${worked}) OR abs(${given}) <= 0.105 * abs(${worked}))`,
      reason: `${product} || ': ten times or more away'`,
    },
    {
      about: 'opposite_sign',
      column: 'net_amount',
      value: `${given}::text`,
      when: `${given} * ${worked} < 0`,
      reason: product,
    },
    {
      about: 'tax_above_net',
      column: 'tax_amount',
      value: `${tax}::text`,
      when: `abs(${tax}) > abs(${net})`,
      reason: `'The net amount is only ' || trim_scale(${net})`,
    },
  ];
}

const ofDay = ([column, day]: readonly string[], today: string): Suspicion => ({
  about: 'far_day',
  column: column ?? '',
  value: `${day}::text`,
  when: `${day} > ${today} + 366 OR ${day} < ${today} - 7305`,
  reason: `CASE WHEN ${day} > ${today} THEN 'More than a year from now' ELSE 'More than 20 years ago' END`,
});

const ofText = (column: string): Suspicion => ({
  about: 'damaged_text',
  column,
  value: `s.${column}`,
  when: `s.${column} ~ ${damaged}`,
  reason: `'Has characters that were damaged before: save the file as CSV UTF-8 where it comes from'`,
});

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
