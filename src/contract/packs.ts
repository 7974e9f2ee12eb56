/**
 * Packs: many exports of one period, of one version of each company's data, in one file. As browser, server and command
 * agree on them. A pack that is run is a job among the others: `report_type: pack`, `file_format: zip`.
 */
import type { TieOutRule } from './closing.ts';
import type { ErrorCode } from './errors.ts';
import type { ExportJob } from './export-jobs.ts';
import type { ExportOptions, FileFormat, ReportType } from './reports.ts';
import type { SavedPeriod } from './saved-reports.ts';

/** `incomplete`: some member is missing, so there is no file; run again, the others are kept. `failed`: all of it. */
export const packStatuses = ['pending', 'processing', 'completed', 'incomplete', 'failed', 'canceled'] as const;
export type PackStatus = (typeof packStatuses)[number];

export const packMembersMax = 200;

/** What a pack is made of: a report, or a saved report, of a company in a format. Its days are the pack's. */
export interface PackMember {
  readonly company_id: string;
  readonly report_type?: ReportType | undefined;
  readonly saved_report_id?: string | undefined;
  readonly file_format: FileFormat;
  readonly filters?: Readonly<Record<string, unknown>> | undefined;
  /** Not `changes_since`. */
  readonly options?: ExportOptions | undefined;
}

export interface PackOptions {
  /** Also one XLSX with a sheet for each member. Refused: it is not made yet. */
  readonly workbook?: boolean | undefined;
}

/** A definition that is kept: `GET|POST /organizations/{id}/packs`. */
export interface SavedPack {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly members: readonly PackMember[];
  /** Of each member, the first member's company first. */
  readonly company_ids: readonly string[];
  /** Days of the first member's company. */
  readonly period: SavedPeriod;
  readonly options: PackOptions;
  /** Null: the operator, or somebody who is no more. */
  readonly created_by: { readonly id: string; readonly name: string } | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What must agree between the files of a pack: the rules of each company, and the members against their own figures. */
export const packRules = ['members_are_exports'] as const;
export type PackRule = TieOutRule | (typeof packRules)[number];
/** As people call them; what is expected stands first. */
export const packRuleNames: Readonly<Record<(typeof packRules)[number], string>> = {
  members_are_exports: 'Control totals of the exports = the same exports made again',
};

export interface PackTieOut {
  readonly status: 'agrees' | 'differs' | 'not_applicable';
  readonly rules: readonly {
    readonly key: PackRule;
    readonly company_id: string;
    readonly status: 'agrees' | 'differs' | 'not_applicable';
    readonly difference: string;
    readonly currency: string | null;
  }[];
}

/** `GET /export-packs/{id}`. Instants are RFC 3339 in UTC. */
export interface ExportPack {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  /** The definition it was run from; `id` is null when that has been deleted since. */
  readonly saved_pack: { readonly id: string | null; readonly name: string } | null;
  readonly status: PackStatus;
  readonly date_from: string;
  readonly date_to: string;
  readonly options: PackOptions;
  /** In the order of its definition. */
  readonly members: readonly ExportJob[];
  /** Of each company: what all of the pack is of, also what is run again later. */
  readonly data_versions: Readonly<Record<string, number>>;
  readonly created_by: { readonly id: string; readonly name: string };
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly expires_at: string | null;
  readonly row_count: number | null;
  readonly file_size: number | null;
  readonly filename: string | null;
  readonly sha256: string | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** Null until the file is made. */
  readonly tie_out: PackTieOut | null;
  readonly is_downloadable: boolean;
}
