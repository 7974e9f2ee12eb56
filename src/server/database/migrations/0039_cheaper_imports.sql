-- Imports cost less: a bulk insert gives the version of its rows itself, which saves a call for each row and is judged once a
-- statement; and what documents amount to is added up without signs where rows only come. See
-- docs/decisions/0034-imports-cost-less.md.

CREATE OR REPLACE FUNCTION keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  columns text := TG_ARGV[0];
  key text := TG_ARGV[1];
  company text := TG_ARGV[2];
  touched bigint;
  given bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- most rows are stamped one by one; a bulk insert says of which version its rows are, and must say what is so
    FOR touched, given IN EXECUTE format('SELECT DISTINCT %I, born_version FROM new_rows', company) LOOP
      IF given IS DISTINCT FROM nullif(current_setting('mathership.v' || touched, true), '')::bigint THEN
        RAISE EXCEPTION '% of company % cannot be of version %', TG_TABLE_NAME, touched, given USING ERRCODE = 'MV001';
      END IF;
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

CREATE OR REPLACE FUNCTION keep_versions(of text, unseen text[] DEFAULT '{}', company text DEFAULT 'company_id') RETURNS void LANGUAGE plpgsql AS $$
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
    -- a writer that gives the version itself is judged once for all its rows, in keep_past
    EXECUTE format('CREATE TRIGGER version_stamp_inserted BEFORE INSERT ON public.%I FOR EACH ROW WHEN (NEW.born_version = 1 AND current_setting(''mathership.rows_as_given'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION stamp_version()', of);
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

DO $$
DECLARE
  of record;
BEGIN
  FOR of IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'version_stamp_inserted' LOOP
    EXECUTE format('DROP TRIGGER version_stamp_inserted ON %s', of.name);
    EXECUTE format('CREATE TRIGGER version_stamp_inserted BEFORE INSERT ON %s FOR EACH ROW WHEN (NEW.born_version = 1 AND current_setting(''mathership.rows_as_given'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION stamp_version()', of.name);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER version_stamp_inserted', of.name);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION sum_receipt_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  added constant text := 'SELECT 1 AS sign, * FROM new_rows';
  removed constant text := 'SELECT -1 AS sign, * FROM old_rows';
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.receipt_sums AS s (company_id, received_on, delivery_location_id, vendor_id, receipt_id, kind, po_number, currency,
      lines, net_amount, tax_amount, gross_amount, item_amount)
    SELECT company_id, received_on, delivery_location_id, vendor_id, receipt_id, kind, po_number, currency, count(*),
      sum(net), sum(tax), sum(gross), coalesce(sum(net) FILTER (WHERE line_type = 'item'), 0)
    FROM (SELECT *, round(net_amount, digits) AS net, round(tax_amount, digits) AS tax, round(net_amount + tax_amount, digits) AS gross
      FROM (SELECT *, public.minor_digits(currency) AS digits FROM new_rows WHERE void_id IS NULL OFFSET 0) n) rounded
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ON CONFLICT (receipt_id, received_on, delivery_location_id, vendor_id, kind, po_number, currency) DO UPDATE SET
      lines = s.lines + excluded.lines, net_amount = s.net_amount + excluded.net_amount, tax_amount = s.tax_amount + excluded.tax_amount,
      gross_amount = s.gross_amount + excluded.gross_amount, item_amount = s.item_amount + excluded.item_amount;
    RETURN NULL;
  END IF;
  EXECUTE format(
    'INSERT INTO public.receipt_sums AS s (company_id, received_on, delivery_location_id, vendor_id, receipt_id, kind, po_number, currency,
       lines, net_amount, tax_amount, gross_amount, item_amount)
     SELECT company_id, received_on, delivery_location_id, vendor_id, receipt_id, kind, po_number, currency, sum(sign),
       sum(sign * round(net_amount, minor_digits(currency))), sum(sign * round(tax_amount, minor_digits(currency))),
       sum(sign * round(net_amount + tax_amount, minor_digits(currency))),
       coalesce(sum(sign * round(net_amount, minor_digits(currency))) FILTER (WHERE line_type = ''item''), 0)
     FROM (%s) changed WHERE void_id IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
     ON CONFLICT (receipt_id, received_on, delivery_location_id, vendor_id, kind, po_number, currency) DO UPDATE SET
       lines = s.lines + excluded.lines, net_amount = s.net_amount + excluded.net_amount, tax_amount = s.tax_amount + excluded.tax_amount,
       gross_amount = s.gross_amount + excluded.gross_amount, item_amount = s.item_amount + excluded.item_amount',
    CASE TG_OP WHEN 'DELETE' THEN removed ELSE added || ' UNION ALL ' || removed END);
  EXECUTE 'DELETE FROM public.receipt_sums WHERE lines = 0 AND receipt_id IN (SELECT receipt_id FROM old_rows)';
  RETURN NULL;
END $$;
