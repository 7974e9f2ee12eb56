-- Reports as a person knows them: which they starred, and when they last took a file of each.
CREATE TABLE report_marks (
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  report_type text NOT NULL,
  is_starred boolean NOT NULL DEFAULT false,
  last_used_at timestamptz,
  PRIMARY KEY (user_id, report_type)
);
