-- Who works where: organizations, companies, people and what they may do.
-- Every table of a company carries company_id; no query of this product crosses it without a proof of access.

CREATE TABLE organizations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE companies (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL,
  locale text NOT NULL DEFAULT 'en-GB',
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, name)
);

CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  password_hash text,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization_members (
  organization_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX organization_members_user ON organization_members (user_id);

CREATE TABLE company_members (
  company_id bigint NOT NULL REFERENCES companies ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('manager', 'finance', 'buyer', 'staff', 'viewer')),
  granted text[] NOT NULL DEFAULT '{}',
  denied text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, user_id)
);
CREATE INDEX company_members_user ON company_members (user_id);

CREATE TABLE invitations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations ON DELETE CASCADE,
  email text NOT NULL CHECK (email = lower(email)),
  organization_role text NOT NULL DEFAULT 'member' CHECK (organization_role IN ('owner', 'admin', 'member')),
  -- [{company_id, role}]
  company_roles jsonb NOT NULL DEFAULT '[]',
  token_hash bytea NOT NULL UNIQUE,
  invited_by bigint REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz
);
CREATE INDEX invitations_organization ON invitations (organization_id, created_at);

-- Sign-in. Tokens and keys are 256 random bits; only their SHA-256 is stored.
CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  address text,
  user_agent text
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  prefix text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at timestamptz
);
CREATE INDEX api_keys_user ON api_keys (user_id, created_at);

CREATE TABLE sign_in_failures (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account text NOT NULL,
  address text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_failures_account ON sign_in_failures (account, at);
CREATE INDEX sign_in_failures_address ON sign_in_failures (address, at);

-- Who did what: append-only by trigger, ids and facts, no business data.
CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  organization_id bigint,
  company_id bigint,
  user_id bigint,
  action text NOT NULL,
  subject_type text,
  subject_id text,
  details jsonb NOT NULL DEFAULT '{}',
  address text,
  request_id text
);
CREATE INDEX audit_events_company ON audit_events (company_id, id);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_subject ON audit_events (subject_type, subject_id, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What is bought and kept. Quantity numeric(18,4), unit price and cost numeric(19,6), amounts numeric(19,4) holding
-- values already rounded to the currency's minor unit. Business days are computed once, at write, in the company's zone.

CREATE TABLE storage_units (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  code text NOT NULL,
  name text NOT NULL,
  archived_at timestamptz,
  UNIQUE (company_id, code)
);

CREATE TABLE delivery_locations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  code text NOT NULL,
  name text NOT NULL,
  street text,
  street_number text,
  postal_code text,
  city text,
  region text,
  country text,
  customer_number text,
  instructions text,
  storage_unit_id bigint REFERENCES storage_units,
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (company_id, code)
);

CREATE TABLE vendors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  code text NOT NULL,
  name text NOT NULL,
  currency text,
  tax_id text,
  email text,
  phone text,
  payment_terms_days integer,
  archived_at timestamptz,
  UNIQUE (company_id, code)
);

CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  code text NOT NULL,
  name text NOT NULL,
  category text,
  subcategory text,
  base_unit text NOT NULL,
  standard_cost numeric(19,6),
  archived_at timestamptz,
  UNIQUE (company_id, code)
);

CREATE TABLE vendor_items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  vendor_id bigint NOT NULL REFERENCES vendors,
  article_number text NOT NULL,
  -- null: not mapped to an ingredient; stays on purchase reports all the same
  item_id bigint REFERENCES items,
  name text NOT NULL,
  order_unit text NOT NULL,
  units_per_order_unit numeric(18,6) NOT NULL DEFAULT 1,
  list_price numeric(19,6),
  currency text,
  tax_rate numeric(7,6),
  archived_at timestamptz,
  UNIQUE (company_id, vendor_id, article_number)
);
CREATE INDEX vendor_items_item ON vendor_items (item_id);

CREATE TABLE purchase_orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  po_number text NOT NULL,
  vendor_id bigint NOT NULL REFERENCES vendors,
  delivery_location_id bigint NOT NULL REFERENCES delivery_locations,
  status text NOT NULL CHECK (status IN ('draft', 'scheduled', 'sent', 'confirmed', 'partially_received', 'received', 'cancelled')),
  ordered_at timestamptz,
  ordered_on date,
  expected_on date,
  currency text NOT NULL,
  external_ref text,
  archived_at timestamptz,
  UNIQUE (company_id, po_number)
);
CREATE INDEX purchase_orders_expected ON purchase_orders (company_id, expected_on);

CREATE TABLE purchase_order_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  purchase_order_id bigint NOT NULL REFERENCES purchase_orders ON DELETE CASCADE,
  line_no integer NOT NULL,
  line_type text NOT NULL DEFAULT 'item' CHECK (line_type IN ('item', 'fee', 'freight', 'discount', 'deposit')),
  vendor_item_id bigint REFERENCES vendor_items,
  item_id bigint REFERENCES items,
  article_number text,
  description text NOT NULL,
  order_unit text NOT NULL,
  units_per_order_unit numeric(18,6) NOT NULL DEFAULT 1,
  ordered_qty numeric(18,4) NOT NULL,
  unit_price numeric(19,6) NOT NULL,
  tax_rate numeric(7,6) NOT NULL DEFAULT 0,
  line_status text NOT NULL DEFAULT 'open' CHECK (line_status IN ('open', 'cancelled', 'closed')),
  note text,
  UNIQUE (purchase_order_id, line_no)
);

CREATE TABLE receipts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  receipt_number text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('receipt', 'return', 'credit')),
  vendor_id bigint NOT NULL REFERENCES vendors,
  delivery_location_id bigint NOT NULL REFERENCES delivery_locations,
  storage_unit_id bigint REFERENCES storage_units,
  received_at timestamptz,
  received_on date NOT NULL,
  posted_on date,
  document_number text,
  UNIQUE (company_id, vendor_id, receipt_number, kind)
);

-- The fact table of purchasing. It carries what was printed on the day (number, article, description, category, units),
-- so that renaming an article never rewrites history and the default report joins nothing large.
CREATE TABLE receipt_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  received_on date NOT NULL,
  delivery_location_id bigint NOT NULL REFERENCES delivery_locations,
  vendor_id bigint NOT NULL REFERENCES vendors,
  item_id bigint REFERENCES items,
  receipt_id bigint NOT NULL REFERENCES receipts,
  po_line_id bigint NOT NULL REFERENCES purchase_order_lines,
  po_number text NOT NULL,
  line_no integer NOT NULL,
  line_type text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('receipt', 'return', 'credit')),
  article_number text,
  description text NOT NULL,
  category text,
  order_unit text NOT NULL,
  units_per_order_unit numeric(18,6) NOT NULL DEFAULT 1,
  ordered_qty numeric(18,4) NOT NULL,
  received_qty numeric(18,4) NOT NULL,
  rejected_qty numeric(18,4) NOT NULL DEFAULT 0,
  accepted_qty numeric(18,4) GENERATED ALWAYS AS (received_qty - rejected_qty) STORED,
  unit_price numeric(19,6) NOT NULL,
  tax_rate numeric(7,6) NOT NULL DEFAULT 0,
  net_amount numeric(19,4) NOT NULL,
  tax_amount numeric(19,4) NOT NULL,
  currency text NOT NULL,
  note text,
  UNIQUE (receipt_id, po_line_id)
);
-- The two orders in which reports read: by location and by day; both end in a total order, so no report sorts.
CREATE INDEX receipt_lines_location ON receipt_lines (company_id, delivery_location_id, received_on, po_number, line_no, id);
CREATE INDEX receipt_lines_day ON receipt_lines (company_id, received_on, id);
CREATE INDEX receipt_lines_po_line ON receipt_lines (po_line_id);

CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  movement_ref text NOT NULL,
  storage_unit_id bigint NOT NULL REFERENCES storage_units,
  item_id bigint NOT NULL REFERENCES items,
  kind text NOT NULL CHECK (kind IN ('RECEIPT', 'ISSUE', 'WASTE', 'ADJUSTMENT', 'TRANSFER_IN', 'TRANSFER_OUT')),
  occurred_at timestamptz,
  occurred_on date NOT NULL,
  -- signed, in the item's base unit
  qty numeric(18,4) NOT NULL,
  unit_cost numeric(19,6) NOT NULL DEFAULT 0,
  value numeric(19,4) NOT NULL DEFAULT 0,
  source_type text,
  source_ref text,
  note text,
  UNIQUE (company_id, movement_ref)
);
CREATE INDEX stock_movements_ledger ON stock_movements (company_id, storage_unit_id, item_id, occurred_on, occurred_at, id);
CREATE INDEX stock_movements_day ON stock_movements (company_id, occurred_on, id);

CREATE TABLE stock_counts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id bigint NOT NULL REFERENCES companies,
  count_ref text NOT NULL,
  storage_unit_id bigint NOT NULL REFERENCES storage_units,
  item_id bigint NOT NULL REFERENCES items,
  counted_at timestamptz,
  counted_on date NOT NULL,
  counted_qty numeric(18,4) NOT NULL,
  book_qty numeric(18,4) NOT NULL,
  unit_cost numeric(19,6) NOT NULL DEFAULT 0,
  UNIQUE (company_id, count_ref, storage_unit_id, item_id)
);
CREATE INDEX stock_counts_day ON stock_counts (company_id, storage_unit_id, item_id, counted_on);

CREATE TABLE stock_snapshots (
  company_id bigint NOT NULL REFERENCES companies,
  storage_unit_id bigint NOT NULL REFERENCES storage_units,
  item_id bigint NOT NULL REFERENCES items,
  -- end of this business day
  as_of date NOT NULL,
  qty numeric(18,4) NOT NULL,
  value numeric(19,4) NOT NULL,
  PRIMARY KEY (company_id, storage_unit_id, item_id, as_of)
);

-- How many decimals a currency has (ISO 4217); two for all that are not listed.
CREATE FUNCTION minor_digits(currency text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE
    WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 0
    WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3
    ELSE 2
  END;
