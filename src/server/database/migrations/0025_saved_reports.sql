-- Questions that are asked again: of one person, or of the company when shared. What is gone leaves its name in the exports.
CREATE TABLE saved_reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  created_by bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name text NOT NULL,
  report_type text NOT NULL,
  filters jsonb NOT NULL DEFAULT '{}',
  columns jsonb,
  ordering text,
  period jsonb NOT NULL,
  file_format text NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  is_shared boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A person's own names differ, and so do those that a company shares: by its name a question is found.
CREATE UNIQUE INDEX saved_reports_own ON saved_reports (company_id, created_by, lower(name)) WHERE NOT is_shared;
CREATE UNIQUE INDEX saved_reports_shared ON saved_reports (company_id, lower(name)) WHERE is_shared;

ALTER TABLE export_jobs ADD COLUMN saved_report_id bigint REFERENCES saved_reports (id) ON DELETE SET NULL;
ALTER TABLE export_jobs ADD COLUMN saved_report_name text;
CREATE INDEX export_jobs_saved_report ON export_jobs (saved_report_id) WHERE saved_report_id IS NOT NULL;
