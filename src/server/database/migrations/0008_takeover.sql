-- A run that ended because its worker was gone says nothing about the job: the next one need not wait. The engine's
-- pause between runs is for failures that another run would meet again.
CREATE FUNCTION take_over_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.start_after := now();
  RETURN NEW;
END $$;
CREATE TRIGGER take_over_at_once BEFORE INSERT ON pgboss.job FOR EACH ROW
  WHEN (NEW.name LIKE 'exports-%' AND NEW.state = 'retry' AND NEW.output #>> '{value,message}' = 'job heartbeat timeout')
  EXECUTE FUNCTION take_over_at_once();
