/**
 * manifest.json: what an export is, which files belong to it, and the checksum of each. Written in one fixed order of
 * keys; the detached signature beside it is over its bytes as they are.
 */
import { z } from 'zod';
import { type ReportDocument, comparisons, fileFormats, reportTypes } from '#contract/reports.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { ReadFrom } from '#server/database/replica.ts';
import { product } from '#server/config/product.ts';
import { filterText } from '#server/renderers/facts.ts';

export const manifestName = 'manifest.json';
/** 64 bytes as they are: what `openssl pkeyutl -verify -rawin` takes. */
export const signatureName = 'manifest.json.sig';
export const summaryName = 'summary.csv';
const manifestVersion = 1;

/** The parts of a manifest that are not in the report's own document. */
export interface ManifestFacts {
  readonly jobId: string;
  readonly attempt: number;
  readonly fileFormat: string;
  /** As the API was asked. */
  readonly filters: Readonly<Record<string, unknown>>;
  /** RFC 3339, as all instants here. */
  readonly requestedAt: string;
  readonly createdAt: string;
  readonly keyId: string;
  /** Of the report's own file. */
  readonly guardedCells: number;
  /** Of the company's data, in the snapshot. */
  readonly dataVersion: number;
  /** Of a file made as of a version; null: of what was there. */
  readonly asOfVersion: number | null;
  /** Absent where there is no replica. */
  readonly readFrom?: ReadFrom | null;
  readonly files: readonly FileChecksum[];
}

export function manifestOf(facts: ManifestFacts, document: ReportDocument): string {
  const { company } = document;
  return `${JSON.stringify(
    {
      manifest_version: manifestVersion,
      product,
      signature: { algorithm: 'Ed25519', key_id: facts.keyId, file: signatureName },
      job_id: facts.jobId,
      attempt: facts.attempt,
      created_at: facts.createdAt,
      report: { type: document.reportType, title: document.title, contract: document.contract },
      company: {
        id: company.id,
        name: company.name,
        time_zone: company.timeZone,
        currency: company.currency,
        locale: company.locale,
      },
      period: { date_from: document.period.from, date_to: document.period.to },
      // of the period above; `as_of` reports are of the end of its last day
      date_basis: document.dateBasis,
      period_kind: document.period.isAsOf ? 'as_of' : 'range',
      filters: facts.filters,
      filters_in_words: document.filters.map((one) => ({ label: one.label, value: filterText(one, company.timeZone) })),
      file_format: facts.fileFormat,
      options: document.options,
      requested_by: document.requestedBy,
      requested_at: facts.requestedAt,
      snapshot_at: document.snapshotAt,
      data_version: facts.dataVersion,
      // read later, as it was then
      ...(facts.asOfVersion !== null && { as_of_version: facts.asOfVersion }),
      // where there is a replica: all that was committed up to this position of the write-ahead log is in what was read
      ...(facts.readFrom && { read_from: facts.readFrom.server, position: facts.readFrom.position }),
      columns: document.columns,
      group_columns: document.groupColumns.map((index) => document.columns[index]?.key ?? ''),
      sum_columns: document.sumColumns,
      rows: document.totals.rows,
      // cells with an apostrophe that the data does not have, so that no spreadsheet reads them as formulas
      guarded_cells: facts.guardedCells,
      totals: document.totals,
      files: facts.files.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
    },
    null,
    2,
  )}\n`;
}

const currencyTotals = z.object({
  currency: z.string(),
  rows: z.int().min(0),
  sums: z.record(z.string(), z.string()),
});

const manifestSchema = z.object({
  manifest_version: z.literal(manifestVersion),
  signature: z.object({ key_id: z.string().max(200) }).optional(),
  job_id: z.string().max(100),
  created_at: z.string().optional(),
  report: z.object({ type: z.enum(reportTypes), title: z.string().max(500) }),
  company: z.object({
    id: z.string(),
    name: z.string(),
    time_zone: z.string(),
    currency: z.string(),
    locale: z.string(),
  }),
  period: z.object({ date_from: z.string().max(20), date_to: z.string().max(20) }),
  date_basis: z.string().max(500).optional(),
  filters_in_words: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
  file_format: z.enum(fileFormats),
  options: z.object({
    csv_dialect: z.enum(['systems', 'spreadsheets']).optional(),
    columns: z.array(z.string()).optional(),
    compare_to: z.enum(comparisons).optional(),
    changes_since: z.string().max(100).optional(),
  }),
  requested_by: z.string(),
  requested_at: z.string().optional(),
  snapshot_at: z.string(),
  data_version: z.int().min(0).optional(),
  as_of_version: z.int().min(0).optional(),
  columns: z
    .array(z.object({ key: z.string(), label: z.string(), type: z.string(), total_label: z.string().optional() }))
    .max(1000),
  group_columns: z.array(z.string()).default([]),
  sum_columns: z.array(z.string()).default([]),
  rows: z.int().min(0),
  totals: z.object({
    rows: z.int().min(0),
    currencies: z.array(currencyTotals),
    groups: z.array(currencyTotals.extend({ group: z.string() })),
  }),
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(1000),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: z.int().min(0),
      }),
    )
    .max(100),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Null for what is no manifest, or one of a version that this program does not know. */
export function readManifest(bytes: Buffer): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
