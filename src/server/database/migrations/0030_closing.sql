-- Days that are closed: what a company has handed in stays as it was. closings is how it stands, closing_changes how it came
-- to be so, closed_writes what was let through all the same, and why. See docs/closing.md.

CREATE TABLE closings (
  company_id bigint PRIMARY KEY REFERENCES companies ON DELETE CASCADE,
  -- null: everything is open
  closed_until date,
  policy text NOT NULL DEFAULT 'refuse' CHECK (policy IN ('refuse', 'reason')),
  -- null: the operator
  closed_by bigint REFERENCES users ON DELETE SET NULL,
  closed_at timestamptz
);

CREATE TABLE closing_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  user_id bigint REFERENCES users ON DELETE SET NULL,
  kind text NOT NULL CHECK (kind IN ('closed', 'reopened', 'policy')),
  closed_until_before date,
  closed_until date,
  policy text NOT NULL,
  reason text,
  -- the first day of the month that was closed in one press; null where a day was set
  month date,
  -- keys of what stood against it
  blocking text[] NOT NULL DEFAULT '{}',
  -- [{currency, lines, net, tax}] of the month's deliveries as they were
  figures jsonb
);
CREATE INDEX closing_changes_company ON closing_changes (company_id, id);
CREATE TRIGGER closing_changes_append_only BEFORE DELETE OR TRUNCATE ON closing_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE closed_writes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  user_id bigint REFERENCES users ON DELETE SET NULL,
  import_id bigint,
  reason text NOT NULL,
  rows integer NOT NULL,
  date_from date NOT NULL,
  date_to date NOT NULL,
  closed_until date NOT NULL
);
CREATE INDEX closed_writes_company ON closed_writes (company_id, id);

-- Every write passes here, whoever writes. Arguments, as SQL over a row t: its business day, whether it counts, and what of
-- it must stay. A writer that can say which row of which file it was asks for the writes to be noted (mathership.closed_days
-- = 'noted'; pg_temp.closed_day_writes) and judges them before it commits; any other is refused here.
CREATE FUNCTION guard_closed_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  rows_of constant text := format('SELECT t.company_id, t.id, c.closed_until, (%s) AS day, (%s) AS counts, (%s) AS kept FROM %%I t
    JOIN public.closings c ON c.company_id = t.company_id AND c.closed_until IS NOT NULL', TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
  touching text;
  found record;
BEGIN
  -- most companies close nothing
  IF NOT EXISTS (SELECT FROM public.closings WHERE closed_until IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  touching := CASE TG_OP
    WHEN 'INSERT' THEN format('SELECT * FROM (%s) n WHERE n.counts AND n.day <= n.closed_until', format(rows_of, 'new_rows'))
    WHEN 'DELETE' THEN format('SELECT * FROM (%s) o WHERE o.counts AND o.day <= o.closed_until', format(rows_of, 'old_rows'))
    ELSE format('SELECT n.company_id, n.id, n.closed_until, least(CASE WHEN o.counts THEN o.day END, CASE WHEN n.counts THEN n.day END) AS day
      FROM (%s) o JOIN (%s) n USING (id)
      WHERE least(CASE WHEN o.counts THEN o.day END, CASE WHEN n.counts THEN n.day END) <= n.closed_until
        AND (o.counts, o.day, o.kept) IS DISTINCT FROM (n.counts, n.day, n.kept)', format(rows_of, 'old_rows'), format(rows_of, 'new_rows'))
  END;
  IF current_setting('mathership.closed_days', true) = 'noted' THEN
    EXECUTE format('INSERT INTO pg_temp.closed_day_writes SELECT current_setting(''mathership.writing'', true), %L, w.id, w.day FROM (%s) w', TG_TABLE_NAME, touching);
    RETURN NULL;
  END IF;
  EXECUTE touching || ' LIMIT 1' INTO found;
  IF found.id IS NOT NULL THEN
    RAISE EXCEPTION 'days up to % are closed: % % of %', found.closed_until, TG_TABLE_NAME, found.id, found.day USING ERRCODE = 'MC001';
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  guarded record;
  event text;
BEGIN
  FOR guarded IN SELECT * FROM (VALUES
    -- purchases by posting day; a document's number that comes later is no change of what was bought
    ('receipt_lines', 'coalesce((SELECT d.posted_on FROM public.receipts d WHERE d.id = t.receipt_id), t.received_on)', 't.void_id IS NULL',
      'to_jsonb(t) - ''{import_id,born_version,invoice_number,void_id}''::text[]'),
    ('receipts', 'coalesce(t.posted_on, t.received_on)', 'EXISTS (SELECT FROM public.receipt_lines r WHERE r.receipt_id = t.id AND r.void_id IS NULL)',
      'to_jsonb(t.received_on)'),
    ('invoice_lines', '(SELECT coalesce(d.posted_on, d.received_on, d.invoice_date) FROM public.invoices d WHERE d.id = t.invoice_id)', 't.void_id IS NULL',
      'to_jsonb(t) - ''{import_id,born_version,void_id,po_number,receipt_number,po_line_id,receipt_line_id,is_attached}''::text[]'),
    ('invoices', 'coalesce(t.posted_on, t.received_on, t.invoice_date)', 'EXISTS (SELECT FROM public.invoice_lines l WHERE l.invoice_id = t.id AND l.void_id IS NULL)',
      'to_jsonb(t) - ''{import_id,born_version}''::text[]'),
    -- stock by the day of the movement
    ('stock_movements', 't.occurred_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]'),
    ('stock_counts', 't.counted_on', 't.void_id IS NULL', 'to_jsonb(t) - ''{import_id,born_version,void_id}''::text[]')
  ) g (of, day, counts, kept) LOOP
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
      EXECUTE format('CREATE TRIGGER closed_days_%s AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT
          WHEN (current_setting(''mathership.rows_as_given'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION guard_closed_days(%L, %L, %L)',
        lower(event), event, guarded.of, CASE event WHEN 'INSERT' THEN 'NEW TABLE AS new_rows' WHEN 'DELETE' THEN 'OLD TABLE AS old_rows'
          ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END, guarded.day, guarded.counts, guarded.kept);
      -- also while a bulk load leaves row-by-row checks out
      EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER closed_days_%s', guarded.of, lower(event));
    END LOOP;
  END LOOP;
END $$;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mathership_reports') THEN
    GRANT SELECT ON closings, closing_changes, closed_writes, imports TO mathership_reports;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'reports are read with the rights of %', current_user;
END $$;
