/**
 * `purchase_orders.csv`: one row a line, matched by vendor, `po_number` and `line_no`; what belongs to the order is
 * repeated on every row and must be equal. Lines that the file leaves out stay as they are.
 */
import { code, currency, day, factor, instant, integer, oneOf, price, quantity, taxRate, text } from './cells.ts';
import { refuseRepeated } from './checks.ts';
import { checkOrders, gatherOrders, warnOfOrders } from './check-orders.ts';
import { dayOf, instantOf } from './instants.ts';
import type { ImportKind, ImportRun } from './kind.ts';
import { touchNumbers } from './settle-invoices.ts';
import { takeBack, takenBack, voidColumn } from './take-back.ts';
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

export const lineTypes = ['item', 'fee', 'freight', 'discount', 'deposit'] as const;

export const purchaseOrders: ImportKind = {
  name: 'purchase_orders',
  label: 'Purchase orders',
  columns: [
    {
      name: 'po_number',
      required: true,
      key: true,
      cell: code(),
      about: 'The number of the order; two vendors may use the same.',
      example: 'PO-26-000123',
    },
    { name: 'vendor_code', required: true, key: true, cell: code(), about: 'Of vendors.csv.', example: 'NORDKAI' },
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
    {
      name: 'line_no',
      required: true,
      key: true,
      cell: integer(0, 2_147_483_647),
      about: 'Number of the line.',
      example: '1',
    },
    { name: 'line_expected_on', cell: day, about: "The line's own day; else that of the order.", example: '' },
    {
      name: 'line_delivery_location_code',
      cell: code(),
      about: "The line's own place; else that of the order.",
      example: '',
    },
    {
      name: 'line_type',
      cell: oneOf(...lineTypes),
      about: 'item unless given; every other type is a charge. A discount has a negative price.',
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
    {
      name: 'unit_price',
      required: true,
      cell: price(),
      about: 'Net, per order unit, or per price_unit where there is one.',
      example: '14.10',
    },
    {
      name: 'price_unit',
      cell: code(50),
      about: 'What the price is for, where that is not the order unit: cases of meat priced per kg.',
      example: '',
    },
    {
      name: 'price_units_per_order_unit',
      cell: factor,
      about: 'Price units in one order unit, as a rule; needed with a price_unit that is not the base unit.',
      example: '',
    },
    { name: 'tax_rate', cell: taxRate, about: "A fraction; else the vendor article's, else 0.", example: '0.07' },
    { name: 'line_status', cell: oneOf('open', 'cancelled', 'closed'), about: 'open unless given.', example: 'closed' },
    { name: 'note', cell: text(4000), about: 'Anything else.', example: 'Ripe, please' },
    voidColumn,
  ],
  async apply(run) {
    await refuseRepeated(run, 'purchase_orders', ['vendor_code', 'po_number', 'line_no']);
    await resolve(run);
    const taken = await takeBack(run, {
      kind: 'purchase_orders',
      rows: orderRows,
      target: 'purchase_order_lines',
      name: `'line ' || s.line_no || ' of ' || s.po_number || ' of ' || s.vendor_code`,
      column: 'line_no',
    });
    await gatherOrders(run);
    await checkOrders(run);
    await warnOfOrders(run);
    await touchNumbers(
      run,
      `SELECT vendor_id, po_number FROM order_heads UNION SELECT o.vendor_id, o.po_number
      FROM ${takenBack('purchase_orders')} t JOIN purchase_order_lines l USING (id) JOIN purchase_orders o ON o.id = l.purchase_order_id`,
    );
    const { created, updated } = await writeOrders(run);
    return { created, updated: updated + taken };
  },
};

async function resolve(run: ImportRun): Promise<void> {
  const company = run.company.id;
  await run.client.query(
    `CREATE TEMP TABLE ${orderRows} AS
     SELECT s.*, ${instantOf(run, 's', 'ordered')} AS sent_at, ${dayOf(run, 's', 'ordered')} AS sent_on,
       v.id AS vendor_id, v.currency AS vendor_currency, d.id AS delivery_location_id, i.id AS given_item_id,
       ld.id AS line_location_id, vi.id AS vendor_item_id, vi.item_id AS mapped_item_id, vi.tax_rate AS vendor_tax_rate,
       CASE WHEN vi.order_unit = s.order_unit THEN vi.units_per_order_unit END AS vendor_units,
       coalesce(i.base_unit, vu.base_unit) AS base_unit,
       p.id AS order_id, l.id AS line_id, l.void_id IS NOT NULL AS was_void
     FROM staged_purchase_orders s
     LEFT JOIN vendors v ON v.company_id = ${company} AND v.code = s.vendor_code
     LEFT JOIN delivery_locations d ON d.company_id = ${company} AND d.code = s.delivery_location_code
     LEFT JOIN delivery_locations ld ON ld.company_id = ${company} AND ld.code = s.line_delivery_location_code
     LEFT JOIN items i ON i.company_id = ${company} AND i.code = s.item_code
     LEFT JOIN vendor_items vi ON vi.company_id = ${company} AND vi.vendor_id = v.id
       AND vi.article_number = s.article_number
     LEFT JOIN items vu ON vu.id = vi.item_id
     LEFT JOIN purchase_orders p ON p.company_id = ${company} AND p.po_number = s.po_number AND p.vendor_id = v.id
     LEFT JOIN purchase_order_lines l ON l.purchase_order_id = p.id AND l.line_no = s.line_no`,
  );
  await run.client.query(`ANALYZE ${orderRows}`);
}
