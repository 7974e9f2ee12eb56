/** The tables of what people keep: questions, stars, notes, and how files of other systems are read. */
import type { ColumnType, Generated } from 'kysely';
import type { ProfileSettings } from '#contract/import-profiles.ts';
import type { ImportProgress } from '#contract/imports.ts';
import type { PackMember, PackOptions, PackTieOut } from '#contract/packs.ts';
import type { ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';
import type { SavedPeriod } from '#contract/saved-reports.ts';

type Instant = ColumnType<string, string | undefined, string>;
type Json<T> = ColumnType<T, string, string>;

export interface KeptTables {
  saved_reports: {
    id: Generated<string>;
    company_id: string;
    created_by: string;
    name: string;
    report_type: ReportType;
    filters: Json<Record<string, unknown>>;
    columns: Json<readonly string[]> | null;
    ordering: string | null;
    period: Json<SavedPeriod>;
    file_format: FileFormat;
    options: Json<ExportOptions>;
    is_shared: boolean;
    created_at: Instant;
    updated_at: Instant;
  };
  packs: {
    id: Generated<string>;
    organization_id: string;
    created_by: string | null;
    name: string;
    members: Json<readonly PackMember[]>;
    /** Of the members, each once, the first member's first. */
    company_ids: string[];
    period: Json<SavedPeriod>;
    options: Json<PackOptions>;
    created_at: Instant;
    updated_at: Instant;
  };
  export_packs: {
    id: string;
    organization_id: string;
    was_saved: Generated<boolean>;
    saved_pack_id: string | null;
    name: string;
    data_versions: Json<Record<string, number>>;
    as_of_instant: string;
    options: Json<PackOptions>;
    /** Written by the database with the file. */
    tie_out: ColumnType<PackTieOut | null, never, never>;
  };
  report_marks: {
    user_id: string;
    report_type: ReportType;
    is_starred: Generated<boolean>;
    last_used_at: Instant | null;
  };
  export_notes: {
    id: Generated<string>;
    job_id: string;
    created_by: string | null;
    text: string;
    created_at: Instant;
  };
  imports_under_way: {
    company_id: string;
    started_at: Instant;
    heard_at: Instant;
    progress: Json<ImportProgress>;
    stop_asked: Generated<boolean>;
  };
  import_profiles: {
    id: Generated<string>;
    company_id: string;
    created_by: string | null;
    name: string;
    fingerprint: string;
    settings: Json<ProfileSettings>;
    created_at: Instant;
    updated_at: Instant;
  };
}
