/** Rows of purchases for tests that say only what they are about: an order line, a receipt line, an invoice line. */
import { csv, type CsvRow, importFiles } from './import-files.ts';
import { askReport, type ReportSite } from './report-kitchen.ts';

export const places = {
  'storage_units.csv': csv([{ code: 'S', name: 'Cella' }]),
  'delivery_locations.csv': csv([
    { code: 'L', name: 'Küche', storage_unit_code: 'S' },
    { code: 'M', name: 'Бар', storage_unit_code: null },
  ]),
  'vendors.csv': csv([
    { code: 'A', name: 'Same', currency: 'EUR' },
    { code: 'B', name: 'Same', currency: 'JPY' },
  ]),
  'items.csv': csv([{ code: 'RIB', name: 'Ribeye', category: 'Meat', base_unit: 'lb' }]),
};
export const orderRow = (po_number: string, vendor_code: string, line_no: number, more: CsvRow = {}): CsvRow => ({
  po_number,
  vendor_code,
  delivery_location_code: 'L',
  status: 'sent',
  line_no,
  item_code: null,
  description: 'Thing',
  order_unit: 'case',
  units_per_order_unit: null,
  ordered_qty: 2,
  unit_price: '25',
  price_unit: null,
  price_units_per_order_unit: null,
  line_expected_on: null,
  line_delivery_location_code: null,
  void: null,
  ...more,
});
export const receiptRow = (receipt_number: string, po_number: string, line_no: number, more: CsvRow = {}): CsvRow => ({
  receipt_number,
  kind: 'receipt',
  po_number,
  vendor_code: null,
  line_no,
  lot: null,
  received_at: '2026-03-02',
  posted_at: null,
  document_number: null,
  received_qty: 2,
  price_quantity: null,
  unit_price: null,
  net_amount: null,
  tax_amount: null,
  void: null,
  ...more,
});
export const invoiceRow = (invoice_number: string, line_no: number, more: CsvRow = {}): CsvRow => ({
  vendor_code: 'A',
  invoice_number,
  kind: null,
  invoice_date: '2026-03-04',
  posted_on: null,
  po_number: null,
  delivery_location_code: 'L',
  line_no,
  description: 'Thing',
  quantity: 2,
  unit: 'case',
  unit_price: '25',
  prices_include_tax: null,
  tax_rate: null,
  void: null,
  ...more,
});
export const orders = (...rows: CsvRow[]) => ({ 'purchase_orders.csv': csv(rows) });
export const receipts = (...rows: CsvRow[]) => ({ 'receipts.csv': csv(rows) });
export const invoices = (...rows: CsvRow[]) => ({ 'invoices.csv': csv(rows) });
export const byText = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a).localeCompare(String(b), 'en');
export const march = { date_from: '2026-03-01', date_to: '2026-03-31' };

/** Two places, two vendors of one name, in EUR and JPY; what is sent, and what reports say of March 2026. */
export async function purchaseKitchen(site: ReportSite) {
  const { company, client } = await site.kitchen(places);
  const send = async (files: Record<string, string>, query = '') =>
    (await importFiles(client, company.id, files, query)).body;
  return {
    send,
    client,
    id: company.id,
    reasons: async (files: Record<string, string>, query = '') =>
      (await send(files, query)).errors?.map(({ row, column, reason }) => [row, column, reason]),
    report: (type: string, period = march) => askReport(client, type, { company_id: company.id, ...period }),
    nets: async () =>
      (await askReport(client, 'order_lines', { company_id: company.id, ...march })).results.map(
        ({ vendor_code, order_number, net, currency }) => [vendor_code, order_number, net, currency],
      ),
    rows: async (select: string) => (await site.pool.pool.query(select.replaceAll('$company', company.id))).rows,
  };
}
