/** Delivery locations and the short lists that pickers show. */

export interface DeliveryLocation {
  id: string;
  company_id: string;
  /** Unique in the company. */
  code: string;
  name: string;
  street: string | null;
  street_number: string | null;
  postal_code: string | null;
  city: string | null;
  region: string | null;
  country: string | null;
  /** The vendors' number for this place. */
  customer_number: string | null;
  instructions: string | null;
  storage_unit: { id: string; code: string; name: string } | null;
  archived_at: string | null;
  created_at: string;
  updated_at: string;
  /** Who changed it last; null when it came with an import. */
  updated_by: string | null;
  /** Named by an order, a delivery or an export: it can be archived, not deleted. */
  used: boolean;
  /** YYYY-MM-DD. */
  last_delivery_on: string | null;
  /** Delivered lines in the company's last full month. */
  lines_last_month: number;
}

/** One location, as `GET …/delivery-locations/{id}` answers it. */
export type DeliveryLocationDetails = DeliveryLocation & {
  /** Sent or confirmed orders that have not arrived in full; the first five numbers. */
  open_orders: { total: number; numbers: string[] };
};

export interface StorageUnitEntry {
  id: string;
  code: string;
  name: string;
  archived_at: string | null;
}

export interface VendorEntry {
  id: string;
  code: string;
  name: string;
  currency: string | null;
  archived_at: string | null;
}

export interface ItemEntry {
  id: string;
  code: string;
  name: string;
  category: string | null;
  base_unit: string;
  archived_at: string | null;
}
