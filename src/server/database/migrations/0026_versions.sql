-- What reports read has versions. companies.data_version rises by one with each transaction that changes any of it; rows
-- say which version they are of (born_version), and what was replaced or removed is kept whole beside them, with the
-- version that ended it. See docs/decisions/0026-data-versions.md.

ALTER TABLE companies
  -- that of the last change; 0: nothing there yet
  ADD COLUMN data_version bigint NOT NULL DEFAULT 0,
  -- the first that can still be read: what is older is not kept for ever
  ADD COLUMN kept_version bigint NOT NULL DEFAULT 0;

CREATE TABLE data_versions (
  company_id bigint NOT NULL REFERENCES companies ON DELETE CASCADE,
  version bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- null: the operator, or whoever wrote without saying
  user_id bigint REFERENCES users ON DELETE SET NULL,
  source_kind text NOT NULL DEFAULT 'hand' CHECK (source_kind IN ('import', 'hand', 'undo')),
  -- of the import, or the version that was undone
  source_id text,
  -- lines of orders, receipts, invoices, movements and counts that it added, changed or removed
  lines bigint NOT NULL DEFAULT 0,
  -- [{currency, net_difference, tax_difference}] of receipt lines that count
  totals jsonb NOT NULL DEFAULT '[]',
  -- {table: {added, changed, removed, from, to}}; from and to: the business days it touches, null where it has none
  tables jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (company_id, version)
);
CREATE INDEX data_versions_source ON data_versions (company_id, source_kind, source_id);

-- WRITING. The first row of a company that a transaction writes reserves the next number, under the lock that imports hold;
-- the company's own row is touched last, when the transaction commits, so that nobody waits for it before. Numbers
-- therefore commit in order, and follow one another.

CREATE FUNCTION data_lock(company bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN hashtextextended('import into company', company);

-- The number of the version that this transaction writes. Waits a moment for other writers of the company, then 55P03.
CREATE FUNCTION reserve_version(company bigint) RETURNS bigint LANGUAGE plpgsql SET lock_timeout = '5s' AS $$
DECLARE
  reserved bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(data_lock(company));
  SELECT data_version + 1 INTO reserved FROM companies WHERE id = company;
  PERFORM set_config('mathership.v' || company, reserved::text, true);
  RETURN reserved;
END $$;

-- Something was changed: the version is there. Who and what wrote it, a writer says in mathership.writer (user, kind, id).
CREATE FUNCTION note_version(company bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  writing text := current_setting('mathership.v' || company, true);
  writer jsonb := coalesce(nullif(current_setting('mathership.writer', true), ''), '{}')::jsonb;
BEGIN
  IF current_setting('mathership.noted' || company, true) = writing THEN
    RETURN;
  END IF;
  INSERT INTO data_versions (company_id, version, user_id, source_kind, source_id)
  VALUES (company, writing::bigint, (writer ->> 'user')::bigint, coalesce(writer ->> 'kind', 'hand'), writer ->> 'id');
  PERFORM set_config('mathership.noted' || company, writing, true);
END $$;

-- Every row that is written gets the version that writes it.
CREATE FUNCTION stamp_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.born_version := nullif(current_setting('mathership.v' || NEW.company_id, true), '')::bigint;
  IF NEW.born_version IS NULL THEN
    NEW.born_version := reserve_version(NEW.company_id);
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION stamp_company_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.born_version := coalesce(nullif(current_setting('mathership.v' || NEW.id, true), '')::bigint, reserve_version(NEW.id));
  RETURN NEW;
END $$;

-- What a statement replaced or removed goes beside the table, in sets. Arguments: the columns, those of the key, and the
-- one that names the company.
CREATE FUNCTION keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  columns text := TG_ARGV[0];
  key text := TG_ARGV[1];
  company text := TG_ARGV[2];
  touched bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    FOR touched IN EXECUTE format('SELECT DISTINCT %I FROM new_rows', company) LOOP
      PERFORM note_version(touched);
    END LOOP;
  ELSIF TG_OP = 'UPDATE' THEN
    -- what this transaction wrote itself was never of any version
    FOR touched IN EXECUTE format(
      'WITH kept AS (
         INSERT INTO %I (%s, died_version) SELECT %s, n.version FROM old_rows o JOIN (SELECT %s, born_version AS version FROM new_rows) n USING (%s)
         WHERE o.born_version < n.version RETURNING %I AS company)
       SELECT DISTINCT company FROM kept', TG_TABLE_NAME || '_past', columns, columns, key, key, company) LOOP
      PERFORM note_version(touched);
    END LOOP;
  ELSE
    FOR touched IN EXECUTE format('SELECT DISTINCT %I FROM old_rows', company) LOOP
      -- a company that goes takes its history with it
      CONTINUE WHEN NOT EXISTS (SELECT FROM companies WHERE id = touched);
      IF nullif(current_setting('mathership.v' || touched, true), '') IS NULL THEN
        PERFORM reserve_version(touched);
      END IF;
      EXECUTE format('INSERT INTO %I (%s, died_version) SELECT %s, $1 FROM old_rows WHERE %I = $2 AND born_version < $1',
        TG_TABLE_NAME || '_past', columns, columns, company)
      USING current_setting('mathership.v' || touched)::bigint, touched;
      PERFORM note_version(touched);
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

-- READING. Schema as_of has a view for each of these tables, with its name: of the version in mathership.as_of, whatever
-- stands there now. A report whose search path begins with it is read as of that version, and is no other report.
CREATE SCHEMA as_of;

-- Gives a table its versions, or makes them right after its columns have changed: whoever adds a column to such a table
-- calls it again, with the same arguments. A change of `unseen` columns alone, which no report shows, is none.
CREATE FUNCTION keep_versions(of text, unseen text[] DEFAULT '{}', company text DEFAULT 'company_id') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  past text := of || '_past';
  given text := $w$WHEN (current_setting('mathership.rows_as_given', true) IS DISTINCT FROM 'on')$w$;
  key text;
  columns text;
  differs text;
  missing record;
BEGIN
  EXECUTE format('ALTER TABLE public.%I ADD COLUMN IF NOT EXISTS born_version bigint NOT NULL DEFAULT %s', of, CASE of WHEN 'companies' THEN 0 ELSE 1 END);
  EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I AS SELECT *, 0::bigint AS died_version FROM public.%I WITH NO DATA', past, of);
  EXECUTE format('ALTER TABLE public.%I ALTER died_version SET NOT NULL', past);
  FOR missing IN
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, pg_get_expr(d.adbin, d.adrelid) AS value, a.attgenerated
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = format('public.%I', of)::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT EXISTS (SELECT FROM pg_attribute p WHERE p.attrelid = format('public.%I', past)::regclass AND p.attname = a.attname)
  LOOP
    EXECUTE format('ALTER TABLE public.%I ADD COLUMN %I %s%s', past, missing.attname, missing.type,
      CASE WHEN missing.value IS NOT NULL AND missing.attgenerated = '' THEN ' DEFAULT ' || missing.value ELSE '' END);
  END LOOP;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
    string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE attgenerated = '' AND attname <> 'born_version' AND attname <> ALL (unseen))
  INTO columns, differs FROM pg_attribute
  WHERE attrelid = format('public.%I', of)::regclass AND attnum > 0 AND NOT attisdropped;
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO key
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
  WHERE i.indrelid = format('public.%I', of)::regclass AND i.indisprimary;

  IF of <> 'companies' THEN
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON public.%I (%I, born_version)', of || '_born', of, company);
  END IF;
  EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON public.%I (%I, died_version)', past || '_died', past, company);
  EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON public.%I (%s)', past || '_key', past, key);

  EXECUTE format('DROP VIEW IF EXISTS as_of.%I', of);
  EXECUTE format(
    $v$CREATE VIEW as_of.%1$I AS SELECT %2$s FROM public.%1$I WHERE born_version <= current_setting('mathership.as_of')::bigint
       UNION ALL SELECT %2$s FROM public.%3$I WHERE born_version <= current_setting('mathership.as_of')::bigint AND died_version > current_setting('mathership.as_of')::bigint$v$,
    of, columns, past);

  EXECUTE format('DROP TRIGGER IF EXISTS version_stamp_inserted ON public.%I', of);
  EXECUTE format('DROP TRIGGER IF EXISTS version_stamp_updated ON public.%I', of);
  EXECUTE format('DROP TRIGGER IF EXISTS version_inserted ON public.%I', of);
  EXECUTE format('DROP TRIGGER IF EXISTS version_updated ON public.%I', of);
  EXECUTE format('DROP TRIGGER IF EXISTS version_deleted ON public.%I', of);
  IF of <> 'companies' THEN
    EXECUTE format('CREATE TRIGGER version_stamp_inserted BEFORE INSERT ON public.%I FOR EACH ROW %s EXECUTE FUNCTION stamp_version()', of, given);
    EXECUTE format('CREATE TRIGGER version_inserted AFTER INSERT ON public.%I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT %s EXECUTE FUNCTION keep_past(%L, %L, %L)', of, given, columns, key, company);
    EXECUTE format('CREATE TRIGGER version_deleted AFTER DELETE ON public.%I REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT %s EXECUTE FUNCTION keep_past(%L, %L, %L)', of, given, columns, key, company);
  END IF;
  EXECUTE format('CREATE TRIGGER version_stamp_updated BEFORE UPDATE ON public.%I FOR EACH ROW WHEN (current_setting(''mathership.rows_as_given'', true) IS DISTINCT FROM ''on'' AND (%s) IS DISTINCT FROM (%s)) EXECUTE FUNCTION %I()',
    of, 'OLD.' || replace(differs, ', ', ', OLD.'), 'NEW.' || replace(differs, ', ', ', NEW.'), CASE of WHEN 'companies' THEN 'stamp_company_version' ELSE 'stamp_version' END);
  EXECUTE format('CREATE TRIGGER version_updated AFTER UPDATE ON public.%I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT %s EXECUTE FUNCTION keep_past(%L, %L, %L)', of, given, columns, key, company);
  -- also while a bulk load leaves row-by-row checks out
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER version_stamp_updated, ENABLE ALWAYS TRIGGER version_updated', of);
  IF of <> 'companies' THEN
    EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER version_stamp_inserted, ENABLE ALWAYS TRIGGER version_inserted, ENABLE ALWAYS TRIGGER version_deleted', of);
  END IF;
  BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mathership_reports') THEN
      EXECUTE format('GRANT SELECT ON as_of.%I TO mathership_reports', of);
      IF of <> 'companies' THEN
        EXECUTE format('GRANT SELECT ON public.%I TO mathership_reports', past);
      END IF;
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    NULL;
  END;
END $$;

-- lines of orders are of a company like all others
ALTER TABLE purchase_order_lines ADD COLUMN company_id bigint REFERENCES companies;
UPDATE purchase_order_lines p SET company_id = o.company_id FROM purchase_orders o WHERE o.id = p.purchase_order_id;
ALTER TABLE purchase_order_lines ALTER company_id SET NOT NULL;
CREATE FUNCTION company_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT company_id INTO NEW.company_id FROM purchase_orders WHERE id = NEW.purchase_order_id;
  RETURN NEW;
END $$;
CREATE TRIGGER order_line_company BEFORE INSERT ON purchase_order_lines FOR EACH ROW WHEN (NEW.company_id IS NULL) EXECUTE FUNCTION company_of_order();
ALTER TABLE purchase_order_lines ENABLE ALWAYS TRIGGER order_line_company;

SELECT keep_versions('companies', '{organization_id, archived_at, created_at, data_version, kept_version}', 'id');
SELECT keep_versions('storage_units', '{archived_at}');
SELECT keep_versions('delivery_locations', '{created_at, updated_at, archived_at}');
SELECT keep_versions('vendors', '{tax_id, email, phone, payment_terms_days, archived_at}');
SELECT keep_versions('items');
SELECT keep_versions('vendor_items', '{archived_at}');
SELECT keep_versions('purchase_orders', '{import_id, external_ref, archived_at}');
SELECT keep_versions('purchase_order_lines', '{import_id}');
SELECT keep_versions('receipts', '{import_id}');
SELECT keep_versions('receipt_lines', '{import_id}');
SELECT keep_versions('invoices', '{import_id}');
SELECT keep_versions('invoice_lines', '{import_id}');
SELECT keep_versions('stock_movements', '{import_id}');
SELECT keep_versions('stock_counts', '{import_id}');
SELECT keep_versions('stock_snapshots');

-- What a version changed, in numbers: found again at any time, because the rows are there.
CREATE FUNCTION measured_version(company bigint, measured bigint) RETURNS TABLE (lines bigint, totals jsonb, tables jsonb) LANGUAGE plpgsql STABLE AS $$
DECLARE
  of record;
  one record;
BEGIN
  lines := 0;
  tables := '{}';
  FOR of IN SELECT * FROM (VALUES
    ('storage_units', 'NULL::date', false), ('delivery_locations', 'NULL::date', false), ('vendors', 'NULL::date', false),
    ('items', 'NULL::date', false), ('vendor_items', 'NULL::date', false), ('purchase_orders', 'NULL::date', false), ('purchase_order_lines', 'NULL::date', true),
    ('receipts', 'received_on', false), ('receipt_lines', 'received_on', true), ('invoices', 'invoice_date', false), ('invoice_lines', 'NULL::date', true),
    ('stock_movements', 'occurred_on', true), ('stock_counts', 'counted_on', true)) t (name, day, is_booked)
  LOOP
    EXECUTE format('SELECT count(*) FILTER (WHERE n AND NOT o) AS added, count(*) FILTER (WHERE n AND o) AS changed,
        count(*) FILTER (WHERE o AND NOT n) AS removed, min(day_from) AS day_from, max(day_to) AS day_to
      FROM (SELECT bool_or(is_new) AS n, bool_or(NOT is_new) AS o, min(day) AS day_from, max(day) AS day_to FROM (
        SELECT id, true AS is_new, %2$s AS day FROM %1$I WHERE company_id = $1 AND born_version = $2
        UNION ALL SELECT id, false, %2$s FROM %3$I WHERE company_id = $1 AND died_version = $2) r GROUP BY id) r',
      of.name, of.day, of.name || '_past') INTO one USING company, measured;
    CONTINUE WHEN one.added + one.changed + one.removed = 0;
    IF of.is_booked THEN
      lines := lines + one.added + one.changed + one.removed;
    END IF;
    tables := tables || jsonb_build_object(of.name, jsonb_build_object('added', one.added, 'changed', one.changed, 'removed', one.removed,
      'from', one.day_from, 'to', one.day_to));
  END LOOP;
  IF EXISTS (SELECT FROM companies c WHERE c.id = company AND c.born_version = measured AND measured > 0)
    OR EXISTS (SELECT FROM companies_past c WHERE c.id = company AND c.died_version = measured) THEN
    tables := tables || jsonb_build_object('companies', jsonb_build_object('added', 0, 'changed', 1, 'removed', 0, 'from', NULL, 'to', NULL));
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('currency', t.currency, 'net_difference', round(t.net, minor_digits(t.currency))::text,
      'tax_difference', round(t.tax, minor_digits(t.currency))::text) ORDER BY t.currency), '[]') INTO totals
  FROM (SELECT r.currency, sum(r.net) AS net, sum(r.tax) AS tax FROM (
      SELECT currency, net_amount AS net, tax_amount AS tax FROM receipt_lines
      WHERE company_id = company AND born_version = measured AND void_id IS NULL
      UNION ALL SELECT currency, -net_amount, -tax_amount FROM receipt_lines_past
      WHERE company_id = company AND died_version = measured AND void_id IS NULL) r
    GROUP BY r.currency) t;
  RETURN NEXT;
END $$;

CREATE FUNCTION close_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE data_versions SET (lines, totals, tables) = (SELECT m.lines, m.totals, m.tables FROM measured_version(NEW.company_id, NEW.version) m),
    at = clock_timestamp()
  WHERE company_id = NEW.company_id AND version = NEW.version;
  UPDATE companies SET data_version = NEW.version WHERE id = NEW.company_id AND data_version = NEW.version - 1;
  IF NOT FOUND AND EXISTS (SELECT FROM companies WHERE id = NEW.company_id) THEN
    RAISE EXCEPTION 'version % of company % is not the next', NEW.version, NEW.company_id USING ERRCODE = 'serialization_failure';
  END IF;
  INSERT INTO export_job_changes (company_id, deleted, data_version) VALUES (NEW.company_id, false, NEW.version);
  PERFORM pg_notify('export_job_changes', '');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER data_versions_close AFTER INSERT ON data_versions DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (current_setting('mathership.rows_as_given', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION close_version();
ALTER TABLE data_versions ENABLE ALWAYS TRIGGER data_versions_close;

-- what is there already is the first version
INSERT INTO data_versions (company_id, version, source_kind)
SELECT c.id, 1, 'import' FROM companies c WHERE EXISTS (SELECT FROM vendors WHERE company_id = c.id)
  OR EXISTS (SELECT FROM delivery_locations WHERE company_id = c.id) OR EXISTS (SELECT FROM storage_units WHERE company_id = c.id)
  OR EXISTS (SELECT FROM items WHERE company_id = c.id);

-- told on the stream of a company's jobs, in its order
ALTER TABLE export_job_changes ADD COLUMN data_version bigint;

-- Which versions there are to read: for readers whose role may read nothing else of companies.
CREATE FUNCTION data_version_of(company bigint) RETURNS TABLE (newest bigint, oldest bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS 'SELECT data_version, kept_version FROM public.companies WHERE id = company';

-- JOBS. What a file was made of, written beside its status from what the run returned: the trigger stands on the job, so
-- that whatever copies the engine's state need not know of it.
ALTER TABLE export_jobs
  -- that of the snapshot it was read in; null: made before there were versions
  ADD COLUMN data_version bigint,
  -- asked for at creation
  ADD COLUMN as_of_version bigint,
  -- what "now" is in the report, where it is made again
  ADD COLUMN as_of_instant timestamptz,
  -- the instant of its snapshot
  ADD COLUMN snapshot_at timestamptz,
  -- of the CSV in it; a file of another form cannot be made again byte by byte
  ADD COLUMN csv_form text;
CREATE FUNCTION keep_what_it_was_made_of() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  made jsonb;
BEGIN
  SELECT output INTO made FROM pgboss.job WHERE name = NEW.queue AND id = NEW.id;
  NEW.data_version := (made ->> 'data_version')::bigint;
  NEW.snapshot_at := (made ->> 'snapshot_at')::timestamptz;
  NEW.csv_form := made ->> 'csv_form';
  RETURN NEW;
END $$;
CREATE TRIGGER export_jobs_made BEFORE UPDATE ON export_jobs FOR EACH ROW
  WHEN (NEW.status = 'completed' AND OLD.status <> 'completed') EXECUTE FUNCTION keep_what_it_was_made_of();

-- DIFFERENCES. The rows of a report as of a version (null: as they are), for a statement that has two of them side by side.
CREATE FUNCTION rows_as_of(version bigint, statement text)
  RETURNS TABLE (id text, cells text[], net numeric, tax numeric, currency text) LANGUAGE plpgsql AS $$
DECLARE
  path text := current_setting('search_path');
  earlier text := coalesce(current_setting('mathership.as_of', true), '');
BEGIN
  PERFORM set_config('search_path', CASE WHEN version IS NULL THEN 'public' ELSE 'as_of, public' END, true),
    set_config('mathership.as_of', coalesce(version::text, ''), true);
  RETURN QUERY EXECUTE statement;
  PERFORM set_config('search_path', path, true), set_config('mathership.as_of', earlier, true);
END $$;

-- How the lines of a completed export differ from those of a later version; found again at any time.
CREATE TABLE export_changes (
  job_id uuid PRIMARY KEY REFERENCES export_jobs ON DELETE CASCADE,
  -- the version it was compared with
  data_version bigint NOT NULL,
  lines bigint NOT NULL,
  wording_lines bigint NOT NULL,
  -- [{currency, net_difference}]
  totals jsonb NOT NULL DEFAULT '[]'
);
-- Who has seen it, and up to which version it is no news.
CREATE TABLE export_changes_known (
  job_id uuid NOT NULL REFERENCES export_jobs ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  data_version bigint NOT NULL,
  PRIMARY KEY (job_id, user_id)
);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mathership_reports') THEN
    GRANT USAGE ON SCHEMA as_of TO mathership_reports;
    GRANT SELECT ON data_versions TO mathership_reports;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'reports are read with the rights of %', current_user;
END $$;
