-- How far the import of each company is, and whether somebody asked it to stop: kept here, so that any server tells and
-- stops it. Whoever imports says every second that it lives; a row that has fallen silent is of a process that is gone.
CREATE TABLE imports_under_way (
  company_id bigint PRIMARY KEY REFERENCES companies ON DELETE CASCADE,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  progress jsonb NOT NULL,
  stop_asked boolean NOT NULL DEFAULT false
);
