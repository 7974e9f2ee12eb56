/** Reports and formats by the names people know them by. */
import type { FileFormat, ReportType } from '#contract/reports.ts';

export const reportNames: Readonly<Record<ReportType, string>> = {
  delivery_location: 'Purchase Orders',
  vendor: 'Vendor spend',
  item: 'Item purchases',
  order_lines: 'Order lines',
  receiving_variance: 'Receiving variance',
  inventory: 'Inventory',
  inventory_levels: 'Stock levels',
  inventory_movements: 'Inventory movements',
  price_changes: 'Price changes',
  cost_of_goods: 'Cost of goods',
  three_way: 'Three-way match',
};

const stockReports: ReadonlySet<ReportType> = new Set([
  'inventory',
  'inventory_levels',
  'inventory_movements',
  'cost_of_goods',
]);

/** Reads stock, not deliveries. */
export const isStockReport = (type: ReportType): boolean => stockReports.has(type);

export const formatNames: Readonly<Record<FileFormat, string>> = { csv: 'CSV', pdf: 'PDF', xlsx: 'XLSX' };

/** A report or format the page does not know yet is shown by its own name rather than not at all. */
export const reportName = (type: ReportType): string => reportNames[type] ?? (type as string).replaceAll('_', ' ');
export const formatName = (format: FileFormat): string => formatNames[format] ?? (format as string).toUpperCase();

/** A report of what was there at the end of its last day; the first day of its period changes nothing. */
export const isOfOneMoment = (type: string): boolean => type === 'inventory_levels';
