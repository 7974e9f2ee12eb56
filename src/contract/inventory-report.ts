/**
 * The filters of the Inventory Report, by the keys they have in a query, in a job's `filters` and in the page's address.
 * Ranges are `<column key>_min` and `<column key>_max`, both included, as decimal text.
 */
export const movementTypes = ['receipt', 'issue', 'waste', 'adjustment', 'transfer_in', 'transfer_out'] as const;
export type MovementType = (typeof movementTypes)[number];

/** `active`: at least one movement in the period. Absent: both. */
export const activities = ['active', 'inactive'] as const;
export type Activity = (typeof activities)[number];

/** Column keys that can be narrowed to a range. */
export const rangeColumns = [
  'inventory_value',
  'unit_cost',
  'on_hand',
  'receipts',
  'issues',
  'waste',
  'adjustments',
] as const;
export type RangeColumn = (typeof rangeColumns)[number];

export type InventoryFilters = {
  /** Absent: all. What is on hand and what moved are then of these units alone. */
  storage_unit_ids?: string[];
  activity?: Activity;
  /** Part of an ingredient's name or code. */
  ingredient?: string;
  categories?: string[];
  /** Ingredients with at least one movement of one of these types in the period. */
  movement_types?: MovementType[];
} & { [range in `${RangeColumn}_${'min' | 'max'}`]?: string };
