-- The audit log's hash chain: one per organization, and one (0) for what belongs to none. Entries are written without any
-- lock, as before; a chore seals what has been committed, so that no export waits for another one's entry.

CREATE TABLE audit_links (
  -- the organization; 0 for what concerns the installation alone, such as sign-ins
  chain bigint NOT NULL,
  -- from 1, without gaps: the order of sealing, which is not quite that of ids
  position bigint NOT NULL CHECK (position > 0),
  event_id bigint NOT NULL UNIQUE,
  -- SHA-256 over the hash before it, chain, position and everything the entry says
  hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (chain, position)
);

-- The end of a chain, signed with the installation's key: who can only write to the database cannot make one.
CREATE TABLE audit_seals (
  chain bigint NOT NULL,
  position bigint NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (chain, position),
  FOREIGN KEY (chain, position) REFERENCES audit_links
);

-- Entries that wait to be sealed.
CREATE TABLE audit_unsealed (event_id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
INSERT INTO audit_unsealed (event_id) SELECT id FROM audit_events;

CREATE FUNCTION await_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (event_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER audit_events_unsealed AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION await_audit_seal();

CREATE TRIGGER audit_links_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_links
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- also for a session that plays a replica, which skips ordinary triggers
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_append_only;
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_unsealed;
ALTER TABLE audit_links ENABLE ALWAYS TRIGGER audit_links_append_only;
ALTER TABLE audit_seals ENABLE ALWAYS TRIGGER audit_seals_append_only;

CREATE FUNCTION audit_chain_of(entry audit_events) RETURNS bigint LANGUAGE sql STABLE RETURN
  coalesce(entry.organization_id, (SELECT c.organization_id FROM companies c WHERE c.id = entry.company_id), 0);

-- Everything an entry says, in one way of writing it: jsonb orders the names of fields itself.
CREATE FUNCTION audit_link_hash(before bytea, chain bigint, link_position bigint, entry audit_events) RETURNS bytea
LANGUAGE sql STABLE RETURN sha256(coalesce(before, ''::bytea) || convert_to(jsonb_build_array(
  chain, link_position, entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.organization_id, entry.company_id,
  entry.user_id, entry.action, entry.subject_type, entry.subject_id, entry.details, entry.address, entry.request_id)::text, 'UTF8'));

-- Links up to `most` committed entries to their chains; answers the new ends. One at a time, whoever calls it.
CREATE FUNCTION link_audit_events(most integer) RETURNS TABLE (chain bigint, link_position bigint, hash bytea) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  entry audit_events;
  its_chain bigint;
  last audit_links;
  touched bigint[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(7263117);
  FOR entry IN
    SELECT e.* FROM audit_unsealed u JOIN audit_events e ON e.id = u.event_id ORDER BY u.event_id LIMIT most
  LOOP
    its_chain := audit_chain_of(entry);
    SELECT l.* INTO last FROM audit_links l WHERE l.chain = its_chain ORDER BY l.position DESC LIMIT 1;
    INSERT INTO audit_links (chain, position, event_id, hash) VALUES (its_chain, coalesce(last.position, 0) + 1, entry.id,
      audit_link_hash(last.hash, its_chain, coalesce(last.position, 0) + 1, entry));
    DELETE FROM audit_unsealed WHERE event_id = entry.id;
    IF NOT its_chain = ANY (touched) THEN touched := touched || its_chain; END IF;
  END LOOP;
  RETURN QUERY SELECT DISTINCT ON (l.chain) l.chain, l.position, l.hash FROM audit_links l
    WHERE l.chain = ANY (touched) ORDER BY l.chain, l.position DESC;
END $$;

-- What breaks a chain, in its order: nothing when it is whole. Every link is held against the one before it.
CREATE FUNCTION broken_audit_links(of_chain bigint) RETURNS TABLE (link_position bigint, event_id bigint, reason text)
LANGUAGE sql STABLE AS $$
  SELECT l.position, l.event_id, CASE
      WHEN l.position <> coalesce(l.before_position, 0) + 1 THEN 'what was before it in the chain is gone'
      WHEN e.id IS NULL THEN 'the entry is gone'
      ELSE 'the entry, or what was before it, is not what was sealed' END
  FROM (SELECT x.*, lag(x.hash) OVER w AS before_hash, lag(x.position) OVER w AS before_position
        FROM audit_links x WHERE x.chain = of_chain WINDOW w AS (ORDER BY x.position)) l
  LEFT JOIN audit_events e ON e.id = l.event_id
  WHERE e.id IS NULL OR l.position <> coalesce(l.before_position, 0) + 1
    OR l.hash <> audit_link_hash(l.before_hash, of_chain, l.position, e)
  UNION ALL
  SELECT NULL, e.id, 'the entry was put in past the chain' FROM audit_events e
  WHERE (e.organization_id = of_chain
      OR e.organization_id IS NULL AND e.company_id IN (SELECT c.id FROM companies c WHERE c.organization_id = of_chain)
      OR of_chain = 0 AND e.organization_id IS NULL AND e.company_id IS NULL)
    AND NOT EXISTS (SELECT FROM audit_links x WHERE x.event_id = e.id)
    AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.event_id = e.id)
  ORDER BY 1 NULLS LAST, 2
$$;
