/** The kinds of file, in the order in which they are applied. */
import { deliveryLocations } from './delivery-locations.ts';
import { invoices } from './invoices.ts';
import { items } from './items.ts';
import { fileNameOf, type ImportKind } from './kind.ts';
import { purchaseOrders } from './purchase-orders.ts';
import { receipts } from './receipts.ts';
import { stockCounts } from './stock-counts.ts';
import { stockMovements } from './stock-movements.ts';
import { storageUnits } from './storage-units.ts';
import { vendorItems } from './vendor-items.ts';
import { vendors } from './vendors.ts';

export const importKinds: readonly ImportKind[] = [
  storageUnits,
  deliveryLocations,
  vendors,
  items,
  vendorItems,
  purchaseOrders,
  receipts,
  invoices,
  stockMovements,
  stockCounts,
];

/** By the file's name, upper and lower case alike; undefined for any other. */
export const kindOfFile = (name: string): ImportKind | undefined =>
  importKinds.find((kind) => fileNameOf(kind.name) === name.toLowerCase());
