-- Schedules and deliveries: what goes out by itself, where to, and what became of it.

-- Days on which a company does not work, besides Saturdays and Sundays.
CREATE TABLE closed_days (
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  day date NOT NULL,
  PRIMARY KEY (company_id, day)
);

-- What a company lets go out; without a row the defaults.
CREATE TABLE delivery_rules (
  company_id bigint PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
  attachments boolean NOT NULL DEFAULT true,
  -- domains that guests may have an address in; null: any, each address approved by itself
  guest_domains text[],
  -- orders expected longer ago than this no longer keep a close from being complete; null: all do
  ignore_after_days integer
);

-- Outsiders who may receive what is mailed. Nothing is sent to one who is not approved.
CREATE TABLE guests (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  email text NOT NULL,
  created_by bigint REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  approved_by bigint REFERENCES users (id) ON DELETE SET NULL,
  approved_at timestamptz
);
CREATE UNIQUE INDEX guests_email ON guests (company_id, lower(email));

-- Secrets are sealed with a key derived from the installation's own; what is deleted stays for its deliveries, without them.
CREATE TABLE destinations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('mail', 'webhook', 'sftp', 's3')),
  settings jsonb NOT NULL,
  secret bytea,
  -- of a webhook whose secret was changed: signs too until then
  previous_secret bytea,
  previous_until timestamptz,
  created_by bigint REFERENCES users (id) ON DELETE SET NULL,
  disabled_at timestamptz,
  disabled_reason text,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (deleted_at IS NULL OR secret IS NULL)
);
CREATE UNIQUE INDEX destinations_name ON destinations (company_id, lower(name)) WHERE deleted_at IS NULL;

-- Recipients who asked for no more mail of a destination.
CREATE TABLE unsubscriptions (
  destination_id bigint NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
  email text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (destination_id, email)
);

CREATE TABLE schedules (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- whose right everything is made and sent with
  owner_id bigint REFERENCES users (id) ON DELETE SET NULL,
  -- one of the two; neither when it has been deleted since
  saved_report_id bigint REFERENCES saved_reports (id) ON DELETE SET NULL,
  pack_id bigint,
  recurrence jsonb NOT NULL,
  -- wall time in the company's zone, HH:MM
  at text NOT NULL,
  condition text NOT NULL CHECK (condition IN ('always', 'with_rows', 'without_rows', 'when_changed')),
  paused_at timestamptz,
  -- null: somebody paused it
  paused_reason text,
  -- the next occurrence that has no run yet, and when it is due
  next_occurrence date,
  next_due_at timestamptz,
  -- of an occurrence that may come before it is due: when it is looked at next
  look_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX schedules_name ON schedules (company_id, lower(name));
CREATE INDEX schedules_look ON schedules (least(look_at, next_due_at)) WHERE paused_at IS NULL;
CREATE INDEX schedules_owner ON schedules (owner_id) WHERE paused_at IS NULL;

CREATE TABLE schedule_destinations (
  schedule_id bigint NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  destination_id bigint NOT NULL REFERENCES destinations (id),
  place integer NOT NULL,
  PRIMARY KEY (schedule_id, destination_id)
);
CREATE INDEX schedule_destinations_of ON schedule_destinations (destination_id);

-- The key is the occurrence: however many processes find it due, it is made once.
CREATE TABLE schedule_runs (
  schedule_id bigint NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  occurrence date NOT NULL,
  company_id bigint NOT NULL,
  due_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('waiting', 'running', 'sent', 'partly_sent', 'skipped', 'failed')),
  reason text,
  date_from date,
  date_to date,
  job_id uuid,
  pack_id uuid,
  -- what the content was, for whoever sends only what has changed
  fingerprint text,
  -- what was missing when it went out at the latest
  missing jsonb,
  -- by somebody, and not by its day: also while the schedule is paused
  asked_for boolean NOT NULL DEFAULT false,
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (schedule_id, occurrence)
);
CREATE INDEX schedule_runs_unfinished ON schedule_runs (status, schedule_id, occurrence) WHERE status IN ('waiting', 'running');
-- one after the other
CREATE UNIQUE INDEX schedule_runs_running ON schedule_runs (schedule_id) WHERE status = 'running';

-- One file (or event) to one receiver.
CREATE TABLE deliveries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  destination_id bigint NOT NULL REFERENCES destinations (id),
  -- of a mail, the address
  recipient text,
  schedule_id bigint,
  occurrence date,
  job_id uuid,
  pack_id uuid,
  -- of a webhook, what it tells
  event text,
  -- more of it, for what is not an export
  details jsonb,
  -- whose right decides
  on_behalf_of bigint REFERENCES users (id) ON DELETE SET NULL,
  -- the same at all tries: by it a receiver knows what it has had
  message_id uuid NOT NULL DEFAULT gen_random_uuid(),
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sending', 'sent', 'failed', 'refused')),
  tries integer NOT NULL DEFAULT 0,
  -- tries since somebody last asked for it to be sent
  tries_now integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  -- of whoever is sending: after this somebody else may
  lease_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  FOREIGN KEY (schedule_id, occurrence) REFERENCES schedule_runs ON DELETE SET NULL (schedule_id, occurrence)
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (schedule_id, occurrence, destination_id, coalesce(recipient, ''), coalesce(event, ''))
  WHERE schedule_id IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (coalesce(lease_until, next_at)) WHERE status IN ('waiting', 'sending');
CREATE INDEX deliveries_list ON deliveries (company_id, id);
CREATE INDEX deliveries_job ON deliveries (job_id) WHERE job_id IS NOT NULL;

CREATE TABLE delivery_attempts (
  delivery_id bigint NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- null while it is under way
  outcome text CHECK (outcome IN ('sent', 'failed', 'refused', 'unknown')),
  detail text,
  PRIMARY KEY (delivery_id, attempt)
);

-- A guest's way to one file: of their own, for seven days, counted, and taken back at any time.
CREATE TABLE guest_links (
  token_hash bytea PRIMARY KEY,
  delivery_id bigint NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  opened integer NOT NULL DEFAULT 0,
  opened_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX guest_links_delivery ON guest_links (delivery_id);

-- Letters to people about what happened to theirs: an export they wait for, a schedule that failed.
CREATE TABLE notices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',
  tries integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  failed_at timestamptz
);
CREATE INDEX notices_due ON notices (next_at) WHERE sent_at IS NULL AND failed_at IS NULL;

ALTER TABLE export_jobs ADD COLUMN notify boolean NOT NULL DEFAULT false;

-- What is told of an export is written in the statement that ends it: no process has to live for it.
CREATE FUNCTION announce_export(job export_jobs, told text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO deliveries (company_id, destination_id, job_id, event, on_behalf_of)
  SELECT d.company_id, d.id, job.id, told, d.created_by FROM destinations d
  WHERE d.company_id = job.company_id AND d.type = 'webhook' AND d.deleted_at IS NULL AND d.disabled_at IS NULL
    AND d.settings -> 'events' ? told
$$;
CREATE FUNCTION announce_export_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_export(NEW, 'export.' || NEW.status);
  -- what a schedule asked for is told by its run
  IF (NEW.notify OR NEW.status = 'failed') AND NOT EXISTS (SELECT FROM schedule_runs WHERE job_id = NEW.id AND status = 'running') THEN
    INSERT INTO notices (company_id, user_id, kind, details)
    VALUES (NEW.company_id, NEW.created_by, 'export.' || NEW.status, jsonb_build_object('job_id', NEW.id));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER export_jobs_end_announced AFTER UPDATE OF status ON export_jobs FOR EACH ROW
  WHEN (NEW.status IN ('completed', 'failed') AND OLD.status <> NEW.status) EXECUTE FUNCTION announce_export_end();
CREATE INDEX schedule_runs_job ON schedule_runs (job_id) WHERE job_id IS NOT NULL;
