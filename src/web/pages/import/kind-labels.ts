/** What the rows of each file are called. */
import type { ImportKindName } from '#contract/imports.ts';

export const kindLabels: Readonly<Record<ImportKindName, string>> = {
  storage_units: 'Storage units',
  delivery_locations: 'Delivery locations',
  vendors: 'Vendors',
  items: 'Ingredients',
  vendor_items: 'Vendor articles',
  purchase_orders: 'Order lines',
  receipts: 'Receipt lines',
  invoices: 'Invoice lines',
  stock_movements: 'Stock movements',
  stock_counts: 'Stock counts',
};
