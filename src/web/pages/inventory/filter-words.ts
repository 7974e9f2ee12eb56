/** The filters of Inventory in words, and which of them the report offers. */
import { useQuery } from '@tanstack/react-query';
import type { Activity, MovementType, RangeColumn } from '#contract/inventory-report.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { useMay } from '#web/frame/company-context.tsx';
import { moneyColumns } from './search.ts';

export const activityNames: Readonly<Record<Activity, string>> = { active: 'Active', inactive: 'Inactive' };

export const movementNames: Readonly<Record<MovementType, string>> = {
  receipt: 'Receipt',
  issue: 'Issue',
  waste: 'Waste',
  adjustment: 'Adjustment',
  transfer_in: 'Transfer in',
  transfer_out: 'Transfer out',
};

export const rangeNames: Readonly<Record<RangeColumn, string>> = {
  inventory_value: 'Inventory value',
  unit_cost: 'Unit cost',
  on_hand: 'On hand',
  receipts: 'Receipts',
  issues: 'Issues',
  waste: 'Waste',
  adjustments: 'Adjustments',
};

/** Beside the name: what the numbers count. */
export function rangeUnit(column: RangeColumn, currency: string): string {
  if (column === 'inventory_value' || column === 'unit_cost') return currency;
  return column === 'adjustments' ? 'base unit, with sign' : 'base unit';
}

/** What the report can be narrowed by, as the server says; everything while that is not known. By amounts only where they are seen. */
export function useOffered(): (filter: string) => boolean {
  const { data } = useQuery(reportListQuery);
  const withMoney = useMay('view_financials');
  const filters = data?.results.find(({ type }) => type === 'inventory')?.filters;
  return (filter) =>
    (withMoney || !moneyColumns.some((column) => filter.startsWith(column))) &&
    (filters?.some(({ key }) => key === filter) ?? true);
}
