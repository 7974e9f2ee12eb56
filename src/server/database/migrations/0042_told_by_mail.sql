-- Who wants to hear by mail that an export has ended: whoever may see it, while it waits or runs. What its requester wished
-- when it was asked for stands on the export itself (`notify`).
CREATE TABLE export_listeners (
  job_id uuid NOT NULL REFERENCES export_jobs (id) ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (job_id, user_id)
);

-- As in 0038, and to everybody who listens, each once: also of what a schedule or a pack has asked for.
CREATE OR REPLACE FUNCTION announce_export_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_by_itself boolean;
  is_told boolean;
BEGIN
  IF NEW.pack_id IS NULL AND (NEW.pack_companies IS NULL OR cardinality(NEW.pack_companies) = 1) THEN
    PERFORM announce_export(NEW, 'export.' || NEW.status);
  END IF;
  -- what a schedule asked for is told by its run, a member of a pack with its pack
  is_by_itself := NEW.pack_id IS NULL
    AND NOT EXISTS (SELECT FROM schedule_runs WHERE (job_id = NEW.id OR pack_id = NEW.id) AND status = 'running');
  is_told := is_by_itself AND (NEW.notify OR NEW.status = 'failed')
    OR EXISTS (SELECT FROM export_listeners WHERE job_id = NEW.id AND user_id = NEW.created_by);
  INSERT INTO notices (company_id, user_id, kind, details)
  SELECT NEW.company_id, told.user_id, 'export.' || NEW.status, jsonb_build_object('job_id', NEW.id)
  FROM (SELECT NEW.created_by WHERE is_told UNION SELECT user_id FROM export_listeners WHERE job_id = NEW.id) told (user_id);
  IF is_by_itself AND NOT is_told AND NEW.completed_at > NEW.created_at + interval '1 minute'
    AND NOT EXISTS (SELECT FROM mail_refused WHERE user_id = NEW.created_by AND kind = 'slow_exports')
    AND EXISTS (SELECT FROM people_present WHERE user_id = NEW.created_by AND seen_at > NEW.created_at - interval '1 minute') THEN
    INSERT INTO notices (company_id, user_id, kind, details, next_at)
    VALUES (NEW.company_id, NEW.created_by, 'export.slow', jsonb_build_object('job_id', NEW.id), clock_timestamp() + interval '45 seconds');
  END IF;
  RETURN NULL;
END $$;
