-- Links die with what they stood on, attempts are counted before they are judged.

-- Who made a reset link for somebody else, and as owner of what; both null for links that were mailed or that the
-- operator made. Links from before do not say, and live for an hour at most: they end here.
DELETE FROM password_resets;
ALTER TABLE password_resets
  ADD COLUMN organization_id bigint REFERENCES organizations ON DELETE CASCADE,
  ADD COLUMN made_by bigint REFERENCES users ON DELETE CASCADE;
CREATE INDEX password_resets_maker ON password_resets (made_by);

-- A link of an owner ends for good when that owner is none any more, when the person leaves the organization, and when
-- the person joins another one, which it would open as well.
CREATE FUNCTION end_reset_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    DELETE FROM password_resets WHERE user_id = NEW.user_id AND organization_id <> NEW.organization_id;
  ELSIF TG_OP = 'UPDATE' THEN
    DELETE FROM password_resets WHERE made_by = OLD.user_id AND organization_id = OLD.organization_id;
  ELSE
    DELETE FROM password_resets
      WHERE organization_id = OLD.organization_id AND OLD.user_id IN (user_id, made_by);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER end_reset_links AFTER INSERT OR DELETE ON organization_members
  FOR EACH ROW EXECUTE FUNCTION end_reset_links();
CREATE TRIGGER end_reset_links_of_role AFTER UPDATE ON organization_members
  FOR EACH ROW WHEN (OLD.role = 'owner' AND NEW.role <> 'owner') EXECUTE FUNCTION end_reset_links();

-- An invitation whose maker is gone is not one of the operator.
ALTER TABLE invitations DROP CONSTRAINT invitations_invited_by_fkey,
  ADD CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users ON DELETE CASCADE;

-- When an account or an address was tried lately, one row each: an attempt takes its place in it before it is judged, by
-- one statement, and gives it back when it was right.
CREATE TABLE attempts (
  door text NOT NULL,
  who text NOT NULL,
  -- oldest first, no two the same
  at timestamptz[] NOT NULL,
  -- the limit they were counted by: so many in so many seconds
  most integer NOT NULL,
  seconds integer NOT NULL,
  -- in all, while the row lives; of accounts that do not exist this is all that is kept
  failures bigint NOT NULL DEFAULT 0,
  -- when a refusal was last told to the audit log
  refused_at timestamptz,
  PRIMARY KEY (door, who)
);
INSERT INTO attempts (door, who, at, most, seconds, failures)
  SELECT 'guess account', account, array_agg(at ORDER BY at DESC), 10, 900, count(*)
  FROM sign_in_failures WHERE at > now() - interval '15 minutes' GROUP BY account;
UPDATE attempts SET at = ARRAY(SELECT t FROM unnest(at[1:most]) AS t ORDER BY t);
DROP TABLE sign_in_failures;
DROP TABLE password_reset_requests;
