/** Reports by the names people know them by. */
import { reportNames } from './en/reports.ts';

const stockReports: ReadonlySet<string> = new Set([
  'inventory',
  'inventory_levels',
  'inventory_movements',
  'cost_of_goods',
]);

/** Reads stock, not deliveries. */
export const isStockReport = (type: string): boolean => stockReports.has(type);

/** A report the page does not know yet is called by its own type rather than not at all. */
export const reportName = (type: string): string => reportNames[type] ?? titled(type);

/** `some_new_report` -> `Some New Report`. */
const titled = (type: string): string =>
  type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

/** A value of a choice: `transfer_in` -> `Transfer in`. */
export const choiceName = (value: string): string => {
  const words = value.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A report of what was there at the end of its last day; the first day of its period changes nothing. */
export const isOfOneMoment = (type: string): boolean => type === 'inventory_levels';
