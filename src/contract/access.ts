/** Capabilities and the roles that carry them. Code asks for a capability, never for a role. */

export const capabilities = [
  'view_financials',
  'view_inventory',
  'place_orders',
  'receive_orders',
  'count_stock',
  'manage_locations',
  'import_data',
  'manage_members',
  'manage_company',
  'close_periods',
  'manage_deliveries',
] as const;
export type Capability = (typeof capabilities)[number];

export const organizationRoles = ['owner', 'admin', 'member'] as const;
export type OrganizationRole = (typeof organizationRoles)[number];

export const companyRoles = ['manager', 'finance', 'buyer', 'staff', 'viewer'] as const;
export type CompanyRole = (typeof companyRoles)[number];

export const capabilityLabels: Readonly<Record<Capability, string>> = {
  view_financials: 'Financial viewing',
  view_inventory: 'Inventory viewing',
  place_orders: 'Place orders',
  receive_orders: 'Receive orders',
  count_stock: 'Count stock',
  manage_locations: 'Manage locations',
  import_data: 'Import data',
  manage_members: 'Manage members',
  manage_company: 'Manage company',
  close_periods: 'Close periods',
  manage_deliveries: 'Schedules and delivery',
};

const roleCapabilities: Readonly<Record<CompanyRole, readonly Capability[]>> = {
  manager: capabilities.filter((capability) => capability !== 'manage_members'),
  finance: ['view_financials', 'view_inventory', 'close_periods', 'manage_deliveries'],
  buyer: ['place_orders', 'receive_orders', 'view_inventory'],
  staff: ['receive_orders', 'count_stock'],
  viewer: ['view_inventory'],
};

export interface Membership {
  /** In the company's organization; null when not a member of it. */
  readonly organizationRole: OrganizationRole | null;
  /** In the company itself; null when not a member of it. */
  readonly companyRole: CompanyRole | null;
  readonly granted: readonly string[];
  readonly denied: readonly string[];
}

/**
 * What somebody may do in one company. Denied beats granted beats role; owners and admins of the organization have
 * everything in every company, and a denial in a company holds for an admin but never for an owner.
 */
export function effectiveCapabilities(membership: Membership): Capability[] {
  if (membership.organizationRole === 'owner') return [...capabilities];
  const fromRole =
    membership.organizationRole === 'admin'
      ? capabilities
      : membership.companyRole
        ? roleCapabilities[membership.companyRole]
        : [];
  return capabilities.filter(
    (capability) =>
      !membership.denied.includes(capability) &&
      (membership.granted.includes(capability) || fromRole.includes(capability)),
  );
}

/** `GET /api/v1/me`. */
export interface Me {
  user: { id: string; email: string; name: string };
  organizations: { id: string; name: string; role: OrganizationRole }[];
  companies: {
    id: string;
    organization_id: string;
    name: string;
    time_zone: string;
    currency: string;
    locale: string;
    /** Rises by one with each change of what reports can show; 0 while there is nothing. */
    data_version: number;
    role: CompanyRole | null;
    capabilities: Capability[];
  }[];
}
