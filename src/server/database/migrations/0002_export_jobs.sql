-- Export jobs. Their status is a projection of the engine's (pg-boss) job row, copied by trigger in the same statement
-- that changes it: no code writes a status, so the two can never disagree.

CREATE TABLE export_jobs (
  -- uuidv7 made from the same instant as created_at; order is always (created_at, id)
  id uuid PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  created_by bigint NOT NULL REFERENCES users,
  report_type text NOT NULL,
  file_format text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'canceled')),
  date_from date NOT NULL,
  date_to date NOT NULL CHECK (date_from <= date_to),
  filters jsonb NOT NULL DEFAULT '{}',
  options jsonb NOT NULL DEFAULT '{}',
  -- fingerprint of company, report, format, period, filters and options
  question text NOT NULL,
  queue text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  started_at timestamptz,
  completed_at timestamptz,
  expires_at timestamptz,
  -- number of the run, from 1; also the fence that a late run fails at
  attempt integer NOT NULL DEFAULT 1,
  rows_done bigint,
  rows_total bigint,
  row_count bigint,
  file_size bigint,
  filename text,
  file_key text,
  sha256 text,
  control_totals jsonb,
  error_code text,
  error_message text,
  retry_of uuid,
  -- the object was removed after expires_at; the proof (totals, checksum) stays
  file_deleted_at timestamptz,
  CHECK (status <> 'completed' OR (file_key IS NOT NULL AND sha256 IS NOT NULL AND row_count IS NOT NULL AND filename IS NOT NULL)),
  CHECK (status <> 'failed' OR error_code IS NOT NULL)
);
CREATE INDEX export_jobs_list ON export_jobs (company_id, created_at, id) INCLUDE (status, file_format, report_type);
CREATE INDEX export_jobs_unfinished ON export_jobs (company_id, status, created_at, id) WHERE status <> 'completed';
CREATE INDEX export_jobs_expiry ON export_jobs (expires_at) WHERE status = 'completed' AND file_deleted_at IS NULL;
-- a double click is one job
CREATE UNIQUE INDEX export_jobs_same_question ON export_jobs (company_id, created_by, question)
  WHERE status IN ('pending', 'processing');

CREATE TABLE idempotency_keys (
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  key text NOT NULL,
  question text NOT NULL,
  job_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- What one run of one job left in the store before it was known whether that run would win.
CREATE TABLE export_attempts (
  job_id uuid NOT NULL,
  attempt integer NOT NULL,
  company_id bigint NOT NULL,
  file_key text NOT NULL,
  worker text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  outcome text,
  swept_at timestamptz,
  PRIMARY KEY (job_id, attempt)
);
CREATE INDEX export_attempts_unswept ON export_attempts (started_at) WHERE swept_at IS NULL;

-- The change log behind live updates, kept for an hour. xid lets a reader start at the oldest transaction that was still
-- running when it last looked, so that what commits out of order is never missed.
CREATE TABLE export_job_changes (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL,
  job_id uuid NOT NULL,
  deleted boolean NOT NULL,
  -- the row as it was after this change, so that no state in between is lost to a reader that comes late
  state jsonb,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX export_job_changes_xid ON export_job_changes (xid);
CREATE INDEX export_job_changes_at ON export_job_changes (at);

CREATE FUNCTION log_export_job_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed export_jobs := coalesce(NEW, OLD);
BEGIN
  INSERT INTO export_job_changes (company_id, job_id, deleted, state)
  VALUES (changed.company_id, changed.id, TG_OP = 'DELETE', to_jsonb(NEW));
  -- one wake-up per transaction is enough: equal payloads are folded
  PERFORM pg_notify('export_job_changes', '');
  RETURN NULL;
END $$;
CREATE TRIGGER export_jobs_change_log AFTER INSERT OR UPDATE OR DELETE ON export_jobs
  FOR EACH ROW EXECUTE FUNCTION log_export_job_change();

-- Losing access takes effect at once, also on streams that are open: every change of who may do what is announced.
CREATE FUNCTION announce_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('access_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON company_members FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON organization_members FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER DELETE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER DELETE ON api_keys FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER UPDATE OF disabled_at ON users FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();

-- A 201 is a promise: an unfinished job without its engine job cannot be committed.
CREATE FUNCTION require_engine_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('pending', 'processing')
     AND NOT EXISTS (SELECT FROM pgboss.job WHERE name = NEW.queue AND id = NEW.id) THEN
    RAISE EXCEPTION 'export job % has no engine job in queue %', NEW.id, NEW.queue USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER export_jobs_queued AFTER INSERT ON export_jobs
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_engine_job();

-- The sentence for a failure nobody was left alive to explain.
CREATE FUNCTION engine_failure_sentence(code text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
  CASE code
    WHEN 'worker_lost' THEN 'The export was interrupted several times before the file was finished. Run it again; if it stops again, tell whoever runs this installation.'
    WHEN 'timed_out' THEN 'The export took longer than is allowed and was stopped. Choose a shorter period or fewer locations and run it again.'
    ELSE 'Something went wrong on our side and no file was made. Run it again; if it fails again, tell whoever runs this installation.'
  END;

CREATE FUNCTION project_engine_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  code text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    -- the engine fails a job by deleting and inserting it in one statement: look again before calling it gone
    IF OLD.state < 'completed' AND NOT EXISTS (SELECT FROM pgboss.job WHERE name = OLD.name AND id = OLD.id) THEN
      UPDATE export_jobs SET status = 'failed', error_code = 'worker_lost', error_message = engine_failure_sentence('worker_lost'),
        completed_at = now(), updated_at = now()
      WHERE id = OLD.id AND status IN ('pending', 'processing');
    END IF;
    RETURN NULL;
  END IF;

  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state AND NEW.retry_count = OLD.retry_count THEN
    RETURN NULL;
  END IF;

  CASE NEW.state
    WHEN 'created', 'retry' THEN
      UPDATE export_jobs SET status = 'pending', started_at = NULL, rows_done = NULL, rows_total = NULL, updated_at = now()
      WHERE id = NEW.id AND status <> 'pending';
    WHEN 'active' THEN
      UPDATE export_jobs SET status = 'processing', attempt = NEW.retry_count + 1, started_at = now(),
        rows_done = NULL, rows_total = NULL, updated_at = now()
      WHERE id = NEW.id;
    WHEN 'completed' THEN
      IF NEW.output ->> 'file_key' IS NOT NULL THEN
        UPDATE export_jobs SET status = 'completed', completed_at = now(), updated_at = now(),
          expires_at = now() + make_interval(days => (NEW.output ->> 'retention_days')::int),
          file_key = NEW.output ->> 'file_key', filename = NEW.output ->> 'filename', sha256 = NEW.output ->> 'sha256',
          file_size = (NEW.output ->> 'file_size')::bigint, row_count = (NEW.output ->> 'row_count')::bigint,
          rows_done = (NEW.output ->> 'row_count')::bigint, rows_total = (NEW.output ->> 'row_count')::bigint,
          control_totals = NEW.output -> 'control_totals'
        WHERE id = NEW.id;
      ELSE
        UPDATE export_jobs SET status = 'failed', error_code = 'internal', error_message = engine_failure_sentence('internal'),
          completed_at = now(), updated_at = now()
        WHERE id = NEW.id;
      END IF;
    WHEN 'failed' THEN
      code := coalesce(NEW.output ->> 'code', CASE NEW.output #>> '{value,message}'
        WHEN 'job heartbeat timeout' THEN 'worker_lost'
        WHEN 'job timed out' THEN 'timed_out'
        ELSE 'internal' END);
      UPDATE export_jobs SET status = 'failed', error_code = code,
        error_message = CASE WHEN NEW.output ? 'code' THEN NEW.output ->> 'message' ELSE engine_failure_sentence(code) END,
        completed_at = now(), updated_at = now()
      WHERE id = NEW.id;
    WHEN 'cancelled' THEN
      UPDATE export_jobs SET status = 'canceled', completed_at = now(), updated_at = now() WHERE id = NEW.id;
  END CASE;
  RETURN NULL;
END $$;

CREATE TRIGGER project_engine_job_changed AFTER INSERT OR UPDATE ON pgboss.job
  FOR EACH ROW WHEN (NEW.name LIKE 'exports-%') EXECUTE FUNCTION project_engine_job();
CREATE TRIGGER project_engine_job_gone AFTER DELETE ON pgboss.job
  FOR EACH ROW WHEN (OLD.name LIKE 'exports-%') EXECUTE FUNCTION project_engine_job();

-- How figures and text are printed, everywhere. Plain SQL functions, so that the planner inlines them.

-- a price: at least 2 and at most 6 decimals
CREATE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN scale(trim_scale(round(price, 6))) < 2 THEN round(price, 2) ELSE trim_scale(round(price, 6)) END;

-- text that a spreadsheet could take for a formula (it starts with = + - @ tab CR) gets a leading apostrophe
CREATE FUNCTION formula_safe(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN ascii(cell) IN (61, 43, 45, 64, 9, 13) THEN '''' || cell ELSE cell END;
