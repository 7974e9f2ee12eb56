-- What many do at once ends as if they had done it one after another.

-- An Idempotency-Key answers with whatever was made under it. The column is called after jobs, which were the first to have
-- keys, because servers of the release before still write it while an upgrade goes from one to the next.
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;
ALTER TABLE idempotency_keys
  -- null: the operator, who is no user
  ALTER user_id DROP NOT NULL,
  -- null: the first is still being made and has no id to show
  ALTER job_id DROP NOT NULL,
  ALTER job_id TYPE text,
  -- null: what a caller's bytes will be is not known yet
  ALTER question DROP NOT NULL,
  -- what of the first answer cannot be read again from what was made; never a secret
  ADD COLUMN kept jsonb,
  ADD CONSTRAINT idempotency_keys_key UNIQUE NULLS NOT DISTINCT (user_id, key);

-- which equal questions were still unfinished when a request arrived
CREATE INDEX export_jobs_question ON export_jobs (question, completed_at);

-- An instant to write beside a change: the clock's, not that of the transaction's start, and later than the one before, also
-- where a clock has been set back or belongs to another server.
CREATE FUNCTION later_than(before timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE RETURN
  greatest(clock_timestamp(), before + interval '1 microsecond');

-- As in 0005, by the clock: who waited for a row must not write that it changed before it did.
CREATE OR REPLACE FUNCTION project_engine_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  code text;
  moment timestamptz;
BEGIN
  IF TG_OP = 'DELETE' THEN
    -- the engine fails a job by deleting and inserting it in one statement: look again before calling it gone
    IF OLD.state < 'completed' AND NOT EXISTS (SELECT FROM pgboss.job WHERE name = OLD.name AND id = OLD.id) THEN
      SELECT later_than(updated_at) INTO moment FROM export_jobs WHERE id = OLD.id FOR NO KEY UPDATE;
      UPDATE export_jobs SET status = 'failed', error_code = 'worker_lost', error_message = engine_failure_sentence('worker_lost'),
        completed_at = moment, updated_at = moment
      WHERE id = OLD.id AND status IN ('pending', 'processing');
    END IF;
    RETURN NULL;
  END IF;

  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state AND NEW.retry_count = OLD.retry_count THEN
    RETURN NULL;
  END IF;

  SELECT later_than(updated_at) INTO moment FROM export_jobs WHERE id = NEW.id FOR NO KEY UPDATE;
  CASE NEW.state
    WHEN 'created', 'retry' THEN
      UPDATE export_jobs SET status = 'pending', started_at = NULL, rows_done = NULL, rows_total = NULL, updated_at = moment
      WHERE id = NEW.id AND status <> 'pending';
    WHEN 'active' THEN
      UPDATE export_jobs SET status = 'processing', attempt = NEW.retry_count + 1, started_at = moment,
        rows_done = NULL, rows_total = NULL, updated_at = moment
      WHERE id = NEW.id;
    WHEN 'completed' THEN
      IF NEW.output ->> 'file_key' IS NOT NULL THEN
        UPDATE export_jobs SET status = 'completed', completed_at = moment, updated_at = moment,
          expires_at = moment + make_interval(days => (NEW.output ->> 'retention_days')::int),
          file_key = NEW.output ->> 'file_key', filename = NEW.output ->> 'filename', sha256 = NEW.output ->> 'sha256',
          file_size = (NEW.output ->> 'file_size')::bigint, row_count = (NEW.output ->> 'row_count')::bigint,
          rows_done = (NEW.output ->> 'row_count')::bigint, rows_total = (NEW.output ->> 'row_count')::bigint,
          control_totals = NEW.output -> 'control_totals', files = coalesce(NEW.output -> 'files', '[]')
        WHERE id = NEW.id;
      ELSE
        UPDATE export_jobs SET status = 'failed', error_code = 'internal', error_message = engine_failure_sentence('internal'),
          completed_at = moment, updated_at = moment
        WHERE id = NEW.id;
      END IF;
    WHEN 'failed' THEN
      code := coalesce(NEW.output ->> 'code', CASE NEW.output #>> '{value,message}'
        WHEN 'job heartbeat timeout' THEN 'worker_lost'
        WHEN 'job timed out' THEN 'timed_out'
        ELSE 'internal' END);
      UPDATE export_jobs SET status = 'failed', error_code = code,
        error_message = CASE WHEN NEW.output ? 'code' THEN NEW.output ->> 'message' ELSE engine_failure_sentence(code) END,
        completed_at = moment, updated_at = moment
      WHERE id = NEW.id;
    WHEN 'cancelled' THEN
      UPDATE export_jobs SET status = 'canceled', completed_at = moment, updated_at = moment WHERE id = NEW.id;
  END CASE;
  RETURN NULL;
END $$;
