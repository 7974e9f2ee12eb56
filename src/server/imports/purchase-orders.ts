/**
 * `purchase_orders.csv`: one row a line, matched by `po_number` and `line_no`; what belongs to the order is repeated on
 * every row and must be equal. Lines that the file leaves out stay as they are.
 */
import { code, currency, day, factor, instant, integer, oneOf, price, quantity, taxRate, text } from './cells.ts';
import { findErrors, findWarnings, refuseRepeated, refuseUnknown } from './checks.ts';
import { dayOf, instantOf } from './instants.ts';
import type { ImportKind, ImportRun } from './kind.ts';
import { writeOrders } from './write-orders.ts';

export const orderRows = 'resolved_purchase_orders';

export const orderStatuses = [
  'draft',
  'scheduled',
  'sent',
  'confirmed',
  'partially_received',
  'received',
  'cancelled',
] as const;

export const purchaseOrders: ImportKind = {
  name: 'purchase_orders',
  label: 'Purchase orders',
  columns: [
    { name: 'po_number', required: true, cell: code(), about: 'The number of the order.', example: 'PO-26-000123' },
    { name: 'vendor_code', required: true, cell: code(), about: 'Of vendors.csv.', example: 'NORDKAI' },
    {
      name: 'delivery_location_code',
      required: true,
      cell: code(),
      about: 'Of delivery_locations.csv.',
      example: 'MAIN',
    },
    {
      name: 'status',
      required: true,
      cell: oneOf(...orderStatuses),
      about: 'Only an order that was sent can have receipts.',
      example: 'received',
    },
    { name: 'ordered_at', cell: instant, about: 'When it was sent.', example: '2026-09-01T18:30:00+02:00' },
    { name: 'expected_on', cell: day, about: 'The day delivery is expected.', example: '2026-09-02' },
    { name: 'currency', cell: currency, about: "ISO 4217; else the vendor's, else the company's.", example: 'EUR' },
    { name: 'external_ref', cell: code(), about: 'Its number in another system.', example: 'ERP-88121' },
    { name: 'line_no', required: true, cell: integer(0, 2_147_483_647), about: 'Number of the line.', example: '1' },
    {
      name: 'line_type',
      cell: oneOf('item', 'fee', 'freight', 'discount', 'deposit'),
      about: 'item unless given; every other type is a charge.',
      example: 'item',
    },
    { name: 'article_number', cell: code(), about: 'Of vendor_items.csv, as text.', example: '004711' },
    {
      name: 'item_code',
      cell: code(),
      about: 'Of items.csv; else the ingredient of the vendor article.',
      example: 'TOMATO',
    },
    {
      name: 'description',
      required: true,
      cell: text(1000),
      about: 'As it was ordered.',
      example: 'Rispentomaten 6 kg',
    },
    { name: 'order_unit', required: true, cell: code(50), about: 'What is ordered.', example: 'box' },
    {
      name: 'units_per_order_unit',
      cell: factor,
      about: "Base units in one order unit; else the vendor article's for the same unit, else 1.",
      example: '6',
    },
    { name: 'ordered_qty', required: true, cell: quantity(), about: 'In order units.', example: '10' },
    { name: 'unit_price', required: true, cell: price(), about: 'Net, per order unit.', example: '14.10' },
    { name: 'tax_rate', cell: taxRate, about: "A fraction; else the vendor article's, else 0.", example: '0.07' },
    { name: 'line_status', cell: oneOf('open', 'cancelled', 'closed'), about: 'open unless given.', example: 'closed' },
    { name: 'note', cell: text(4000), about: 'Anything else.', example: 'Ripe, please' },
  ],
  async apply(run) {
    await refuseRepeated(run, 'purchase_orders', ['po_number', 'line_no']);
    await resolve(run);
    await check(run);
    return writeOrders(run);
  },
};

async function resolve(run: ImportRun): Promise<void> {
  const company = run.company.id;
  await run.client.query(
    `CREATE TEMP TABLE ${orderRows} AS
     SELECT s.*, ${instantOf(run, 's', 'ordered')} AS sent_at, ${dayOf(run, 's', 'ordered')} AS sent_on,
       v.id AS vendor_id, v.currency AS vendor_currency, d.id AS delivery_location_id, i.id AS given_item_id,
       vi.id AS vendor_item_id, vi.item_id AS mapped_item_id, vi.tax_rate AS vendor_tax_rate,
       CASE WHEN vi.order_unit = s.order_unit THEN vi.units_per_order_unit END AS vendor_units,
       p.id AS order_id, l.id AS line_id
     FROM staged_purchase_orders s
     LEFT JOIN vendors v ON v.company_id = ${company} AND v.code = s.vendor_code
     LEFT JOIN delivery_locations d ON d.company_id = ${company} AND d.code = s.delivery_location_code
     LEFT JOIN items i ON i.company_id = ${company} AND i.code = s.item_code
     LEFT JOIN vendor_items vi ON vi.company_id = ${company} AND vi.vendor_id = v.id
       AND vi.article_number = s.article_number
     LEFT JOIN purchase_orders p ON p.company_id = ${company} AND p.po_number = s.po_number
     LEFT JOIN purchase_order_lines l ON l.purchase_order_id = p.id AND l.line_no = s.line_no`,
  );
  await run.client.query(`ANALYZE ${orderRows}`);
}

/** What every row of an order repeats. */
const heads = [
  ['vendor_code', 's.vendor_code', 'h.vendor_code'],
  ['delivery_location_code', 's.delivery_location_code', 'h.delivery_location_code'],
  ['status', 's.status', 'h.status'],
  ['ordered_at', '(s.sent_at, s.sent_on)', '(h.sent_at, h.sent_on)'],
  ['expected_on', 's.expected_on', 'h.expected_on'],
  ['currency', 's.currency', 'h.currency'],
  ['external_ref', 's.external_ref', 'h.external_ref'],
] as const;

async function check(run: ImportRun): Promise<void> {
  const kind = 'purchase_orders';
  await refuseUnknown(run, kind, orderRows, { column: 'vendor_code', to: 'vendors' }, 's.vendor_id IS NULL');
  const location = { column: 'delivery_location_code', to: 'delivery_locations' } as const;
  await refuseUnknown(run, kind, orderRows, location, 's.delivery_location_id IS NULL');
  await refuseUnknown(run, kind, orderRows, { column: 'item_code', to: 'items' }, 's.given_item_id IS NULL');

  await run.client.query(
    `CREATE TEMP TABLE order_heads AS SELECT s.* FROM ${orderRows} s
     JOIN (SELECT min(row_no) AS row_no FROM ${orderRows} WHERE NOT faulty AND po_number IS NOT NULL GROUP BY po_number) f
       USING (row_no)`,
  );
  await run.client.query('ANALYZE order_heads');
  const shown = (alias: 's' | 'h', column: string): string =>
    column === 'ordered_at'
      ? `coalesce(to_char(${alias}.sent_at, 'YYYY-MM-DD"T"HH24:MI:SSOF'), ${alias}.sent_on::text)`
      : `${alias}.${column}::text`;
  const differing = heads
    .map(
      ([column, ours, theirs]) =>
        `SELECT s.row_no, '${column}' AS column_name, ${shown('s', column)} AS value,
           s.po_number || ' says ' || coalesce(${shown('h', column)}, 'nothing') || ' in row ' || h.row_no AS reason
         FROM ${orderRows} s JOIN order_heads h USING (po_number)
         WHERE NOT s.faulty AND ${ours} IS DISTINCT FROM ${theirs}`,
    )
    .join(' UNION ALL ');
  // counted, not asked with EXISTS: for the first row that differs the planner would try every pair
  const { rows } = await run.client.query<{ differing: number }>(
    `SELECT count(*)::integer AS differing FROM ${orderRows} s JOIN order_heads h USING (po_number) WHERE NOT s.faulty
       AND (${heads.map(([, ours]) => ours).join(', ')}) IS DISTINCT FROM (${heads.map(([, , theirs]) => theirs).join(', ')})`,
  );
  if (rows[0]?.differing) await findErrors(run, kind, orderRows, differing);

  await findErrors(
    run,
    kind,
    orderRows,
    `SELECT s.row_no, 'status' AS column_name, s.status AS value, s.po_number || ' has receipts already' AS reason
     FROM ${orderRows} s WHERE NOT s.faulty AND s.status IN ('draft', 'scheduled') AND EXISTS (
       SELECT FROM purchase_order_lines l JOIN receipt_lines r ON r.po_line_id = l.id WHERE l.purchase_order_id = s.order_id)`,
  );
  await findWarnings(
    run,
    kind,
    `SELECT min(s.row_no) AS row_no, 'article_number' AS column_name, s.article_number AS value,
       'Not an article of ' || s.vendor_code || ': it stays on purchase reports and has no ingredient'
         || CASE WHEN count(*) > 1 THEN ' (' || count(*) || ' rows)' ELSE '' END AS reason
     FROM ${orderRows} s
     WHERE NOT s.faulty AND s.article_number IS NOT NULL AND s.vendor_item_id IS NULL AND s.given_item_id IS NULL
     GROUP BY s.vendor_code, s.article_number`,
  );
}
