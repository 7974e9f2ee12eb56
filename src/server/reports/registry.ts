/** Every report there is, by type, in the order in which they are listed. */
import type { ReportType } from '#contract/reports.ts';
import { costOfGoods } from './cost-of-goods.ts';
import type { ReportDefinition } from './definition.ts';
import { deliveryLocation } from './delivery-location.ts';
import { inventoryLevels } from './inventory-levels.ts';
import { inventoryMovements } from './inventory-movements.ts';
import { inventory } from './inventory.ts';
import { item } from './item.ts';
import { orderLines } from './order-lines.ts';
import { priceChanges } from './price-changes.ts';
import { receivingVariance } from './receiving-variance.ts';
import { threeWay } from './three-way.ts';
import { vendor } from './vendor.ts';

const definitions = new Map<ReportType, ReportDefinition>(
  [
    deliveryLocation,
    vendor,
    item,
    orderLines,
    receivingVariance,
    inventory,
    inventoryLevels,
    inventoryMovements,
    priceChanges,
    costOfGoods,
    threeWay,
  ].map((report) => [report.type, report]),
);

export const allReports = (): ReportDefinition[] => [...definitions.values()];

/** Undefined for a type that is not offered. */
export const findReport = (type: string): ReportDefinition | undefined => definitions.get(type as ReportType);
