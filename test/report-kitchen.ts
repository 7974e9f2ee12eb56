/**
 * A kitchen small enough to be worked out by hand: one set of files for purchases, one for stock, imported as anybody
 * would. What the reports must say of it stands in their tests.
 */
import { importRoutes } from '#server/imports/routes.ts';
import { reportRoutes } from '#server/reports/routes.ts';
import { type Client, startTestApp, type TestApp, type TestCompany } from './http.ts';
import { type CsvFiles, type CsvRow, csv, importFiles } from './import-files.ts';

export interface ReportRows {
  readonly results: readonly Readonly<Record<string, string | null>>[];
  readonly total: number;
  readonly totals: readonly Readonly<Record<string, string | number>>[];
  readonly groups: readonly Readonly<Record<string, string | number>>[];
  readonly date_from: string;
  readonly date_to: string;
}

export interface ReportSite extends TestApp {
  /** A company with these files in it, and somebody who may see and import everything there. */
  kitchen(
    files: CsvFiles,
    options?: { currency?: string; timeZone?: string; query?: string },
  ): Promise<{ company: TestCompany; client: Client; ids: (table: string, name: string) => Promise<string> }>;
}

export async function startReportSite(): Promise<ReportSite> {
  const site = await startTestApp((app, { pool }) => {
    reportRoutes(app, {
      pool,
      reportsPool: pool,
      downloadsPool: pool,
      rowLimits: { direct: { pdf: 10_000 }, background: { pdf: 100_000 } },
    });
    importRoutes(app, { pool });
  });
  return {
    ...site,
    async kitchen(files, { query = '', ...values } = {}) {
      const company = await site.company(values);
      const { client } = await site.member(company, 'manager');
      const { status, body } = await importFiles(client, company.id, files, query);
      if (status !== 200) throw new Error(JSON.stringify(body));
      return {
        company,
        client,
        ids: async (table, name) => {
          const { rows } = await site.pool.pool.query<{ id: string }>(
            `SELECT id FROM ${table} WHERE company_id = $1 AND name = $2`,
            [company.id, name],
          );
          return rows[0]?.id ?? '';
        },
      };
    },
  };
}

/** A page that holds all rows of a small report. */
export async function askReport(
  client: Client,
  type: string,
  query: Readonly<Record<string, string>>,
): Promise<ReportRows> {
  const search = new URLSearchParams({ page_size: '200', ...query }).toString();
  const { status, body } = await client.get<ReportRows>(`/api/v1/reports/${type}?${search}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** Rows as lists of cells in column order, nothing as ''. */
export const cellsOfRows = ({ results }: ReportRows): string[][] =>
  results.map((row) => Object.values(row).map((cell) => cell ?? ''));

const places = {
  'storage_units.csv': csv([
    { code: 'COLD', name: 'Cold Store' },
    { code: 'BAR', name: 'Bar Cellar' },
  ]),
  'delivery_locations.csv': csv([
    { code: 'MK', name: 'Main Kitchen', customer_number: 'C-1', storage_unit_code: 'COLD' },
    { code: 'BA', name: 'Bar', customer_number: null, storage_unit_code: 'BAR' },
  ]),
};

const orderLine = (po: string, line: number, values: CsvRow): CsvRow => ({
  po_number: po,
  line_no: line,
  line_type: 'item',
  article_number: null,
  units_per_order_unit: null,
  tax_rate: '0.07',
  ...values,
});

/** Orders, as all their lines repeat them. */
const orders = {
  'PO-1': { vendor_code: 'NK', delivery_location_code: 'MK', status: 'received', expected_on: '2026-03-02' },
  'PO-2': { vendor_code: 'NK', delivery_location_code: 'MK', status: 'received', expected_on: '2026-03-09' },
  'PO-3': { vendor_code: 'EF', delivery_location_code: 'BA', status: 'partially_received', expected_on: '2026-03-10' },
  'PO-4': { vendor_code: 'NK', delivery_location_code: 'MK', status: 'cancelled', expected_on: '2026-03-11' },
  'PO-5': { vendor_code: 'NK', delivery_location_code: 'MK', status: 'sent', expected_on: '2026-03-12' },
  'PO-6': { vendor_code: 'NK', delivery_location_code: 'BA', status: 'received', expected_on: '2026-03-13' },
  'PO-7': { vendor_code: 'NK', delivery_location_code: 'MK', status: 'draft', expected_on: '2026-03-14' },
};
const tomatoes = { article_number: '007', description: 'Tomatoes, box', order_unit: 'box', units_per_order_unit: 6 };
const oil = { article_number: 'OIL-5', description: 'Olive oil, can', order_unit: 'can', units_per_order_unit: 5 };

const lines: readonly CsvRow[] = [
  orderLine('PO-1', 1, { ...tomatoes, ordered_qty: 10, unit_price: '12.00' }),
  orderLine('PO-1', 2, {
    article_number: '0042',
    description: 'Truffle',
    order_unit: 'jar',
    ordered_qty: 2,
    unit_price: '30',
    tax_rate: '0.19',
  }),
  orderLine('PO-1', 3, {
    line_type: 'freight',
    description: 'Delivery',
    order_unit: 'trip',
    ordered_qty: 1,
    unit_price: '9.90',
    tax_rate: '0.19',
  }),
  orderLine('PO-1', 4, { ...oil, ordered_qty: 4, unit_price: '44.50' }),
  orderLine('PO-2', 1, { ...tomatoes, ordered_qty: 10, unit_price: '13.00' }),
  orderLine('PO-3', 1, {
    article_number: 'T-1',
    description: 'Tomatoes, loose',
    order_unit: 'kg',
    ordered_qty: 20,
    unit_price: '2.50',
  }),
  orderLine('PO-3', 2, { description: 'Cod', order_unit: 'kg', ordered_qty: 5, unit_price: '14.00' }),
  orderLine('PO-4', 1, { ...tomatoes, ordered_qty: 5, unit_price: '13.00' }),
  orderLine('PO-5', 1, { ...tomatoes, ordered_qty: 8, unit_price: '13.00' }),
  orderLine('PO-6', 1, { ...oil, ordered_qty: 3, unit_price: '50.00' }),
  orderLine('PO-7', 1, { ...tomatoes, ordered_qty: 1, unit_price: '13.00' }),
];

const receipt = (number: string, kind: string, po: string, line: number, at: string, values: CsvRow): CsvRow => ({
  receipt_number: number,
  kind,
  po_number: po,
  line_no: line,
  received_at: at,
  posted_at: null,
  document_number: `INV-${number}`,
  rejected_qty: null,
  unit_price: null,
  net_amount: null,
  note: null,
  ...values,
});

/**
 * March 2026: a refused box, an over-delivery whose invoice is 50 cents off, a short delivery at a higher price, freight,
 * an article without an ingredient, a return, a credit, an order in USD, and orders that never came.
 */
export const purchases: CsvFiles = {
  ...places,
  'vendors.csv': csv([
    { code: 'NK', name: 'Nordkai', currency: 'EUR' },
    { code: 'EF', name: 'Elbe Fish', currency: 'EUR' },
  ]),
  'items.csv': csv([
    { code: 'TOM', name: 'Tomatoes', category: 'Produce', base_unit: 'kg' },
    { code: 'OIL', name: 'Olive oil', category: 'Dry goods', base_unit: 'L' },
  ]),
  'vendor_items.csv': csv([
    {
      vendor_code: 'NK',
      article_number: '007',
      item_code: 'TOM',
      name: 'Tomatoes, box',
      order_unit: 'box',
      units_per_order_unit: 6,
    },
    {
      vendor_code: 'NK',
      article_number: 'OIL-5',
      item_code: 'OIL',
      name: 'Olive oil, can',
      order_unit: 'can',
      units_per_order_unit: 5,
    },
    {
      vendor_code: 'NK',
      article_number: '0042',
      item_code: null,
      name: 'Truffle',
      order_unit: 'jar',
      units_per_order_unit: null,
    },
    {
      vendor_code: 'EF',
      article_number: 'T-1',
      item_code: 'TOM',
      name: 'Tomatoes, loose',
      order_unit: 'kg',
      units_per_order_unit: 1,
    },
  ]),
  'purchase_orders.csv': csv(
    lines.map((line) => ({
      ...line,
      ...orders[line['po_number'] as keyof typeof orders],
      ordered_at: line['po_number'] === 'PO-7' ? null : '2026-02-27',
      currency: line['po_number'] === 'PO-6' ? 'USD' : 'EUR',
    })),
  ),
  'receipts.csv': csv([
    receipt('R1', 'receipt', 'PO-1', 1, '2026-03-02T07:40:00+01:00', {
      received_qty: 10,
      rejected_qty: 1,
      posted_at: '2026-03-03',
      note: 'One box crushed',
    }),
    receipt('R1', 'receipt', 'PO-1', 2, '2026-03-02T07:40:00+01:00', { received_qty: 2, posted_at: '2026-03-03' }),
    receipt('R1', 'receipt', 'PO-1', 3, '2026-03-02T07:40:00+01:00', { received_qty: 1, posted_at: '2026-03-03' }),
    receipt('R1', 'receipt', 'PO-1', 4, '2026-03-02T07:40:00+01:00', {
      received_qty: 5,
      net_amount: '222.00',
      posted_at: '2026-03-03',
    }),
    receipt('R2', 'receipt', 'PO-2', 1, '2026-03-09', { received_qty: 8, unit_price: '13.50' }),
    receipt('R3', 'receipt', 'PO-3', 1, '2026-03-11', { received_qty: 20 }),
    receipt('RT1', 'return', 'PO-1', 1, '2026-03-05', { received_qty: -2 }),
    receipt('CR1', 'credit', 'PO-1', 4, '2026-03-20', { received_qty: 0, net_amount: '-10.00' }),
    receipt('R6', 'receipt', 'PO-6', 1, '2026-03-13', { received_qty: 3 }),
  ]),
};

const movement = (
  id: string,
  unit: string,
  item: string,
  kind: string,
  at: string,
  qty: number,
  cost: string | null,
): CsvRow => ({
  movement_id: id,
  storage_unit_code: unit,
  item_code: item,
  kind,
  occurred_at: at,
  qty,
  unit: item === 'OIL' ? 'L' : 'kg',
  unit_cost: cost,
  source_type: id === 'M3' ? 'recipe' : null,
  source_ref: id === 'M3' ? 'R-88' : null,
  note: id === 'M4' ? 'Spoiled' : null,
});

/**
 * Tomatoes at 2.00 and 3.00, used, wasted, moved to the bar, sent back and counted; oil that begins at its standard cost;
 * salt that never moved. One issue lies in the night the clocks go forward.
 */
export const stock: CsvFiles = {
  ...places,
  'items.csv': csv([
    { code: 'TOM', name: 'Tomatoes', category: 'Produce', base_unit: 'kg', standard_cost: null },
    { code: 'OIL', name: 'Olive oil', category: 'Dry goods', base_unit: 'L', standard_cost: '9.00' },
    { code: 'SALT', name: 'Salt', category: null, base_unit: 'kg', standard_cost: null },
  ]),
  'stock_movements.csv': csv([
    movement('M1', 'COLD', 'TOM', 'RECEIPT', '2026-03-01T08:00:00+01:00', 10, '2.00'),
    movement('M2', 'COLD', 'TOM', 'RECEIPT', '2026-03-02T08:00:00+01:00', 10, '3.00'),
    movement('M3', 'COLD', 'TOM', 'ISSUE', '2026-03-02T22:00:00+01:00', -4, null),
    movement('M4', 'COLD', 'TOM', 'WASTE', '2026-03-03', -1, null),
    movement('M5', 'COLD', 'TOM', 'TRANSFER_OUT', '2026-03-04T10:00:00+01:00', -5, null),
    movement('M6', 'BAR', 'TOM', 'TRANSFER_IN', '2026-03-04T10:00:00+01:00', 5, '2.50'),
    movement('M7', 'COLD', 'TOM', 'RECEIPT', '2026-03-05T08:00:00+01:00', -2, '3.00'),
    movement('M8', 'BAR', 'TOM', 'ISSUE', '2026-03-07T23:30:00+01:00', -1, null),
    movement('M9', 'COLD', 'OIL', 'ADJUSTMENT', '2026-03-01', 6, null),
    movement('M10', 'COLD', 'OIL', 'RECEIPT', '2026-03-08T09:00:00+01:00', 2, '11.00'),
    movement('M11', 'BAR', 'TOM', 'ISSUE', '2026-03-29T03:30:00+02:00', -0.5, null),
  ]),
  'stock_counts.csv': csv([
    {
      count_ref: 'C1',
      storage_unit_code: 'COLD',
      item_code: 'TOM',
      counted_at: '2026-03-06',
      counted_qty: 7.5,
      unit: 'kg',
    },
  ]),
};
