/**
 * `receipts.csv`: what was delivered, returned and credited, one row for each order line, matched by order,
 * `receipt_number`, `kind`, `line_no` and `lot`. A document is a number, a kind and an order: what its rows say of it must
 * agree, whatever their order. A row is the whole statement of its quantities and money; vendor, location,
 * currency and texts are those of the order, taken over when the row is imported.
 */
import type { ReceivedTotals } from '#contract/imports.ts';
import { amount, code, instant, integer, oneOf, price, quantity, text } from './cells.ts';
import { refuseRepeated } from './checks.ts';
import { checkReceipts, warnOfReceipts } from './check-receipts.ts';
import { dayOf, instantOf } from './instants.ts';
import { findReceiptOrders, refuseUnknownLines } from './receipt-orders.ts';
import { type ImportKind, type ImportRun, nothingWritten } from './kind.ts';
import { voidStockOf } from './receipt-stock.ts';
import { touchNumbers } from './settle-invoices.ts';
import { takeBack, takenBack, voidColumn } from './take-back.ts';
import { writeReceipts } from './write-receipts.ts';

export const receiptRows = 'resolved_receipts';

export const receipts: ImportKind = {
  name: 'receipts',
  label: 'Receipts',
  columns: [
    {
      name: 'receipt_number',
      required: true,
      key: true,
      cell: code(),
      about: 'Of the delivery note. With another order it is a document of its own.',
      example: 'LS-90417',
    },
    {
      name: 'kind',
      required: true,
      key: true,
      cell: oneOf('receipt', 'return', 'credit'),
      about: 'Returns have a negative quantity, credits quantity 0 and a negative net_amount.',
      example: 'receipt',
    },
    {
      name: 'po_number',
      required: true,
      key: true,
      cell: code(),
      about: 'Of purchase_orders.csv.',
      example: 'PO-26-000123',
    },
    {
      name: 'vendor_code',
      cell: code(),
      about: 'Whose order it is; needed where two vendors have the number.',
      example: 'NORDKAI',
    },
    {
      name: 'line_no',
      required: true,
      key: true,
      cell: integer(0, 2_147_483_647),
      about: 'Line of that order.',
      example: '1',
    },
    {
      name: 'lot',
      cell: code(),
      about: 'Tells rows of one order line in one delivery apart: two lots, two weights, two prices.',
      example: '',
    },
    {
      name: 'received_at',
      required: true,
      cell: instant,
      about: 'The delivery day of all reports: a day, or an instant with its offset.',
      example: '2026-09-02T07:40:00+02:00',
    },
    { name: 'posted_at', cell: instant, about: 'When it was booked.', example: '2026-09-03' },
    { name: 'document_number', cell: code(), about: 'Of the invoice or credit note.', example: 'INV-2026-5512' },
    { name: 'invoice_number', cell: code(), about: 'Of this line, where it is not the document_number.', example: '' },
    { name: 'storage_unit_code', cell: code(), about: 'Where it was put, of storage_units.csv.', example: 'COLD' },
    {
      name: 'received_qty',
      required: true,
      cell: quantity(),
      about: 'In order units, with what was refused.',
      example: '10',
    },
    { name: 'rejected_qty', cell: quantity(), about: 'Refused, of what was received; 0 unless given.', example: '1' },
    {
      name: 'price_quantity',
      cell: quantity(),
      about:
        "Accepted, in the price unit of the order line: what was weighed. Else the order line's units per order unit.",
      example: '',
    },
    {
      name: 'unit_price',
      cell: price(),
      about: "Net, per order unit, or per price unit where the order has one; else the order line's.",
      example: '14.10',
    },
    {
      name: 'net_amount',
      cell: amount,
      about: 'Of the line, as invoiced; else accepted (or price) quantity x unit price, rounded to the minor unit.',
      example: '126.90',
    },
    { name: 'tax_amount', cell: amount, about: 'Of the line; else net amount x tax rate, rounded.', example: '8.88' },
    { name: 'note', cell: text(4000), about: 'Why something was refused, for instance.', example: 'One box crushed' },
    voidColumn,
  ],
  async apply(run) {
    await findReceiptOrders(run);
    await resolve(run);
    const found = await traitsOf(run);
    if (found.several > 0) {
      // by the order that is meant, for one row may name its vendor and another not
      await refuseRepeated(run, 'receipts', ['receipt_number', 'kind', 'order_id', 'line_no'], ['lot'], {
        table: receiptRows,
        called: 'receipt_number, kind, po_number, line_no, lot',
      });
    }
    if (found.withoutLine > 0) await refuseUnknownLines(run);
    const taken = await takeBack(run, {
      kind: 'receipts',
      rows: receiptRows,
      target: 'receipt_lines',
      name: `s.kind || ' ' || s.receipt_number || ' of ' || s.po_number || ' line ' || s.line_no`,
      column: 'receipt_number',
      isAny: found.voids > 0,
    });
    // what is taken back is no longer among the rows
    const traits = found.voids > 0 ? await traitsOf(run) : found;
    await gatherDocuments(run);
    await checkReceipts(run, traits);
    await warnOfReceipts(run, traits);
    if (run.findings.errorCount() > 0) return nothingWritten;
    await touchDocuments(run);
    if (taken > 0) await voidStockOf(run, `SELECT id FROM ${takenBack('receipts')}`);
    const { created, updated } = await writeReceipts(run, traits);
    return { created, updated: updated + taken };
  },
};

/** Invoices that may be of these documents, by what they are called now and were before. */
const touchDocuments = (run: ImportRun): Promise<void> => {
  const booked = (ids: string): string =>
    `SELECT d.vendor_id, unnest(ARRAY[d.receipt_number, d.document_number, r.invoice_number, r.po_number]) AS number
     FROM (${ids}) AS k (id) JOIN receipt_lines r USING (id) JOIN receipts d ON d.id = r.receipt_id`;
  return touchNumbers(
    run,
    `SELECT vendor_id, unnest(ARRAY[receipt_number, document_number, invoice_number, po_number]) AS number FROM ${receiptRows} WHERE NOT faulty
     UNION ${booked(`SELECT line_id FROM ${receiptRows} WHERE line_id IS NOT NULL`)}
     UNION ${booked(`SELECT id FROM ${takenBack('receipts')}`)}`,
  );
};

/**
 * Each row beside its order line and, where there is one, the receipt line it was before. Amounts are rounded here:
 * numeric's `round` is half away from zero, in the minor unit of the order's currency.
 */
async function resolve(run: ImportRun): Promise<void> {
  const company = run.company.id;
  await run.client.query(
    `CREATE TEMP TABLE ${receiptRows} AS
     SELECT r.*, coalesce(r.given_tax, round(r.net_amount * r.tax_rate, r.digits)) AS tax_amount
     FROM (
       SELECT q.*, coalesce(q.given_net, round(coalesce(q.price_quantity, q.accepted_qty) * q.unit_price, q.digits)) AS net_amount
       FROM (
         SELECT s.row_no, s.faulty, s.receipt_number, s.kind, s.po_number, s.vendor_code, s.line_no, s.lot, s.void,
           ${instantOf(run, 's', 'received')} AS received_at, ${dayOf(run, 's', 'received')} AS received_on,
           ${dayOf(run, 's', 'posted')} AS posted_on, s.document_number, s.invoice_number, s.storage_unit_code,
           u.id AS storage_unit_id,
           s.received_qty, coalesce(s.rejected_qty, 0) AS rejected_qty, s.received_qty - coalesce(s.rejected_qty, 0) AS accepted_qty,
           s.price_quantity AS given_price_quantity,
           CASE WHEN l.price_unit IS NOT NULL THEN coalesce(s.price_quantity,
             round((s.received_qty - coalesce(s.rejected_qty, 0)) * l.price_units_per_order_unit, 4)) END AS price_quantity,
           coalesce(s.unit_price, l.unit_price) AS unit_price, s.net_amount AS given_net, s.tax_amount AS given_tax,
           s.note, o.id AS order_id, o.status, o.vendor_id, o.delivery_location_id AS order_location_id,
           coalesce(l.delivery_location_id, o.delivery_location_id) AS delivery_location_id, o.currency, o.digits,
           l.id AS po_line_id, l.void_id IS NOT NULL AS order_line_void, l.line_type, l.article_number, l.description,
           l.order_unit, l.units_per_order_unit, l.price_unit, l.price_units_per_order_unit,
           l.ordered_qty, l.tax_rate, l.item_id AS order_item_id, coalesce(l.item_id, v.item_id) AS item_id,
           CASE l.line_type WHEN 'item' THEN i.category ELSE 'Charges' END AS category,
           e.id AS line_id, e.receipt_id AS document_id, e.void_id IS NOT NULL AS was_void
         FROM staged_receipts s
         LEFT JOIN receipt_orders o ON o.po_number = s.po_number AND (o.vendor_code = s.vendor_code OR s.vendor_code IS NULL AND o.is_only)
         LEFT JOIN purchase_order_lines l ON l.purchase_order_id = o.id AND l.line_no = s.line_no
         LEFT JOIN vendor_items v ON v.id = l.vendor_item_id
         LEFT JOIN items i ON i.id = coalesce(l.item_id, v.item_id)
         LEFT JOIN storage_units u ON u.company_id = ${company} AND u.code = s.storage_unit_code
         LEFT JOIN (receipt_lines e JOIN receipts er ON er.id = e.receipt_id AND er.source = 'import')
           ON e.po_line_id = l.id AND e.kind = s.kind AND er.receipt_number = s.receipt_number
             AND e.lot IS NOT DISTINCT FROM s.lot
       ) AS q
     ) AS r`,
  );
  await run.client.query(`ANALYZE ${receiptRows}`);
}

/** How many rows have what needs a closer look, and what they amount to: one pass instead of one for every question. */
export interface ReceiptTraits {
  /** Are there already. */
  readonly known: number;
  /** Order lines that have more than one, in `several_lines`: most have one, and need no comparing with others. */
  readonly several: number;
  /** Take something back, or were taken back. */
  readonly voids: number;
  readonly withoutLine: number;
  readonly withoutStorageUnit: number;
  readonly unmapped: number;
  readonly cancelled: number;
  /** Null for no rows. */
  readonly received: ReceivedTotals | null;
}

interface CurrencyTraits {
  readonly currency: string | null;
  readonly lines: number;
  readonly net_amount: string;
  readonly tax_amount: string;
  readonly first: string;
  readonly last: string;
  readonly known: number;
  readonly voids: number;
  readonly without_line: number;
  readonly without_storage_unit: number;
  readonly unmapped: number;
  readonly cancelled: number;
}

async function traitsOf(run: ImportRun): Promise<ReceiptTraits> {
  await run.client.query('DROP TABLE IF EXISTS several_lines');
  const { rowCount: several } = await run.client.query(
    `CREATE TEMP TABLE several_lines AS
     SELECT order_id, line_no, min(po_line_id) AS po_line_id FROM ${receiptRows} GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  const { rows } = await run.client.query<CurrencyTraits>(
    `SELECT currency, count(*)::integer AS lines, round(sum(net_amount), min(digits)) AS net_amount,
       round(sum(tax_amount), min(digits)) AS tax_amount, min(received_on) AS first, max(received_on) AS last,
       count(line_id)::integer AS known, count(*) FILTER (WHERE void OR was_void)::integer AS voids,
       count(*) FILTER (WHERE po_line_id IS NULL)::integer AS without_line,
       count(*) FILTER (WHERE storage_unit_id IS NULL AND storage_unit_code IS NOT NULL)::integer AS without_storage_unit,
       count(*) FILTER (WHERE item_id IS NULL AND line_type = 'item')::integer AS unmapped,
       count(*) FILTER (WHERE status = 'cancelled')::integer AS cancelled
     FROM ${receiptRows} GROUP BY currency ORDER BY currency`,
  );
  const sum = (pick: (row: CurrencyTraits) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  const days = rows.flatMap(({ first, last }) => [first, last]).sort();
  return {
    known: sum((row) => row.known),
    several: several ?? 0,
    voids: sum((row) => row.voids),
    withoutLine: sum((row) => row.without_line),
    withoutStorageUnit: sum((row) => row.without_storage_unit),
    unmapped: sum((row) => row.unmapped),
    cancelled: sum((row) => row.cancelled),
    received:
      rows.length === 0
        ? null
        : {
            date_from: days[0] ?? '',
            date_to: days.at(-1) ?? '',
            totals: rows.map(({ currency, lines, net_amount, tax_amount }) => ({
              currency: currency ?? '',
              lines,
              net_amount,
              tax_amount,
            })),
          },
  };
}

/**
 * The documents the rows are of, by order, number and kind, with what their rows say together. What two of them say
 * differently is refused before anything is written, so which of the two is taken here does not matter.
 */
async function gatherDocuments(run: ImportRun): Promise<void> {
  await run.client.query(
    `CREATE TEMP TABLE receipt_heads AS
     SELECT min(s.row_no) AS row_no, min(s.vendor_id) AS vendor_id, s.order_id, s.receipt_number, s.kind, min(s.order_location_id) AS delivery_location_id,
       min(s.storage_unit_id) AS storage_unit_id, min(s.received_at) AS received_at, min(s.received_on) AS received_on,
       min(s.posted_on) AS posted_on, min(s.document_number) AS document_number,
       min(s.received_on) <> max(s.received_on) OR min(s.received_at) <> max(s.received_at)
         OR count(s.received_at) NOT IN (0, count(*)) OR min(s.posted_on) <> max(s.posted_on)
         OR min(s.document_number) <> max(s.document_number) AS differs
     FROM ${receiptRows} s WHERE NOT s.faulty GROUP BY s.order_id, s.receipt_number, s.kind`,
  );
  await run.client.query('ANALYZE receipt_heads');
}
