/** Checked rows of `purchase_orders.csv` into orders and their lines. */
import { literal } from '#server/database/connection.ts';
import { moveOrderLines } from './identity.ts';
import { versionToWrite } from '#server/database/data-versions.ts';
import { insertProven, withReferencesProven } from './insert-proven.ts';
import type { ImportRun, Outcome } from './kind.ts';

const rows = 'resolved_purchase_orders';

/** Order columns, and what they become; `t` is the order as it stands, `h` what the file says of it. */
const orderColumns = {
  delivery_location_id: 'h.delivery_location_id',
  status: 'h.status',
  ordered_at: 'CASE WHEN h.sent_on IS NULL THEN t.ordered_at ELSE h.sent_at END',
  ordered_on: 'coalesce(h.sent_on, t.ordered_on)',
  expected_on: 'coalesce(h.expected_on, t.expected_on)',
  currency: 'coalesce(h.currency, t.currency)',
  external_ref: 'coalesce(h.external_ref, t.external_ref)',
};

/** One price unit that is the base unit comes as often as there are base units. */
const priceUnits = `CASE WHEN s.price_unit IS NOT NULL THEN coalesce(s.price_units_per_order_unit,
  s.units_per_order_unit, s.vendor_units, 1) END`;

/** Likewise for lines; `s` is the row. A mapping that was made once is kept as long as the article is the same. */
const lineColumns = {
  line_type: 'coalesce(s.line_type, t.line_type)',
  vendor_item_id: 'CASE WHEN s.article_number IS NULL THEN t.vendor_item_id ELSE s.vendor_item_id END',
  item_id: `coalesce(s.given_item_id, CASE WHEN coalesce(s.article_number, t.article_number) IS NOT DISTINCT FROM t.article_number
    THEN t.item_id END, s.mapped_item_id)`,
  article_number: 'coalesce(s.article_number, t.article_number)',
  expected_on: 'coalesce(s.line_expected_on, t.expected_on)',
  delivery_location_id: 'coalesce(s.line_location_id, t.delivery_location_id)',
  description: 's.description',
  order_unit: 's.order_unit',
  units_per_order_unit: 'coalesce(s.units_per_order_unit, t.units_per_order_unit)',
  ordered_qty: 's.ordered_qty',
  unit_price: 's.unit_price',
  price_unit: 'coalesce(s.price_unit, t.price_unit)',
  price_units_per_order_unit: `coalesce(${priceUnits}, t.price_units_per_order_unit)`,
  tax_rate: 'coalesce(s.tax_rate, t.tax_rate)',
  line_status: 'coalesce(s.line_status, t.line_status)',
  note: 'coalesce(s.note, t.note)',
  void_id: 'NULL::bigint',
};

const namesOf = (columns: object): string => Object.keys(columns).join(', ');
const valuesOf = (columns: object): string => Object.values(columns).join(', ');
const beforeOf = (columns: object): string =>
  Object.keys(columns)
    .map((name) => `t.${name}`)
    .join(', ');

export async function writeOrders(run: ImportRun): Promise<Outcome> {
  const company = run.company.id;
  await run.client.query('CREATE TEMP TABLE changed_orders (id bigint)');
  await run.client.query(
    `WITH changed AS (
       UPDATE purchase_orders t SET (${namesOf(orderColumns)}) = ROW (${valuesOf(orderColumns)}), import_id = ${run.id}
       FROM order_heads h
       WHERE t.id = h.order_id AND NOT h.faulty
         AND (${beforeOf(orderColumns)}) IS DISTINCT FROM (${valuesOf(orderColumns)})
       RETURNING t.id)
     INSERT INTO changed_orders SELECT id FROM changed`,
  );
  const version = await versionToWrite(run.client, company);
  const orders = {
    vendors: 'SELECT vendor_id FROM order_heads',
    delivery_locations: 'SELECT delivery_location_id FROM order_heads',
  };
  await withReferencesProven(run, 'order_heads', orders, () =>
    run.client.query(
      `INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, ordered_at, ordered_on,
       expected_on, currency, external_ref, import_id, born_version)
     SELECT ${company}, po_number, vendor_id, delivery_location_id, status, sent_at, sent_on, expected_on,
       coalesce(currency, vendor_currency, ${literal(run.company.currency)}), external_ref, ${run.id}, ${version}
     FROM order_heads WHERE order_id IS NULL AND NOT faulty ORDER BY row_no`,
    ),
  );

  await run.client.query('CREATE TEMP TABLE changed_order_rows (row_no integer)');
  await run.client.query(
    `WITH changed AS (
       UPDATE purchase_order_lines t SET (${namesOf(lineColumns)}) = ROW (${valuesOf(lineColumns)}), import_id = ${run.id}
       FROM ${rows} s
       WHERE t.id = s.line_id AND NOT s.faulty
         AND (${beforeOf(lineColumns)}) IS DISTINCT FROM (${valuesOf(lineColumns)})
       RETURNING s.row_no)
     INSERT INTO changed_order_rows SELECT row_no FROM changed`,
  );
  const created = await insertProven(run, {
    source: rows,
    insert: (condition) =>
      `INSERT INTO purchase_order_lines (company_id, purchase_order_id, line_no, line_type, vendor_item_id, item_id, article_number,
         description, order_unit, units_per_order_unit, ordered_qty, unit_price, tax_rate, line_status, note, expected_on,
         delivery_location_id, price_unit, price_units_per_order_unit, import_id, born_version)
       SELECT ${company}, p.id, s.line_no, coalesce(s.line_type, 'item'), s.vendor_item_id, coalesce(s.given_item_id, s.mapped_item_id),
         s.article_number, s.description, s.order_unit, coalesce(s.units_per_order_unit, s.vendor_units, 1),
         s.ordered_qty, s.unit_price, coalesce(s.tax_rate, s.vendor_tax_rate, 0), coalesce(s.line_status, 'open'), s.note,
         s.line_expected_on, s.line_location_id, s.price_unit, ${priceUnits}, ${run.id}, ${version}
       FROM ${rows} s JOIN purchase_orders p ON p.company_id = ${company} AND p.po_number = s.po_number
         AND p.vendor_id = s.vendor_id
       WHERE s.line_id IS NULL AND NOT s.faulty AND ${condition} ORDER BY s.row_no`,
    references: {
      purchase_orders: 'SELECT order_id FROM order_heads',
      vendor_items: `SELECT vendor_item_id FROM ${rows}`,
      items: `SELECT given_item_id FROM ${rows} UNION SELECT mapped_item_id FROM ${rows}`,
      delivery_locations: `SELECT line_location_id FROM ${rows}`,
    },
  });
  await moveOrderLines(run);
  const updated = await run.client.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${rows} s WHERE s.line_id IS NOT NULL AND NOT s.faulty
       AND (s.row_no IN (SELECT row_no FROM changed_order_rows) OR s.order_id IN (SELECT id FROM changed_orders))`,
  );
  return { created, updated: Number(updated.rows[0]?.n) };
}
