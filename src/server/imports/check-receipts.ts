/** What makes a receipt row wrong, and what is only worth a word. */
import { findErrors, findWarnings, refuseUnknown } from './checks.ts';
import type { ImportRun } from './kind.ts';
import type { ReceiptTraits } from './receipts.ts';

const kind = 'receipts';
const rows = 'resolved_receipts';

/** One SELECT with a reason for each row that has one: `rules` are [condition, column, reason as SQL]. */
function firstBroken(rules: readonly (readonly [condition: string, column: string, reason: string])[]): string {
  const pick = (value: (rule: (typeof rules)[number]) => string): string =>
    `CASE ${rules.map((rule) => `WHEN ${rule[0]} THEN ${value(rule)}`).join(' ')} END`;
  return `SELECT * FROM (
    SELECT s.row_no, ${pick(([, column]) => `'${column}'`)} AS column_name,
      ${pick(([, column]) => (column === 'net_amount' || column === 'tax_amount' ? `s.given_${column.slice(0, 3)}::text` : `s.${column}::text`))} AS value,
      ${pick(([, , reason]) => reason)} AS reason
    FROM ${rows} s WHERE NOT s.faulty) AS judged WHERE reason IS NOT NULL`;
}

export async function checkReceipts(run: ImportRun, traits: ReceiptTraits): Promise<void> {
  if (traits.withoutStorageUnit > 0) {
    await refuseUnknown(
      run,
      kind,
      rows,
      { column: 'storage_unit_code', to: 'storage_units' },
      's.storage_unit_id IS NULL',
    );
  }
  const money = (given: string, column: string) =>
    [
      `${given} <> round(${given}, s.digits)`,
      column,
      `s.currency || CASE s.digits WHEN 0 THEN ' has no decimals' ELSE ' has ' || s.digits || ' decimals' END`,
    ] as const;
  await findErrors(
    run,
    kind,
    rows,
    firstBroken([
      [`s.order_line_void`, 'line_no', `'Line ' || s.line_no || ' of ' || s.po_number || ' was taken back'`],
      [
        `s.price_unit IS NULL AND s.given_price_quantity IS NOT NULL`,
        'price_quantity',
        `'Line ' || s.line_no || ' of ' || s.po_number || ' is priced per ' || s.order_unit || ' and has no price unit'`,
      ],
      [
        `s.price_quantity * s.accepted_qty < 0 OR (s.price_quantity = 0) <> (s.accepted_qty = 0)`,
        'price_quantity',
        `'Of the accepted quantity: both have the same sign'`,
      ],
      [`s.status IN ('draft', 'scheduled')`, 'po_number', `'The order is ' || s.status || ' and was never sent'`],
      [
        // a deposit or a discount may be given back inside a delivery
        `s.kind = 'receipt' AND s.received_qty < 0 AND s.line_type = 'item'`,
        'received_qty',
        `'Goods that go back are a row of kind return, also on the same delivery note'`,
      ],
      [`s.kind = 'return' AND s.received_qty >= 0`, 'received_qty', `'A return has a negative quantity'`],
      [`s.kind = 'credit' AND s.received_qty <> 0`, 'received_qty', `'A credit has quantity 0'`],
      [`s.kind <> 'receipt' AND s.rejected_qty <> 0`, 'rejected_qty', `'Nothing is refused of a ' || s.kind`],
      [`s.rejected_qty < 0`, 'rejected_qty', `'Not negative'`],
      [
        `s.rejected_qty > greatest(s.received_qty, 0) AND s.kind = 'receipt'`,
        'rejected_qty',
        `'More refused than received'`,
      ],
      [`s.kind = 'credit' AND s.given_net IS NULL`, 'net_amount', `'Required for a credit'`],
      [`s.kind = 'credit' AND s.given_net >= 0`, 'net_amount', `'A credit has a negative amount'`],
      [`s.kind = 'return' AND s.given_net > 0 AND s.unit_price >= 0`, 'net_amount', `'A return has a negative amount'`],
      [
        `s.kind <> 'receipt' AND s.given_tax > 0 AND s.net_amount <= 0`,
        'tax_amount',
        `'The tax of a ' || s.kind || ' is not positive'`,
      ],
      money('s.given_net', 'net_amount'),
      money('s.given_tax', 'tax_amount'),
      [`abs(s.net_amount) >= 1e15 OR abs(s.tax_amount) >= 1e15`, 'received_qty', `'Quantity x price is too large'`],
    ]),
  );
  await refuseDisagreement(run);
}

/** What rows of one document say of it agrees in the file, and changes for all lines of it or for none. */
async function refuseDisagreement(run: ImportRun): Promise<void> {
  const { rows: found } = await run.client.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM receipt_heads WHERE differs`,
  );
  const document = `s.receipt_number || ' for ' || s.po_number`;
  if (found[0]?.n) {
    const differing = documentColumns
      .map(
        ([column, value, shown]) =>
          `SELECT s.row_no, '${column}' AS column_name, ${shown('s')} AS value,
             ${document} || ' says ' || ${shown('f')} || ' in row ' || f.row_no || ': a document has one' AS reason
           FROM ${rows} s JOIN receipt_heads h ON h.differs AND h.order_id = s.order_id AND h.receipt_number = s.receipt_number AND h.kind = s.kind
           JOIN LATERAL (SELECT f.* FROM ${rows} f WHERE NOT f.faulty AND f.order_id = s.order_id AND f.receipt_number = s.receipt_number
             AND f.kind = s.kind AND ${value('f')} IS NOT NULL ORDER BY f.row_no LIMIT 1) f ON ${value('f')} IS DISTINCT FROM ${value('s')}
           WHERE NOT s.faulty AND ${value('s')} IS NOT NULL`,
      )
      .join(' UNION ALL ');
    await findErrors(run, kind, rows, differing);
  }
  await run.client.query(
    `CREATE TEMP TABLE known_documents AS
     SELECT t.id, h.row_no, h.order_id, h.receipt_number, h.kind FROM receipt_heads h
     JOIN receipts t ON t.company_id = ${run.company.id} AND t.vendor_id = h.vendor_id AND t.receipt_number = h.receipt_number
       AND t.kind = h.kind AND t.purchase_order_id = h.order_id AND t.source = 'import'
     WHERE ${documentColumns.map(([column]) => documentChange(column)).join(' OR ')}`,
  );
  // almost always none, and the lines of a document are dear to look through
  const { rows: changing } = await run.client.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM known_documents',
  );
  if (!changing[0]?.n) return;
  const others = `(SELECT count(*) AS lines, string_agg(l.line_no::text, ', ' ORDER BY l.line_no) AS numbers FROM receipt_lines l
      WHERE l.receipt_id = k.id AND l.void_id IS NULL AND NOT EXISTS (SELECT FROM ${rows} s WHERE s.line_id = l.id))`;
  await findErrors(
    run,
    kind,
    rows,
    documentColumns
      .map(
        ([column, , shown]) =>
          `SELECT k.row_no, '${column}' AS column_name, ${shown('h')} AS value, h.receipt_number || ' was booked with '
             || ${shown('t')} || ', and has other lines (' || o.numbers || ') that are not in this file. '
             || '${column === 'received_at' ? 'A later delivery has a number of its own; to correct the day' : 'To correct it'}, send all its lines' AS reason
           FROM known_documents k JOIN receipts t ON t.id = k.id JOIN receipt_heads h ON h.row_no = k.row_no
           CROSS JOIN LATERAL ${others} o WHERE o.lines > 0 AND ${documentChange(column)}`,
      )
      .join(' UNION ALL '),
  );
}

type Shown = (alias: string) => string;
const documentColumns: readonly (readonly [column: string, value: Shown, shown: Shown])[] = [
  [
    'received_at',
    (alias) => `(${alias}.received_on::text || coalesce(${alias}.received_at::text, ''))`,
    (alias) => `coalesce(to_char(${alias}.received_at, 'YYYY-MM-DD"T"HH24:MI:SSOF'), ${alias}.received_on::text)`,
  ],
  ['posted_at', (alias) => `${alias}.posted_on`, (alias) => `${alias}.posted_on::text`],
  ['document_number', (alias) => `${alias}.document_number`, (alias) => `${alias}.document_number`],
];
const documentChange = (column: string): string =>
  column === 'received_at'
    ? `(h.received_on, h.received_at) IS DISTINCT FROM (t.received_on, t.received_at)`
    : column === 'posted_at'
      ? 'h.posted_on <> t.posted_on'
      : 'h.document_number <> t.document_number';

export async function warnOfReceipts(run: ImportRun, traits: ReceiptTraits): Promise<void> {
  await warnOfOverDelivery(run);
  if (traits.unmapped > 0) {
    await findWarnings(
      run,
      kind,
      'no_ingredient',
      `SELECT min(s.row_no) AS row_no, 'line_no' AS column_name, min(s.line_no)::text AS value, 'Article '
         || coalesce(s.article_number, '"' || min(s.description) || '"') || ' has no ingredient: it moves no stock'
         || CASE WHEN count(*) > 1 THEN ' (' || count(*) || ' rows)' ELSE '' END AS reason
       FROM ${rows} s WHERE NOT s.faulty AND s.item_id IS NULL AND s.line_type = 'item'
       GROUP BY s.vendor_id, s.article_number, CASE WHEN s.article_number IS NULL THEN s.description END`,
    );
  }
  if (traits.cancelled > 0) {
    await findWarnings(
      run,
      kind,
      'cancelled_order',
      `SELECT s.row_no, 'po_number' AS column_name, s.po_number AS value, 'The order is cancelled' AS reason
       FROM ${rows} s WHERE NOT s.faulty AND s.status = 'cancelled'`,
    );
  }
  await findWarnings(
    run,
    kind,
    'shared_number',
    `SELECT h.row_no, 'receipt_number' AS column_name, h.receipt_number AS value,
       'Also used for a delivery of another vendor: kept as two documents' AS reason
     FROM receipt_heads h JOIN (
       SELECT receipt_number, kind, min(row_no) AS first_row, min(vendor_id) AS vendor_id FROM receipt_heads
       GROUP BY 1, 2 HAVING count(DISTINCT vendor_id) > 1) f USING (receipt_number, kind)
     WHERE h.row_no > f.first_row`,
  );
}

/**
 * What earlier receipts of the same order lines brought counts as well, unless the file has these rows again. Only lines
 * that can be over are added up: most have one row, and it says itself that it is not.
 */
async function warnOfOverDelivery(run: ImportRun): Promise<void> {
  await findWarnings(
    run,
    kind,
    'over_delivery',
    `WITH earlier AS (
       SELECT e.po_line_id, sum(e.accepted_qty) AS accepted FROM receipt_lines e
       WHERE e.void_id IS NULL AND e.po_line_id IN (SELECT po_line_id FROM ${rows})
         AND NOT EXISTS (SELECT FROM ${rows} again WHERE again.line_id = e.id) GROUP BY e.po_line_id
     ), own AS (
       SELECT po_line_id, max(row_no) FILTER (WHERE accepted_qty > 0) AS row_no, sum(accepted_qty) AS accepted,
         min(ordered_qty) AS ordered
       FROM ${rows}
       WHERE NOT faulty AND line_type = 'item' AND (accepted_qty > ordered_qty
         OR po_line_id IN (SELECT po_line_id FROM several_lines)
         OR po_line_id IN (SELECT po_line_id FROM earlier))
       GROUP BY po_line_id)
     SELECT s.row_no, 'received_qty' AS column_name, s.received_qty::text AS value,
       'Over-delivery: ' || trim_scale(o.accepted + coalesce(e.accepted, 0)) || ' accepted in all, '
         || trim_scale(o.ordered) || ' ordered on ' || s.po_number || ' line ' || s.line_no AS reason
     FROM own o LEFT JOIN earlier e USING (po_line_id) JOIN ${rows} s USING (row_no)
     WHERE o.accepted + coalesce(e.accepted, 0) > o.ordered`,
  );
}
