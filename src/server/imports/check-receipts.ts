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
  if (traits.withoutLine > 0) await refuseUnknownLines(run);
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
      [`s.status IN ('draft', 'scheduled')`, 'po_number', `'The order is ' || s.status || ' and was never sent'`],
      [
        `s.kind = 'receipt' AND s.received_qty < 0`,
        'received_qty',
        `'A receipt has no negative quantity; a return has'`,
      ],
      [`s.kind = 'return' AND s.received_qty >= 0`, 'received_qty', `'A return has a negative quantity'`],
      [`s.kind = 'credit' AND s.received_qty <> 0`, 'received_qty', `'A credit has quantity 0'`],
      [`s.kind <> 'receipt' AND s.rejected_qty <> 0`, 'rejected_qty', `'Nothing is refused of a ' || s.kind`],
      [`s.rejected_qty < 0`, 'rejected_qty', `'Not negative'`],
      [`s.rejected_qty > s.received_qty AND s.kind = 'receipt'`, 'rejected_qty', `'More refused than received'`],
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
}

/** Orders and lines that are neither in the database nor, faulty, in the file of orders. */
async function refuseUnknownLines(run: ImportRun): Promise<void> {
  if (!run.unreadable.has('purchase_orders')) {
    const staged = `SELECT FROM staged_purchase_orders o WHERE o.po_number = s.po_number`;
    await findErrors(
      run,
      kind,
      rows,
      `SELECT row_no, CASE WHEN unknown_order THEN 'po_number' ELSE 'line_no' END AS column_name,
         CASE WHEN unknown_order THEN po_number ELSE line_no::text END AS value,
         CASE WHEN unknown_order THEN 'No order ' || po_number
           WHEN order_id IS NULL THEN po_number || ' has no such line in purchase_orders.csv'
           ELSE po_number || ' has ' || (
             SELECT CASE count(*) WHEN 1 THEN 'only line ' || min(l.line_no)
               ELSE count(*) || ' lines, numbered ' || min(l.line_no) || ' to ' || max(l.line_no) END
             FROM purchase_order_lines l WHERE l.purchase_order_id = order_id) END AS reason
       FROM (
         SELECT s.*, s.order_id IS NULL AND NOT EXISTS (${staged}) AS unknown_order FROM ${rows} s
         WHERE s.po_line_id IS NULL AND s.po_number IS NOT NULL AND s.line_no IS NOT NULL
           AND NOT EXISTS (${staged} AND o.line_no = s.line_no)) AS lost`,
    );
  }
  await run.client.query(`UPDATE ${rows} SET faulty = true WHERE po_line_id IS NULL AND NOT faulty`);
}

export async function warnOfReceipts(run: ImportRun, traits: ReceiptTraits): Promise<void> {
  await warnOfOverDelivery(run);
  if (traits.unmapped > 0) {
    await findWarnings(
      run,
      kind,
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
      `SELECT s.row_no, 'po_number' AS column_name, s.po_number AS value, 'The order is cancelled' AS reason
       FROM ${rows} s WHERE NOT s.faulty AND s.status = 'cancelled'`,
    );
  }
  await findWarnings(
    run,
    kind,
    `SELECT h.row_no, 'receipt_number' AS column_name, h.receipt_number AS value,
       'Also used for a delivery of another vendor: kept as two documents' AS reason
     FROM receipt_heads h JOIN (
       SELECT receipt_number, kind, min(row_no) AS first_row FROM receipt_heads GROUP BY 1, 2 HAVING count(*) > 1) f
       USING (receipt_number, kind)
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
    `WITH earlier AS (
       SELECT e.po_line_id, sum(e.accepted_qty) AS accepted FROM receipt_lines e
       WHERE e.po_line_id IN (SELECT po_line_id FROM ${rows})
         AND NOT EXISTS (SELECT FROM ${rows} again WHERE again.line_id = e.id) GROUP BY e.po_line_id
     ), own AS (
       SELECT po_line_id, max(row_no) FILTER (WHERE accepted_qty > 0) AS row_no, sum(accepted_qty) AS accepted,
         min(ordered_qty) AS ordered
       FROM ${rows}
       WHERE NOT faulty AND line_type = 'item' AND (accepted_qty > ordered_qty
         OR po_line_id IN (SELECT po_line_id FROM ${rows} GROUP BY 1 HAVING count(*) > 1)
         OR po_line_id IN (SELECT po_line_id FROM earlier))
       GROUP BY po_line_id)
     SELECT s.row_no, 'received_qty' AS column_name, s.received_qty::text AS value,
       'Over-delivery: ' || trim_scale(o.accepted + coalesce(e.accepted, 0)) || ' accepted in all, '
         || trim_scale(o.ordered) || ' ordered on ' || s.po_number || ' line ' || s.line_no AS reason
     FROM own o LEFT JOIN earlier e USING (po_line_id) JOIN ${rows} s USING (row_no)
     WHERE o.accepted + coalesce(e.accepted, 0) > o.ordered`,
  );
}
