/** What a file says about itself besides its rows, and what it is called. */
import type { ControlTotals, ExportOptions, FileFormat, ReportDocument } from '#contract/reports.ts';
import { describedColumn, type PartSource, type ReportDefinition, type ReportScope } from './definition.ts';
import { isIdList, namesOf } from './id-lists.ts';

export interface DocumentFacts {
  readonly requestedBy: string;
  /** RFC 3339. */
  readonly snapshotAt: string;
  readonly totals: ControlTotals;
  readonly options: ExportOptions;
}

export async function documentOf(
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
  facts: DocumentFacts,
): Promise<ReportDocument> {
  const columns = definition.columns(scope);
  return {
    reportType: definition.type,
    title: definition.title,
    columns: columns.map(describedColumn),
    groupColumns: definition.groupBy.map((key) => columns.findIndex((column) => column.key === key)),
    sumColumns: columns.filter((column) => column.sum).map((column) => column.key),
    company: {
      id: scope.companyId,
      name: scope.companyName,
      timeZone: scope.timeZone,
      currency: scope.currency,
      locale: scope.locale,
    },
    period: { from: scope.from, to: scope.to, isAsOf: definition.isAsOf ?? false },
    dateBasis: definition.dateBasis,
    filters: [
      ...(await filtersInWords(definition, scope, source)),
      ...(definition.facts?.(scope, facts.snapshotAt) ?? []),
    ],
    ...facts,
  };
}

async function filtersInWords(
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
): Promise<{ label: string; value: string }[]> {
  const words: { label: string; value: string }[] = [];
  for (const { key, label, type } of definition.filters) {
    const chosen = scope.filters[key];
    if (chosen === undefined) {
      if (type === 'location_list') words.push({ label, value: 'All' });
    } else if (isIdList(type)) {
      words.push({ label, value: await namesOf(source, scope.companyId, type, chosen as string[]) });
    } else words.push({ label, value: [chosen as string | string[]].flat().join(', ') });
  }
  return words;
}

/** Letters and digits of any script, in lower case, joined by hyphens: safe on every system. */
export function slug(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/ß/g, 'ss')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'company'
  );
}

/**
 * `purchase-orders_harbour-grill-hamburg_2026-10-01_2026-10-31`, without an extension; with filters also the one place
 * chosen (`_main-kitchen`) or how many (`_2-storage-units`), and `_filtered` for any other.
 */
export async function fileStem(definition: ReportDefinition, scope: ReportScope, source: PartSource): Promise<string> {
  const parts = [definition.slug, slug(scope.companyName), scope.from, scope.to];
  let isFiltered = false;
  for (const { key, label, type } of definition.filters) {
    const chosen = scope.filters[key];
    if (chosen === undefined) continue;
    if (type === 'location_list' || type === 'storage_unit_list') {
      const ids = chosen as string[];
      const name = ids.length === 1 ? await namesOf(source, scope.companyId, type, ids) : `${ids.length} ${label}`;
      parts.push(slug(name));
    } else isFiltered = true;
  }
  return [...parts, ...(isFiltered ? ['filtered'] : [])].join('_');
}

/** Of the ZIP: two formats of one question are two files in a folder of downloads. */
export const zipName = (stem: string, format: FileFormat, { csv_dialect }: ExportOptions): string =>
  `${stem}_${format}${format === 'csv' && csv_dialect === 'spreadsheets' ? '-for-spreadsheets' : ''}.zip`;
