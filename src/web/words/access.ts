/** Roles and capabilities in words: short for column heads, longer where somebody chooses. */
import type { Capability, CompanyRole, OrganizationRole } from '#contract/access.ts';

export const roleNames: Readonly<Record<CompanyRole, string>> = {
  manager: 'Manager',
  finance: 'Finance',
  buyer: 'Buyer',
  staff: 'Staff',
  viewer: 'Viewer',
};

export const organizationRoleNames: Readonly<Record<OrganizationRole, string>> = {
  owner: 'Owner',
  admin: 'Administrator',
  member: 'Member',
};

/** For the head of a narrow column. */
export const shortCapabilityNames: Readonly<Record<Capability, string>> = {
  view_financials: 'Financial viewing',
  view_inventory: 'Inventory',
  place_orders: 'Place orders',
  receive_orders: 'Receive',
  count_stock: 'Count stock',
  manage_locations: 'Locations',
  import_data: 'Import',
  manage_members: 'Members',
  manage_company: 'Company',
  close_periods: 'Close',
  manage_deliveries: 'Deliveries',
};

export const capabilityHints: Partial<Record<Capability, string>> = {
  view_financials: 'prices, totals, exports',
  view_inventory: 'quantities in stock',
  import_data: 'orders, receipts, stock',
  manage_company: 'name, zone, currency',
  close_periods: 'days that stay as they are',
  manage_deliveries: 'schedules, destinations',
};
