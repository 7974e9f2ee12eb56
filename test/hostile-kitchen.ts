/**
 * A company whose names, articles and notes are what files have been known to mangle, in every report: each text is an
 * ingredient, a vendor article bought twice at two prices, a note and the source of a movement.
 */
import type { Pool } from 'pg';
import { hostileTexts } from './report-samples.ts';

const short = (text: string, rowNumber: string): string => `left(${text}, 40) || ${rowNumber}`;

/** Deliveries, orders that never came, movements and counts of June 2026, in EUR and USD, at two locations. */
export async function fillHostileKitchen(pool: Pool, companyId: string): Promise<void> {
  const run = (statement: string): Promise<unknown> =>
    pool.query(statement, statement.includes('$2') ? [companyId, hostileTexts] : [companyId]);
  await run(
    `INSERT INTO storage_units (company_id, code, name) VALUES ($1, '=COLD', '=Cold, "Store"'), ($1, '+BAR', E'Bar\\ncellar')`,
  );
  await run(
    `INSERT INTO delivery_locations (company_id, code, name, customer_number, storage_unit_id)
     SELECT $1, '-' || code, '@' || name, '007', id FROM storage_units WHERE company_id = $1`,
  );
  await run(
    `INSERT INTO vendors (company_id, code, name) VALUES ($1, '00-NK', '=Nordkai; "Food" & Łódź'), ($1, '@EF', 'أسماك إلبه')`,
  );
  await run(
    `INSERT INTO items (company_id, code, name, category, base_unit, standard_cost)
     SELECT $1, 'I' || n, text, (ARRAY['=Produce', 'Łódź, "fine"', NULL])[1 + n % 3], (ARRAY['kg', 'L', '-pc'])[1 + n % 3], 1.5
     FROM unnest($2::text[]) WITH ORDINALITY AS t (text, n)`,
  );
  await run(
    `INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, ordered_on, expected_on, currency)
     SELECT $1, '+PO-' || n, (SELECT id FROM vendors WHERE company_id = $1 ORDER BY id OFFSET n % 2 LIMIT 1),
       (SELECT id FROM delivery_locations WHERE company_id = $1 ORDER BY id OFFSET n / 2 % 2 LIMIT 1),
       (ARRAY['received', 'sent', 'cancelled', 'received', 'received', 'received'])[1 + n % 6], '2026-06-01', '2026-06-02',
       (ARRAY['EUR', 'USD'])[1 + n / 4 % 2]
     FROM generate_series(0, 11) n`,
  );
  await run(
    `INSERT INTO purchase_order_lines (purchase_order_id, line_no, line_type, item_id, article_number, description, order_unit, units_per_order_unit, ordered_qty, unit_price, tax_rate)
     SELECT o.id, i.n, CASE WHEN i.n % 13 = 0 THEN 'deposit' ELSE 'item' END, CASE WHEN i.n % 7 > 0 THEN i.id END,
       ${short('i.name', 'i.n')}, i.name, '-box', 2.5, 4, i.n + 0.123456, 0.19
     FROM purchase_orders o,
       (SELECT *, row_number() OVER (ORDER BY id) AS n FROM items WHERE company_id = $1) i
     WHERE o.company_id = $1 AND o.po_number LIKE '+PO-%' AND right(o.po_number, 1)::int % 4 = i.n % 4`,
  );
  for (const [kind, day, quantity, net] of [
    ['receipt', '2026-06-02', 'p.ordered_qty - p.line_no % 3 + 1', '1.1 * p.unit_price'],
    ['return', '2026-06-05', '-0.5', '-0.5 * p.unit_price'],
    ['credit', '2026-06-09', '0', '-0.01 * p.line_no'],
  ] as const) {
    const some = kind === 'receipt' ? `o.status = 'received'` : `o.status = 'received' AND p.line_no % 5 = 0`;
    await run(
      `WITH made AS (
         INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on, posted_on, document_number)
         SELECT $1, '=R' || o.id, '${kind}', o.vendor_id, o.delivery_location_id, date '${day}' + o.id::int % 9, '2026-06-30', '@' || o.id
         FROM purchase_orders o WHERE o.company_id = $1 RETURNING *)
       INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, item_id, receipt_id, po_line_id, po_number, line_no, line_type, kind,
         article_number, description, category, order_unit, units_per_order_unit, ordered_qty, received_qty, rejected_qty, unit_price, tax_rate, net_amount, tax_amount, currency, note)
       SELECT $1, made.received_on, o.delivery_location_id, o.vendor_id, p.item_id, made.id, p.id, o.po_number, p.line_no, p.line_type, '${kind}',
         p.article_number, p.description, i.category, p.order_unit, p.units_per_order_unit, p.ordered_qty, ${quantity}, ${kind === 'receipt' ? 'p.line_no % 2' : '0'},
         p.unit_price + o.id % 3, p.tax_rate, round(${net}, 2), round(0.19 * ${net}, 2), o.currency, p.description
       FROM purchase_orders o JOIN purchase_order_lines p ON p.purchase_order_id = o.id JOIN made ON made.receipt_number = '=R' || o.id
         LEFT JOIN items i ON i.id = p.item_id
       WHERE o.company_id = $1 AND ${some}`,
    );
  }
  await run(
    `INSERT INTO stock_movements (company_id, movement_ref, storage_unit_id, item_id, kind, occurred_at, occurred_on, qty, unit_cost, value, source_type, source_ref, note)
     SELECT $1, u.id || ' ' || i.id || ' ' || k.n, u.id, i.id, k.kind,
       CASE WHEN i.id % 2 = 0 THEN timestamptz '2026-06-01 05:00:01.5+00' + k.n * interval '3 days' END, date '2026-06-01' + 3 * k.n::int,
       k.qty, 1.25 + i.id % 7, round(k.qty * (1.25 + i.id % 7), 2), nullif(left(i.name, 20), ''), 'ref', i.name
     FROM storage_units u, items i, unnest(ARRAY['RECEIPT', 'ISSUE', 'WASTE', 'ADJUSTMENT', 'TRANSFER_IN', 'TRANSFER_OUT'],
       ARRAY[10, -2.5, -0.25, 1.125, 2, -1]) WITH ORDINALITY AS k (kind, qty, n)
     WHERE u.company_id = $1 AND i.company_id = $1 AND (u.id + i.id) % 3 > 0`,
  );
  await run(
    `INSERT INTO stock_counts (company_id, count_ref, storage_unit_id, item_id, counted_on, counted_qty, book_qty, unit_cost)
     SELECT $1, '=C', u.id, i.id, '2026-06-30', 9.375, 9.375, 1 FROM storage_units u, items i
     WHERE u.company_id = $1 AND i.company_id = $1 AND i.id % 4 = 0`,
  );
  await pool.query('ANALYZE');
}
