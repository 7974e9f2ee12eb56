/** Orders, receipts and invoices of a company by their numbers, and one of them with its lines and what belongs to it. */
import { sql, type RawBuilder } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type {
  DocumentDetails,
  DocumentEntry,
  DocumentLine,
  DocumentType,
  FoundDocuments,
} from '#contract/documents.ts';
import type { Database } from '#server/database/database.ts';

const foundMax = 50;

/** Entries of one type; `d` is the document. Money and lines are of what counts. */
const entries: Readonly<Record<DocumentType, RawBuilder<DocumentEntry>>> = {
  order: sql`SELECT 'order' AS type, d.id::text, d.po_number AS number, NULL AS document_number, d.status AS kind,
      json_build_object('code', v.code, 'name', v.name) AS vendor, l.name AS location, d.ordered_on AS day, d.currency,
      round(coalesce(s.net, 0), minor_digits(d.currency))::text AS net_amount, s.lines, false AS stands_on_invoice
    FROM purchase_orders d JOIN vendors v ON v.id = d.vendor_id JOIN delivery_locations l ON l.id = d.delivery_location_id
    CROSS JOIN LATERAL (SELECT count(*)::int AS lines,
      sum(round(o.ordered_qty * coalesce(o.price_units_per_order_unit, 1) * o.unit_price, minor_digits(d.currency))) AS net
      FROM purchase_order_lines o WHERE o.purchase_order_id = d.id AND o.void_id IS NULL) s`,
  receipt: sql`SELECT 'receipt' AS type, d.id::text, d.receipt_number AS number, d.document_number, d.kind,
      json_build_object('code', v.code, 'name', v.name) AS vendor, l.name AS location, d.received_on AS day, s.currency,
      round(coalesce(s.net, 0), minor_digits(s.currency))::text AS net_amount, s.lines, d.source = 'invoice' AS stands_on_invoice
    FROM receipts d JOIN vendors v ON v.id = d.vendor_id JOIN delivery_locations l ON l.id = d.delivery_location_id
    CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE r.void_id IS NULL)::int AS lines,
      sum(r.net_amount) FILTER (WHERE r.void_id IS NULL) AS net, coalesce(min(r.currency), '') AS currency
      FROM receipt_lines r WHERE r.receipt_id = d.id) s`,
  invoice: sql`SELECT 'invoice' AS type, d.id::text, d.invoice_number AS number, NULL AS document_number, d.kind,
      json_build_object('code', v.code, 'name', v.name) AS vendor, l.name AS location, d.invoice_date AS day, d.currency,
      round(coalesce(s.net, 0), minor_digits(d.currency))::text AS net_amount, s.lines, false AS stands_on_invoice
    FROM invoices d JOIN vendors v ON v.id = d.vendor_id JOIN delivery_locations l ON l.id = d.delivery_location_id
    CROSS JOIN LATERAL (SELECT count(*)::int AS lines, sum(n.net_amount) AS net
      FROM invoice_lines n WHERE n.invoice_id = d.id AND n.void_id IS NULL) s`,
};

/** Upper and lower case alike; of receipts also the vendor's number. */
export async function findDocuments(db: Database, companyId: string, number: string): Promise<FoundDocuments> {
  const begins = `${number.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  // those nearest to what is looked for, itself first, in the order of the index: however many begin like it
  const nearest = (column: string) => {
    const key = sql`lower(${sql.ref(`d.${column}`)})`;
    return sql`WHERE d.company_id = ${companyId} AND ${key} LIKE ${begins} ORDER BY ${key} USING ~<~, d.id LIMIT ${foundMax + 1}`;
  };
  const { rows } = await sql<DocumentEntry>`SELECT * FROM (
      (${entries.order} ${nearest('po_number')})
      UNION ALL (${entries.receipt} WHERE d.id IN ((SELECT d.id FROM receipts d ${nearest('receipt_number')})
        UNION (SELECT d.id FROM receipts d ${nearest('document_number')})))
      UNION ALL (${entries.invoice} ${nearest('invoice_number')})) found
    WHERE lines > 0 OR NOT stands_on_invoice
    ORDER BY lower(number) <> ${number.toLowerCase()} AND coalesce(lower(document_number) <> ${number.toLowerCase()}, true),
      lower(number), day DESC NULLS LAST, type, id::bigint LIMIT ${foundMax + 1}`.execute(db);
  return { results: rows.slice(0, foundMax), more: rows.length > foundMax };
}

const lines: Readonly<Record<DocumentType, (id: string) => RawBuilder<DocumentLine>>> = {
  order: (
    id,
  ) => sql`SELECT t.id::text, t.line_no, NULL AS po_number, t.article_number, t.description, t.order_unit AS unit,
      trim_scale(t.ordered_qty)::text AS quantity, NULL AS rejected_quantity, t.price_unit, NULL AS price_quantity,
      trim_scale(t.unit_price)::text AS unit_price,
      round(t.ordered_qty * coalesce(t.price_units_per_order_unit, 1) * t.unit_price, minor_digits(d.currency))::text AS net_amount,
      NULL AS tax_amount, t.note, t.void_id
    FROM purchase_order_lines t JOIN purchase_orders d ON d.id = t.purchase_order_id WHERE d.id = ${id}`,
  receipt: (id) => sql`SELECT t.id::text, t.line_no, t.po_number, t.article_number, t.description, t.order_unit AS unit,
      trim_scale(t.received_qty)::text AS quantity, trim_scale(t.rejected_qty)::text AS rejected_quantity, t.price_unit,
      trim_scale(t.price_quantity)::text AS price_quantity, trim_scale(t.unit_price)::text AS unit_price,
      round(t.net_amount, minor_digits(t.currency))::text AS net_amount, round(t.tax_amount, minor_digits(t.currency))::text AS tax_amount,
      t.note, t.void_id
    FROM receipt_lines t WHERE t.receipt_id = ${id}`,
  invoice: (id) => sql`SELECT t.id::text, t.line_no, t.po_number, t.article_number, t.description, t.unit,
      trim_scale(t.quantity)::text AS quantity, NULL AS rejected_quantity, NULL AS price_unit, NULL AS price_quantity,
      trim_scale(t.unit_price)::text AS unit_price, round(t.net_amount, minor_digits(d.currency))::text AS net_amount,
      round(t.tax_amount, minor_digits(d.currency))::text AS tax_amount, t.note, t.void_id
    FROM invoice_lines t JOIN invoices d ON d.id = t.invoice_id WHERE d.id = ${id}`,
};

const tables = { order: 'purchase_order_lines', receipt: 'receipt_lines', invoice: 'invoice_lines' } as const;

/** @throws ProductError not_found for one that is unknown or of another company */
export async function readDocument(
  db: Database,
  companyId: string,
  type: DocumentType,
  id: string,
): Promise<DocumentDetails> {
  const known = /^\d{1,18}$/.test(id) ? id : '0';
  const found =
    await sql<DocumentEntry>`${entries[type]} WHERE d.company_id = ${companyId} AND d.id = ${known}`.execute(db);
  const [entry] = found.rows;
  if (!entry) throw new ProductError('not_found', 'There is no such document in this company.');
  const { rows } =
    await sql<DocumentLine>`SELECT t.id, t.line_no, t.po_number, t.article_number, t.description, t.unit, t.quantity,
      t.rejected_quantity, t.price_unit, t.price_quantity, t.unit_price, t.net_amount, t.tax_amount, t.note,
      CASE WHEN c.id IS NOT NULL THEN json_build_object('at', c.at, 'by', u.name, 'reason', c.reason) END AS taken_back
    FROM (${lines[type](known)}) t LEFT JOIN booked_changes c ON c.id = t.void_id LEFT JOIN users u ON u.id = c.user_id
    ORDER BY t.line_no, t.id::bigint`.execute(db);
  const ids = rows.map((row) => row.id);
  const changes = await sql<DocumentDetails['changes'][number]>`SELECT c.at, u.name AS by, c.kind, c.reason
    FROM booked_changes c LEFT JOIN users u ON u.id = c.user_id
    WHERE c.company_id = ${companyId} AND (c.id IN (SELECT void_id FROM ${sql.table(tables[type])} WHERE id = ANY (${ids}::bigint[]))
      OR EXISTS (SELECT FROM unnest(${ids}::bigint[]) AS line (id)
        WHERE c.rows @> jsonb_build_array(jsonb_build_object('table', ${tables[type]}::text, 'id', line.id))))
    ORDER BY c.id DESC LIMIT 50`.execute(db);
  return { ...entry, line_list: rows, related: await relatedTo(db, companyId, type, known), changes: changes.rows };
}

/** By the ids that the lines hold, never by numbers alone. */
async function relatedTo(db: Database, companyId: string, type: DocumentType, id: string): Promise<DocumentEntry[]> {
  const orders = {
    order: sql`SELECT ${id}::bigint`,
    receipt: sql`SELECT purchase_order_id FROM receipts WHERE id = ${id}`,
    invoice: sql`SELECT p.purchase_order_id FROM invoice_lines n JOIN purchase_order_lines p ON p.id = n.po_line_id WHERE n.invoice_id = ${id}`,
  }[type];
  const ofOrder = sql`SELECT n.invoice_id FROM purchase_order_lines p JOIN invoice_lines n ON n.po_line_id = p.id WHERE p.purchase_order_id IN (${orders})`;
  const ofReceipt = sql`SELECT n.invoice_id FROM receipt_lines r JOIN invoice_lines n ON n.receipt_line_id = r.id OR n.id = r.invoice_line_id
    WHERE r.receipt_id = ${type === 'receipt' ? id : '0'}`;
  const ofInvoice = sql`SELECT r.receipt_id FROM invoice_lines n JOIN receipt_lines r ON r.id = n.receipt_line_id OR r.invoice_line_id = n.id
    WHERE n.invoice_id = ${type === 'invoice' ? id : '0'} AND r.void_id IS NULL`;
  const not = (own: DocumentType) => (type === own ? sql`d.id <> ${id}` : sql`true`);
  const { rows } = await sql<DocumentEntry>`SELECT * FROM (
      (${entries.order} WHERE d.company_id = ${companyId} AND d.id IN (${orders}) AND ${not('order')})
      UNION ALL (${entries.receipt} WHERE d.company_id = ${companyId} AND ${not('receipt')}
        AND (d.purchase_order_id IN (${orders}) OR d.id IN (${ofInvoice})))
      UNION ALL (${entries.invoice} WHERE d.company_id = ${companyId} AND ${not('invoice')}
        AND d.id IN (${type === 'receipt' ? ofReceipt : ofOrder}))) found
    WHERE lines > 0 ORDER BY day NULLS FIRST, type, id::bigint LIMIT 100`.execute(db);
  return rows;
}
