-- Whose an account is. Null: its address was proven (by a letter, by a provider), or the operator vouches for it; such an
-- account is the only one of its address and may belong to any number of organizations. Otherwise it was made by a link that
-- proves nothing: it belongs to that organization alone and does not occupy the address anywhere else.
ALTER TABLE users ADD COLUMN home_organization_id bigint REFERENCES organizations;
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE INDEX users_email ON users (email);
CREATE UNIQUE INDEX users_proven_email ON users (email) WHERE home_organization_id IS NULL;
-- one that was closed (by removal from its organization) makes room for another
CREATE UNIQUE INDEX users_home_email ON users (home_organization_id, email)
  WHERE home_organization_id IS NOT NULL AND disabled_at IS NULL;

CREATE FUNCTION refuse_foreign_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM users WHERE id = NEW.user_id AND home_organization_id <> NEW.organization_id) THEN
    RAISE EXCEPTION 'the account belongs to another organization' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER organization_members_home BEFORE INSERT OR UPDATE ON organization_members
  FOR EACH ROW EXECUTE FUNCTION refuse_foreign_membership();

-- A link that was only ever in a letter: whoever has it reads the mail of that address.
ALTER TABLE invitations ADD COLUMN mailed boolean NOT NULL DEFAULT false;
