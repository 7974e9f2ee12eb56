/** Every report there is, by type. */
import type { ReportType } from '#contract/reports.ts';
import type { ReportDefinition } from './definition.ts';
import { deliveryLocation } from './delivery-location.ts';
import { inventory } from './inventory.ts';
import { item } from './item.ts';
import { orderLines } from './order-lines.ts';
import { vendor } from './vendor.ts';

const definitions = new Map<ReportType, ReportDefinition>(
  [deliveryLocation, vendor, item, orderLines, inventory].map((report) => [report.type, report]),
);

export const allReports = (): ReportDefinition[] => [...definitions.values()];

/** Undefined for a type that is not offered (yet). */
export const findReport = (type: string): ReportDefinition | undefined => definitions.get(type as ReportType);
