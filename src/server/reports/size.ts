/** How large a report is expected to be, in a snapshot, and what follows: stretches it is read in, and the refusal of what is too long. */
import { addDays, daysIn } from '#contract/calendar.ts';
import { type Making, overLimitSentence } from '#contract/formats.ts';
import type { FileFormat } from '#contract/reports.ts';
import { ProductError } from '#contract/errors.ts';
import type { PartSource, ReportDefinition, ReportScope } from './definition.ts';

export const explained = (definition: ReportDefinition, scope: ReportScope): string =>
  `EXPLAIN (FORMAT JSON) SELECT 1 ${definition.table(scope).from}`;

export type Plan = readonly [{ readonly Plan: { readonly 'Plan Rows': number } }];

/** The planner's estimate; good to choose stretches by, not to print. */
export async function estimateRowsIn(
  source: PartSource,
  definition: ReportDefinition,
  scope: ReportScope,
): Promise<number> {
  const [row] = await source(explained(definition, scope));
  return (JSON.parse(row?.['QUERY PLAN'] ?? '[{"Plan":{"Plan Rows":0}}]') as Plan)[0].Plan['Plan Rows'];
}

/** The refusal of a file that would hold more rows than its format takes. */
export const tooManyRows = (format: FileFormat, rowsMax: number, making: Making): ProductError =>
  new ProductError('row_limit_exceeded', overLimitSentence(format, rowsMax, making), {
    fields: [{ field: 'file_format', message: `${format} holds at most ${rowsMax} rows` }],
  });

/** The period cut into stretches of days with about `rowsMax` rows each, if `rows` are spread evenly over it. */
export function daysInStretches(
  { from, to }: Pick<ReportScope, 'from' | 'to'>,
  rows: number,
  rowsMax: number,
): { readonly from: string; readonly to: string }[] {
  const days = daysIn(from, to);
  const step = Math.min(days, Math.max(1, Math.floor((days * rowsMax) / Math.max(rows, 1))));
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => {
    const start = addDays(from, index * step);
    const end = addDays(start, step - 1);
    return { from: start, to: end < to ? end : to };
  });
}
