-- The proof of an export outlives its file: checksums of everything in the ZIP, and every key a manifest was signed with.

-- [{name, sha256, bytes}] of the files in the ZIP, in its order
ALTER TABLE export_jobs ADD COLUMN files jsonb NOT NULL DEFAULT '[]';
-- which export is this file: by the checksum of the ZIP, or of a file in it
CREATE INDEX export_jobs_sha256 ON export_jobs (sha256) WHERE status = 'completed';
CREATE INDEX export_jobs_files ON export_jobs USING gin (files jsonb_path_ops) WHERE status = 'completed';

-- Public keys alone. A key that is struck from here proves nothing any more.
CREATE TABLE signing_keys (
  -- SHA256: and the unpadded base64url of the checksum of the key in DER (SubjectPublicKeyInfo)
  key_id text PRIMARY KEY,
  -- PEM
  public_key text NOT NULL,
  first_used_at timestamptz NOT NULL DEFAULT now()
);

-- As in 0002, and files with it.
CREATE OR REPLACE FUNCTION project_engine_job() RETURNS trigger LANGUAGE plpgsql AS $$
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
          control_totals = NEW.output -> 'control_totals', files = coalesce(NEW.output -> 'files', '[]')
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
