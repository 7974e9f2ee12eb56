-- What people say of an export: to whom it was sent, and when. Of the company; of one who has left, the words stay.
CREATE TABLE export_notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES export_jobs (id) ON DELETE CASCADE,
  -- null: the operator
  created_by bigint REFERENCES users (id) ON DELETE SET NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX export_notes_job ON export_notes (job_id, id);
