/** Checked rows of `invoices.csv` into invoices and their lines. */
import type { ImportRun, Outcome } from './kind.ts';

const rows = 'resolved_invoices';

const headColumns = {
  invoice_date: 'h.invoice_date',
  received_on: 'coalesce(h.received_on, t.received_on)',
  posted_on: 'coalesce(h.posted_on, t.posted_on)',
  delivery_location_id: 'coalesce(h.given_location_id, t.delivery_location_id)',
  currency: 'coalesce(h.currency, t.currency)',
  prices_include_tax: 'coalesce(h.prices_include_tax, t.prices_include_tax)',
};

/** A row is the whole statement of a line's quantity and money; texts and references that it leaves out stay. */
const lineColumns: Readonly<Record<string, readonly [inserted: string, updated?: string]>> = {
  line_type: [`coalesce(s.line_type, 'item')`, 'coalesce(s.line_type, t.line_type)'],
  po_number: ['s.po_number', 'coalesce(s.po_number, t.po_number)'],
  receipt_number: ['s.receipt_number', 'coalesce(s.receipt_number, t.receipt_number)'],
  vendor_item_id: [
    's.vendor_item_id',
    'CASE WHEN s.article_number IS NULL THEN t.vendor_item_id ELSE s.vendor_item_id END',
  ],
  item_id: ['s.item_id', 'coalesce(s.given_item_id, t.item_id, s.item_id)'],
  article_number: ['s.article_number', 'coalesce(s.article_number, t.article_number)'],
  description: ['s.description'],
  quantity: ['s.quantity'],
  unit: ['s.unit'],
  units_per_unit: ['s.units_per_unit'],
  unit_price: ['coalesce(s.net_price, round(s.net / nullif(s.quantity, 0), 6), 0)'],
  tax_rate: ['s.rate'],
  net_amount: ['s.net'],
  tax_amount: ['s.tax'],
  note: ['s.note', 'coalesce(s.note, t.note)'],
  void_id: ['NULL::bigint'],
};
const names = Object.keys(lineColumns);
const inserts = Object.values(lineColumns).map(([inserted]) => inserted);
const updates = Object.values(lineColumns).map(([inserted, updated]) => updated ?? inserted);

export async function writeInvoices(run: ImportRun): Promise<Outcome> {
  const { client } = run;
  const head = Object.keys(headColumns);
  const next = Object.values(headColumns).join(', ');
  const changed = await client.query<{ id: string }>(
    `UPDATE invoices t SET (${head.join(', ')}) = ROW (${next}), import_id = ${run.id} FROM invoice_heads h
     WHERE t.id = h.invoice_id AND (${head.map((name) => `t.${name}`).join(', ')}) IS DISTINCT FROM (${next}) RETURNING t.id`,
  );
  await client.query(
    `INSERT INTO invoices (company_id, vendor_id, invoice_number, kind, import_id, ${head.join(', ')})
     SELECT ${run.company.id}, h.vendor_id, h.invoice_number, h.kind, ${run.id}, h.invoice_date, h.received_on, h.posted_on, h.location_id,
       h.invoice_currency, h.includes_tax
     FROM invoice_heads h WHERE h.invoice_id IS NULL ORDER BY h.row_no`,
  );
  const lines = await client.query<{ id: string }>(
    `UPDATE invoice_lines t SET (${names.join(', ')}) = ROW (${updates.join(', ')}), import_id = ${run.id} FROM ${rows} s
     WHERE t.id = s.line_id AND (${names.map((name) => `t.${name}`).join(', ')}) IS DISTINCT FROM (${updates.join(', ')}) RETURNING t.id`,
  );
  const created = await client.query(
    `INSERT INTO invoice_lines (company_id, invoice_id, line_no, import_id, ${names.join(', ')})
     SELECT ${run.company.id}, i.id, s.line_no, ${run.id}, ${inserts.join(', ')} FROM ${rows} s
     JOIN invoices i ON i.company_id = ${run.company.id} AND i.vendor_id = s.vendor_id AND i.invoice_number = s.invoice_number AND i.kind = s.kind
     WHERE s.line_id IS NULL ORDER BY s.row_no`,
  );
  const updated = await client.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM ${rows} s WHERE s.line_id = ANY ($1::bigint[]) OR s.line_id IS NOT NULL AND s.invoice_id = ANY ($2::bigint[])`,
    [lines.rows.map(({ id }) => id), changed.rows.map(({ id }) => id)],
  );
  return { created: created.rowCount ?? 0, updated: updated.rows[0]?.n ?? 0 };
}
