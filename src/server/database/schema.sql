-- The schema after all migrations, to be read in one place. Made by `node scripts/schema.ts`; `npm run verify` fails where it
-- is of other migrations. Changes go into a new file of migrations/. Left out: the engine's own schema (pgboss), what
-- keep_versions() makes for each table that has versions (its triggers, <table>_past with died_version, the view
-- as_of.<table>), and the bodies of functions.

CREATE TABLE api_keys (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  user_id bigint NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,
  key_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
  CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX api_keys_user ON api_keys USING btree (user_id, created_at);
CREATE TRIGGER access_changed AFTER UPDATE OF expires_at ON api_keys FOR EACH ROW WHEN ((old.expires_at IS DISTINCT FROM new.expires_at)) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_taken AFTER DELETE ON api_keys FOR EACH ROW WHEN (((old.expires_at IS NULL) OR (old.expires_at > now()))) EXECUTE FUNCTION announce_access_change('user_id');

CREATE TABLE attempts (
  door text NOT NULL,
  who text NOT NULL,
  at timestamp with time zone[] NOT NULL,
  most integer NOT NULL,
  seconds integer NOT NULL,
  failures bigint DEFAULT 0 NOT NULL,
  refused_at timestamp with time zone,
  CONSTRAINT attempts_pkey PRIMARY KEY (door, who)
);

CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  organization_id bigint,
  company_id bigint,
  user_id bigint,
  action text NOT NULL,
  subject_type text,
  subject_id text,
  details jsonb DEFAULT '{}'::jsonb NOT NULL,
  address text,
  request_id text,
  CONSTRAINT audit_events_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_events_company ON audit_events USING btree (company_id, id);
CREATE INDEX audit_events_organization ON audit_events USING btree (organization_id, id);
CREATE INDEX audit_events_subject ON audit_events USING btree (subject_type, subject_id, id);
CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(); -- always
CREATE TRIGGER audit_events_unsealed AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION await_audit_seal(); -- always

CREATE TABLE audit_links (
  chain bigint NOT NULL,
  "position" bigint NOT NULL,
  event_id bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_links_pkey PRIMARY KEY (chain, "position"),
  CONSTRAINT audit_links_event_id_key UNIQUE (event_id),
  CONSTRAINT audit_links_hash_check CHECK ((length(hash) = 32)),
  CONSTRAINT audit_links_position_check CHECK (("position" > 0))
);
CREATE TRIGGER audit_links_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(); -- always

CREATE TABLE audit_seals (
  chain bigint NOT NULL,
  "position" bigint NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL,
  at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT audit_seals_pkey PRIMARY KEY (chain, "position"),
  CONSTRAINT audit_seals_chain_position_fkey FOREIGN KEY (chain, "position") REFERENCES audit_links(chain, "position")
);
CREATE TRIGGER audit_seals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(); -- always

CREATE TABLE audit_unsealed (
  event_id bigint NOT NULL,
  at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT audit_unsealed_pkey PRIMARY KEY (event_id)
);

CREATE TABLE booked_changes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  user_id bigint,
  import_id bigint NOT NULL,
  kind text NOT NULL,
  reason text,
  rows jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT booked_changes_pkey PRIMARY KEY (id),
  CONSTRAINT booked_changes_kind_check CHECK ((kind = ANY (ARRAY['void'::text, 'restore'::text, 'correction'::text]))),
  CONSTRAINT booked_changes_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT booked_changes_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id),
  CONSTRAINT booked_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX booked_changes_company ON booked_changes USING btree (company_id, id);
CREATE INDEX booked_changes_rows ON booked_changes USING gin (rows jsonb_path_ops);
CREATE TRIGGER booked_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON booked_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE changes_told (
  company_id bigint NOT NULL,
  data_version bigint NOT NULL,
  looked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT changes_told_pkey PRIMARY KEY (company_id),
  CONSTRAINT changes_told_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);

CREATE TABLE chore_failures (
  chore text NOT NULL,
  item text NOT NULL,
  times integer DEFAULT 1 NOT NULL,
  detail text NOT NULL,
  first_at timestamp with time zone DEFAULT now() NOT NULL,
  last_at timestamp with time zone DEFAULT now() NOT NULL,
  retry_at timestamp with time zone NOT NULL,
  CONSTRAINT chore_failures_pkey PRIMARY KEY (chore, item)
);

CREATE TABLE chores (
  name text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  outcome text NOT NULL,
  detail text,
  well_at timestamp with time zone,
  done bigint DEFAULT 0 NOT NULL,
  failed bigint DEFAULT 0 NOT NULL,
  CONSTRAINT chores_pkey PRIMARY KEY (name),
  CONSTRAINT chores_outcome_check CHECK ((outcome = ANY (ARRAY['running'::text, 'well'::text, 'some_failed'::text, 'failed'::text, 'late'::text])))
);

CREATE TABLE closed_days (
  company_id bigint NOT NULL,
  day date NOT NULL,
  CONSTRAINT closed_days_pkey PRIMARY KEY (company_id, day),
  CONSTRAINT closed_days_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);

CREATE TABLE closed_writes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  user_id bigint,
  import_id bigint,
  reason text NOT NULL,
  rows integer NOT NULL,
  date_from date NOT NULL,
  date_to date NOT NULL,
  closed_until date NOT NULL,
  CONSTRAINT closed_writes_pkey PRIMARY KEY (id),
  CONSTRAINT closed_writes_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT closed_writes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX closed_writes_company ON closed_writes USING btree (company_id, id);

CREATE TABLE closing_changes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  user_id bigint,
  kind text NOT NULL,
  closed_until_before date,
  closed_until date,
  policy text NOT NULL,
  reason text,
  month date,
  blocking text[] DEFAULT '{}'::text[] NOT NULL,
  figures jsonb,
  CONSTRAINT closing_changes_pkey PRIMARY KEY (id),
  CONSTRAINT closing_changes_kind_check CHECK ((kind = ANY (ARRAY['closed'::text, 'reopened'::text, 'policy'::text]))),
  CONSTRAINT closing_changes_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT closing_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX closing_changes_company ON closing_changes USING btree (company_id, id);
CREATE TRIGGER closing_changes_append_only BEFORE DELETE OR TRUNCATE ON closing_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE closings (
  company_id bigint NOT NULL,
  closed_until date,
  policy text DEFAULT 'refuse'::text NOT NULL,
  closed_by bigint,
  closed_at timestamp with time zone,
  CONSTRAINT closings_pkey PRIMARY KEY (company_id),
  CONSTRAINT closings_policy_check CHECK ((policy = ANY (ARRAY['refuse'::text, 'reason'::text]))),
  CONSTRAINT closings_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT closings_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);

-- has versions
CREATE TABLE companies (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  organization_id bigint NOT NULL,
  name text NOT NULL,
  currency text NOT NULL,
  time_zone text NOT NULL,
  locale text DEFAULT 'en-GB'::text NOT NULL,
  archived_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  data_version bigint DEFAULT 0 NOT NULL,
  kept_version bigint DEFAULT 0 NOT NULL,
  born_version bigint DEFAULT 0 NOT NULL,
  CONSTRAINT companies_pkey PRIMARY KEY (id),
  CONSTRAINT companies_organization_id_name_key UNIQUE (organization_id, name),
  CONSTRAINT companies_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT companies_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT companies_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id)
);

CREATE TABLE company_members (
  company_id bigint NOT NULL,
  user_id bigint NOT NULL,
  role text NOT NULL,
  granted text[] DEFAULT '{}'::text[] NOT NULL,
  denied text[] DEFAULT '{}'::text[] NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT company_members_pkey PRIMARY KEY (company_id, user_id),
  CONSTRAINT company_members_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'finance'::text, 'buyer'::text, 'staff'::text, 'viewer'::text]))),
  CONSTRAINT company_members_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT company_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX company_members_user ON company_members USING btree (user_id);
CREATE TRIGGER access_changed AFTER UPDATE ON company_members FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_given_or_taken AFTER INSERT OR DELETE ON company_members FOR EACH ROW EXECUTE FUNCTION announce_access_change('user_id');

CREATE TABLE data_versions (
  company_id bigint NOT NULL,
  version bigint NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  user_id bigint,
  source_kind text DEFAULT 'hand'::text NOT NULL,
  source_id text,
  lines bigint DEFAULT 0 NOT NULL,
  totals jsonb DEFAULT '[]'::jsonb NOT NULL,
  tables jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT data_versions_pkey PRIMARY KEY (company_id, version),
  CONSTRAINT data_versions_source_kind_check CHECK ((source_kind = ANY (ARRAY['import'::text, 'hand'::text, 'undo'::text]))),
  CONSTRAINT data_versions_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT data_versions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT data_versions_close TRIGGER DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX data_versions_source ON data_versions USING btree (company_id, source_kind, source_id);
CREATE CONSTRAINT TRIGGER data_versions_close AFTER INSERT ON data_versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION close_version(); -- always

CREATE TABLE deliveries (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  destination_id bigint NOT NULL,
  recipient text,
  schedule_id bigint,
  occurrence date,
  job_id uuid,
  pack_id uuid,
  event text,
  details jsonb,
  on_behalf_of bigint,
  message_id uuid DEFAULT gen_random_uuid() NOT NULL,
  status text DEFAULT 'waiting'::text NOT NULL,
  tries integer DEFAULT 0 NOT NULL,
  tries_now integer DEFAULT 0 NOT NULL,
  next_at timestamp with time zone DEFAULT now() NOT NULL,
  lease_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  sent_at timestamp with time zone,
  CONSTRAINT deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'refused'::text]))),
  CONSTRAINT deliveries_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT deliveries_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id),
  CONSTRAINT deliveries_on_behalf_of_fkey FOREIGN KEY (on_behalf_of) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT deliveries_schedule_id_occurrence_fkey FOREIGN KEY (schedule_id, occurrence) REFERENCES schedule_runs(schedule_id, occurrence) ON DELETE SET NULL (schedule_id, occurrence)
);
CREATE INDEX deliveries_due ON deliveries USING btree (COALESCE(lease_until, next_at)) WHERE (status = ANY (ARRAY['waiting'::text, 'sending'::text]));
CREATE INDEX deliveries_job ON deliveries USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX deliveries_list ON deliveries USING btree (company_id, id);
CREATE UNIQUE INDEX deliveries_once ON deliveries USING btree (schedule_id, occurrence, destination_id, COALESCE(recipient, ''::text), COALESCE(event, ''::text)) WHERE (schedule_id IS NOT NULL);
CREATE INDEX deliveries_pack ON deliveries USING btree (pack_id) WHERE (pack_id IS NOT NULL);

CREATE TABLE delivery_attempts (
  delivery_id bigint NOT NULL,
  attempt integer NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  outcome text,
  detail text,
  CONSTRAINT delivery_attempts_pkey PRIMARY KEY (delivery_id, attempt),
  CONSTRAINT delivery_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'failed'::text, 'refused'::text, 'unknown'::text]))),
  CONSTRAINT delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(id) ON DELETE CASCADE
);

-- has versions
CREATE TABLE delivery_locations (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  street text,
  street_number text,
  postal_code text,
  city text,
  region text,
  country text,
  customer_number text,
  instructions text,
  storage_unit_id bigint,
  archived_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT delivery_locations_pkey PRIMARY KEY (id),
  CONSTRAINT delivery_locations_company_id_code_key UNIQUE (company_id, code),
  CONSTRAINT delivery_locations_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT delivery_locations_storage_unit_id_fkey FOREIGN KEY (storage_unit_id) REFERENCES storage_units(id)
);
CREATE INDEX delivery_locations_born ON delivery_locations USING btree (company_id, born_version);

CREATE TABLE delivery_rules (
  company_id bigint NOT NULL,
  attachments boolean DEFAULT true NOT NULL,
  guest_domains text[],
  ignore_after_days integer,
  CONSTRAINT delivery_rules_pkey PRIMARY KEY (company_id),
  CONSTRAINT delivery_rules_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);

CREATE TABLE destinations (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  settings jsonb NOT NULL,
  secret bytea,
  previous_secret bytea,
  previous_until timestamp with time zone,
  created_by bigint,
  disabled_at timestamp with time zone,
  disabled_reason text,
  deleted_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT destinations_pkey PRIMARY KEY (id),
  CONSTRAINT destinations_check CHECK (((deleted_at IS NULL) OR (secret IS NULL))),
  CONSTRAINT destinations_type_check CHECK ((type = ANY (ARRAY['mail'::text, 'webhook'::text, 'sftp'::text, 's3'::text]))),
  CONSTRAINT destinations_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT destinations_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX destinations_name ON destinations USING btree (company_id, lower(name)) WHERE (deleted_at IS NULL);

CREATE TABLE export_attempts (
  job_id uuid NOT NULL,
  attempt integer NOT NULL,
  company_id bigint NOT NULL,
  file_key text NOT NULL,
  worker text NOT NULL,
  started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  ended_at timestamp with time zone,
  outcome text,
  swept_at timestamp with time zone,
  CONSTRAINT export_attempts_pkey PRIMARY KEY (job_id, attempt)
);
CREATE INDEX export_attempts_unswept ON export_attempts USING btree (started_at) WHERE (swept_at IS NULL);

CREATE TABLE export_changes (
  job_id uuid NOT NULL,
  data_version bigint NOT NULL,
  lines bigint NOT NULL,
  wording_lines bigint NOT NULL,
  totals jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT export_changes_pkey PRIMARY KEY (job_id),
  CONSTRAINT export_changes_job_id_fkey FOREIGN KEY (job_id) REFERENCES export_jobs(id) ON DELETE CASCADE
);
CREATE TRIGGER export_changes_announced AFTER INSERT OR UPDATE ON export_changes FOR EACH ROW WHEN (((new.lines + new.wording_lines) > 0)) EXECUTE FUNCTION announce_export_change();

CREATE TABLE export_changes_known (
  job_id uuid NOT NULL,
  user_id bigint NOT NULL,
  seen text NOT NULL,
  CONSTRAINT export_changes_known_pkey PRIMARY KEY (job_id, user_id),
  CONSTRAINT export_changes_known_job_id_fkey FOREIGN KEY (job_id) REFERENCES export_jobs(id) ON DELETE CASCADE,
  CONSTRAINT export_changes_known_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE export_job_archive (
  id uuid NOT NULL,
  company_id bigint NOT NULL,
  sha256 text,
  files jsonb,
  job jsonb NOT NULL,
  attempts jsonb NOT NULL,
  archived_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT export_job_archive_pkey PRIMARY KEY (id),
  CONSTRAINT export_job_archive_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id)
);
CREATE INDEX export_job_archive_files ON export_job_archive USING gin (files jsonb_path_ops);
CREATE INDEX export_job_archive_sha256 ON export_job_archive USING btree (sha256);

CREATE TABLE export_job_blocks (
  version bigint DEFAULT ((('x'::text || "right"(replace((gen_random_uuid())::text, '-'::text, ''::text), 16)))::bit(64))::bigint NOT NULL,
  company_id bigint NOT NULL,
  jobs integer NOT NULL,
  first_at timestamp with time zone NOT NULL,
  first_id uuid NOT NULL,
  last_at timestamp with time zone NOT NULL,
  last_id uuid NOT NULL,
  ids bytea NOT NULL,
  created bytea NOT NULL,
  updated bytea NOT NULL,
  dates_from bytea NOT NULL,
  dates_to bytea NOT NULL,
  kind_codes bytea NOT NULL,
  kinds text[] NOT NULL,
  person_codes bytea NOT NULL,
  people text[] NOT NULL,
  place_codes bytea NOT NULL,
  places text[] NOT NULL,
  CONSTRAINT export_job_blocks_pkey PRIMARY KEY (company_id, first_at, first_id) INCLUDE (version, jobs),
  CONSTRAINT export_job_blocks_version_key UNIQUE (version),
  CONSTRAINT export_job_blocks_jobs_check CHECK ((jobs > 0)),
  CONSTRAINT export_job_blocks_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);

CREATE TABLE export_job_changes (
  seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint,
  job_id uuid,
  deleted boolean NOT NULL,
  state jsonb,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  snapshot pg_snapshot DEFAULT pg_current_snapshot() NOT NULL,
  data_version bigint,
  CONSTRAINT export_job_changes_pkey PRIMARY KEY (seq)
);
CREATE INDEX export_job_changes_at ON export_job_changes USING btree (at);
CREATE INDEX export_job_changes_xid ON export_job_changes USING btree (xid);

CREATE TABLE export_job_marks (
  company_id bigint NOT NULL,
  created_at timestamp with time zone,
  job_id uuid
);
CREATE INDEX export_job_marks_key ON export_job_marks USING btree (company_id, created_at, job_id);

CREATE TABLE export_jobs (
  id uuid NOT NULL,
  company_id bigint NOT NULL,
  created_by bigint NOT NULL,
  report_type text NOT NULL,
  file_format text NOT NULL,
  status text DEFAULT 'pending'::text NOT NULL,
  date_from date NOT NULL,
  date_to date NOT NULL,
  filters jsonb DEFAULT '{}'::jsonb NOT NULL,
  options jsonb DEFAULT '{}'::jsonb NOT NULL,
  question text NOT NULL,
  queue text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  expires_at timestamp with time zone,
  attempt integer DEFAULT 1 NOT NULL,
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
  file_deleted_at timestamp with time zone,
  files jsonb DEFAULT '[]'::jsonb NOT NULL,
  trace_context text,
  saved_report_id bigint,
  saved_report_name text,
  data_version bigint,
  as_of_version bigint,
  as_of_instant timestamp with time zone,
  snapshot_at timestamp with time zone,
  csv_form text,
  notify boolean DEFAULT false NOT NULL,
  pack_id uuid,
  pack_place integer,
  pack_companies bigint[],
  CONSTRAINT export_jobs_pkey PRIMARY KEY (id),
  CONSTRAINT export_jobs_check CHECK ((date_from <= date_to)),
  CONSTRAINT export_jobs_check1 CHECK (((status <> 'completed'::text) OR ((file_key IS NOT NULL) AND (sha256 IS NOT NULL) AND (row_count IS NOT NULL) AND (filename IS NOT NULL)))),
  CONSTRAINT export_jobs_check2 CHECK (((status <> 'failed'::text) OR (error_code IS NOT NULL))),
  CONSTRAINT export_jobs_member CHECK ((((pack_id IS NULL) = (pack_place IS NULL)) AND ((pack_id IS NULL) OR (pack_companies IS NULL)))),
  CONSTRAINT export_jobs_pack CHECK (((report_type = 'pack'::text) = (pack_companies IS NOT NULL))),
  CONSTRAINT export_jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'canceled'::text]))),
  CONSTRAINT export_jobs_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT export_jobs_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id),
  CONSTRAINT export_jobs_saved_report_id_fkey FOREIGN KEY (saved_report_id) REFERENCES saved_reports(id) ON DELETE SET NULL,
  CONSTRAINT export_jobs_queued TRIGGER DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX export_jobs_expiry ON export_jobs USING btree (expires_at) WHERE ((status = 'completed'::text) AND (file_deleted_at IS NULL));
CREATE INDEX export_jobs_files ON export_jobs USING gin (files jsonb_path_ops) WHERE (status = 'completed'::text);
CREATE INDEX export_jobs_list ON export_jobs USING btree (company_id, created_at, id) INCLUDE (status, file_format, report_type);
CREATE UNIQUE INDEX export_jobs_members ON export_jobs USING btree (pack_id, pack_place) WHERE (pack_id IS NOT NULL);
CREATE INDEX export_jobs_packs ON export_jobs USING btree (company_id) WHERE (pack_companies IS NOT NULL);
CREATE INDEX export_jobs_question ON export_jobs USING btree (question, completed_at);
CREATE UNIQUE INDEX export_jobs_same_question ON export_jobs USING btree (company_id, created_by, question) WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]));
CREATE INDEX export_jobs_saved_report ON export_jobs USING btree (saved_report_id) WHERE (saved_report_id IS NOT NULL);
CREATE INDEX export_jobs_sha256 ON export_jobs USING btree (sha256) WHERE (status = 'completed'::text);
CREATE INDEX export_jobs_unfinished ON export_jobs USING btree (company_id, status, created_at, id) WHERE (status <> 'completed'::text);
CREATE TRIGGER export_jobs_change_log AFTER INSERT OR DELETE OR UPDATE ON export_jobs FOR EACH ROW EXECUTE FUNCTION log_export_job_change();
CREATE TRIGGER export_jobs_end_announced AFTER UPDATE OF status ON export_jobs FOR EACH ROW WHEN (((new.status = ANY (ARRAY['completed'::text, 'failed'::text])) AND (old.status <> new.status))) EXECUTE FUNCTION announce_export_end();
CREATE TRIGGER export_jobs_made BEFORE UPDATE ON export_jobs FOR EACH ROW WHEN (((new.status = 'completed'::text) AND (old.status <> 'completed'::text))) EXECUTE FUNCTION keep_what_it_was_made_of();
CREATE TRIGGER export_jobs_marked AFTER INSERT ON export_jobs FOR EACH ROW WHEN ((new.pack_id IS NULL)) EXECUTE FUNCTION mark_export_job();
CREATE TRIGGER export_jobs_marked_changed AFTER UPDATE ON export_jobs FOR EACH ROW WHEN (((new.pack_id IS NULL) AND ((((((((((old.company_id IS DISTINCT FROM new.company_id) OR (old.created_at IS DISTINCT FROM new.created_at)) OR (old.updated_at IS DISTINCT FROM new.updated_at)) OR (old.status IS DISTINCT FROM new.status)) OR (old.date_from IS DISTINCT FROM new.date_from)) OR (old.date_to IS DISTINCT FROM new.date_to)) OR (old.created_by IS DISTINCT FROM new.created_by)) OR (old.file_format IS DISTINCT FROM new.file_format)) OR (old.report_type IS DISTINCT FROM new.report_type)) OR (old.filters IS DISTINCT FROM new.filters)))) EXECUTE FUNCTION mark_export_job();
CREATE TRIGGER export_jobs_marked_gone AFTER DELETE ON export_jobs FOR EACH ROW WHEN ((old.pack_id IS NULL)) EXECUTE FUNCTION mark_export_job();
CREATE TRIGGER export_jobs_member_moved AFTER UPDATE OF status ON export_jobs FOR EACH ROW WHEN (((new.pack_id IS NOT NULL) AND (new.status <> old.status) AND (new.status <> 'pending'::text))) EXECUTE FUNCTION move_pack();
CREATE TRIGGER export_jobs_pack_made AFTER UPDATE ON export_jobs FOR EACH ROW WHEN (((new.pack_companies IS NOT NULL) AND (new.status = 'completed'::text) AND (old.status <> 'completed'::text))) EXECUTE FUNCTION keep_tie_out();
CREATE CONSTRAINT TRIGGER export_jobs_queued AFTER INSERT ON export_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_engine_job();

CREATE TABLE export_listeners (
  job_id uuid NOT NULL,
  user_id bigint NOT NULL,
  CONSTRAINT export_listeners_pkey PRIMARY KEY (job_id, user_id),
  CONSTRAINT export_listeners_job_id_fkey FOREIGN KEY (job_id) REFERENCES export_jobs(id) ON DELETE CASCADE,
  CONSTRAINT export_listeners_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE export_notes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  job_id uuid NOT NULL,
  created_by bigint,
  text text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT export_notes_pkey PRIMARY KEY (id),
  CONSTRAINT export_notes_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT export_notes_job_id_fkey FOREIGN KEY (job_id) REFERENCES export_jobs(id) ON DELETE CASCADE
);
CREATE INDEX export_notes_job ON export_notes USING btree (job_id, id);

CREATE TABLE export_packs (
  id uuid NOT NULL,
  organization_id bigint NOT NULL,
  was_saved boolean DEFAULT false NOT NULL,
  saved_pack_id bigint,
  name text NOT NULL,
  data_versions jsonb NOT NULL,
  as_of_instant timestamp with time zone NOT NULL,
  options jsonb DEFAULT '{}'::jsonb NOT NULL,
  tie_out jsonb,
  CONSTRAINT export_packs_pkey PRIMARY KEY (id),
  CONSTRAINT export_packs_id_fkey FOREIGN KEY (id) REFERENCES export_jobs(id) ON DELETE CASCADE,
  CONSTRAINT export_packs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT export_packs_saved_pack_id_fkey FOREIGN KEY (saved_pack_id) REFERENCES packs(id) ON DELETE SET NULL
);

CREATE TABLE export_turns (
  job_id uuid NOT NULL,
  queue text NOT NULL,
  company_id bigint NOT NULL,
  turn integer NOT NULL,
  started boolean DEFAULT false NOT NULL,
  CONSTRAINT export_turns_pkey PRIMARY KEY (job_id)
);
CREATE INDEX export_turns_company ON export_turns USING btree (queue, company_id, turn);
CREATE INDEX export_turns_served ON export_turns USING btree (queue, turn) WHERE started;

CREATE TABLE guest_links (
  token_hash bytea NOT NULL,
  delivery_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  opened integer DEFAULT 0 NOT NULL,
  opened_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT guest_links_pkey PRIMARY KEY (token_hash),
  CONSTRAINT guest_links_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(id) ON DELETE CASCADE
);
CREATE INDEX guest_links_delivery ON guest_links USING btree (delivery_id);

CREATE TABLE guests (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  email text NOT NULL,
  created_by bigint,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  approved_by bigint,
  approved_at timestamp with time zone,
  CONSTRAINT guests_pkey PRIMARY KEY (id),
  CONSTRAINT guests_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT guests_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT guests_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX guests_email ON guests USING btree (company_id, lower(email));

CREATE TABLE idempotency_keys (
  user_id bigint,
  key text NOT NULL,
  question text,
  job_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  kept jsonb,
  CONSTRAINT idempotency_keys_key UNIQUE NULLS NOT DISTINCT (user_id, key),
  CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_age ON idempotency_keys USING btree (created_at);

CREATE TABLE identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject),
  CONSTRAINT identities_user_id_issuer_key UNIQUE (user_id, issuer),
  CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE import_profiles (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  created_by bigint,
  name text NOT NULL,
  fingerprint text NOT NULL,
  settings jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT import_profiles_pkey PRIMARY KEY (id),
  CONSTRAINT import_profiles_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT import_profiles_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX import_profiles_fingerprint ON import_profiles USING btree (company_id, fingerprint);
CREATE UNIQUE INDEX import_profiles_name ON import_profiles USING btree (company_id, lower(name));

CREATE TABLE imports (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  user_id bigint,
  source text DEFAULT 'files'::text NOT NULL,
  reason text,
  options jsonb DEFAULT '{}'::jsonb NOT NULL,
  files jsonb DEFAULT '[]'::jsonb NOT NULL,
  profile_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
  edits jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT imports_pkey PRIMARY KEY (id),
  CONSTRAINT imports_source_check CHECK ((source = ANY (ARRAY['files'::text, 'hand'::text]))),
  CONSTRAINT imports_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT imports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX imports_company ON imports USING btree (company_id, id);

CREATE TABLE imports_under_way (
  company_id bigint NOT NULL,
  started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  heard_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  progress jsonb NOT NULL,
  stop_asked boolean DEFAULT false NOT NULL,
  CONSTRAINT imports_under_way_pkey PRIMARY KEY (company_id),
  CONSTRAINT imports_under_way_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);

CREATE TABLE invitations (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  organization_id bigint NOT NULL,
  email text NOT NULL,
  organization_role text DEFAULT 'member'::text NOT NULL,
  company_roles jsonb DEFAULT '[]'::jsonb NOT NULL,
  token_hash bytea NOT NULL,
  invited_by bigint,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  accepted_at timestamp with time zone,
  mailed boolean DEFAULT false NOT NULL,
  CONSTRAINT invitations_pkey PRIMARY KEY (id),
  CONSTRAINT invitations_token_hash_key UNIQUE (token_hash),
  CONSTRAINT invitations_email_check CHECK ((email = lower(email))),
  CONSTRAINT invitations_organization_role_check CHECK ((organization_role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))),
  CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users(id) ON DELETE CASCADE,
  CONSTRAINT invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX invitations_organization ON invitations USING btree (organization_id, created_at);

-- has versions
CREATE TABLE invoice_lines (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  invoice_id bigint NOT NULL,
  line_no integer NOT NULL,
  line_type text DEFAULT 'item'::text NOT NULL,
  po_number text,
  receipt_number text,
  vendor_item_id bigint,
  item_id bigint,
  article_number text,
  description text NOT NULL,
  quantity numeric(18,4) NOT NULL,
  unit text NOT NULL,
  units_per_unit numeric(18,6) DEFAULT 1 NOT NULL,
  unit_price numeric(19,6) NOT NULL,
  tax_rate numeric(7,6) DEFAULT 0 NOT NULL,
  net_amount numeric(19,4) NOT NULL,
  tax_amount numeric(19,4) NOT NULL,
  note text,
  po_line_id bigint,
  receipt_line_id bigint,
  is_attached boolean DEFAULT false NOT NULL,
  import_id bigint,
  void_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT invoice_lines_pkey PRIMARY KEY (id),
  CONSTRAINT invoice_lines_invoice_id_line_no_key UNIQUE (invoice_id, line_no),
  CONSTRAINT invoice_lines_line_type_check CHECK ((line_type = ANY (ARRAY['item'::text, 'fee'::text, 'freight'::text, 'discount'::text, 'deposit'::text]))),
  CONSTRAINT invoice_lines_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT invoice_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices(id),
  CONSTRAINT invoice_lines_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT invoice_lines_po_line_id_fkey FOREIGN KEY (po_line_id) REFERENCES purchase_order_lines(id),
  CONSTRAINT invoice_lines_receipt_line_id_fkey FOREIGN KEY (receipt_line_id) REFERENCES receipt_lines(id),
  CONSTRAINT invoice_lines_vendor_item_id_fkey FOREIGN KEY (vendor_item_id) REFERENCES vendor_items(id)
);
CREATE INDEX invoice_lines_born ON invoice_lines USING btree (company_id, born_version);
CREATE INDEX invoice_lines_order_named ON invoice_lines USING btree (company_id, po_number) WHERE (po_number IS NOT NULL);
CREATE INDEX invoice_lines_po_line ON invoice_lines USING btree (po_line_id) WHERE (po_line_id IS NOT NULL);
CREATE INDEX invoice_lines_receipt_line ON invoice_lines USING btree (receipt_line_id) WHERE (receipt_line_id IS NOT NULL);
CREATE INDEX invoice_lines_receipt_named ON invoice_lines USING btree (company_id, receipt_number) WHERE (receipt_number IS NOT NULL);
CREATE TRIGGER closed_days_delete AFTER DELETE ON invoice_lines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('(SELECT coalesce(d.posted_on, d.received_on, d.invoice_date) FROM invoices d WHERE d.id = t.invoice_id)', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id,po_number,receipt_number,po_line_id,receipt_line_id,is_attached}''::text[]'); -- always
CREATE TRIGGER closed_days_insert AFTER INSERT ON invoice_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('(SELECT coalesce(d.posted_on, d.received_on, d.invoice_date) FROM invoices d WHERE d.id = t.invoice_id)', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id,po_number,receipt_number,po_line_id,receipt_line_id,is_attached}''::text[]'); -- always
CREATE TRIGGER closed_days_update AFTER UPDATE ON invoice_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('(SELECT coalesce(d.posted_on, d.received_on, d.invoice_date) FROM invoices d WHERE d.id = t.invoice_id)', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id,po_number,receipt_number,po_line_id,receipt_line_id,is_attached}''::text[]'); -- always

-- has versions
CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  vendor_id bigint NOT NULL,
  invoice_number text NOT NULL,
  kind text NOT NULL,
  invoice_date date NOT NULL,
  received_on date,
  posted_on date,
  delivery_location_id bigint NOT NULL,
  currency text NOT NULL,
  prices_include_tax boolean DEFAULT false NOT NULL,
  import_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT invoices_pkey PRIMARY KEY (id),
  CONSTRAINT invoices_company_id_vendor_id_invoice_number_kind_key UNIQUE (company_id, vendor_id, invoice_number, kind),
  CONSTRAINT invoices_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit'::text]))),
  CONSTRAINT invoices_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT invoices_delivery_location_id_fkey FOREIGN KEY (delivery_location_id) REFERENCES delivery_locations(id),
  CONSTRAINT invoices_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);
CREATE INDEX invoices_born ON invoices USING btree (company_id, born_version);
CREATE INDEX invoices_day ON invoices USING btree (company_id, invoice_date);
CREATE INDEX invoices_location ON invoices USING btree (delivery_location_id);
CREATE INDEX invoices_search ON invoices USING btree (company_id, lower(invoice_number) text_pattern_ops);
CREATE TRIGGER closed_days_delete AFTER DELETE ON invoices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce(t.posted_on, t.received_on, t.invoice_date)', 'EXISTS (SELECT FROM invoice_lines l WHERE l.invoice_id = t.id AND l.void_id IS NULL)', 'to_jsonb(t) - ''{import_id,born_version}''::text[]'); -- always
CREATE TRIGGER closed_days_insert AFTER INSERT ON invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce(t.posted_on, t.received_on, t.invoice_date)', 'EXISTS (SELECT FROM invoice_lines l WHERE l.invoice_id = t.id AND l.void_id IS NULL)', 'to_jsonb(t) - ''{import_id,born_version}''::text[]'); -- always
CREATE TRIGGER closed_days_update AFTER UPDATE ON invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce(t.posted_on, t.received_on, t.invoice_date)', 'EXISTS (SELECT FROM invoice_lines l WHERE l.invoice_id = t.id AND l.void_id IS NULL)', 'to_jsonb(t) - ''{import_id,born_version}''::text[]'); -- always

-- has versions
CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  category text,
  subcategory text,
  base_unit text NOT NULL,
  standard_cost numeric(19,6),
  archived_at timestamp with time zone,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT items_pkey PRIMARY KEY (id),
  CONSTRAINT items_company_id_code_key UNIQUE (company_id, code),
  CONSTRAINT items_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id)
);
CREATE INDEX items_born ON items USING btree (company_id, born_version);

CREATE TABLE mail_refused (
  user_id bigint NOT NULL,
  kind text NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT mail_refused_pkey PRIMARY KEY (user_id, kind),
  CONSTRAINT mail_refused_kind_check CHECK ((kind = 'slow_exports'::text)),
  CONSTRAINT mail_refused_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE notices (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  user_id bigint NOT NULL,
  kind text NOT NULL,
  details jsonb DEFAULT '{}'::jsonb NOT NULL,
  tries integer DEFAULT 0 NOT NULL,
  next_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  sent_at timestamp with time zone,
  failed_at timestamp with time zone,
  CONSTRAINT notices_pkey PRIMARY KEY (id),
  CONSTRAINT notices_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX notices_due ON notices USING btree (next_at) WHERE ((sent_at IS NULL) AND (failed_at IS NULL));

CREATE TABLE organization_members (
  organization_id bigint NOT NULL,
  user_id bigint NOT NULL,
  role text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT organization_members_pkey PRIMARY KEY (organization_id, user_id),
  CONSTRAINT organization_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))),
  CONSTRAINT organization_members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX organization_members_user ON organization_members USING btree (user_id);
CREATE TRIGGER access_changed AFTER UPDATE ON organization_members FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_given_or_taken AFTER INSERT OR DELETE ON organization_members FOR EACH ROW EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER end_reset_links AFTER INSERT OR DELETE ON organization_members FOR EACH ROW EXECUTE FUNCTION end_reset_links();
CREATE TRIGGER end_reset_links_of_role AFTER UPDATE ON organization_members FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (new.role <> 'owner'::text))) EXECUTE FUNCTION end_reset_links();
CREATE TRIGGER organization_members_home BEFORE INSERT OR UPDATE ON organization_members FOR EACH ROW EXECUTE FUNCTION refuse_foreign_membership();

CREATE TABLE organizations (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT organizations_pkey PRIMARY KEY (id),
  CONSTRAINT organizations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

CREATE TABLE packs (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  organization_id bigint NOT NULL,
  created_by bigint,
  name text NOT NULL,
  members jsonb NOT NULL,
  company_ids bigint[] NOT NULL,
  period jsonb NOT NULL,
  options jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT packs_pkey PRIMARY KEY (id),
  CONSTRAINT packs_company_ids_check CHECK ((cardinality(company_ids) > 0)),
  CONSTRAINT packs_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT packs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX packs_name ON packs USING btree (organization_id, lower(name));

CREATE TABLE password_resets (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  user_id bigint NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  organization_id bigint,
  made_by bigint,
  CONSTRAINT password_resets_pkey PRIMARY KEY (id),
  CONSTRAINT password_resets_token_hash_key UNIQUE (token_hash),
  CONSTRAINT password_resets_made_by_fkey FOREIGN KEY (made_by) REFERENCES users(id) ON DELETE CASCADE,
  CONSTRAINT password_resets_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX password_resets_maker ON password_resets USING btree (made_by);
CREATE INDEX password_resets_user ON password_resets USING btree (user_id);

CREATE TABLE people_present (
  user_id bigint NOT NULL,
  seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT people_present_pkey PRIMARY KEY (user_id),
  CONSTRAINT people_present_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

-- has versions
CREATE TABLE purchase_order_lines (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  purchase_order_id bigint NOT NULL,
  line_no integer NOT NULL,
  line_type text DEFAULT 'item'::text NOT NULL,
  vendor_item_id bigint,
  item_id bigint,
  article_number text,
  description text NOT NULL,
  order_unit text NOT NULL,
  units_per_order_unit numeric(18,6) DEFAULT 1 NOT NULL,
  ordered_qty numeric(18,4) NOT NULL,
  unit_price numeric(19,6) NOT NULL,
  tax_rate numeric(7,6) DEFAULT 0 NOT NULL,
  line_status text DEFAULT 'open'::text NOT NULL,
  note text,
  expected_on date,
  delivery_location_id bigint,
  price_unit text,
  price_units_per_order_unit numeric(18,6),
  import_id bigint,
  void_id bigint,
  company_id bigint NOT NULL,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT purchase_order_lines_pkey PRIMARY KEY (id),
  CONSTRAINT purchase_order_lines_purchase_order_id_line_no_key UNIQUE (purchase_order_id, line_no),
  CONSTRAINT purchase_order_lines_line_status_check CHECK ((line_status = ANY (ARRAY['open'::text, 'cancelled'::text, 'closed'::text]))),
  CONSTRAINT purchase_order_lines_line_type_check CHECK ((line_type = ANY (ARRAY['item'::text, 'fee'::text, 'freight'::text, 'discount'::text, 'deposit'::text]))),
  CONSTRAINT purchase_order_lines_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT purchase_order_lines_delivery_location_id_fkey FOREIGN KEY (delivery_location_id) REFERENCES delivery_locations(id),
  CONSTRAINT purchase_order_lines_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT purchase_order_lines_purchase_order_id_fkey FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders(id) ON DELETE CASCADE,
  CONSTRAINT purchase_order_lines_vendor_item_id_fkey FOREIGN KEY (vendor_item_id) REFERENCES vendor_items(id)
);
CREATE INDEX purchase_order_lines_born ON purchase_order_lines USING btree (company_id, born_version);
CREATE INDEX purchase_order_lines_expected ON purchase_order_lines USING btree (expected_on) WHERE (expected_on IS NOT NULL);
CREATE INDEX purchase_order_lines_location ON purchase_order_lines USING btree (delivery_location_id) WHERE (delivery_location_id IS NOT NULL);
CREATE TRIGGER order_line_company BEFORE INSERT ON purchase_order_lines FOR EACH ROW WHEN ((new.company_id IS NULL)) EXECUTE FUNCTION company_of_order(); -- always

-- has versions
CREATE TABLE purchase_orders (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  po_number text NOT NULL,
  vendor_id bigint NOT NULL,
  delivery_location_id bigint NOT NULL,
  status text NOT NULL,
  ordered_at timestamp with time zone,
  ordered_on date,
  expected_on date,
  currency text NOT NULL,
  external_ref text,
  archived_at timestamp with time zone,
  import_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT purchase_orders_pkey PRIMARY KEY (id),
  CONSTRAINT purchase_orders_number UNIQUE (company_id, po_number, vendor_id),
  CONSTRAINT purchase_orders_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'sent'::text, 'confirmed'::text, 'partially_received'::text, 'received'::text, 'cancelled'::text]))),
  CONSTRAINT purchase_orders_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT purchase_orders_delivery_location_id_fkey FOREIGN KEY (delivery_location_id) REFERENCES delivery_locations(id),
  CONSTRAINT purchase_orders_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);
CREATE INDEX purchase_orders_born ON purchase_orders USING btree (company_id, born_version);
CREATE INDEX purchase_orders_expected ON purchase_orders USING btree (company_id, expected_on);
CREATE INDEX purchase_orders_location ON purchase_orders USING btree (delivery_location_id);
CREATE INDEX purchase_orders_place ON purchase_orders USING btree (company_id, delivery_location_id, expected_on);
CREATE INDEX purchase_orders_search ON purchase_orders USING btree (company_id, lower(po_number) text_pattern_ops);

-- has versions
CREATE TABLE receipt_lines (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  received_on date NOT NULL,
  delivery_location_id bigint NOT NULL,
  vendor_id bigint NOT NULL,
  item_id bigint,
  receipt_id bigint NOT NULL,
  po_line_id bigint,
  po_number text,
  line_no integer NOT NULL,
  line_type text NOT NULL,
  kind text NOT NULL,
  article_number text,
  description text NOT NULL,
  category text,
  order_unit text NOT NULL,
  units_per_order_unit numeric(18,6) DEFAULT 1 NOT NULL,
  ordered_qty numeric(18,4),
  received_qty numeric(18,4) NOT NULL,
  rejected_qty numeric(18,4) DEFAULT 0 NOT NULL,
  accepted_qty numeric(18,4) GENERATED ALWAYS AS (received_qty - rejected_qty) STORED,
  unit_price numeric(19,6) NOT NULL,
  tax_rate numeric(7,6) DEFAULT 0 NOT NULL,
  net_amount numeric(19,4) NOT NULL,
  tax_amount numeric(19,4) NOT NULL,
  currency text NOT NULL,
  note text,
  price_unit text,
  price_units_per_order_unit numeric(18,6),
  price_quantity numeric(18,4),
  lot text,
  invoice_number text,
  invoice_line_id bigint,
  import_id bigint,
  void_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT receipt_lines_pkey PRIMARY KEY (id),
  CONSTRAINT receipt_lines_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'return'::text, 'credit'::text]))),
  CONSTRAINT receipt_lines_origin CHECK (((po_line_id IS NOT NULL) OR (invoice_line_id IS NOT NULL))),
  CONSTRAINT receipt_lines_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT receipt_lines_delivery_location_id_fkey FOREIGN KEY (delivery_location_id) REFERENCES delivery_locations(id),
  CONSTRAINT receipt_lines_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT receipt_lines_po_line_id_fkey FOREIGN KEY (po_line_id) REFERENCES purchase_order_lines(id),
  CONSTRAINT receipt_lines_receipt_id_fkey FOREIGN KEY (receipt_id) REFERENCES receipts(id),
  CONSTRAINT receipt_lines_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);
CREATE INDEX receipt_lines_born ON receipt_lines USING btree (company_id, born_version);
CREATE INDEX receipt_lines_day ON receipt_lines USING btree (company_id, received_on, id);
CREATE INDEX receipt_lines_invoice ON receipt_lines USING btree (vendor_id, invoice_number) WHERE (invoice_number IS NOT NULL);
CREATE UNIQUE INDEX receipt_lines_invoice_line ON receipt_lines USING btree (invoice_line_id) WHERE (invoice_line_id IS NOT NULL);
CREATE UNIQUE INDEX receipt_lines_key ON receipt_lines USING btree (receipt_id, po_line_id, COALESCE(lot, ''::text)) WHERE (invoice_line_id IS NULL);
CREATE INDEX receipt_lines_location ON receipt_lines USING btree (company_id, delivery_location_id, received_on, po_number, line_no, id);
CREATE INDEX receipt_lines_po_line ON receipt_lines USING btree (po_line_id);
CREATE TRIGGER closed_days_delete AFTER DELETE ON receipt_lines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce((SELECT d.posted_on FROM receipts d WHERE d.id = t.receipt_id), t.received_on)', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,invoice_number,void_id}''::text[]'); -- always
CREATE TRIGGER closed_days_insert AFTER INSERT ON receipt_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce((SELECT d.posted_on FROM receipts d WHERE d.id = t.receipt_id), t.received_on)', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,invoice_number,void_id}''::text[]'); -- always
CREATE TRIGGER closed_days_update AFTER UPDATE ON receipt_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce((SELECT d.posted_on FROM receipts d WHERE d.id = t.receipt_id), t.received_on)', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,invoice_number,void_id}''::text[]'); -- always
CREATE TRIGGER sums_deleted AFTER DELETE ON receipt_lines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sum_receipt_lines(); -- always
CREATE TRIGGER sums_inserted AFTER INSERT ON receipt_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sum_receipt_lines(); -- always
CREATE TRIGGER sums_updated AFTER UPDATE ON receipt_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sum_receipt_lines(); -- always

CREATE TABLE receipt_sums (
  company_id bigint NOT NULL,
  received_on date NOT NULL,
  delivery_location_id bigint NOT NULL,
  vendor_id bigint NOT NULL,
  receipt_id bigint NOT NULL,
  kind text NOT NULL,
  po_number text,
  currency text NOT NULL,
  lines bigint NOT NULL,
  net_amount numeric NOT NULL,
  tax_amount numeric NOT NULL,
  gross_amount numeric NOT NULL,
  item_amount numeric NOT NULL,
  CONSTRAINT receipt_sums_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE
);
CREATE INDEX receipt_sums_day ON receipt_sums USING btree (company_id, received_on);
CREATE UNIQUE INDEX receipt_sums_key ON receipt_sums USING btree (receipt_id, received_on, delivery_location_id, vendor_id, kind, po_number, currency) NULLS NOT DISTINCT;

-- has versions
CREATE TABLE receipts (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  receipt_number text NOT NULL,
  kind text NOT NULL,
  vendor_id bigint NOT NULL,
  delivery_location_id bigint NOT NULL,
  storage_unit_id bigint,
  received_at timestamp with time zone,
  received_on date NOT NULL,
  posted_on date,
  document_number text,
  purchase_order_id bigint,
  source text DEFAULT 'import'::text NOT NULL,
  import_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT receipts_pkey PRIMARY KEY (id),
  CONSTRAINT receipts_number UNIQUE NULLS NOT DISTINCT (company_id, vendor_id, receipt_number, kind, purchase_order_id, source),
  CONSTRAINT receipts_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'return'::text, 'credit'::text]))),
  CONSTRAINT receipts_source_check CHECK ((source = ANY (ARRAY['import'::text, 'invoice'::text]))),
  CONSTRAINT receipts_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT receipts_delivery_location_id_fkey FOREIGN KEY (delivery_location_id) REFERENCES delivery_locations(id),
  CONSTRAINT receipts_purchase_order_id_fkey FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders(id),
  CONSTRAINT receipts_storage_unit_id_fkey FOREIGN KEY (storage_unit_id) REFERENCES storage_units(id),
  CONSTRAINT receipts_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);
CREATE INDEX receipts_born ON receipts USING btree (company_id, born_version);
CREATE INDEX receipts_document ON receipts USING btree (vendor_id, document_number);
CREATE INDEX receipts_document_search ON receipts USING btree (company_id, lower(document_number) text_pattern_ops);
CREATE INDEX receipts_location ON receipts USING btree (delivery_location_id);
CREATE INDEX receipts_order ON receipts USING btree (purchase_order_id);
CREATE INDEX receipts_search ON receipts USING btree (company_id, lower(receipt_number) text_pattern_ops);
CREATE TRIGGER closed_days_delete AFTER DELETE ON receipts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce(t.posted_on, t.received_on)', 'EXISTS (SELECT FROM receipt_lines r WHERE r.receipt_id = t.id AND r.void_id IS NULL)', 'to_jsonb(t.received_on)'); -- always
CREATE TRIGGER closed_days_insert AFTER INSERT ON receipts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce(t.posted_on, t.received_on)', 'EXISTS (SELECT FROM receipt_lines r WHERE r.receipt_id = t.id AND r.void_id IS NULL)', 'to_jsonb(t.received_on)'); -- always
CREATE TRIGGER closed_days_update AFTER UPDATE ON receipts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('coalesce(t.posted_on, t.received_on)', 'EXISTS (SELECT FROM receipt_lines r WHERE r.receipt_id = t.id AND r.void_id IS NULL)', 'to_jsonb(t.received_on)'); -- always

CREATE TABLE recovery_codes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  user_id bigint NOT NULL,
  code_hash bytea NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (id),
  CONSTRAINT recovery_codes_user_id_code_hash_key UNIQUE (user_id, code_hash),
  CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE report_marks (
  user_id bigint NOT NULL,
  report_type text NOT NULL,
  is_starred boolean DEFAULT false NOT NULL,
  last_used_at timestamp with time zone,
  CONSTRAINT report_marks_pkey PRIMARY KEY (user_id, report_type),
  CONSTRAINT report_marks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE saved_reports (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  created_by bigint NOT NULL,
  name text NOT NULL,
  report_type text NOT NULL,
  filters jsonb DEFAULT '{}'::jsonb NOT NULL,
  columns jsonb,
  ordering text,
  period jsonb NOT NULL,
  file_format text NOT NULL,
  options jsonb DEFAULT '{}'::jsonb NOT NULL,
  is_shared boolean DEFAULT false NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT saved_reports_pkey PRIMARY KEY (id),
  CONSTRAINT saved_reports_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT saved_reports_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX saved_reports_own ON saved_reports USING btree (company_id, created_by, lower(name)) WHERE (NOT is_shared);
CREATE UNIQUE INDEX saved_reports_shared ON saved_reports USING btree (company_id, lower(name)) WHERE is_shared;

CREATE TABLE schedule_destinations (
  schedule_id bigint NOT NULL,
  destination_id bigint NOT NULL,
  place integer NOT NULL,
  CONSTRAINT schedule_destinations_pkey PRIMARY KEY (schedule_id, destination_id),
  CONSTRAINT schedule_destinations_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id),
  CONSTRAINT schedule_destinations_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE CASCADE
);
CREATE INDEX schedule_destinations_of ON schedule_destinations USING btree (destination_id);

CREATE TABLE schedule_runs (
  schedule_id bigint NOT NULL,
  occurrence date NOT NULL,
  company_id bigint NOT NULL,
  due_at timestamp with time zone NOT NULL,
  status text NOT NULL,
  reason text,
  date_from date,
  date_to date,
  job_id uuid,
  pack_id uuid,
  fingerprint text,
  missing jsonb,
  asked_for boolean DEFAULT false NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT schedule_runs_pkey PRIMARY KEY (schedule_id, occurrence),
  CONSTRAINT schedule_runs_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'sent'::text, 'partly_sent'::text, 'skipped'::text, 'failed'::text]))),
  CONSTRAINT schedule_runs_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE CASCADE
);
CREATE INDEX schedule_runs_job ON schedule_runs USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX schedule_runs_pack ON schedule_runs USING btree (pack_id) WHERE (pack_id IS NOT NULL);
CREATE UNIQUE INDEX schedule_runs_running ON schedule_runs USING btree (schedule_id) WHERE (status = 'running'::text);
CREATE INDEX schedule_runs_unfinished ON schedule_runs USING btree (status, schedule_id, occurrence) WHERE (status = ANY (ARRAY['waiting'::text, 'running'::text]));

CREATE TABLE schedules (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  name text NOT NULL,
  owner_id bigint,
  saved_report_id bigint,
  pack_id bigint,
  recurrence jsonb NOT NULL,
  at text NOT NULL,
  condition text NOT NULL,
  paused_at timestamp with time zone,
  paused_reason text,
  next_occurrence date,
  next_due_at timestamp with time zone,
  look_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT schedules_pkey PRIMARY KEY (id),
  CONSTRAINT schedules_condition_check CHECK ((condition = ANY (ARRAY['always'::text, 'with_rows'::text, 'without_rows'::text, 'when_changed'::text]))),
  CONSTRAINT schedules_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id) ON DELETE CASCADE,
  CONSTRAINT schedules_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT schedules_pack FOREIGN KEY (pack_id) REFERENCES packs(id) ON DELETE SET NULL,
  CONSTRAINT schedules_saved_report_id_fkey FOREIGN KEY (saved_report_id) REFERENCES saved_reports(id) ON DELETE SET NULL
);
CREATE INDEX schedules_look ON schedules USING btree (LEAST(look_at, next_due_at)) WHERE (paused_at IS NULL);
CREATE UNIQUE INDEX schedules_name ON schedules USING btree (company_id, lower(name));
CREATE INDEX schedules_owner ON schedules USING btree (owner_id) WHERE (paused_at IS NULL);

CREATE TABLE schema_migrations (
  version integer NOT NULL,
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);

CREATE TABLE second_factors (
  user_id bigint NOT NULL,
  secret bytea NOT NULL,
  last_step bigint DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  confirmed_at timestamp with time zone,
  CONSTRAINT second_factors_pkey PRIMARY KEY (user_id),
  CONSTRAINT second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  token_hash bytea NOT NULL,
  user_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  address text,
  user_agent text,
  method text DEFAULT 'password'::text NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
  CONSTRAINT sessions_method_check CHECK ((method = ANY (ARRAY['password'::text, 'code'::text, 'recovery_code'::text, 'single_sign_on'::text, 'invitation'::text, 'set_up'::text]))),
  CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX sessions_expiry ON sessions USING btree (expires_at);
CREATE INDEX sessions_user ON sessions USING btree (user_id);
CREATE TRIGGER access_changed AFTER UPDATE OF expires_at ON sessions FOR EACH ROW WHEN ((new.expires_at < old.expires_at)) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_taken AFTER DELETE ON sessions FOR EACH ROW WHEN ((old.expires_at > now())) EXECUTE FUNCTION announce_access_change('user_id');

CREATE TABLE sign_in_steps (
  token_hash bytea NOT NULL,
  user_id bigint NOT NULL,
  method text NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT sign_in_steps_pkey PRIMARY KEY (token_hash),
  CONSTRAINT sign_in_steps_method_check CHECK ((method = ANY (ARRAY['password'::text, 'single_sign_on'::text]))),
  CONSTRAINT sign_in_steps_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX sign_in_steps_user ON sign_in_steps USING btree (user_id);

CREATE TABLE signing_keys (
  key_id text NOT NULL,
  public_key text NOT NULL,
  first_used_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT signing_keys_pkey PRIMARY KEY (key_id)
);

-- has versions
CREATE TABLE stock_counts (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  count_ref text NOT NULL,
  storage_unit_id bigint NOT NULL,
  item_id bigint NOT NULL,
  counted_at timestamp with time zone,
  counted_on date NOT NULL,
  counted_qty numeric(18,4) NOT NULL,
  book_qty numeric(18,4) NOT NULL,
  unit_cost numeric(19,6) DEFAULT 0 NOT NULL,
  cost_derived boolean DEFAULT false NOT NULL,
  import_id bigint,
  void_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT stock_counts_pkey PRIMARY KEY (id),
  CONSTRAINT stock_counts_company_id_count_ref_storage_unit_id_item_id_key UNIQUE (company_id, count_ref, storage_unit_id, item_id),
  CONSTRAINT stock_counts_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT stock_counts_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT stock_counts_storage_unit_id_fkey FOREIGN KEY (storage_unit_id) REFERENCES storage_units(id)
);
CREATE INDEX stock_counts_born ON stock_counts USING btree (company_id, born_version);
CREATE INDEX stock_counts_day ON stock_counts USING btree (company_id, storage_unit_id, item_id, counted_on);
CREATE TRIGGER closed_days_delete AFTER DELETE ON stock_counts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('t.counted_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'); -- always
CREATE TRIGGER closed_days_insert AFTER INSERT ON stock_counts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('t.counted_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'); -- always
CREATE TRIGGER closed_days_update AFTER UPDATE ON stock_counts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('t.counted_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'); -- always

-- has versions
CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  movement_ref text NOT NULL,
  storage_unit_id bigint NOT NULL,
  item_id bigint NOT NULL,
  kind text NOT NULL,
  occurred_at timestamp with time zone,
  occurred_on date NOT NULL,
  qty numeric(18,4) NOT NULL,
  unit_cost numeric(19,6) DEFAULT 0 NOT NULL,
  value numeric(19,4) DEFAULT 0 NOT NULL,
  source_type text,
  source_ref text,
  note text,
  cost_derived boolean DEFAULT false NOT NULL,
  import_id bigint,
  void_id bigint,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT stock_movements_pkey PRIMARY KEY (id),
  CONSTRAINT stock_movements_company_id_movement_ref_key UNIQUE (company_id, movement_ref),
  CONSTRAINT stock_movements_kind_check CHECK ((kind = ANY (ARRAY['RECEIPT'::text, 'ISSUE'::text, 'WASTE'::text, 'ADJUSTMENT'::text, 'TRANSFER_IN'::text, 'TRANSFER_OUT'::text]))),
  CONSTRAINT stock_movements_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT stock_movements_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT stock_movements_storage_unit_id_fkey FOREIGN KEY (storage_unit_id) REFERENCES storage_units(id)
);
CREATE INDEX stock_movements_born ON stock_movements USING btree (company_id, born_version);
CREATE INDEX stock_movements_day ON stock_movements USING btree (company_id, occurred_on, id);
CREATE INDEX stock_movements_ledger ON stock_movements USING btree (company_id, storage_unit_id, item_id, occurred_on, occurred_at, id);
CREATE TRIGGER closed_days_delete AFTER DELETE ON stock_movements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('t.occurred_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'); -- always
CREATE TRIGGER closed_days_insert AFTER INSERT ON stock_movements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('t.occurred_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'); -- always
CREATE TRIGGER closed_days_update AFTER UPDATE ON stock_movements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((current_setting('mathership.rows_as_given'::text, true) IS DISTINCT FROM 'on'::text)) EXECUTE FUNCTION guard_closed_days('t.occurred_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'); -- always

-- has versions
CREATE TABLE stock_snapshots (
  company_id bigint NOT NULL,
  storage_unit_id bigint NOT NULL,
  item_id bigint NOT NULL,
  as_of date NOT NULL,
  qty numeric(18,4) NOT NULL,
  value numeric(19,4) NOT NULL,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT stock_snapshots_pkey PRIMARY KEY (company_id, storage_unit_id, item_id, as_of),
  CONSTRAINT stock_snapshots_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT stock_snapshots_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT stock_snapshots_storage_unit_id_fkey FOREIGN KEY (storage_unit_id) REFERENCES storage_units(id)
);
CREATE INDEX stock_snapshots_born ON stock_snapshots USING btree (company_id, born_version);

-- has versions
CREATE TABLE storage_units (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  archived_at timestamp with time zone,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT storage_units_pkey PRIMARY KEY (id),
  CONSTRAINT storage_units_company_id_code_key UNIQUE (company_id, code),
  CONSTRAINT storage_units_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id)
);
CREATE INDEX storage_units_born ON storage_units USING btree (company_id, born_version);

CREATE TABLE unsubscriptions (
  destination_id bigint NOT NULL,
  email text NOT NULL,
  at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT unsubscriptions_pkey PRIMARY KEY (destination_id, email),
  CONSTRAINT unsubscriptions_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES destinations(id) ON DELETE CASCADE
);

CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  email text NOT NULL,
  name text NOT NULL,
  password_hash text,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  home_organization_id bigint,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_check CHECK ((email = lower(email))),
  CONSTRAINT users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT users_home_organization_id_fkey FOREIGN KEY (home_organization_id) REFERENCES organizations(id)
);
CREATE INDEX users_email ON users USING btree (email);
CREATE UNIQUE INDEX users_home_email ON users USING btree (home_organization_id, email) WHERE ((home_organization_id IS NOT NULL) AND (disabled_at IS NULL));
CREATE UNIQUE INDEX users_proven_email ON users USING btree (email) WHERE (home_organization_id IS NULL);
CREATE TRIGGER access_changed AFTER UPDATE OF disabled_at ON users FOR EACH ROW WHEN ((old.disabled_at IS DISTINCT FROM new.disabled_at)) EXECUTE FUNCTION announce_access_change('id');

-- has versions
CREATE TABLE vendor_items (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  vendor_id bigint NOT NULL,
  article_number text NOT NULL,
  item_id bigint,
  name text NOT NULL,
  order_unit text NOT NULL,
  units_per_order_unit numeric(18,6) DEFAULT 1 NOT NULL,
  list_price numeric(19,6),
  currency text,
  tax_rate numeric(7,6),
  archived_at timestamp with time zone,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT vendor_items_pkey PRIMARY KEY (id),
  CONSTRAINT vendor_items_company_id_vendor_id_article_number_key UNIQUE (company_id, vendor_id, article_number),
  CONSTRAINT vendor_items_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id),
  CONSTRAINT vendor_items_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
  CONSTRAINT vendor_items_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);
CREATE INDEX vendor_items_born ON vendor_items USING btree (company_id, born_version);
CREATE INDEX vendor_items_item ON vendor_items USING btree (item_id);

-- has versions
CREATE TABLE vendors (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  company_id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  currency text,
  tax_id text,
  email text,
  phone text,
  payment_terms_days integer,
  archived_at timestamp with time zone,
  born_version bigint DEFAULT 1 NOT NULL,
  CONSTRAINT vendors_pkey PRIMARY KEY (id),
  CONSTRAINT vendors_company_id_code_key UNIQUE (company_id, code),
  CONSTRAINT vendors_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(id)
);
CREATE INDEX vendors_born ON vendors USING btree (company_id, born_version);

CREATE VIEW export_queue AS
 WITH waiting AS (
         SELECT job.name,
            job.group_id,
            job.id,
            job.priority,
            job.priority <= held_back() AS held
           FROM pgboss.job
          WHERE job.state < 'active'::pgboss.job_state AND job.name ~~ 'exports-%'::text AND job.group_id IS NOT NULL
        ), next AS (
         SELECT waiting.name,
            waiting.group_id,
            next_turn(waiting.name, waiting.group_id::bigint) AS turn
           FROM waiting
          WHERE waiting.held
          GROUP BY waiting.name, waiting.group_id
        )
 SELECT id AS job_id,
    row_number() OVER (PARTITION BY name ORDER BY turn, id)::integer AS place
   FROM ( SELECT w.name,
            w.id,
                CASE
                    WHEN w.held THEN next.turn + 2 * (row_number() OVER (PARTITION BY w.name, w.group_id, w.held ORDER BY w.id) - 1)
                    ELSE (- w.priority)::bigint
                END AS turn
           FROM waiting w
             LEFT JOIN next ON next.name = w.name AND next.group_id = w.group_id) line;

CREATE VIEW export_records AS
 SELECT export_jobs.id,
    export_jobs.company_id,
    export_jobs.created_by,
    export_jobs.report_type,
    export_jobs.file_format,
    export_jobs.date_from,
    export_jobs.date_to,
    export_jobs.filters,
    export_jobs.created_at,
    export_jobs.completed_at,
    export_jobs.expires_at,
    export_jobs.file_deleted_at,
    export_jobs.row_count,
    export_jobs.control_totals,
    export_jobs.filename,
    export_jobs.sha256,
    export_jobs.files,
    export_jobs.pack_companies
   FROM export_jobs
  WHERE export_jobs.status = 'completed'::text
UNION ALL
 SELECT a.id,
    a.company_id,
    j.created_by,
    j.report_type,
    j.file_format,
    j.date_from,
    j.date_to,
    j.filters,
    j.created_at,
    j.completed_at,
    j.expires_at,
    j.file_deleted_at,
    j.row_count,
    j.control_totals,
    j.filename,
    a.sha256,
    a.files,
    j.pack_companies
   FROM export_job_archive a,
    LATERAL jsonb_populate_record(NULL::export_jobs, a.job) j(id, company_id, created_by, report_type, file_format, status, date_from, date_to, filters, options, question, queue, created_at, updated_at, started_at, completed_at, expires_at, attempt, rows_done, rows_total, row_count, file_size, filename, file_key, sha256, control_totals, error_code, error_message, retry_of, file_deleted_at, files, trace_context, saved_report_id, saved_report_name, data_version, as_of_version, as_of_instant, snapshot_at, csv_form, notify, pack_id, pack_place, pack_companies)
  WHERE a.sha256 IS NOT NULL;

CREATE VIEW receipt_sums_recounted AS
 SELECT company_id,
    received_on,
    delivery_location_id,
    vendor_id,
    receipt_id,
    kind,
    po_number,
    currency,
    count(*) AS lines,
    sum(round(net_amount, minor_digits(currency))) AS net_amount,
    sum(round(tax_amount, minor_digits(currency))) AS tax_amount,
    sum(round(net_amount + tax_amount, minor_digits(currency))) AS gross_amount,
    COALESCE(sum(round(net_amount, minor_digits(currency))) FILTER (WHERE line_type = 'item'::text), 0::numeric) AS item_amount
   FROM receipt_lines
  WHERE void_id IS NULL
  GROUP BY company_id, received_on, delivery_location_id, vendor_id, receipt_id, kind, po_number, currency;

-- Functions
-- announce_access_change() -> trigger, plpgsql
-- announce_export(job export_jobs, told text) -> void, sql
-- announce_export_change() -> trigger, plpgsql
-- announce_export_end() -> trigger, plpgsql
-- audit_chain_of(entry audit_events) -> bigint, sql, stable
-- audit_link_hash(before bytea, chain bigint, link_position bigint, entry audit_events) -> bytea, sql, stable
-- average_fold(start numeric, held numeric, amount numeric, given numeric, counted boolean) -> numeric, internal, immutable
-- average_step(average numeric, start numeric, held numeric, amount numeric, given numeric, counted boolean) -> numeric, plpgsql, immutable
-- await_audit_seal() -> trigger, plpgsql
-- broken_audit_links(of_chain bigint) -> TABLE(link_position bigint, event_id bigint, reason text), sql, stable
-- close_version() -> trigger, plpgsql
-- company_of_order() -> trigger, plpgsql
-- data_lock(company bigint) -> bigint, sql, immutable
-- data_version_of(company bigint) -> TABLE(newest bigint, oldest bigint), sql, stable, security definer
-- end_reset_links() -> trigger, plpgsql
-- engine_failure_sentence(code text) -> text, sql, immutable
-- event_history() -> text, plpgsql, stable
-- event_id(history text, change export_job_changes) -> text, sql, stable
-- export_slots(lane text) -> integer, sql, immutable
-- formula_safe(cell text) -> text, sql, immutable
-- give_turns(lane text, company text) -> void, plpgsql
-- guard_closed_days() -> trigger, plpgsql
-- held_back() -> integer, sql, immutable
-- keep_past() -> trigger, plpgsql
-- keep_tie_out() -> trigger, plpgsql
-- keep_versions(of text, unseen text[] DEFAULT '{}'::text[], company text DEFAULT 'company_id'::text) -> void, plpgsql
-- keep_what_it_was_made_of() -> trigger, plpgsql
-- later_than(before timestamp with time zone) -> timestamp with time zone, sql
-- link_audit_events(most integer) -> TABLE(chain bigint, link_position bigint, hash bytea), plpgsql
-- log_export_job_change() -> trigger, plpgsql
-- mark_export_job() -> trigger, plpgsql
-- measured_version(company bigint, measured bigint) -> TABLE(lines bigint, totals jsonb, tables jsonb), plpgsql, stable
-- minor_digits(currency text) -> integer, sql, immutable
-- move_pack() -> trigger, plpgsql
-- next_turn(lane text, company bigint) -> integer, sql, stable
-- note_version(company bigint) -> void, plpgsql
-- printed_price(price numeric) -> numeric, sql, immutable
-- project_engine_job() -> trigger, plpgsql
-- refuse_change() -> trigger, plpgsql
-- refuse_foreign_membership() -> trigger, plpgsql
-- require_engine_job() -> trigger, plpgsql
-- reserve_version(company bigint) -> bigint, plpgsql
-- rows_as_of(version bigint, statement text) -> TABLE(id text, cells text[], net numeric, tax numeric, currency text), plpgsql
-- stamp_company_version() -> trigger, plpgsql
-- stamp_version() -> trigger, plpgsql
-- stock_fold(counted boolean, kind text, amount numeric, given_cost numeric, standard_cost numeric) -> stock_position, internal, immutable
-- stock_step(state stock_position, counted boolean, kind text, amount numeric, given_cost numeric, standard_cost numeric) -> stock_position, plpgsql, immutable
-- sum_receipt_lines() -> trigger, plpgsql
-- take_over_at_once() -> trigger, plpgsql
-- take_turns() -> trigger, plpgsql
-- trim_turns() -> void, plpgsql
