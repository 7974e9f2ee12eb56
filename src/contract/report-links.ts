/** Addresses on the page that lead to the rows of a report. */
import type { ReportType } from './reports.ts';

/** `/reports/order_lines?company=1&date_from=…`: what is empty is left out. */
export function reportLink(
  report: ReportType,
  companyId: string,
  search: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries({ company: companyId, ...search }).flatMap(([name, text]) =>
    text ? [[name, text] as [string, string]] : [],
  );
  return `/reports/${report}?${new URLSearchParams(given).toString()}`;
}
