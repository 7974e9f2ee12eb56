-- What somebody has seen of an export's changes, as it was told: anything else is news again, and what is there and back is not.
DROP TABLE export_changes_known;
CREATE TABLE export_changes_known (
  job_id uuid NOT NULL REFERENCES export_jobs ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  seen text NOT NULL,
  PRIMARY KEY (job_id, user_id)
);
