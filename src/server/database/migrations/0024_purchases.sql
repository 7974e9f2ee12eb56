-- Purchases as they are: an order is a vendor's number, invoices are documents, and what was booked is taken back
-- instead of removed. A booked row has an id that stays, names the import that wrote it last, and counts while void_id
-- is null. Neither void_id nor import_id is a foreign key: rows of both tables are never deleted, and a check of every
-- booked row would cost an import a tenth of its speed.

CREATE TABLE imports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- null: the operator
  user_id bigint REFERENCES users ON DELETE SET NULL,
  -- what was changed on the page or by the API, a document at a time, is booked as files are
  source text NOT NULL DEFAULT 'files' CHECK (source IN ('files', 'hand')),
  reason text,
  options jsonb NOT NULL DEFAULT '{}',
  -- [{kind, rows, created, updated, unchanged}]
  files jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX imports_company ON imports (company_id, id);

-- Who took back, brought back or corrected what, and why.
CREATE TABLE booked_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  user_id bigint REFERENCES users ON DELETE SET NULL,
  import_id bigint NOT NULL REFERENCES imports,
  kind text NOT NULL CHECK (kind IN ('void', 'restore', 'correction')),
  reason text,
  -- [{table, id}] brought back, [{table, id, before}] corrected by hand; rows that were taken back name it themselves
  rows jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX booked_changes_company ON booked_changes (company_id, id);
CREATE INDEX booked_changes_rows ON booked_changes USING gin (rows jsonb_path_ops);
CREATE TRIGGER booked_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON booked_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Orders: two vendors may use one number. The line may be expected on a day of its own, for a place of its own, and be
-- priced in another unit than it is ordered in (a case of 40 lb, priced per lb).
ALTER TABLE purchase_orders DROP CONSTRAINT purchase_orders_company_id_po_number_key,
  ADD CONSTRAINT purchase_orders_number UNIQUE (company_id, po_number, vendor_id),
  ADD COLUMN import_id bigint;
ALTER TABLE purchase_order_lines
  ADD COLUMN expected_on date,
  ADD COLUMN delivery_location_id bigint REFERENCES delivery_locations,
  ADD COLUMN price_unit text,
  ADD COLUMN price_units_per_order_unit numeric(18,6),
  ADD COLUMN import_id bigint,
  ADD COLUMN void_id bigint;
CREATE INDEX purchase_order_lines_location ON purchase_order_lines (delivery_location_id) WHERE delivery_location_id IS NOT NULL;
CREATE INDEX purchase_order_lines_expected ON purchase_order_lines (expected_on) WHERE expected_on IS NOT NULL;

-- Receipts: a vendor's number for one order, so that a number that comes again with another order is a document of its
-- own. source says whether the delivery was told of, or follows from an invoice alone.
ALTER TABLE receipts DROP CONSTRAINT receipts_company_id_vendor_id_receipt_number_kind_key,
  ADD COLUMN purchase_order_id bigint REFERENCES purchase_orders,
  ADD COLUMN source text NOT NULL DEFAULT 'import' CHECK (source IN ('import', 'invoice')),
  ADD COLUMN import_id bigint;
ALTER TABLE receipt_lines DROP CONSTRAINT receipt_lines_receipt_id_po_line_id_key,
  ALTER COLUMN po_line_id DROP NOT NULL,
  ALTER COLUMN po_number DROP NOT NULL,
  ALTER COLUMN ordered_qty DROP NOT NULL,
  ADD COLUMN price_unit text,
  ADD COLUMN price_units_per_order_unit numeric(18,6),
  -- of what was accepted, in price units: what was weighed
  ADD COLUMN price_quantity numeric(18,4),
  ADD COLUMN lot text,
  ADD COLUMN invoice_number text,
  -- of the line that an invoice alone stands behind
  ADD COLUMN invoice_line_id bigint,
  ADD COLUMN import_id bigint,
  ADD COLUMN void_id bigint;

UPDATE receipts d SET purchase_order_id = o.id
FROM (SELECT r.receipt_id, min(p.purchase_order_id) AS id FROM receipt_lines r JOIN purchase_order_lines p ON p.id = r.po_line_id
      GROUP BY r.receipt_id) o
WHERE d.id = o.receipt_id;
-- a delivery note for several orders becomes a document of each
WITH parts AS (
  SELECT DISTINCT r.receipt_id, p.purchase_order_id
  FROM receipt_lines r JOIN purchase_order_lines p ON p.id = r.po_line_id JOIN receipts d ON d.id = r.receipt_id
  WHERE p.purchase_order_id <> d.purchase_order_id
)
INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, storage_unit_id, received_at,
  received_on, posted_on, document_number, purchase_order_id)
SELECT d.company_id, d.receipt_number, d.kind, d.vendor_id, d.delivery_location_id, d.storage_unit_id, d.received_at,
  d.received_on, d.posted_on, d.document_number, n.purchase_order_id
FROM parts n JOIN receipts d ON d.id = n.receipt_id ORDER BY d.id, n.purchase_order_id;
UPDATE receipt_lines r SET receipt_id = own.id
FROM receipts d, purchase_order_lines p, receipts own
WHERE d.id = r.receipt_id AND p.id = r.po_line_id AND p.purchase_order_id <> d.purchase_order_id
  AND own.company_id = d.company_id AND own.vendor_id = d.vendor_id AND own.receipt_number = d.receipt_number
  AND own.kind = d.kind AND own.purchase_order_id = p.purchase_order_id;

ALTER TABLE receipts ADD CONSTRAINT receipts_number
  UNIQUE NULLS NOT DISTINCT (company_id, vendor_id, receipt_number, kind, purchase_order_id, source);
CREATE INDEX receipts_order ON receipts (purchase_order_id);
CREATE INDEX receipts_document ON receipts (vendor_id, document_number);
CREATE UNIQUE INDEX receipt_lines_key ON receipt_lines (receipt_id, po_line_id, coalesce(lot, '')) WHERE invoice_line_id IS NULL;
CREATE UNIQUE INDEX receipt_lines_invoice_line ON receipt_lines (invoice_line_id) WHERE invoice_line_id IS NOT NULL;
CREATE INDEX receipt_lines_invoice ON receipt_lines (vendor_id, invoice_number) WHERE invoice_number IS NOT NULL;
ALTER TABLE receipt_lines ADD CONSTRAINT receipt_lines_origin CHECK (po_line_id IS NOT NULL OR invoice_line_id IS NOT NULL);

ALTER TABLE stock_movements ADD COLUMN import_id bigint, ADD COLUMN void_id bigint;
ALTER TABLE stock_counts ADD COLUMN import_id bigint, ADD COLUMN void_id bigint;

-- Invoices: what the vendor asks for, line by line, beside what was ordered and what came.
CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  vendor_id bigint NOT NULL REFERENCES vendors,
  invoice_number text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('invoice', 'credit')),
  invoice_date date NOT NULL,
  received_on date,
  posted_on date,
  delivery_location_id bigint NOT NULL REFERENCES delivery_locations,
  currency text NOT NULL,
  prices_include_tax boolean NOT NULL DEFAULT false,
  import_id bigint,
  UNIQUE (company_id, vendor_id, invoice_number, kind)
);
CREATE INDEX invoices_location ON invoices (delivery_location_id);
CREATE TABLE invoice_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  invoice_id bigint NOT NULL REFERENCES invoices,
  line_no integer NOT NULL,
  line_type text NOT NULL DEFAULT 'item' CHECK (line_type IN ('item', 'fee', 'freight', 'discount', 'deposit')),
  -- what the line names, whether it is there already or not
  po_number text,
  receipt_number text,
  vendor_item_id bigint REFERENCES vendor_items,
  item_id bigint REFERENCES items,
  article_number text,
  description text NOT NULL,
  quantity numeric(18,4) NOT NULL,
  unit text NOT NULL,
  units_per_unit numeric(18,6) NOT NULL DEFAULT 1,
  -- net, like all amounts
  unit_price numeric(19,6) NOT NULL,
  tax_rate numeric(7,6) NOT NULL DEFAULT 0,
  net_amount numeric(19,4) NOT NULL,
  tax_amount numeric(19,4) NOT NULL,
  note text,
  -- the order line and the received line that it is of; follow when either comes or goes
  po_line_id bigint REFERENCES purchase_order_lines,
  receipt_line_id bigint REFERENCES receipt_lines,
  is_attached boolean NOT NULL DEFAULT false,
  import_id bigint,
  void_id bigint,
  UNIQUE (invoice_id, line_no)
);
CREATE INDEX invoice_lines_po_line ON invoice_lines (po_line_id) WHERE po_line_id IS NOT NULL;
CREATE INDEX invoice_lines_receipt_line ON invoice_lines (receipt_line_id) WHERE receipt_line_id IS NOT NULL;
CREATE INDEX invoice_lines_order_named ON invoice_lines (company_id, po_number) WHERE po_number IS NOT NULL;
CREATE INDEX invoice_lines_receipt_named ON invoice_lines (company_id, receipt_number) WHERE receipt_number IS NOT NULL;
CREATE INDEX invoices_day ON invoices (company_id, invoice_date);

-- Documents are looked for by the beginning of their number, upper and lower case alike.
CREATE INDEX purchase_orders_search ON purchase_orders (company_id, lower(po_number) text_pattern_ops);
CREATE INDEX receipts_search ON receipts (company_id, lower(receipt_number) text_pattern_ops);
CREATE INDEX receipts_document_search ON receipts (company_id, lower(document_number) text_pattern_ops);
CREATE INDEX invoices_search ON invoices (company_id, lower(invoice_number) text_pattern_ops);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mathership_reports') THEN
    GRANT SELECT ON invoices, invoice_lines TO mathership_reports;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'reports are read with the rights of %', current_user;
END $$;
