/** Rows of `invoices.csv` beside what they name, with their amounts worked out, and what makes one wrong. */
import { literal } from '#server/database/connection.ts';
import { findErrors, refuseUnknown } from './checks.ts';
import type { ImportRun } from './kind.ts';

const kind = 'invoices';
const rows = 'resolved_invoices';

/**
 * Amounts that include tax are parted here: net = gross / (1 + rate), rounded half away from zero, tax the rest, so that
 * the two add up to what the invoice says.
 */
export async function resolveInvoices(run: ImportRun): Promise<void> {
  const company = run.company.id;
  await run.client.query(
    `CREATE TEMP TABLE ${rows} AS
     SELECT p.*, CASE WHEN p.includes_tax THEN coalesce(p.given_tax, p.asked - round(p.asked / (1 + p.rate), p.digits))
         ELSE coalesce(p.given_tax, round(p.asked * p.rate, p.digits)) END AS tax,
       CASE WHEN p.includes_tax THEN p.asked - coalesce(p.given_tax, p.asked - round(p.asked / (1 + p.rate), p.digits))
         ELSE p.asked END AS net,
       round(CASE WHEN p.given_price IS NULL THEN NULL WHEN p.includes_tax THEN p.given_price / (1 + p.rate) ELSE p.given_price END, 6) AS net_price
     FROM (
       SELECT q.*, minor_digits(q.invoice_currency) AS digits,
         coalesce(q.given_net, round(q.quantity * q.given_price, minor_digits(q.invoice_currency))) AS asked
       FROM (
         SELECT s.row_no, s.faulty, s.vendor_code, s.invoice_number, s.kind, s.line_no, s.invoice_date, s.received_on, s.posted_on,
           s.delivery_location_code, s.po_number, s.receipt_number, s.line_type, s.article_number, s.item_code, s.quantity, s.unit,
           s.unit_price AS given_price, s.net_amount AS given_net, s.tax_amount AS given_tax, s.currency, s.prices_include_tax,
           s.note, s.void, v.id AS vendor_id, coalesce(s.description, a.name) AS description,
           coalesce(s.tax_rate, a.tax_rate, l.tax_rate, 0) AS rate, coalesce(s.prices_include_tax, i.prices_include_tax, false) AS includes_tax,
           coalesce(s.currency, i.currency, o.currency, v.currency, ${literal(run.company.currency)}) AS invoice_currency,
           d.id AS given_location_id, coalesce(d.id, i.delivery_location_id, o.delivery_location_id, one.id) AS location_id,
           a.id AS vendor_item_id, m.id AS given_item_id, coalesce(m.id, a.item_id) AS item_id,
           CASE WHEN a.order_unit = s.unit THEN a.units_per_order_unit ELSE 1 END AS units_per_unit,
           i.id AS invoice_id, l.id AS line_id, l.void_id IS NOT NULL AS was_void
         FROM staged_invoices s
         LEFT JOIN vendors v ON v.company_id = ${company} AND v.code = s.vendor_code
         LEFT JOIN delivery_locations d ON d.company_id = ${company} AND d.code = s.delivery_location_code
         LEFT JOIN (SELECT min(id) AS id FROM delivery_locations WHERE company_id = ${company} AND archived_at IS NULL
           HAVING count(*) = 1) one ON true
         LEFT JOIN items m ON m.company_id = ${company} AND m.code = s.item_code
         LEFT JOIN vendor_items a ON a.company_id = ${company} AND a.vendor_id = v.id AND a.article_number = s.article_number
         LEFT JOIN purchase_orders o ON o.company_id = ${company} AND o.vendor_id = v.id AND o.po_number = s.po_number
         LEFT JOIN invoices i ON i.company_id = ${company} AND i.vendor_id = v.id AND i.invoice_number = s.invoice_number AND i.kind = s.kind
         LEFT JOIN invoice_lines l ON l.invoice_id = i.id AND l.line_no = s.line_no
       ) q
     ) p`,
  );
  await run.client.query(`ANALYZE ${rows}`);
}

export async function checkInvoices(run: ImportRun): Promise<void> {
  await refuseUnknown(run, kind, rows, { column: 'vendor_code', to: 'vendors' }, 's.vendor_id IS NULL');
  const location = { column: 'delivery_location_code', to: 'delivery_locations' } as const;
  await refuseUnknown(run, kind, rows, location, 's.given_location_id IS NULL');
  await refuseUnknown(run, kind, rows, { column: 'item_code', to: 'items' }, 's.given_item_id IS NULL');
  await gatherInvoices(run);
  const decimals = (column: string): string =>
    `WHEN s.${column} <> round(s.${column}, s.digits) THEN s.invoice_currency || CASE s.digits WHEN 0 THEN ' has no decimals' ELSE ' has ' || s.digits || ' decimals' END`;
  const rules: readonly (readonly [column: string, value: string, rule: string])[] = [
    [
      'description',
      's.description',
      `WHEN s.description IS NULL THEN 'Required, for ' || coalesce('article ' || s.article_number || ' is not known', 'there is no article number')`,
    ],
    [
      'net_amount',
      's.given_net::text',
      `WHEN s.asked IS NULL THEN 'Required, unless unit_price is given' ${decimals('given_net')}`,
    ],
    ['tax_amount', 's.given_tax::text', decimals('given_tax')],
    [
      'quantity',
      's.quantity::text',
      `WHEN abs(s.asked) >= 1e15 THEN 'Quantity x price is too large'
      WHEN s.kind = 'credit' AND s.quantity > 0 AND s.asked < 0 THEN 'A credit has quantity 0, or a negative one for what goes back'`,
    ],
    [
      'net_amount',
      's.asked::text',
      `WHEN s.kind = 'credit' AND s.asked = 0 THEN 'A credit has an amount'
      WHEN s.kind = 'credit' AND s.asked > 0 THEN 'This credit has amounts of both signs: write all its lines negative, or all positive'`,
    ],
    [
      'delivery_location_code',
      'NULL',
      `WHEN s.location_id IS NULL THEN 'Required: neither an order nor a single delivery location says where it went'`,
    ],
  ];
  await findErrors(
    run,
    kind,
    rows,
    rules
      .map(
        ([column, value, rule]) =>
          `SELECT row_no, '${column}' AS column_name, value, reason FROM (
             SELECT s.row_no, ${value} AS value, CASE ${rule} END AS reason FROM ${rows} s WHERE NOT s.faulty) AS judged
           WHERE reason IS NOT NULL`,
      )
      .join(' UNION ALL '),
  );
  await refuseDisagreement(run);
}

/** What all rows of an invoice repeat, and where it is kept. */
const heads = [
  ['invoice_date', 'invoice_date', 'invoice_date'],
  ['received_on', 'received_on', 'received_on'],
  ['posted_on', 'posted_on', 'posted_on'],
  ['delivery_location_code', 'given_location_id', 'delivery_location_id'],
  ['currency', 'currency', 'currency'],
  ['prices_include_tax', 'prices_include_tax::text', 'prices_include_tax::text'],
] as const;

async function gatherInvoices(run: ImportRun): Promise<void> {
  await run.client.query(
    `CREATE TEMP TABLE invoice_heads AS
     SELECT min(row_no) AS row_no, vendor_id, invoice_number, kind, min(invoice_id) AS invoice_id, min(location_id) AS location_id,
       min(invoice_currency) AS invoice_currency, bool_or(includes_tax) AS includes_tax,
       min(invoice_date) AS invoice_date, min(received_on) AS received_on, min(posted_on) AS posted_on,
       min(given_location_id) AS given_location_id, min(currency) AS currency, bool_or(prices_include_tax) AS prices_include_tax
     FROM ${rows} WHERE NOT faulty GROUP BY vendor_id, invoice_number, kind`,
  );
}

async function refuseDisagreement(run: ImportRun): Promise<void> {
  const within = heads.map(
    ([column, value]) =>
      `SELECT s.row_no, '${column}' AS column_name, s.${column}::text AS value,
         s.invoice_number || ' says ' || f.${column} || ' in row ' || f.row_no || ': an invoice has one' AS reason
       FROM ${rows} s JOIN LATERAL (SELECT f.* FROM ${rows} f WHERE f.vendor_id = s.vendor_id AND f.invoice_number = s.invoice_number
         AND f.kind = s.kind AND f.${column} IS NOT NULL AND NOT f.faulty ORDER BY f.row_no LIMIT 1) f ON f.${value} <> s.${value}
       WHERE NOT s.faulty AND s.${column} IS NOT NULL`,
  );
  const { rows: found } = await run.client.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM (SELECT FROM ${rows} WHERE NOT faulty GROUP BY vendor_id, invoice_number, kind
       HAVING ${heads.map(([, value]) => `min(${value}) <> max(${value})`).join(' OR ')}) AS differing`,
  );
  if (found[0]?.n) await findErrors(run, kind, rows, within.join(' UNION ALL '));
  // an invoice that is known changes with all its lines in sight, or not at all
  await findErrors(
    run,
    kind,
    rows,
    heads
      .map(
        ([column, value, kept]) =>
          `SELECT h.row_no, '${column}' AS column_name, h.${value} ::text AS value, h.invoice_number || ' was booked otherwise, and has lines ('
             || o.numbers || ') that are not in this file. To correct it, send all its lines' AS reason
           FROM invoice_heads h JOIN invoices t ON t.id = h.invoice_id CROSS JOIN LATERAL (
             SELECT string_agg(l.line_no::text, ', ' ORDER BY l.line_no) AS numbers FROM invoice_lines l
             WHERE l.invoice_id = t.id AND l.void_id IS NULL AND NOT EXISTS (SELECT FROM ${rows} s WHERE s.line_id = l.id)) o
           WHERE h.${value} <> t.${kept} AND o.numbers IS NOT NULL`,
      )
      .join(' UNION ALL '),
  );
}
