-- Packs: many exports of one period that agree, in one file. A pack that is run is a job among the others (report_type
-- 'pack'); its members are jobs too, each as of the version that the pack keeps of its company. Their own lane, so that no
-- worker of an earlier release takes one.

-- Definitions that are run again with one press.
CREATE TABLE packs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- null: the operator, or somebody who is no more
  created_by bigint REFERENCES users ON DELETE SET NULL,
  name text NOT NULL,
  -- [{company_id, report_type | saved_report_id, file_format, filters?, options?}]
  members jsonb NOT NULL,
  -- of the members, each once, the first member's first
  company_ids bigint[] NOT NULL CHECK (cardinality(company_ids) > 0),
  period jsonb NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX packs_name ON packs (organization_id, lower(name));

ALTER TABLE export_jobs
  -- of a member: its pack, and its place in it from 0
  ADD COLUMN pack_id uuid,
  ADD COLUMN pack_place integer,
  -- of a pack: every company it has something of; whoever sees it may see all of them
  ADD COLUMN pack_companies bigint[],
  ADD CONSTRAINT export_jobs_member CHECK ((pack_id IS NULL) = (pack_place IS NULL) AND (pack_id IS NULL OR pack_companies IS NULL)),
  ADD CONSTRAINT export_jobs_pack CHECK ((report_type = 'pack') = (pack_companies IS NOT NULL));
CREATE UNIQUE INDEX export_jobs_members ON export_jobs (pack_id, pack_place) WHERE pack_id IS NOT NULL;
CREATE INDEX export_jobs_packs ON export_jobs (company_id) WHERE pack_companies IS NOT NULL;

-- What a pack is beside its job.
CREATE TABLE export_packs (
  id uuid PRIMARY KEY REFERENCES export_jobs ON DELETE CASCADE,
  organization_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- run from a definition that was kept; its id is null when that is gone
  was_saved boolean NOT NULL DEFAULT false,
  saved_pack_id bigint REFERENCES packs ON DELETE SET NULL,
  name text NOT NULL,
  -- {company_id: version} that all of it is of, and the instant that is its "now"
  data_versions jsonb NOT NULL,
  as_of_instant timestamptz NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  -- of the file, written with it
  tie_out jsonb
);

-- A member that begins or ends moves its pack. Locks go in one order everywhere: engine jobs of members, members, the
-- pack's engine job, the pack. The engine job of a pack waits for the last member without a turn, and is due in the
-- statement that ends that one: whatever dies, the pack is made.
CREATE FUNCTION move_pack() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  waiting record;
  moment timestamptz;
BEGIN
  SELECT name, group_id, state, start_after INTO waiting FROM pgboss.job
    WHERE name = 'exports-packs-1' AND id = NEW.pack_id FOR UPDATE;
  SELECT later_than(updated_at) INTO moment FROM export_jobs WHERE id = NEW.pack_id FOR NO KEY UPDATE;
  IF NOT FOUND OR waiting.state IS NULL OR waiting.state >= 'active' THEN
    RETURN NULL;
  END IF;
  UPDATE export_jobs SET status = 'processing', started_at = coalesce(started_at, moment), updated_at = moment
    WHERE id = NEW.pack_id AND status IN ('pending', 'processing');
  IF NEW.status NOT IN ('pending', 'processing') AND waiting.start_after > clock_timestamp()
     AND NOT EXISTS (SELECT FROM export_jobs WHERE pack_id = NEW.pack_id AND status IN ('pending', 'processing')) THEN
    UPDATE pgboss.job SET start_after = clock_timestamp() WHERE name = waiting.name AND id = NEW.pack_id;
    PERFORM give_turns(waiting.name, waiting.group_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER export_jobs_member_moved AFTER UPDATE OF status ON export_jobs FOR EACH ROW
  WHEN (NEW.pack_id IS NOT NULL AND NEW.status <> OLD.status AND NEW.status <> 'pending') EXECUTE FUNCTION move_pack();

-- What its run returned, beside its status.
CREATE FUNCTION keep_tie_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE export_packs SET tie_out = (SELECT output -> 'tie_out' FROM pgboss.job WHERE name = NEW.queue AND id = NEW.id) WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER export_jobs_pack_made AFTER UPDATE ON export_jobs FOR EACH ROW
  WHEN (NEW.pack_companies IS NOT NULL AND NEW.status = 'completed' AND OLD.status <> 'completed') EXECUTE FUNCTION keep_tie_out();

-- Members are no rows of the list.
DROP TRIGGER export_jobs_marked ON export_jobs;
DROP TRIGGER export_jobs_marked_changed ON export_jobs;
CREATE TRIGGER export_jobs_marked AFTER INSERT ON export_jobs FOR EACH ROW WHEN (NEW.pack_id IS NULL) EXECUTE FUNCTION mark_export_job();
CREATE TRIGGER export_jobs_marked_gone AFTER DELETE ON export_jobs FOR EACH ROW WHEN (OLD.pack_id IS NULL) EXECUTE FUNCTION mark_export_job();
CREATE TRIGGER export_jobs_marked_changed AFTER UPDATE ON export_jobs FOR EACH ROW
  WHEN (NEW.pack_id IS NULL AND
    (OLD.company_id, OLD.created_at, OLD.updated_at, OLD.status, OLD.date_from, OLD.date_to, OLD.created_by, OLD.file_format, OLD.report_type, OLD.filters)
    IS DISTINCT FROM (NEW.company_id, NEW.created_at, NEW.updated_at, NEW.status, NEW.date_from, NEW.date_to, NEW.created_by, NEW.file_format, NEW.report_type, NEW.filters))
  EXECUTE FUNCTION mark_export_job();

-- What became of a member is told with its pack. Webhooks hear of what is their company's alone.
CREATE OR REPLACE FUNCTION announce_export_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.pack_id IS NOT NULL THEN
    RETURN NULL;
  END IF;
  IF NEW.pack_companies IS NULL OR cardinality(NEW.pack_companies) = 1 THEN
    PERFORM announce_export(NEW, 'export.' || NEW.status);
  END IF;
  -- what a schedule asked for is told by its run
  IF (NEW.notify OR NEW.status = 'failed')
     AND NOT EXISTS (SELECT FROM schedule_runs WHERE (job_id = NEW.id OR pack_id = NEW.id) AND status = 'running') THEN
    INSERT INTO notices (company_id, user_id, kind, details)
    VALUES (NEW.company_id, NEW.created_by, 'export.' || NEW.status, jsonb_build_object('job_id', NEW.id));
  END IF;
  RETURN NULL;
END $$;
CREATE INDEX schedule_runs_pack ON schedule_runs (pack_id) WHERE pack_id IS NOT NULL;
CREATE INDEX deliveries_pack ON deliveries (pack_id) WHERE pack_id IS NOT NULL;
ALTER TABLE schedules ADD CONSTRAINT schedules_pack FOREIGN KEY (pack_id) REFERENCES packs ON DELETE SET NULL;

-- As in 0010, with the companies of packs.
CREATE OR REPLACE VIEW export_records AS
  SELECT id, company_id, created_by, report_type, file_format, date_from, date_to, filters, created_at, completed_at,
    expires_at, file_deleted_at, row_count, control_totals, filename, sha256, files, pack_companies
  FROM export_jobs WHERE status = 'completed'
  UNION ALL
  SELECT a.id, a.company_id, j.created_by, j.report_type, j.file_format, j.date_from, j.date_to, j.filters, j.created_at, j.completed_at,
    j.expires_at, j.file_deleted_at, j.row_count, j.control_totals, j.filename, a.sha256, a.files, j.pack_companies
  FROM export_job_archive a, LATERAL jsonb_populate_record(NULL::export_jobs, a.job) j WHERE a.sha256 IS NOT NULL;
