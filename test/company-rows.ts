/** Receipts of a company for tests, made by the database itself: any number in a moment. */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';

export interface CompanyRows {
  readonly lines: number;
  /** Of hardly compressible text in every line. */
  readonly textBytes?: number;
}

/** Two locations, one vendor, `lines` receipt lines over 2026 with awkward text and cents that do not round evenly. */
export async function fillCompany(
  db: Database,
  companyId: string,
  { lines, textBytes = 0 }: CompanyRows,
): Promise<{ id: string; name: string }[]> {
  const { rows: locations } = await sql<{ id: string; name: string }>`
    INSERT INTO delivery_locations (company_id, code, name) VALUES (${companyId}, 'MK', 'Main Kitchen'), (${companyId}, 'BA', 'Bar')
    RETURNING id, name`.execute(db);
  await sql`
    WITH vendor AS (INSERT INTO vendors (company_id, code, name) VALUES (${companyId}, 'NK', 'Nordkai, "Food" & Co') RETURNING id),
    orders AS (INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, currency)
      SELECT ${companyId}, 'PO-1', vendor.id, ${locations[0]?.id}, 'received', 'EUR' FROM vendor RETURNING id, vendor_id),
    order_lines AS (INSERT INTO purchase_order_lines (purchase_order_id, line_no, description, order_unit, ordered_qty, unit_price)
      SELECT id, 1, 'x', 'kg', 1, 1 FROM orders RETURNING id),
    receipts AS (INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on)
      SELECT ${companyId}, 'R' || g, 'receipt', orders.vendor_id, ${locations[0]?.id}, date '2026-01-01' + g % 365
      FROM orders, generate_series(1, ${lines}::int) g RETURNING id, vendor_id, received_on, receipt_number)
    INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, po_number, line_no,
      line_type, kind, article_number, description, order_unit, ordered_qty, received_qty, rejected_qty, unit_price, net_amount, tax_amount, currency)
    SELECT ${companyId}, received_on, CASE WHEN right(receipt_number, 1) > '6' THEN ${locations[1]?.id}::bigint ELSE ${locations[0]?.id}::bigint END,
      vendor_id, receipts.id, order_lines.id, 'PO-26-' || receipt_number, 1, 'item', 'receipt', '00' || receipt_number,
      (ARRAY['Tomatoes, "fine"', '=SUM(A1)', E'Two\nlines', 'Łódź 中文 العربية', '-5'])[1 + receipts.id % 5]
        || (SELECT coalesce(string_agg(md5(receipts.id::text || n), ''), '') FROM generate_series(1, ${Math.ceil(textBytes / 32)}::int) n), 'kg', 5, 5, 0.5, 2.333333, 10.50, 0.74, 'EUR'
    FROM receipts, order_lines`.execute(db);
  await sql`ANALYZE`.execute(db);
  return locations;
}
