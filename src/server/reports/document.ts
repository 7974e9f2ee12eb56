/** What a file says about itself besides its rows, and what it is called. */
import type { ControlTotals, ExportOptions, ReportDocument } from '#contract/reports.ts';
import type { PartSource, ReportDefinition, ReportScope } from './definition.ts';
import { value } from './definition.ts';

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
    columns: columns.map(({ key, label, type }) => ({ key, label, type })),
    groupColumns: definition.groupBy.map((key) => columns.findIndex((column) => column.key === key)),
    sumColumns: columns.filter((column) => column.sum).map((column) => column.key),
    company: {
      id: scope.companyId,
      name: scope.companyName,
      timeZone: scope.timeZone,
      currency: scope.currency,
      locale: scope.locale,
    },
    period: { from: scope.from, to: scope.to },
    filters: await filtersInWords(definition, scope, source),
    ...facts,
  };
}

const namesMax = 12;

async function filtersInWords(
  definition: ReportDefinition,
  scope: ReportScope,
  source: PartSource,
): Promise<{ label: string; value: string }[]> {
  const words: { label: string; value: string }[] = [];
  for (const filter of definition.filters) {
    const chosen = scope.filters[filter.key];
    if (filter.type === 'location_list') words.push({ label: filter.label, value: await locationNames(scope, source) });
    else if (chosen !== undefined)
      words.push({ label: filter.label, value: Array.isArray(chosen) ? chosen.join(', ') : String(chosen) });
  }
  return words;
}

async function locationNames(scope: ReportScope, source: PartSource): Promise<string> {
  if (scope.locationIds === null) return 'All';
  const rows = await source(
    `SELECT name FROM delivery_locations WHERE company_id = ${value(scope.companyId)}
       AND id IN (${scope.locationIds.map((id) => BigInt(id).toString()).join(', ') || '0'}) ORDER BY name COLLATE "und-x-icu"`,
  );
  const names = rows.map((row) => row['name'] ?? '');
  return names.length > namesMax
    ? `${names.slice(0, namesMax).join(', ')} and ${names.length - namesMax} more`
    : names.join(', ');
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

/** `purchase-orders_harbour-grill-hamburg_2026-10-01_2026-10-31`, without an extension. */
export const fileStem = (definition: ReportDefinition, scope: ReportScope): string =>
  `${definition.slug}_${slug(scope.companyName)}_${scope.from}_${scope.to}`;
