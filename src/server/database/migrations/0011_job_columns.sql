-- What the list needs of every job, packed by column: blocks of a company's jobs in order of creation, and marks for
-- what has changed since. A block is right but for the jobs that are marked; one snapshot reads both, so a page and its
-- total can never disagree. Marks are only ever appended on the job path: no row of it is hot, nothing can deadlock.

CREATE TABLE export_job_blocks (
  -- a block is never changed, only replaced: what was read under a version stays true
  version bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  company_id bigint NOT NULL REFERENCES companies ON DELETE CASCADE,
  jobs integer NOT NULL CHECK (jobs > 0),
  first_at timestamptz NOT NULL,
  first_id uuid NOT NULL,
  last_at timestamptz NOT NULL,
  last_id uuid NOT NULL,
  -- one value per job, in order of (created_at, id), big-endian; see exports/columns/pack.ts
  ids bytea NOT NULL,
  created bytea NOT NULL,
  updated bytea NOT NULL,
  dates_from bytea NOT NULL,
  dates_to bytea NOT NULL,
  -- a number per job, the place (from 0) of its word in the list beside it
  kind_codes bytea NOT NULL,
  kinds text[] COLLATE "C" NOT NULL,
  person_codes bytea NOT NULL,
  people text[] COLLATE "C" NOT NULL,
  place_codes bytea NOT NULL,
  places text[] COLLATE "C" NOT NULL,
  -- version and jobs: the list of a company's blocks is read from the index alone
  PRIMARY KEY (company_id, first_at, first_id) INCLUDE (version, jobs)
);
ALTER TABLE export_job_blocks
  ALTER ids SET STORAGE EXTERNAL, ALTER created SET STORAGE EXTERNAL, ALTER updated SET STORAGE EXTERNAL,
  ALTER dates_from SET STORAGE EXTERNAL, ALTER dates_to SET STORAGE EXTERNAL, ALTER kind_codes SET STORAGE EXTERNAL,
  ALTER person_codes SET STORAGE EXTERNAL, ALTER place_codes SET STORAGE EXTERNAL;

-- The job with this key was inserted, changed in what the list filters or orders by, or deleted. Without a job: every
-- block of the company is to be made anew.
CREATE TABLE export_job_marks (
  company_id bigint NOT NULL,
  created_at timestamptz,
  job_id uuid
);
CREATE INDEX export_job_marks_key ON export_job_marks (company_id, created_at, job_id);

CREATE FUNCTION mark_export_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO export_job_marks VALUES (OLD.company_id, OLD.created_at, OLD.id);
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND (NEW.company_id, NEW.created_at) IS DISTINCT FROM (OLD.company_id, OLD.created_at)) THEN
    INSERT INTO export_job_marks VALUES (NEW.company_id, NEW.created_at, NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER export_jobs_marked AFTER INSERT OR DELETE ON export_jobs FOR EACH ROW EXECUTE FUNCTION mark_export_job();
-- progress, and a file that has expired, change nothing of this
CREATE TRIGGER export_jobs_marked_changed AFTER UPDATE ON export_jobs FOR EACH ROW
  WHEN ((OLD.company_id, OLD.created_at, OLD.updated_at, OLD.status, OLD.date_from, OLD.date_to, OLD.created_by, OLD.file_format, OLD.report_type, OLD.filters)
    IS DISTINCT FROM (NEW.company_id, NEW.created_at, NEW.updated_at, NEW.status, NEW.date_from, NEW.date_to, NEW.created_by, NEW.file_format, NEW.report_type, NEW.filters))
  EXECUTE FUNCTION mark_export_job();

-- jobs from before are packed by the first rounds of the chore
INSERT INTO export_job_marks (company_id) SELECT DISTINCT company_id FROM export_jobs;
