-- Companies take turns, event ids prove themselves, and chores keep a book.

-- TURNS. Of the engine's waiting jobs only as many of a company have a turn as it has free slots; the others are held
-- back at the lowest priority, first come, first served. Turns are numbers that count up (two a round): a company's next
-- is two after its last, and one that had none for a round goes before all that wait. So whatever others do, everybody
-- has a turn in every round (start-time fair queueing with the tag given at the head of a company's line, not at its end).
-- A turn is given in the statement that frees or fills the slot. Nothing waits for a lock here, so two at once may give a
-- company two turns of one number; that no more than its slots run is the engine's own unique index. What is held back
-- can still be taken by an idle worker: a turn that was never given delays a job, it cannot lose it.
CREATE TABLE export_turns (
  job_id uuid PRIMARY KEY,
  queue text NOT NULL,
  company_id bigint NOT NULL,
  turn integer NOT NULL,
  started boolean NOT NULL DEFAULT false
);
CREATE INDEX export_turns_company ON export_turns (queue, company_id, turn);
CREATE INDEX export_turns_served ON export_turns (queue, turn) WHERE started;

-- as many exports of one company run at once in a lane
CREATE FUNCTION export_slots(lane text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN lane LIKE 'exports-bulk-%' THEN 1 ELSE 2 END;
-- priority of what has no turn yet; a turn's is its number, negative
CREATE FUNCTION held_back() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN -2000000000;

CREATE FUNCTION next_turn(lane text, company bigint) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN mine.turn + 2 >= served.turn THEN mine.turn + 2 ELSE served.turn - 1 END
  FROM (SELECT max(turn) AS turn FROM export_turns WHERE queue = lane AND company_id = company) mine,
    (SELECT coalesce(max(turn), 2) AS turn FROM export_turns WHERE queue = lane AND started) served
$$;

CREATE FUNCTION give_turns(lane text, company text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  keys text[] := ARRAY(SELECT company || '#' || s FROM generate_series(0, export_slots(lane) - 1) s);
  slot text;
  first record;
  given integer;
BEGIN
  FOREACH slot IN ARRAY keys LOOP
    -- a run that is tried again later leaves its slot to others until then
    CONTINUE WHEN EXISTS (SELECT FROM pgboss.job j WHERE j.name = lane AND j.singleton_key = slot AND (j.state = 'active'
      OR j.state < 'active' AND j.priority > held_back() AND j.start_after <= clock_timestamp()));
    SELECT j.id, j.priority INTO first FROM pgboss.job j
      WHERE j.name = lane AND j.singleton_key = ANY (keys) AND j.state < 'active' AND j.start_after <= clock_timestamp()
        -- waits for a turn; or had one, and its slot was taken before its next run was due
        AND (j.priority <= held_back() OR EXISTS (SELECT FROM pgboss.job a
          WHERE a.name = lane AND a.singleton_key = j.singleton_key AND a.state = 'active'))
      ORDER BY j.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    EXIT WHEN NOT FOUND;
    IF first.priority <= held_back() THEN
      INSERT INTO export_turns (job_id, queue, company_id, turn) VALUES (first.id, lane, company::bigint, next_turn(lane, company::bigint))
        ON CONFLICT (job_id) DO UPDATE SET turn = excluded.turn RETURNING turn INTO given;
      UPDATE pgboss.job SET singleton_key = slot, priority = -given WHERE name = lane AND id = first.id;
    ELSE
      UPDATE pgboss.job SET singleton_key = slot WHERE name = lane AND id = first.id;
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION take_turns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  job pgboss.job := coalesce(NEW, OLD);
BEGIN
  IF TG_OP <> 'DELETE' AND job.state = 'active' THEN
    -- taken without a turn, by a worker that had nothing else to do: it counts as one
    INSERT INTO export_turns (job_id, queue, company_id, turn, started)
      VALUES (job.id, job.name, job.group_id::bigint, next_turn(job.name, job.group_id::bigint), true)
      ON CONFLICT (job_id) DO UPDATE SET started = true;
  ELSE
    PERFORM give_turns(job.name, job.group_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER take_turns_new AFTER INSERT ON pgboss.job
  FOR EACH ROW WHEN (NEW.name LIKE 'exports-%' AND NEW.group_id IS NOT NULL) EXECUTE FUNCTION take_turns();
CREATE TRIGGER take_turns_changed AFTER UPDATE ON pgboss.job
  FOR EACH ROW WHEN (NEW.name LIKE 'exports-%' AND NEW.group_id IS NOT NULL AND NEW.state <> OLD.state) EXECUTE FUNCTION take_turns();
CREATE TRIGGER take_turns_gone AFTER DELETE ON pgboss.job
  FOR EACH ROW WHEN (OLD.name LIKE 'exports-%' AND OLD.group_id IS NOT NULL AND OLD.state < 'completed') EXECUTE FUNCTION take_turns();

-- Where each waiting export stands: by the turns given, and by those that come if nothing changes.
CREATE VIEW export_queue AS
  WITH waiting AS (
    SELECT name, group_id, id, priority, priority <= held_back() AS held FROM pgboss.job
    WHERE state < 'active' AND name LIKE 'exports-%' AND group_id IS NOT NULL),
  next AS (
    SELECT name, group_id, next_turn(name, group_id::bigint) AS turn FROM waiting WHERE held GROUP BY name, group_id)
  SELECT id AS job_id, row_number() OVER (PARTITION BY name ORDER BY turn, id)::integer AS place
  FROM (SELECT w.name, w.id, CASE WHEN w.held
      THEN next.turn + 2 * (row_number() OVER (PARTITION BY w.name, w.group_id, w.held ORDER BY w.id) - 1)
      ELSE -w.priority END AS turn
    FROM waiting w LEFT JOIN next ON next.name = w.name AND next.group_id = w.group_id) line;

-- Only turns near the one now served say anything. A lane that stands empty counts from the start again, long before
-- the numbers end.
CREATE FUNCTION trim_turns() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM export_turns t WHERE started
    AND turn < (SELECT max(s.turn) - 4 FROM export_turns s WHERE s.queue = t.queue AND s.started);
  IF (SELECT max(turn) FROM export_turns) > 1000000000 THEN
    LOCK TABLE export_turns IN EXCLUSIVE MODE;
    DELETE FROM export_turns t WHERE NOT EXISTS (SELECT FROM pgboss.job j WHERE j.name = t.queue AND j.state < 'completed');
  END IF;
END $$;

-- what waits in an installation that is upgraded
UPDATE pgboss.job SET priority = held_back() WHERE name LIKE 'exports-%' AND state = 'created' AND group_id IS NOT NULL;
SELECT give_turns(name, group_id) FROM pgboss.job
  WHERE name LIKE 'exports-%' AND state < 'completed' AND group_id IS NOT NULL GROUP BY name, group_id;

-- FEEDS. An event id names a row of the change log. Its writer's snapshot says what was not over when it was written, so
-- "all that is not visible in it" is all that a reader who has seen the row may not have seen, whatever commits in which
-- order. A row without a job is a mark: something to name where nothing has happened yet.
ALTER TABLE export_job_changes
  ADD COLUMN snapshot pg_snapshot NOT NULL DEFAULT pg_current_snapshot(),
  ALTER COLUMN company_id DROP NOT NULL,
  ALTER COLUMN job_id DROP NOT NULL;
INSERT INTO export_job_changes (deleted) VALUES (false);

-- Which history of which database this is, as far as this role may know: another server, a standby that was promoted, a
-- recovery to a point in time and a database made anew all differ. Each part is asked for by itself; what a managed
-- server does not tell is left out.
CREATE FUNCTION event_history() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  parts text := '';
BEGIN
  BEGIN
    parts := parts || (SELECT system_identifier FROM pg_control_system());
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  BEGIN
    -- the timeline that is written now: the control file has it only after the next checkpoint
    parts := parts || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  parts := parts || '/' || (SELECT oid FROM pg_database WHERE datname = current_database());
  RETURN left(encode(sha256(convert_to(parts, 'UTF8')), 'hex'), 12);
END $$;

-- The id of a row. What was written by another history at the same place has another transaction or another instant.
CREATE FUNCTION event_id(history text, change export_job_changes) RETURNS text LANGUAGE sql STABLE RETURN
  history || '-' || change.seq || '-' || change.xid || '-' || (extract(epoch FROM change.at) * 1000000)::bigint;

-- Losing access takes effect at once, also on what is open: told with whose it is, and only when something changed.
DROP TRIGGER access_changed ON company_members;
DROP TRIGGER access_changed ON organization_members;
DROP TRIGGER access_changed ON sessions;
DROP TRIGGER access_changed ON api_keys;
DROP TRIGGER access_changed ON users;
CREATE OR REPLACE FUNCTION announce_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('access_changed', to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[0]);
  RETURN NULL;
END $$;
CREATE TRIGGER access_given_or_taken AFTER INSERT OR DELETE ON company_members FOR EACH ROW EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_changed AFTER UPDATE ON company_members FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_given_or_taken AFTER INSERT OR DELETE ON organization_members FOR EACH ROW EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_changed AFTER UPDATE ON organization_members FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION announce_access_change('user_id');
-- what has expired gave no access any more
CREATE TRIGGER access_taken AFTER DELETE ON sessions FOR EACH ROW
  WHEN (OLD.expires_at > now()) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_changed AFTER UPDATE OF expires_at ON sessions FOR EACH ROW
  WHEN (NEW.expires_at < OLD.expires_at) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_taken AFTER DELETE ON api_keys FOR EACH ROW
  WHEN (OLD.expires_at IS NULL OR OLD.expires_at > now()) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_changed AFTER UPDATE OF expires_at ON api_keys FOR EACH ROW
  WHEN (OLD.expires_at IS DISTINCT FROM NEW.expires_at) EXECUTE FUNCTION announce_access_change('user_id');
CREATE TRIGGER access_changed AFTER UPDATE OF disabled_at ON users FOR EACH ROW
  WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at) EXECUTE FUNCTION announce_access_change('id');

-- CHORES. What each has done, and what it could not: one item that fails is tried again later and later, and keeps no other
-- from its turn.
CREATE TABLE chores (
  name text PRIMARY KEY,
  -- of the newest round
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  outcome text NOT NULL CHECK (outcome IN ('running', 'well', 'some_failed', 'failed', 'late')),
  detail text,
  -- the newest round without a failure
  well_at timestamptz,
  -- items, ever
  done bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0
);
CREATE TABLE chore_failures (
  chore text NOT NULL,
  item text NOT NULL,
  times integer NOT NULL DEFAULT 1,
  detail text NOT NULL,
  first_at timestamptz NOT NULL DEFAULT now(),
  last_at timestamptz NOT NULL DEFAULT now(),
  retry_at timestamptz NOT NULL,
  PRIMARY KEY (chore, item)
);
