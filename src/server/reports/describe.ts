/** A report as `GET /reports` names it, complete enough to build its page, the form of a dialog or a command from. */
import { dateBases, fileFormats, type ReportDescription, type ReportFilter } from '#contract/reports.ts';
import { figuresOf } from './comparison.ts';
import { contractOf, describedColumn, type FilterDefinition, nowhere, type ReportDefinition } from './definition.ts';
import { isIdList } from './id-lists.ts';
import { quantitiesOf } from './quantities.ts';

export function describe(definition: ReportDefinition): ReportDescription {
  const columns = definition.columns(nowhere);
  const { page } = definition;
  return {
    report_type: definition.type,
    type: definition.type,
    title: definition.title,
    slug: definition.slug,
    answers: definition.purpose.answers,
    use_when: definition.purpose.useWhen,
    contract: contractOf(definition),
    date_basis: definition.dateBasis,
    date_bases: definition.postingBasis ? dateBases : [],
    period_kind: definition.isAsOf ? 'as_of' : 'range',
    default_period: definition.defaultPeriod,
    default_ordering: page?.ordering ?? null,
    columns: columns.map((column) => ({ ...describedColumn(column), is_summed: column.sum !== undefined })),
    group_by: definition.groupBy,
    figures: figuresOf(definition, columns),
    current_figures: page?.currentFigures ?? [],
    filters: definition.filters.map((filter) => describeFilter(filter, definition.moneyFilters ?? [])),
    compares: definition.comparedBy ? 'rows' : 'totals',
    quantity_columns:
      quantitiesOf(definition)
        ?.columns(nowhere)
        .map(({ key }) => key) ?? null,
    formats: fileFormats,
  };
}

const listedAt = {
  location_list: 'delivery-locations',
  vendor_list: 'vendors',
  item_list: 'items',
  storage_unit_list: 'storage-units',
} as const;

function describeFilter(filter: FilterDefinition, moneyFilters: readonly string[]): ReportFilter {
  const { key, label, type, choices, bounds, valuesFrom } = filter;
  const listed = isIdList(type) ? listedAt[type] : valuesFrom;
  return {
    key,
    label,
    type,
    ...(choices && { choices }),
    ...(bounds && { bounds }),
    ...(listed && { values_from: `/api/v1/companies/{company_id}/${listed}` }),
    is_financial: moneyFilters.includes(key),
  };
}
