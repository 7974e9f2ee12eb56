/** Checked rows of `receipts.csv` into receipts and the fact table of their lines. */
import type { CorrectedLines } from '#contract/imports.ts';
import { versionToWrite } from '#server/database/data-versions.ts';
import { insertProven, withReferencesProven } from './insert-proven.ts';
import type { ImportRun, Outcome } from './kind.ts';
import type { ReceiptTraits } from './receipts.ts';
import { moveReceivedStock } from './receipt-stock.ts';

const rows = 'resolved_receipts';

/**
 * Line columns, what a new line has, and what an old one becomes where that is something else; `t` is the line as it
 * stands, `s` the row, `d` its document. An ingredient that only the vendor article gives, and a category, are printed
 * history: filled in when they become known, not replaced.
 */
const item = 'coalesce(s.order_item_id, t.item_id, s.item_id)';
const lineColumns: readonly (readonly [name: string, inserted: string, updated?: string])[] = [
  ['received_on', 's.received_on'],
  ['delivery_location_id', 's.delivery_location_id'],
  ['vendor_id', 's.vendor_id'],
  ['receipt_id', 'd.id'],
  ['item_id', 's.item_id', item],
  [
    'category',
    's.category',
    `CASE WHEN ${item} IS NOT DISTINCT FROM t.item_id THEN coalesce(t.category, s.category) ELSE s.category END`,
  ],
  ['po_number', 's.po_number'],
  ['line_no', 's.line_no'],
  ['line_type', 's.line_type'],
  ['article_number', 's.article_number'],
  ['description', 's.description'],
  ['order_unit', 's.order_unit'],
  ['units_per_order_unit', 's.units_per_order_unit'],
  ['price_unit', 's.price_unit'],
  ['price_units_per_order_unit', 's.price_units_per_order_unit'],
  ['price_quantity', 's.price_quantity'],
  ['ordered_qty', 's.ordered_qty'],
  ['received_qty', 's.received_qty'],
  ['rejected_qty', 's.rejected_qty'],
  ['unit_price', 's.unit_price'],
  ['tax_rate', 's.tax_rate'],
  ['net_amount', 's.net_amount'],
  ['tax_amount', 's.tax_amount'],
  ['currency', 's.currency'],
  ['invoice_number', 's.invoice_number', 'coalesce(s.invoice_number, t.invoice_number)'],
  ['note', 's.note', 'coalesce(s.note, t.note)'],
  ['void_id', 'NULL::bigint'],
];
const names = lineColumns.map(([name]) => name);
const inserts = lineColumns.map(([, inserted]) => inserted);
const updates = lineColumns.map(([, inserted, updated]) => updated ?? inserted);

/** What a document keeps of its rows. */
const headColumns = {
  delivery_location_id: 's.delivery_location_id',
  storage_unit_id: 'coalesce(s.storage_unit_id, t.storage_unit_id)',
  received_at: 's.received_at',
  received_on: 's.received_on',
  posted_on: 'coalesce(s.posted_on, t.posted_on)',
  document_number: 'coalesce(s.document_number, t.document_number)',
};

export async function writeReceipts(run: ImportRun, traits: ReceiptTraits): Promise<Outcome> {
  run.received = traits.received;
  await writeDocuments(run);
  const updated = traits.known > 0 ? await updateLines(run) : 0;
  const created = await insertLines(run);
  await moveReceivedStock(run);
  return { created, updated };
}

async function writeDocuments(run: ImportRun): Promise<void> {
  const company = run.company.id;
  const same = `t.vendor_id = s.vendor_id AND t.receipt_number = s.receipt_number AND t.kind = s.kind
    AND t.purchase_order_id = s.order_id AND t.source = 'import'`;
  await run.client.query(
    'CREATE TEMP TABLE documents (id bigint, order_id bigint, receipt_number text, kind text, changed boolean)',
  );
  const head = Object.keys(headColumns);
  const next = Object.values(headColumns);
  const differs = `(${head.map((name) => `t.${name}`).join(', ')}) IS DISTINCT FROM (${next.join(', ')})`;
  const version = await versionToWrite(run.client, company);
  const documents = `WITH known AS (
       SELECT t.id, t.purchase_order_id, t.receipt_number, t.kind, ${differs} AS changed
       FROM receipts t JOIN receipt_heads s ON ${same} WHERE t.company_id = ${company}
     ), made AS (
       INSERT INTO receipts (company_id, vendor_id, purchase_order_id, receipt_number, kind, import_id, born_version, ${head.join(', ')})
       SELECT ${company}, s.vendor_id, s.order_id, s.receipt_number, s.kind, ${run.id}, ${version}, ${head.map((name) => `s.${name}`).join(', ')}
       FROM receipt_heads s WHERE NOT EXISTS (SELECT FROM receipts t WHERE t.company_id = ${company} AND ${same})
       ORDER BY s.row_no
       RETURNING id, purchase_order_id, receipt_number, kind)
     INSERT INTO documents SELECT * FROM known UNION ALL SELECT *, false FROM made`;
  const references = {
    purchase_orders: 'SELECT order_id FROM receipt_heads',
    vendors: 'SELECT vendor_id FROM receipt_heads',
    delivery_locations: 'SELECT delivery_location_id FROM receipt_heads',
    storage_units: 'SELECT storage_unit_id FROM receipt_heads',
  };
  await withReferencesProven(run, 'receipt_heads', references, () => run.client.query(documents));
  await run.client.query('ANALYZE documents');
  await run.client.query(
    `UPDATE receipts t SET (${head.join(', ')}) = ROW (${next.join(', ')}), import_id = ${run.id}
     FROM receipt_heads s JOIN documents d USING (order_id, receipt_number, kind) WHERE t.id = d.id AND d.changed`,
  );
}

async function updateLines(run: ImportRun): Promise<number> {
  run.corrected = await correctedLines(run);
  if (run.byHand) {
    await run.client.query(
      `INSERT INTO booked_changes (company_id, user_id, import_id, kind, reason, rows)
       SELECT m.company_id, m.user_id, m.id, 'correction', m.reason, list FROM imports m, (
         SELECT jsonb_agg(jsonb_build_object('table', 'receipt_lines', 'id', t.id, 'before', to_jsonb(t)) ORDER BY t.id) AS list
         FROM ${rows} s JOIN receipt_lines t ON t.id = s.line_id WHERE t.void_id IS NULL) b
       WHERE m.id = ${run.id} AND list IS NOT NULL`,
    );
  }
  await run.client.query('CREATE TEMP TABLE changed_receipt_rows (row_no integer)');
  await run.client.query(
    `WITH changed AS (
       UPDATE receipt_lines t SET (${names.join(', ')}) = ROW (${updates.join(', ')}), import_id = ${run.id}
       FROM ${rows} s JOIN documents d USING (order_id, receipt_number, kind)
       WHERE t.id = s.line_id AND NOT s.faulty
         AND (${names.map((name) => `t.${name}`).join(', ')}) IS DISTINCT FROM (${updates.join(', ')})
       RETURNING s.row_no)
     INSERT INTO changed_receipt_rows SELECT row_no FROM changed`,
  );
  const { rows: counted } = await run.client.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${rows} s JOIN documents d USING (order_id, receipt_number, kind)
     WHERE s.line_id IS NOT NULL AND NOT s.faulty
       AND (d.changed OR s.row_no IN (SELECT row_no FROM changed_receipt_rows))`,
  );
  return Number(counted[0]?.n);
}

/** Booked lines whose money or day will be another: a booked month does not change without a word. */
async function correctedLines(run: ImportRun): Promise<CorrectedLines | null> {
  const { rows: found } = await run.client.query<{
    currency: string;
    lines: number;
    net_before: string;
    net_after: string;
  }>(
    `SELECT s.currency, count(*)::integer AS lines,
       round(coalesce(sum(t.net_amount) FILTER (WHERE t.void_id IS NULL AND t.currency = s.currency), 0), min(s.digits)) AS net_before,
       round(sum(s.net_amount), min(s.digits)) AS net_after
     FROM ${rows} s JOIN receipt_lines t ON t.id = s.line_id
     WHERE NOT s.faulty AND (t.net_amount, t.tax_amount, t.received_on, t.currency, t.void_id)
       IS DISTINCT FROM (s.net_amount, s.tax_amount, s.received_on, s.currency, NULL)
     GROUP BY s.currency ORDER BY s.currency`,
  );
  if (found.length === 0) return null;
  return {
    lines: found.reduce((sum, { lines }) => sum + lines, 0),
    totals: found.map(({ currency, net_before, net_after }) => ({ currency, net_before, net_after })),
  };
}

async function insertLines(run: ImportRun): Promise<number> {
  if (run.options.dryRun && !run.options.receiptsMoveStock && run.closed.until === null) {
    // nothing else needs these rows, and rolling them back would leave their space to be cleaned up
    const { rows: counted } = await run.client.query<{ n: string }>(
      `SELECT count(*) AS n FROM ${rows} WHERE line_id IS NULL AND NOT faulty`,
    );
    return Number(counted[0]?.n);
  }
  return insertProven(run, {
    source: rows,
    // in the order of the index that the default report reads
    insert: (condition, version) =>
      `INSERT INTO receipt_lines (company_id, po_line_id, kind, lot, import_id, born_version, ${names.join(', ')})
       SELECT ${run.company.id}, s.po_line_id, s.kind, s.lot, ${run.id}, ${version}, ${inserts.join(', ')}
       FROM ${rows} s JOIN documents d USING (order_id, receipt_number, kind)
       WHERE s.line_id IS NULL AND NOT s.faulty AND ${condition}
       ORDER BY s.delivery_location_id, s.received_on, s.po_number, s.line_no`,
    references: {
      purchase_orders: 'SELECT id FROM receipt_orders',
      delivery_locations: `SELECT delivery_location_id FROM ${rows}`,
      vendors: 'SELECT vendor_id FROM receipt_orders',
      items: `SELECT item_id FROM ${rows}`,
      receipts: 'SELECT id FROM documents',
    },
  });
}
