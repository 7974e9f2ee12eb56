/**
 * What a row of each report is, for comparing two versions of it: by what it is the same row, which columns say so to a
 * person, which are mere wording, and which money its difference is. Rows of reports that are compared between periods
 * are what they are there (`comparedBy`); rows of single events are the event.
 */
import type { JobType } from '#contract/export-jobs.ts';
import type { ReportType } from '#contract/reports.ts';
import type { ReportDefinition, Sql } from './definition.ts';

/** What a change of a table can do to a report of a period. */
type Reach = 'period' | 'until' | 'any';

interface RowTraits {
  readonly event?: readonly Sql[];
  /** Column keys. */
  readonly key: readonly string[];
  /** Text that nothing is grouped or totalled by. */
  readonly wording: readonly string[];
  /** Of the present, whatever the period: another value changes no line. */
  readonly present?: readonly string[];
  /** Columns whose amounts make up the difference, some with a sign of their own. */
  readonly net: readonly string[];
  readonly less?: readonly string[];
  readonly tax?: readonly string[];
  /** Tables that it is made of. */
  readonly reads: Readonly<Partial<Record<string, Reach>>>;
  /** Where only some rows can have changed: their ids, from what was written between two versions. */
  readonly changed?: {
    readonly id: Sql;
    readonly by: readonly (readonly [table: string, lines: (written: Sql) => Sql])[];
  };
}

const names = { vendors: 'any', delivery_locations: 'any', items: 'any', companies: 'any' } as const;
const stock = {
  stock_movements: 'until',
  stock_snapshots: 'until',
  items: 'any',
  storage_units: 'any',
  companies: 'any',
} as const;

/** Lines, by what they are made of; names are not among it: who is renamed, is so everywhere. */
const lines = (where: Sql): Sql => `SELECT w.id FROM receipt_lines w WHERE ${where}`;
const linesOf = {
  receipt_lines: (written: Sql): Sql => written,
  receipts: (written: Sql): Sql => lines(`w.receipt_id IN (${written})`),
  purchase_order_lines: (written: Sql): Sql => lines(`w.po_line_id IN (${written})`),
  purchase_orders: (written: Sql): Sql =>
    lines(`w.receipt_id IN (SELECT d.id FROM receipts d WHERE d.purchase_order_id IN (${written}))`),
};

export const rowTraits: Readonly<Record<ReportType, RowTraits>> = {
  delivery_location: {
    event: ['r.id'],
    key: ['delivery_location', 'delivery_date', 'vendor', 'order_number', 'article_number'],
    wording: ['product', 'category'],
    net: ['total_price'],
    tax: ['tax'],
    // documents by their posting day
    reads: { receipt_lines: 'period', receipts: 'any', vendors: 'any', delivery_locations: 'any' },
    changed: {
      id: 'r.id',
      by: [
        ['receipt_lines', linesOf.receipt_lines],
        ['receipts', linesOf.receipts],
      ],
    },
  },
  order_lines: {
    event: ['r.id'],
    key: ['delivery_location', 'delivery_date', 'vendor', 'order_number', 'line', 'receipt_number', 'article_number'],
    wording: ['product', 'category', 'note', 'customer_number'],
    net: ['net'],
    tax: ['tax'],
    reads: { receipt_lines: 'period', receipts: 'any', purchase_orders: 'any', purchase_order_lines: 'any', ...names },
    changed: {
      id: 'r.id',
      by: [
        ['receipt_lines', linesOf.receipt_lines],
        ['receipts', linesOf.receipts],
        ['purchase_order_lines', linesOf.purchase_order_lines],
        ['purchase_orders', linesOf.purchase_orders],
      ],
    },
  },
  vendor: {
    key: ['vendor', 'vendor_code', 'currency'],
    wording: [],
    net: ['net_purchases', 'returns', 'credits', 'charges'],
    tax: ['tax'],
    reads: { receipt_lines: 'period', receipts: 'any', vendors: 'any' },
  },
  item: {
    key: ['category', 'item_code', 'item', 'currency'],
    wording: [],
    net: ['net_purchases'],
    reads: { receipt_lines: 'period', receipts: 'any', ...names },
  },
  receiving_variance: {
    event: ['p.id'],
    key: ['location', 'vendor', 'order', 'article'],
    wording: ['product'],
    net: ['variance_value', 'price_variance'],
    reads: { receipt_lines: 'any', purchase_orders: 'any', purchase_order_lines: 'any', ...names },
  },
  inventory: {
    key: ['item_code', 'ingredient'],
    wording: ['ingredient', 'category'],
    present: ['on_hand', 'unit_cost', 'inventory_value'],
    net: ['receipts', 'adjustments', 'transfers_in'],
    less: ['issues', 'waste', 'transfers_out'],
    reads: { ...stock, stock_movements: 'period', stock_snapshots: undefined },
  },
  inventory_levels: {
    key: ['storage_unit', 'item_code', 'ingredient'],
    wording: ['ingredient', 'category'],
    net: ['value'],
    reads: { ...stock, stock_counts: 'until' },
  },
  inventory_movements: {
    event: ['u.id', 'i.id', 'm.place', 'm.id'],
    key: ['date', 'storage_unit', 'item_code', 'ingredient', 'type'],
    wording: ['ingredient', 'source', 'note'],
    net: ['value'],
    reads: stock,
  },
  price_changes: {
    key: ['vendor', 'article_number', 'unit', 'currency'],
    wording: ['product'],
    net: ['effect'],
    reads: { receipt_lines: 'period', receipts: 'any', vendors: 'any' },
  },
  cost_of_goods: {
    key: ['category', 'item_code', 'item'],
    wording: ['item'],
    net: ['actual_usage_value'],
    reads: { ...stock, stock_counts: 'until' },
  },
  three_way: {
    event: ['s.key'],
    key: ['location', 'vendor', 'order_number', 'line', 'article_number'],
    wording: ['product'],
    net: ['invoiced_less_received'],
    reads: {
      receipt_lines: 'any',
      purchase_orders: 'any',
      purchase_order_lines: 'any',
      invoices: 'any',
      invoice_lines: 'any',
      ...names,
    },
  },
};

/** Tables whose rows are the report's rows, so that each says itself who wrote it last. */
export const writtenRows: Readonly<Partial<Record<ReportType, string>>> = {
  delivery_location: 'receipt_lines',
  order_lines: 'receipt_lines',
  receiving_variance: 'purchase_order_lines',
  inventory_movements: 'stock_movements',
};

/** By which a row of either version is the same. */
export const rowIdentity = (definition: ReportDefinition): readonly Sql[] =>
  rowTraits[definition.type].event ?? definition.comparedBy ?? [];

/** Of what a job is of; a pack has no rows of its own, and is never asked. */
export const traitsOf = (type: JobType): RowTraits => rowTraits[type as ReportType];
