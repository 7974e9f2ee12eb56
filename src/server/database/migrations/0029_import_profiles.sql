-- How a company's files of one form are read: what its columns are, and how its cells are written.
CREATE TABLE import_profiles (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  -- null: the operator
  created_by bigint REFERENCES users (id) ON DELETE SET NULL,
  name text NOT NULL,
  -- of the header
  fingerprint text NOT NULL,
  -- everything else, as the contract has it
  settings jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX import_profiles_name ON import_profiles (company_id, lower(name));
CREATE INDEX import_profiles_fingerprint ON import_profiles (company_id, fingerprint);

-- By which profiles the files of an import were read, and the cells that somebody corrected on the page before.
ALTER TABLE imports ADD COLUMN profile_ids bigint[] NOT NULL DEFAULT '{}',
  ADD COLUMN edits jsonb NOT NULL DEFAULT '[]';
