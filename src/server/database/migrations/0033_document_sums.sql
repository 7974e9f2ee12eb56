-- The lines of a document on a day, summed: what pages show above their rows is added up from these, a tenth as many.
-- Each line is rounded before it is summed, as reports print it. Kept by the statements that write lines, whoever writes
-- them; `mathership doctor --deep` counts them again.
CREATE TABLE receipt_sums (
  company_id bigint NOT NULL REFERENCES companies ON DELETE CASCADE,
  received_on date NOT NULL,
  delivery_location_id bigint NOT NULL,
  vendor_id bigint NOT NULL,
  receipt_id bigint NOT NULL,
  kind text NOT NULL,
  po_number text,
  currency text NOT NULL,
  -- of lines that count: what was taken back is in none of these
  lines bigint NOT NULL,
  net_amount numeric NOT NULL,
  tax_amount numeric NOT NULL,
  gross_amount numeric NOT NULL,
  -- net of articles, without freight, deposits and discounts
  item_amount numeric NOT NULL
);
CREATE UNIQUE INDEX receipt_sums_key ON receipt_sums (receipt_id, received_on, delivery_location_id, vendor_id, kind, po_number, currency)
  NULLS NOT DISTINCT;
CREATE INDEX receipt_sums_day ON receipt_sums (company_id, received_on);

CREATE FUNCTION sum_receipt_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  added constant text := 'SELECT 1 AS sign, * FROM new_rows';
  removed constant text := 'SELECT -1 AS sign, * FROM old_rows';
BEGIN
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
    CASE TG_OP WHEN 'INSERT' THEN added WHEN 'DELETE' THEN removed ELSE added || ' UNION ALL ' || removed END);
  IF TG_OP <> 'INSERT' THEN
    EXECUTE 'DELETE FROM public.receipt_sums WHERE lines = 0 AND receipt_id IN (SELECT receipt_id FROM old_rows)';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sums_inserted AFTER INSERT ON receipt_lines REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sum_receipt_lines();
CREATE TRIGGER sums_updated AFTER UPDATE ON receipt_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sum_receipt_lines();
CREATE TRIGGER sums_deleted AFTER DELETE ON receipt_lines REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sum_receipt_lines();
-- also while a bulk load leaves row-by-row checks out
ALTER TABLE receipt_lines ENABLE ALWAYS TRIGGER sums_inserted, ENABLE ALWAYS TRIGGER sums_updated, ENABLE ALWAYS TRIGGER sums_deleted;

-- The same from the lines: what the sums must be.
CREATE VIEW receipt_sums_recounted AS
SELECT company_id, received_on, delivery_location_id, vendor_id, receipt_id, kind, po_number, currency, count(*) AS lines,
  sum(round(net_amount, minor_digits(currency))) AS net_amount, sum(round(tax_amount, minor_digits(currency))) AS tax_amount,
  sum(round(net_amount + tax_amount, minor_digits(currency))) AS gross_amount,
  coalesce(sum(round(net_amount, minor_digits(currency))) FILTER (WHERE line_type = 'item'), 0) AS item_amount
FROM receipt_lines WHERE void_id IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
INSERT INTO receipt_sums SELECT * FROM receipt_sums_recounted;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mathership_reports') THEN
    GRANT SELECT ON receipt_sums TO mathership_reports;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'reports are read with the rights of %', current_user;
END $$;
