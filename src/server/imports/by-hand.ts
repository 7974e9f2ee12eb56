/**
 * Documents changed on a page, a few rows at a time: what is asked for is written as the rows of a file and imported, so
 * that the checks, the stock, the invoices and the trail are those of every import. The rows are read when no other import
 * of the company runs any more: what somebody else changed a moment ago stays.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { DocumentType } from '#contract/documents.ts';
import type { ImportResult } from '#contract/imports.ts';
import type { Origin } from '#server/access/audit.ts';
import type { Principal } from '#server/access/decide.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { usualOptions } from './kind.ts';
import { runImport } from './run-import.ts';
import type { ImportFile } from './stage-files.ts';
import { csvOf } from './templates.ts';

export interface HandRequest {
  readonly pool: DatabasePool;
  readonly companyId: string;
  readonly principal: Principal;
  readonly origin: Origin;
  readonly type: DocumentType | 'stock_movement' | 'stock_count';
  readonly id: string;
  /** Of the lines meant; all of the document without. */
  readonly lineIds?: readonly string[] | undefined;
  readonly reason: string;
  /** Why closed days may be changed. */
  readonly closedReason?: string | undefined;
}

type FileRow = Readonly<Record<string, string | null>>;

const instant = (at: string, day: string): string =>
  `coalesce(to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ${day}::text)`;

/** The rows of a document as its file would have them, with `id` and whether each was taken back. */
const fileRows: Readonly<Record<HandRequest['type'], { readonly file: string; readonly select: string }>> = {
  order: {
    file: 'purchase_orders.csv',
    select: `SELECT t.id::text, t.void_id IS NOT NULL AS is_void, d.po_number, v.code AS vendor_code, l.code AS delivery_location_code, d.status,
        ${instant('d.ordered_at', 'd.ordered_on')} AS ordered_at, d.expected_on::text, d.currency, d.external_ref, t.line_no::text,
        t.expected_on::text AS line_expected_on, tl.code AS line_delivery_location_code, t.line_type, t.article_number,
        i.code AS item_code, t.description, t.order_unit, t.units_per_order_unit::text, t.ordered_qty::text, t.unit_price::text, t.price_unit,
        t.price_units_per_order_unit::text, t.tax_rate::text, t.line_status, t.note
      FROM purchase_order_lines t JOIN purchase_orders d ON d.id = t.purchase_order_id JOIN vendors v ON v.id = d.vendor_id
      JOIN delivery_locations l ON l.id = d.delivery_location_id LEFT JOIN delivery_locations tl ON tl.id = t.delivery_location_id
      LEFT JOIN items i ON i.id = t.item_id`,
  },
  receipt: {
    file: 'receipts.csv',
    select: `SELECT t.id::text, t.void_id IS NOT NULL AS is_void, d.source, d.receipt_number, t.kind, o.po_number, v.code AS vendor_code,
        t.line_no::text, t.lot, ${instant('d.received_at', 'd.received_on')} AS received_at, d.posted_on::text AS posted_at, d.document_number,
        t.invoice_number, t.received_qty::text, t.rejected_qty::text, t.price_quantity::text, t.unit_price::text, t.net_amount::text,
        t.tax_amount::text, t.note
      FROM receipt_lines t JOIN receipts d ON d.id = t.receipt_id JOIN vendors v ON v.id = d.vendor_id
      LEFT JOIN purchase_orders o ON o.id = d.purchase_order_id`,
  },
  invoice: {
    file: 'invoices.csv',
    select: `SELECT t.id::text, t.void_id IS NOT NULL AS is_void, v.code AS vendor_code, d.invoice_number, d.kind, d.invoice_date::text,
        d.received_on::text, d.posted_on::text, l.code AS delivery_location_code, t.po_number, t.receipt_number, t.line_no::text, t.line_type,
        t.article_number, i.code AS item_code, t.description, t.quantity::text, t.unit, t.unit_price::text, t.net_amount::text,
        t.tax_rate::text, t.tax_amount::text, 'false' AS prices_include_tax, d.currency, t.note
      FROM invoice_lines t JOIN invoices d ON d.id = t.invoice_id JOIN vendors v ON v.id = d.vendor_id
      JOIN delivery_locations l ON l.id = d.delivery_location_id LEFT JOIN items i ON i.id = t.item_id`,
  },
  stock_movement: {
    file: 'stock_movements.csv',
    select: `SELECT d.id::text, d.void_id IS NOT NULL AS is_void, d.movement_ref AS movement_id, u.code AS storage_unit_code, i.code AS item_code, d.kind,
        ${instant('d.occurred_at', 'd.occurred_on')} AS occurred_at, d.qty::text, i.base_unit AS unit,
        CASE WHEN NOT d.cost_derived THEN d.unit_cost::text END AS unit_cost, d.source_type, d.source_ref, d.note
      FROM stock_movements d JOIN storage_units u ON u.id = d.storage_unit_id JOIN items i ON i.id = d.item_id`,
  },
  stock_count: {
    file: 'stock_counts.csv',
    select: `SELECT d.id::text, d.void_id IS NOT NULL AS is_void, d.count_ref, u.code AS storage_unit_code, i.code AS item_code,
        ${instant('d.counted_at', 'd.counted_on')} AS counted_at, d.counted_qty::text, i.base_unit AS unit,
        CASE WHEN NOT d.cost_derived THEN d.unit_cost::text END AS unit_cost
      FROM stock_counts d JOIN storage_units u ON u.id = d.storage_unit_id JOIN items i ON i.id = d.item_id`,
  },
};

/** Of one document: they are held in memory. */
export const linesByHandMax = 10_000;

interface Chosen {
  readonly id: string;
  readonly isVoid: boolean;
  readonly row: FileRow;
}

async function chosenRows({ pool, companyId, type, id, lineIds }: HandRequest): Promise<Chosen[]> {
  const known = /^\d{1,18}$/.test(id) ? id : '0';
  const { rows } = await sql<Record<string, string | null> & { id: string; is_void: boolean }>`
    ${sql.raw(fileRows[type].select)} WHERE d.company_id = ${companyId} AND d.id = ${known} ORDER BY 1 LIMIT ${linesByHandMax + 1}`.execute(
    pool.db,
  );
  if (rows.length === 0) throw new ProductError('not_found', 'There is no such document in this company.');
  if (rows.length > linesByHandMax) {
    throw new ProductError(
      'conflict',
      `This document has more than ${linesByHandMax.toLocaleString('en')} lines, the most that are changed by hand. Change it with a file.`,
    );
  }
  if (rows.some((row) => row['source'] === 'invoice')) {
    throw new ProductError('conflict', 'This delivery stands on an invoice alone. Change the invoice, and it follows.');
  }
  const ofDocument = new Set(rows.map((row) => row.id));
  const strange = lineIds?.find((line) => !ofDocument.has(line));
  if (strange !== undefined) {
    throw new ProductError('invalid_input', 'A line is not of this document.', {
      fields: [{ field: 'line_ids', message: `${strange} is not a line of this document` }],
    });
  }
  const meant = lineIds && new Set(lineIds);
  return rows
    .filter((row) => !meant || meant.has(row.id))
    .map(({ id: line, is_void: isVoid, ...row }) => {
      delete row['source'];
      return { id: line, isVoid, row };
    });
}

/** @param rowsOf asked for under the import's lock */
const importRows = (request: HandRequest, rowsOf: (chosen: Chosen[]) => readonly FileRow[]): Promise<ImportResult> =>
  runImport({
    ...request,
    files: fileOf(request, rowsOf),
    options: usualOptions,
    byHand: { reason: request.reason },
  });

async function* fileOf(
  request: HandRequest,
  rowsOf: (chosen: Chosen[]) => readonly FileRow[],
): AsyncGenerator<ImportFile> {
  const rows = rowsOf(await chosenRows(request));
  const columns = Object.keys(rows[0] ?? {});
  const content = csvOf([columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]);
  yield { name: fileRows[request.type].file, content: contentOf(content) };
}

async function* contentOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

/** @throws ProductError as `runImport`; not_found, conflict or invalid_input for what cannot be taken back */
export const takeBackByHand = (request: HandRequest): Promise<ImportResult> =>
  importRows(request, (chosen) => {
    const rows = chosen.filter(({ isVoid }) => !isVoid);
    if (rows.length === 0) throw new ProductError('conflict', 'All of it was taken back already.');
    return rows.map(({ row }) => ({ ...row, void: 'true' }));
  });

/** @throws as `takeBackByHand` */
export const bringBackByHand = (request: HandRequest): Promise<ImportResult> =>
  importRows(request, (chosen) => {
    const rows = chosen.filter(({ isVoid }) => isVoid);
    if (rows.length === 0) throw new ProductError('conflict', 'None of it was taken back.');
    return rows.map(({ row }) => ({ ...row, void: 'false' }));
  });

/** Decimals; what is left out stays, but amounts follow quantity and price unless they are given. */
export interface LineCorrection {
  readonly received_qty?: string | undefined;
  readonly rejected_qty?: string | undefined;
  readonly price_quantity?: string | undefined;
  readonly unit_price?: string | undefined;
  readonly net_amount?: string | undefined;
  readonly tax_amount?: string | undefined;
  readonly note?: string | undefined;
}

/** One line of a receipt. @throws as `takeBackByHand` */
export const correctByHand = (request: HandRequest, values: LineCorrection): Promise<ImportResult> =>
  importRows(request, ([line]) => {
    if (!line || line.isVoid) throw new ProductError('conflict', 'The line was taken back. Bring it back first.');
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    const follows = ['received_qty', 'rejected_qty', 'price_quantity', 'unit_price'].some((name) => name in given);
    const amounts: FileRow = follows
      ? { net_amount: null, tax_amount: null }
      : 'net_amount' in given
        ? { tax_amount: null }
        : {};
    // what was weighed is of the quantity it was weighed with
    const weight: FileRow = 'received_qty' in given || 'rejected_qty' in given ? { price_quantity: null } : {};
    return [{ ...line.row, ...weight, ...amounts, ...given, void: null }];
  });
