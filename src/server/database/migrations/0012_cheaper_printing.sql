-- The guard against formulas and the digits of a price, asked for up to nine times a row: the same answers for less.
-- Most text starts with a letter, beyond all the characters that are guarded against: one comparison settles it.
CREATE OR REPLACE FUNCTION formula_safe(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN ascii(cell) > 64 THEN cell WHEN ascii(cell) IN (61, 43, 45, 64, 9, 13) THEN '''' || cell ELSE cell END;
CREATE OR REPLACE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN min_scale(round(price, 6)) < 2 THEN round(price, 2) ELSE trim_scale(round(price, 6)) END;

-- Reports are read by a role that can read these tables and nothing else. A report's transaction takes it on where it
-- may; an installation whose user may not make roles reads with that user's rights, in read-only transactions.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mathership_reports') THEN
    BEGIN
      CREATE ROLE mathership_reports NOLOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server was quicker
    END;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT mathership_reports TO %I', current_user);
  END IF;
  GRANT USAGE ON SCHEMA public TO mathership_reports;
  GRANT SELECT ON companies, storage_units, delivery_locations, vendors, items, vendor_items, purchase_orders,
    purchase_order_lines, receipts, receipt_lines, stock_movements, stock_counts, stock_snapshots TO mathership_reports;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'reports are read with the rights of %', current_user;
END $$;
