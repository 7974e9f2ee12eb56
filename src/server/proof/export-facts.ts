/** Which export a file is, in words: from its manifest, or for a file without one from what the database remembers. */
import type { ExportFacts } from '#contract/verification.ts';
import type { ReportDefinition } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';
import type { ExportRecord } from './export-records.ts';
import type { Manifest } from './manifest.ts';
import type { PackManifest } from './pack-manifest.ts';
import type { TogetherManifest } from './together-manifest.ts';

export function factsOfManifest(manifest: Manifest): ExportFacts {
  const { company, period } = manifest;
  const madeAt = manifest.created_at ?? manifest.snapshot_at;
  return {
    job_id: manifest.job_id,
    report_type: manifest.report.type,
    report_title: manifest.report.title,
    file_format: manifest.file_format,
    company: { id: company.id, name: company.name, time_zone: company.time_zone },
    date_from: period.date_from,
    date_to: period.date_to,
    filters: manifest.filters_in_words,
    requested_by: manifest.requested_by,
    requested_at: manifest.requested_at ?? madeAt,
    snapshot_at: manifest.snapshot_at,
    made_at: madeAt,
    rows: manifest.rows,
    sum_columns: manifest.sum_columns.map((key) => {
      const column = manifest.columns.find((one) => one.key === key);
      return { key, label: column?.total_label ?? column?.label ?? key };
    }),
  };
}

/** Of a pack: its companies and exports stand where an export has its filters. */
export function factsOfPack(pack: PackManifest): ExportFacts {
  const { companies, members, period } = pack;
  const [first] = companies;
  return {
    job_id: pack.job_id,
    report_type: 'pack',
    report_title: pack.name,
    file_format: 'zip',
    company: { id: first?.id ?? '', name: first?.name ?? '', time_zone: first?.time_zone ?? 'UTC' },
    date_from: period.date_from,
    date_to: period.date_to,
    filters: [
      { label: 'Companies', value: companies.map(({ name }) => name).join(', ') },
      { label: 'Exports', value: String(members.length) },
      { label: 'Tie-out', value: pack.tie_out.status === 'differs' ? 'Something differs' : 'Everything agrees' },
    ],
    requested_by: pack.requested_by,
    requested_at: pack.requested_at,
    snapshot_at: pack.snapshot_at,
    made_at: pack.created_at,
    rows: pack.rows,
    sum_columns: [],
  };
}

/** Of several exports in one ZIP, as of a pack; they were made apart. */
export function factsOfTogether({ exports, created_at, requested_by }: TogetherManifest): ExportFacts {
  const [first] = exports;
  const companies = [...new Set(exports.map(({ company }) => company.name))];
  const days = exports.flatMap(({ period }) => [period.date_from, period.date_to]).sort();
  return {
    job_id: '',
    report_type: 'pack',
    report_title: 'Exports downloaded together',
    file_format: 'zip',
    company: {
      id: first?.company.id ?? '',
      name: first?.company.name ?? '',
      time_zone: first?.company.time_zone ?? 'UTC',
    },
    date_from: days[0] ?? '',
    date_to: days.at(-1) ?? '',
    filters: [
      { label: 'Companies', value: companies.join(', ') },
      { label: 'Exports', value: String(exports.length) },
    ],
    requested_by,
    requested_at: created_at,
    snapshot_at: null,
    made_at: created_at,
    rows: exports.reduce((sum, { rows }) => sum + rows, 0),
    sum_columns: [],
  };
}

/** Labels and order of the summed columns, which the database keeps by key alone, as the report has them now. */
function sumColumnsOf(record: ExportRecord, report: ReportDefinition): { key: string; label: string }[] {
  const columns = report.columns({
    companyId: record.company.id,
    companyName: record.company.name,
    currency: record.control_totals?.currencies[0]?.currency ?? 'EUR',
    timeZone: record.company.time_zone,
    locale: 'en',
    from: record.date_from,
    to: record.date_to,
    locationIds: null,
    filters: {},
  });
  return columns
    .filter(({ sum }) => sum)
    .map(({ key, label, sum }) => ({ key, label: typeof sum === 'object' ? sum.label : label }));
}

export function factsOfRecord(record: ExportRecord): ExportFacts {
  const report = findReport(record.report_type);
  return {
    job_id: record.id,
    report_type: record.report_type,
    report_title: report?.title ?? record.report_type,
    file_format: record.file_format,
    company: record.company,
    date_from: record.date_from,
    date_to: record.date_to,
    filters: filtersInWords(record),
    requested_by: record.requested_by,
    requested_at: record.created_at,
    snapshot_at: null,
    made_at: record.completed_at,
    rows: record.row_count,
    sum_columns: report ? sumColumnsOf(record, report) : [],
  };
}

function filtersInWords(record: ExportRecord): { label: string; value: string }[] {
  const words: { label: string; value: string }[] = [];
  for (const { key, label } of findReport(record.report_type)?.filters ?? []) {
    const chosen = record.filters[key];
    if (key === 'delivery_location_ids') words.push({ label, value: record.location_names?.join(', ') ?? 'All' });
    else if (Array.isArray(chosen)) words.push({ label, value: `${chosen.length} chosen` });
    else if (typeof chosen === 'string' || typeof chosen === 'number') words.push({ label, value: `${chosen}` });
  }
  return words;
}
