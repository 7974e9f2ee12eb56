/** What a file says about itself besides its rows. */
import type { ControlTotals, ExportOptions, ReportDocument } from '#contract/reports.ts';
import {
  contractOf,
  dateBasisOf,
  describedColumn,
  type PartSource,
  type ReportDefinition,
  type ReportScope,
  shownColumns,
} from './definition.ts';
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
  const columns = shownColumns(definition, scope);
  // groups are those of leading columns: where others stand there, rows are not headed
  const isGrouped = definition.groupBy.every((key, at) => columns[at]?.key === key);
  return {
    reportType: definition.type,
    title: definition.title,
    columns: columns.map(describedColumn),
    contract: contractOf(definition),
    groupColumns: isGrouped ? definition.groupBy.map((_, at) => at) : [],
    sumColumns: columns.filter((column) => column.sum).map((column) => column.key),
    company: {
      id: scope.companyId,
      name: scope.companyName,
      timeZone: scope.timeZone,
      currency: scope.currency,
      locale: scope.locale,
    },
    period: { from: scope.from, to: scope.to, isAsOf: definition.isAsOf ?? false },
    dateBasis: dateBasisOf(definition, scope),
    filters: [
      ...(await filtersInWords(definition, scope, source)),
      ...((await definition.facts?.(scope, facts.snapshotAt, source)) ?? []),
    ],
    ...facts,
  };
}

/** The document with its totals; without groups where its columns have none. */
export const withTotals = (document: ReportDocument, totals: ControlTotals): ReportDocument => ({
  ...document,
  totals: document.groupColumns.length > 0 ? totals : { ...totals, groups: [] },
});

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
