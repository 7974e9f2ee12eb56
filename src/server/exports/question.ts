/** What an export asks, and its fingerprint: equal questions have equal fingerprints, whatever the order of their keys. */
import { createHash } from 'node:crypto';
import type { ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';

export interface Question {
  readonly companyId: string;
  readonly reportType: ReportType;
  readonly fileFormat: FileFormat;
  readonly from: string;
  readonly to: string;
  /** Normalised by the report (sorted lists, nothing empty). */
  readonly filters: Readonly<Record<string, unknown>>;
  readonly options: ExportOptions;
}

const canonical = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, member]) => [key, canonical(member)]),
      )
    : value;

/** Lower-case hex SHA-256. */
export const fingerprint = (question: Question): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(question)))
    .digest('hex');
