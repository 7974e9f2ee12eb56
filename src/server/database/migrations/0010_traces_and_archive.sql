-- The trace that asked for an export goes with it, and rows that are too old for the list move to an archive.

-- W3C traceparent of the request that created the job; null where nothing is traced
ALTER TABLE export_jobs ADD COLUMN trace_context text;

-- Jobs leave the list by an ordinary DELETE; here they stay provable. No list, count or live update reads this table.
CREATE TABLE export_job_archive (
  id uuid PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  -- both null unless it was completed
  sha256 text,
  files jsonb,
  -- the row as it was, whatever columns it had, and its runs
  job jsonb NOT NULL,
  attempts jsonb NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX export_job_archive_sha256 ON export_job_archive (sha256);
CREATE INDEX export_job_archive_files ON export_job_archive USING gin (files jsonb_path_ops);

-- What a file can be compared with: every completed export, listed or archived.
CREATE VIEW export_records AS
  SELECT id, company_id, created_by, report_type, file_format, date_from, date_to, filters, created_at, completed_at,
    expires_at, file_deleted_at, row_count, control_totals, filename, sha256, files
  FROM export_jobs WHERE status = 'completed'
  UNION ALL
  SELECT a.id, a.company_id, j.created_by, j.report_type, j.file_format, j.date_from, j.date_to, j.filters, j.created_at, j.completed_at,
    j.expires_at, j.file_deleted_at, j.row_count, j.control_totals, j.filename, a.sha256, a.files
  FROM export_job_archive a, LATERAL jsonb_populate_record(NULL::export_jobs, a.job) j WHERE a.sha256 IS NOT NULL;
