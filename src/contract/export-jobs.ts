/**
 * The life of an export job, as browser and server agree on it. No schema library here: the page loads this file.
 * pending -> processing -> completed | failed | canceled; "expired" is a completed job whose file has gone.
 */
import type { ErrorCode } from './errors.ts';
import {
  type ControlTotals,
  type ExportOptions,
  type FileFormat,
  fileFormats,
  type ReportType,
  reportTypes,
} from './reports.ts';

export const jobStatuses = ['pending', 'processing', 'completed', 'failed', 'canceled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** What a job is of: a report, or a pack of them (`packs.ts`). */
export const packType = 'pack';
export type JobType = ReportType | typeof packType;
export const packFormat = 'zip';
export type JobFormat = FileFormat | typeof packFormat;
export const jobTypes = [...reportTypes, packType] as const;
export const jobFormats = [...fileFormats, packFormat] as const;

export const isFinished = (status: JobStatus): boolean => status !== 'pending' && status !== 'processing';

/** Fields a list can be ordered by; each may have a leading `-` for descending. Ties are broken by id. */
export const jobOrderingFields = [
  'created_at',
  'updated_at',
  'status',
  'date_from',
  'date_to',
  'id',
  'report_type',
  'file_format',
] as const;
export type JobOrderingField = (typeof jobOrderingFields)[number];
export type JobOrdering = JobOrderingField | `-${JobOrderingField}`;

export const defaultOrdering: JobOrdering = '-created_at';
export const defaultPageSize = 20;
export const pageSizeMax = 200;
/** A download link lives this long, or until the file expires if that is sooner. */
export const linkLifeSeconds = 3600;

export interface JobFilters {
  /** Absent or empty: all locations. */
  delivery_location_ids?: string[];
  [name: string]: unknown;
}

/** What became of an export's lines since. */
export interface ChangedSince {
  /** The version it was compared with. */
  data_version: number;
  /** Lines added, removed or changed in more than wording. */
  lines: number;
  /** Lines in which only text differs that nothing is grouped or totalled by. */
  wording_lines: number;
  totals: { currency: string; net_difference: string }[];
  /** To the person who asks: marked as known, and nothing has changed since. */
  is_known: boolean;
}

export interface NotesOnJob {
  count: number;
  /** `by`: null for the operator, or somebody whose account is gone. */
  last: { text: string; created_at: string; by: string | null };
}

/** A job as every door answers it. Instants are RFC 3339 in UTC with six fraction digits. */
export interface ExportJob {
  id: string;
  company_id: string;
  report_type: JobType;
  file_format: JobFormat;
  status: JobStatus;
  /** YYYY-MM-DD, both inclusive. */
  date_from: string;
  date_to: string;
  filters: JobFilters;
  options: ExportOptions;
  created_at: string;
  /** Last change of state, not of progress. */
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  expires_at: string | null;
  created_by: { id: string; name: string };
  /** What it was made of, by the name it had; `id` is null when that has been deleted since. */
  saved_report: { id: string | null; name: string } | null;
  /** Null until the rows are counted. */
  progress: { rows_done: number; rows_total: number } | null;
  /** 1 = next of this company's waiting exports; null when not waiting. */
  queue_position: number | null;
  row_count: number | null;
  /** Bytes of the ZIP. */
  file_size: number | null;
  filename: string | null;
  /** Of the ZIP, lower-case hex. */
  sha256: string | null;
  control_totals: ControlTotals | null;
  error: { code: ErrorCode; message: string } | null;
  /** Of the company's data, as the file has it; null until it is made, and for older ones. */
  data_version: number | null;
  /** Asked for: the data as they were then. */
  as_of_version: number | null;
  /** How its lines differ from today's; null: not at all. */
  changed_since: ChangedSince | null;
  /** Number of the run, from 1. */
  attempt: number;
  is_downloadable: boolean;
  /** What people have written on it; null: nothing. */
  notes: NotesOnJob | null;
  /** Of a member of a pack: the pack. Members are no rows of the list. */
  pack_id: string | null;
  /** Of a pack: what it is called, how many exports are in it, and how many of them have ended. */
  pack: { name: string; company_ids: string[]; members: number; members_ended: number } | null;
}

export interface Page<T> {
  results: T[];
  /** From 0. */
  page: number;
  page_size: number;
  total: number;
  total_pages: number;
}

/** Exports that are downloaded together in one ZIP. */
export const togetherMax = 100;

export interface DownloadLink {
  download_url: string;
  expires_in_seconds: number;
  filename: string;
}
