-- What is told without being asked for: that a finished export is no longer what the data say, and that a slow one is ready.

-- Up to which version the exports of a company have been looked at for whoever is told of changes.
CREATE TABLE changes_told (
  company_id bigint PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
  data_version bigint NOT NULL,
  looked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- In the statement that finds it out, whoever looked: once, when an export begins to differ, and again only after it was equal between.
CREATE FUNCTION announce_export_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.lines + OLD.wording_lines > 0 THEN
    RETURN NULL;
  END IF;
  INSERT INTO deliveries (company_id, destination_id, job_id, event, details, on_behalf_of)
  SELECT d.company_id, d.id, j.id, 'export.changed',
    jsonb_build_object('changed_since', jsonb_build_object('data_version', NEW.data_version, 'lines', NEW.lines, 'wording_lines', NEW.wording_lines)),
    d.created_by
  FROM export_jobs j JOIN destinations d ON d.company_id = j.company_id
  WHERE j.id = NEW.job_id AND j.status = 'completed' AND j.pack_id IS NULL
    AND (j.pack_companies IS NULL OR cardinality(j.pack_companies) = 1)
    AND d.type = 'webhook' AND d.deleted_at IS NULL AND d.disabled_at IS NULL AND d.settings -> 'events' ? 'export.changed';
  RETURN NULL;
END $$;
CREATE TRIGGER export_changes_announced AFTER INSERT OR UPDATE ON export_changes FOR EACH ROW
  WHEN (NEW.lines + NEW.wording_lines > 0) EXECUTE FUNCTION announce_export_change();

-- When somebody last had a page open, written every few seconds while they have.
CREATE TABLE people_present (
  user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Mail that a person wants no more, by kind.
CREATE TABLE mail_refused (
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('slow_exports')),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, kind)
);

-- As in 0036, with the letter about what took longer than a minute: to whoever asked for it from a page. It waits until it can be
-- known whether the page is still open, and is not sent to whoever was there when it ended.
CREATE OR REPLACE FUNCTION announce_export_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_of_schedule boolean;
BEGIN
  IF NEW.pack_id IS NOT NULL THEN
    RETURN NULL;
  END IF;
  IF NEW.pack_companies IS NULL OR cardinality(NEW.pack_companies) = 1 THEN
    PERFORM announce_export(NEW, 'export.' || NEW.status);
  END IF;
  -- what a schedule asked for is told by its run
  is_of_schedule := EXISTS (SELECT FROM schedule_runs WHERE (job_id = NEW.id OR pack_id = NEW.id) AND status = 'running');
  IF is_of_schedule THEN
    RETURN NULL;
  END IF;
  IF NEW.notify OR NEW.status = 'failed' THEN
    INSERT INTO notices (company_id, user_id, kind, details)
    VALUES (NEW.company_id, NEW.created_by, 'export.' || NEW.status, jsonb_build_object('job_id', NEW.id));
  ELSIF NEW.completed_at > NEW.created_at + interval '1 minute'
    AND NOT EXISTS (SELECT FROM mail_refused WHERE user_id = NEW.created_by AND kind = 'slow_exports')
    AND EXISTS (SELECT FROM people_present WHERE user_id = NEW.created_by AND seen_at > NEW.created_at - interval '1 minute') THEN
    INSERT INTO notices (company_id, user_id, kind, details, next_at)
    VALUES (NEW.company_id, NEW.created_by, 'export.slow', jsonb_build_object('job_id', NEW.id), clock_timestamp() + interval '45 seconds');
  END IF;
  RETURN NULL;
END $$;
