/**
 * Invoices beside deliveries. A line whose delivery is booked is attached to it; one whose delivery nobody wrote down
 * stands for it, as a receipt line of `source` invoice, which goes when the delivery is booked and comes back when that is
 * taken back. All of it follows from the rows that count, so the order in which files come does not matter, and nothing is
 * counted twice or lost.
 */
import { literal } from '#server/database/connection.ts';
import type { ImportRun } from './kind.ts';
import { moveInvoicedStock, voidStockOf } from './receipt-stock.ts';

/** Numbers, of whatever document, whose invoices have to be looked at again. */
const touched = 'touched_numbers';

export async function createTouchedNumbers(run: ImportRun): Promise<void> {
  await run.client.query(`CREATE TEMP TABLE ${touched} (vendor_id bigint, number text)`);
}

/** @param numbers SELECT of vendor_id and number */
export async function touchNumbers(run: ImportRun, numbers: string): Promise<void> {
  const { rowCount } = await run.client.query(
    `SELECT FROM (SELECT FROM invoices WHERE company_id = ${run.company.id} UNION ALL SELECT FROM staged_invoices) any_at_all LIMIT 1`,
  );
  if (rowCount) await run.client.query(`INSERT INTO ${touched} ${numbers}`);
}

/** What a line calls its article: vendors that number them do so everywhere. */
const article = (alias: string): string =>
  `${alias}.line_type || coalesce(' a ' || ${alias}.article_number, ' d ' || lower(${alias}.description))`;

export async function settleInvoices(run: ImportRun): Promise<void> {
  const { client } = run;
  const found = await client.query(
    `CREATE TEMP TABLE unsettled_lines AS
     WITH numbers AS MATERIALIZED (SELECT DISTINCT vendor_id, number FROM ${touched} WHERE number IS NOT NULL), chosen AS (
       SELECT i.id FROM invoices i JOIN numbers n ON n.vendor_id = i.vendor_id AND n.number = i.invoice_number
         WHERE i.company_id = ${run.company.id}
       UNION SELECT i.id FROM numbers n JOIN invoice_lines l ON l.company_id = ${run.company.id} AND l.po_number = n.number
         JOIN invoices i ON i.id = l.invoice_id AND i.vendor_id = n.vendor_id
       UNION SELECT i.id FROM numbers n JOIN invoice_lines l ON l.company_id = ${run.company.id} AND l.receipt_number = n.number
         JOIN invoices i ON i.id = l.invoice_id AND i.vendor_id = n.vendor_id)
     SELECT l.id, l.invoice_id, l.line_no, l.void_id, l.po_number, l.receipt_number, ${article('l')} AS article, i.vendor_id,
       i.invoice_number, i.kind, o.id AS order_id
     FROM chosen c JOIN invoices i USING (id) JOIN invoice_lines l ON l.invoice_id = i.id
     LEFT JOIN purchase_orders o ON o.company_id = i.company_id AND o.vendor_id = i.vendor_id AND o.po_number = l.po_number`,
  );
  if (!found.rowCount) return;
  await client.query('ANALYZE unsettled_lines');
  await attach(run);
  await matchOrderLines(run);
  await standFor(run);
}

/** The booked deliveries that a line is of, in `attached_documents`. */
async function attach(run: ImportRun): Promise<void> {
  const { client } = run;
  // a line that names its order or its delivery note is of no other
  const meant = `d.vendor_id = l.vendor_id AND d.source = 'import'
    AND CASE l.kind WHEN 'invoice' THEN d.kind = 'receipt' ELSE d.kind IN ('credit', 'return') END
    AND (l.receipt_number IS NULL OR d.receipt_number = l.receipt_number)
    AND (l.po_number IS NULL OR d.purchase_order_id = l.order_id)
    AND EXISTS (SELECT FROM receipt_lines r WHERE r.receipt_id = d.id AND r.void_id IS NULL)`;
  await client.query(
    `CREATE TEMP TABLE attached_documents AS
     SELECT l.id, d.id AS receipt_id FROM unsettled_lines l JOIN receipts d ON d.document_number = l.invoice_number AND ${meant}
     UNION SELECT l.id, d.id FROM unsettled_lines l JOIN receipt_lines n ON n.vendor_id = l.vendor_id AND n.invoice_number = l.invoice_number
       AND n.void_id IS NULL JOIN receipts d ON d.id = n.receipt_id AND ${meant}
     UNION SELECT l.id, d.id FROM unsettled_lines l JOIN receipts d ON d.company_id = ${run.company.id}
       AND d.receipt_number = l.receipt_number AND ${meant}
     UNION SELECT l.id, d.id FROM unsettled_lines l JOIN receipts d ON d.purchase_order_id = l.order_id AND d.document_number IS NULL AND ${meant}
       WHERE l.receipt_number IS NULL`,
  );
}

/** The k-th line of an article on the invoice is of the k-th line of it on the order or delivery; more are of the last. */
async function matchOrderLines(run: ImportRun): Promise<void> {
  const { client } = run;
  await client.query(
    `CREATE TEMP TABLE matched_lines AS
     WITH ranked AS (
       SELECT l.*, row_number() OVER (PARTITION BY l.invoice_id, l.article, l.po_number, l.receipt_number ORDER BY l.line_no) AS place
       FROM unsettled_lines l WHERE l.void_id IS NULL
     ), received AS (
       SELECT l.id, r.po_line_id, min(r.id) AS receipt_line_id, min(r.po_number) AS po_number, min(r.line_no) AS line_no
       FROM ranked l JOIN attached_documents a USING (id) JOIN receipt_lines r ON r.receipt_id = a.receipt_id AND r.void_id IS NULL
         AND ${article('r')} = l.article
       GROUP BY l.id, r.po_line_id
     ), ordered AS (
       SELECT l.id, p.id AS po_line_id, NULL::bigint AS receipt_line_id, l.po_number, p.line_no
       FROM ranked l JOIN purchase_order_lines p ON p.purchase_order_id = l.order_id AND p.void_id IS NULL AND ${article('p')} = l.article
       WHERE NOT EXISTS (SELECT FROM received r WHERE r.id = l.id)
     ), candidates AS (
       SELECT c.*, row_number() OVER (PARTITION BY c.id ORDER BY c.po_number, c.line_no) AS place, count(*) OVER (PARTITION BY c.id) AS places
       FROM (SELECT * FROM received UNION ALL SELECT * FROM ordered) c)
     SELECT l.id, c.po_line_id, c.receipt_line_id FROM ranked l JOIN candidates c ON c.id = l.id AND c.place = least(l.place, c.places)`,
  );
  await client.query(
    `UPDATE invoice_lines t SET po_line_id = m.po_line_id, receipt_line_id = m.receipt_line_id, is_attached = a.attached
     FROM unsettled_lines l LEFT JOIN matched_lines m USING (id)
     CROSS JOIN LATERAL (SELECT l.void_id IS NULL AND EXISTS (SELECT FROM attached_documents d WHERE d.id = l.id) AS attached) a
     WHERE t.id = l.id AND (t.po_line_id, t.receipt_line_id, t.is_attached) IS DISTINCT FROM (m.po_line_id, m.receipt_line_id, a.attached)`,
  );
}

const madeColumns: Readonly<Record<string, string>> = {
  received_on: 'coalesce(i.received_on, i.invoice_date)',
  delivery_location_id: 'i.delivery_location_id',
  vendor_id: 'i.vendor_id',
  receipt_id: 'd.id',
  item_id: 'l.item_id',
  category: `CASE l.line_type WHEN 'item' THEN c.category ELSE 'Charges' END`,
  po_line_id: 'l.po_line_id',
  po_number: 'l.po_number',
  line_no: 'coalesce(p.line_no, l.line_no)',
  line_type: 'l.line_type',
  kind: `CASE WHEN i.kind = 'credit' AND l.quantity = 0 THEN 'credit' WHEN l.quantity < 0 AND (i.kind = 'credit' OR l.line_type = 'item') THEN 'return' ELSE 'receipt' END`,
  article_number: 'l.article_number',
  description: 'l.description',
  order_unit: 'l.unit',
  units_per_order_unit: 'l.units_per_unit',
  ordered_qty: 'p.ordered_qty',
  received_qty: 'l.quantity',
  rejected_qty: '0',
  unit_price: 'l.unit_price',
  tax_rate: 'l.tax_rate',
  net_amount: 'l.net_amount',
  tax_amount: 'l.tax_amount',
  currency: 'i.currency',
  note: 'l.note',
  void_id: 'NULL::bigint',
};

/** Receipt lines that stand for deliveries nobody booked: made, kept in step, and taken back where one was booked. */
async function standFor(run: ImportRun): Promise<void> {
  const { client } = run;
  const company = run.company.id;
  const alone = `u.void_id IS NULL AND NOT l.is_attached`;
  const gone = `SELECT r.id FROM unsettled_lines u JOIN invoice_lines l USING (id) JOIN receipt_lines r ON r.invoice_line_id = l.id
    WHERE NOT (${alone})`;
  await client.query(
    `WITH gone AS MATERIALIZED (
       SELECT r.id, l.void_id FROM receipt_lines r JOIN invoice_lines l ON l.id = r.invoice_line_id
       WHERE r.void_id IS NULL AND r.id IN (${gone})
     ), change AS (
       INSERT INTO booked_changes (company_id, user_id, import_id, kind, reason)
       SELECT ${company}, m.user_id, m.id, 'void', ${literal('The delivery behind the invoice was booked itself')} FROM imports m
       WHERE m.id = ${run.id} AND EXISTS (SELECT FROM gone WHERE void_id IS NULL) RETURNING id)
     UPDATE receipt_lines t SET void_id = coalesce(g.void_id, (SELECT id FROM change)), import_id = ${run.id} FROM gone g WHERE t.id = g.id`,
  );
  await voidStockOf(run, gone);
  const heads = `SELECT DISTINCT i.id, i.vendor_id, i.invoice_number, CASE i.kind WHEN 'invoice' THEN 'receipt' ELSE 'credit' END AS kind,
      p.purchase_order_id, i.delivery_location_id, coalesce(i.received_on, i.invoice_date) AS received_on, i.posted_on
    FROM unsettled_lines u JOIN invoice_lines l USING (id) JOIN invoices i ON i.id = l.invoice_id
    LEFT JOIN purchase_order_lines p ON p.id = l.po_line_id WHERE ${alone}`;
  const same = `d.company_id = ${company} AND d.vendor_id = h.vendor_id AND d.receipt_number = h.invoice_number AND d.kind = h.kind
    AND d.purchase_order_id IS NOT DISTINCT FROM h.purchase_order_id AND d.source = 'invoice'`;
  await client.query(
    `UPDATE receipts d SET delivery_location_id = h.delivery_location_id, received_on = h.received_on, posted_on = h.posted_on, import_id = ${run.id}
     FROM (${heads}) h WHERE ${same}
       AND (d.delivery_location_id, d.received_on, d.posted_on) IS DISTINCT FROM (h.delivery_location_id, h.received_on, h.posted_on)`,
  );
  await client.query(
    `INSERT INTO receipts (company_id, vendor_id, purchase_order_id, receipt_number, kind, source, delivery_location_id, received_on, posted_on,
       document_number, import_id)
     SELECT ${company}, h.vendor_id, h.purchase_order_id, h.invoice_number, h.kind, 'invoice', h.delivery_location_id, h.received_on, h.posted_on,
       h.invoice_number, ${run.id}
     FROM (${heads}) h WHERE NOT EXISTS (SELECT FROM receipts d WHERE ${same}) ORDER BY h.id, h.purchase_order_id`,
  );
  const made = `FROM unsettled_lines u JOIN invoice_lines l USING (id) JOIN invoices i ON i.id = l.invoice_id
    LEFT JOIN purchase_order_lines p ON p.id = l.po_line_id LEFT JOIN items c ON c.id = l.item_id
    JOIN receipts d ON d.company_id = ${company} AND d.vendor_id = i.vendor_id AND d.receipt_number = i.invoice_number
      AND d.kind = CASE i.kind WHEN 'invoice' THEN 'receipt' ELSE 'credit' END
      AND d.purchase_order_id IS NOT DISTINCT FROM p.purchase_order_id AND d.source = 'invoice'`;
  const names = Object.keys(madeColumns);
  const values = Object.values(madeColumns).join(', ');
  await client.query(
    `WITH made AS (SELECT l.id, ${names.map((name) => `${madeColumns[name]} AS ${name}`).join(', ')} ${made} WHERE ${alone})
     UPDATE receipt_lines t SET (${names.join(', ')}) = ROW (${names.map((name) => `m.${name}`).join(', ')}), import_id = ${run.id}
     FROM made m WHERE t.invoice_line_id = m.id
       AND (${names.map((name) => `t.${name}`).join(', ')}) IS DISTINCT FROM (${names.map((name) => `m.${name}`).join(', ')})`,
  );
  await client.query(
    `INSERT INTO receipt_lines (company_id, invoice_line_id, import_id, ${names.join(', ')})
     SELECT ${company}, l.id, ${run.id}, ${values} ${made}
     WHERE ${alone} AND NOT EXISTS (SELECT FROM receipt_lines r WHERE r.invoice_line_id = l.id) ORDER BY l.id`,
  );
  await moveInvoicedStock(run);
}
