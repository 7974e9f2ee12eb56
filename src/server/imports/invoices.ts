/**
 * `invoices.csv`: what vendors ask for, one row a line, matched by vendor, `invoice_number`, `kind` and `line_no`. An
 * invoice is attached to the delivery it is of, or stands for one that nobody wrote down: settle-invoices.ts decides.
 */
import { amount, code, currency, day, integer, oneOf, price, quantity, taxRate, text, truth } from './cells.ts';
import { checkInvoices, resolveInvoices } from './check-invoices.ts';
import { findErrors, refuseRepeated } from './checks.ts';
import { type ImportKind, type ImportRun, nothingWritten } from './kind.ts';
import { lineTypes } from './purchase-orders.ts';
import { touchNumbers } from './settle-invoices.ts';
import { takeBack, takenBack, voidColumn } from './take-back.ts';
import { writeInvoices } from './write-invoices.ts';

export const invoiceRows = 'resolved_invoices';

export const invoices: ImportKind = {
  name: 'invoices',
  label: 'Invoices',
  columns: [
    { name: 'vendor_code', required: true, key: true, cell: code(), about: 'Of vendors.csv.', example: 'NORDKAI' },
    {
      name: 'invoice_number',
      required: true,
      key: true,
      cell: code(),
      about: "The vendor's number of the invoice or credit note.",
      example: 'INV-2026-5512',
    },
    {
      name: 'kind',
      cell: oneOf('invoice', 'credit'),
      about: 'invoice unless given. The amounts of a credit are all negative or all positive: both are the same.',
      example: 'invoice',
    },
    { name: 'invoice_date', required: true, cell: day, about: 'The day on the invoice.', example: '2026-09-03' },
    { name: 'received_on', cell: day, about: 'The delivery day, if it is known; else the invoice date.', example: '' },
    { name: 'posted_on', cell: day, about: 'When it was booked.', example: '2026-09-03' },
    {
      name: 'delivery_location_code',
      cell: code(),
      about: 'Where it was delivered; else that of the order, else the only one there is.',
      example: 'MAIN',
    },
    { name: 'po_number', cell: code(), about: 'The order of this line.', example: 'PO-26-000123' },
    { name: 'receipt_number', cell: code(), about: 'The delivery note of this line.', example: 'LS-90417' },
    {
      name: 'line_no',
      cell: integer(0, 2_147_483_647),
      about: 'Number of the line; the order of the rows where none has one.',
      example: '1',
    },
    {
      name: 'line_type',
      cell: oneOf(...lineTypes),
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
      cell: text(1000),
      about: 'As it is invoiced; else the name of the vendor article.',
      example: 'Rispentomaten 6 kg',
    },
    { name: 'quantity', required: true, cell: quantity(), about: 'Negative for what goes back.', example: '9' },
    { name: 'unit', required: true, cell: code(50), about: 'What the quantity counts.', example: 'box' },
    { name: 'unit_price', cell: price(), about: 'Per unit; this or net_amount.', example: '14.10' },
    { name: 'net_amount', cell: amount, about: 'Of the line; else quantity x unit price, rounded.', example: '126.90' },
    { name: 'tax_rate', cell: taxRate, about: "A fraction; else the vendor article's, else 0.", example: '0.07' },
    { name: 'tax_amount', cell: amount, about: 'Of the line; else net amount x tax rate, rounded.', example: '8.88' },
    {
      name: 'prices_include_tax',
      cell: truth,
      about: 'true: unit_price and net_amount have the tax in them, and it is taken out.',
      example: 'false',
    },
    {
      name: 'currency',
      cell: currency,
      about: "ISO 4217; else the order's, the vendor's, the company's.",
      example: 'EUR',
    },
    { name: 'note', cell: text(4000), about: 'Anything else.', example: '' },
    voidColumn,
  ],
  async apply(run) {
    await numberLines(run);
    await turnCredits(run);
    await refuseRepeated(run, 'invoices', ['vendor_code', 'invoice_number', 'kind', 'line_no']);
    await resolveInvoices(run);
    const taken = await takeBack(run, {
      kind: 'invoices',
      rows: invoiceRows,
      target: 'invoice_lines',
      name: `'line ' || s.line_no || ' of ' || s.kind || ' ' || s.invoice_number || ' of ' || s.vendor_code`,
      column: 'line_no',
    });
    await checkInvoices(run);
    if (run.findings.errorCount() > 0) return nothingWritten;
    await touchNumbers(
      run,
      `SELECT vendor_id, invoice_number FROM ${invoiceRows} UNION SELECT i.vendor_id, i.invoice_number
       FROM ${takenBack('invoices')} t JOIN invoice_lines l USING (id) JOIN invoices i ON i.id = l.invoice_id`,
    );
    const { created, updated } = await writeInvoices(run);
    return { created, updated: updated + taken };
  },
};

/**
 * Many systems write credits as positive amounts and say by their kind what they are. A credit whose amounts are all of one
 * sign is kept with negative ones; of both signs nobody can tell which lines give and which take, and checks refuse it.
 */
async function turnCredits(run: ImportRun): Promise<void> {
  const amount = 'sign(coalesce(net_amount, quantity * unit_price))';
  await run.client.query(
    `UPDATE staged_invoices t SET quantity = -abs(quantity), unit_price = abs(unit_price), net_amount = -abs(net_amount),
       tax_amount = -abs(tax_amount)
     FROM (SELECT vendor_code, invoice_number FROM staged_invoices WHERE kind = 'credit' AND NOT faulty AND void IS NOT TRUE
       GROUP BY vendor_code, invoice_number
       HAVING min(nullif(${amount}, 0)) = max(nullif(${amount}, 0)) AND bool_and(coalesce(tax_amount, 0) * ${amount} >= 0)) c
     WHERE t.kind = 'credit' AND t.vendor_code = c.vendor_code AND t.invoice_number = c.invoice_number AND t.void IS NOT TRUE`,
  );
}

/** Lines without numbers are numbered as they come; within one invoice all have one or none has. */
async function numberLines(run: ImportRun): Promise<void> {
  await run.client.query(`UPDATE staged_invoices SET kind = 'invoice' WHERE kind IS NULL`);
  await findErrors(
    run,
    'invoices',
    'staged_invoices',
    `SELECT s.row_no, 'line_no' AS column_name, NULL AS value, CASE WHEN s.void THEN 'Say which line is taken back'
       ELSE 'Other rows of ' || s.invoice_number || ' have a number: give all of them one, or none' END AS reason
     FROM staged_invoices s WHERE s.line_no IS NULL AND NOT s.faulty AND (s.void OR EXISTS (
       SELECT FROM staged_invoices o WHERE o.vendor_code = s.vendor_code AND o.invoice_number = s.invoice_number AND o.kind = s.kind
         AND o.line_no IS NOT NULL))`,
  );
  await run.client.query(
    `UPDATE staged_invoices t SET line_no = n.line_no FROM (
       SELECT row_no, row_number() OVER (PARTITION BY vendor_code, invoice_number, kind ORDER BY row_no) AS line_no
       FROM staged_invoices WHERE line_no IS NULL) n WHERE t.row_no = n.row_no`,
  );
}
