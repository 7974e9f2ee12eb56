-- A server keeps blocks by their version, for they never change. A database that lost its last commits with its leader, or was
-- set back, must not give a number again that was read before: versions are drawn, not counted.
ALTER TABLE export_job_blocks ALTER COLUMN version DROP IDENTITY;
ALTER TABLE export_job_blocks ALTER COLUMN version
  SET DEFAULT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint;
