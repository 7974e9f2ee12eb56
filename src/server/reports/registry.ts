/** Every report there is, by type. */
import type { ReportType } from '#contract/reports.ts';
import type { ReportDefinition } from './definition.ts';
import { deliveryLocation } from './delivery-location.ts';

const definitions = new Map<ReportType, ReportDefinition>([deliveryLocation].map((report) => [report.type, report]));

export const defaultReportType: ReportType = 'delivery_location';

export const allReports = (): ReportDefinition[] => [...definitions.values()];

/** Undefined for a type that is not offered (yet). */
export const findReport = (type: string): ReportDefinition | undefined => definitions.get(type as ReportType);
