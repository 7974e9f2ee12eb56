/**
 * The tables as the query builder sees them; the SQL in `migrations/` is the truth, this is its type.
 * bigint and numeric are strings, date is `YYYY-MM-DD`, timestamptz is RFC 3339 (see database.ts).
 */
import type { ColumnType, Generated } from 'kysely';
import type { CloseKey, ClosingPolicy } from '#contract/closing.ts';
import type { ControlTotals, ExportOptions } from '#contract/reports.ts';
import type { JobFormat, JobStatus, JobType } from '#contract/export-jobs.ts';
import type { SessionMethod } from '#contract/sign-in.ts';
import type { FileChecksum } from '#contract/verification.ts';
import type { DeliveryTables } from './delivery-tables.ts';
import type { KeptTables } from './kept-tables.ts';

type Id = Generated<string>;
/** Set by the database unless given. */
type Instant = ColumnType<string, string | undefined, string>;
type Json<T> = ColumnType<T, string, string>;

/** What a version did to one table; days where it has them. */
export interface TableChanges {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Tables extends DeliveryTables, KeptTables {
  organizations: { id: Id; name: string; created_at: Instant };
  companies: {
    id: Id;
    organization_id: string;
    name: string;
    currency: string;
    time_zone: string;
    locale: Generated<string>;
    archived_at: string | null;
    created_at: Instant;
    /** Written by the database alone, as `born_version` and all that is kept of the past. */
    data_version: Generated<string>;
    kept_version: Generated<string>;
  };
  data_versions: {
    company_id: string;
    version: string;
    at: Instant;
    user_id: string | null;
    source_kind: Generated<'import' | 'hand' | 'undo'>;
    source_id: string | null;
    lines: Generated<string>;
    totals: Json<{ currency: string; net_difference: string; tax_difference: string }[]>;
    tables: Json<Record<string, TableChanges>>;
  };
  users: {
    id: Id;
    email: string;
    name: string;
    password_hash: string | null;
    disabled_at: string | null;
    created_at: Instant;
    /** Of an account whose address nobody has proven: the only organization it belongs to. */
    home_organization_id: ColumnType<string | null, string | null | undefined, string | null>;
  };
  organization_members: { organization_id: string; user_id: string; role: string; created_at: Instant };
  company_members: {
    company_id: string;
    user_id: string;
    role: string;
    granted: Generated<string[]>;
    denied: Generated<string[]>;
    created_at: Instant;
  };
  invitations: {
    id: Id;
    organization_id: string;
    email: string;
    organization_role: Generated<string>;
    company_roles: Json<{ company_id: string; role: string; granted?: string[]; denied?: string[] }[]>;
    token_hash: Buffer;
    invited_by: string | null;
    created_at: Instant;
    expires_at: string;
    accepted_at: string | null;
    mailed: Generated<boolean>;
  };
  sessions: {
    id: Id;
    token_hash: Buffer;
    user_id: string;
    created_at: Instant;
    last_seen_at: Instant;
    expires_at: string;
    address: string | null;
    user_agent: string | null;
    method: ColumnType<SessionMethod, SessionMethod | undefined, never>;
  };
  password_resets: {
    id: Id;
    user_id: string;
    token_hash: Buffer;
    created_at: Instant;
    expires_at: string;
    organization_id: string | null;
    made_by: string | null;
  };
  second_factors: {
    user_id: string;
    secret: Buffer;
    last_step: Generated<string>;
    created_at: Instant;
    confirmed_at: string | null;
  };
  recovery_codes: { id: Id; user_id: string; code_hash: Buffer; used_at: string | null };
  sign_in_steps: {
    token_hash: Buffer;
    user_id: string;
    method: string;
    failures: Generated<number>;
    expires_at: string;
  };
  identities: { issuer: string; subject: string; user_id: string; created_at: Instant };
  api_keys: {
    id: Id;
    user_id: string;
    name: string;
    prefix: string;
    key_hash: Buffer;
    created_at: Instant;
    last_used_at: string | null;
    expires_at: string | null;
  };
  attempts: {
    door: string;
    who: string;
    at: string[];
    most: number;
    seconds: number;
    failures: Generated<string>;
    refused_at: string | null;
  };
  audit_events: {
    id: Id;
    at: Instant;
    organization_id: string | null;
    company_id: string | null;
    user_id: string | null;
    action: string;
    subject_type: string | null;
    subject_id: string | null;
    details: Json<Record<string, unknown>>;
    address: string | null;
    request_id: string | null;
  };
  audit_links: { chain: string; position: string; event_id: string; hash: Buffer };
  audit_seals: { chain: string; position: string; key_id: string; signature: Buffer; at: Instant };
  audit_unsealed: { event_id: string; at: Instant };
  storage_units: { id: Id; company_id: string; code: string; name: string; archived_at: string | null };
  delivery_locations: {
    id: Id;
    company_id: string;
    code: string;
    name: string;
    street: string | null;
    street_number: string | null;
    postal_code: string | null;
    city: string | null;
    region: string | null;
    country: string | null;
    customer_number: string | null;
    instructions: string | null;
    storage_unit_id: string | null;
    archived_at: string | null;
    created_at: Instant;
    updated_at: Instant;
  };
  vendors: {
    id: Id;
    company_id: string;
    code: string;
    name: string;
    currency: string | null;
    tax_id: string | null;
    email: string | null;
    phone: string | null;
    payment_terms_days: number | null;
    archived_at: string | null;
  };
  items: {
    id: Id;
    company_id: string;
    code: string;
    name: string;
    category: string | null;
    subcategory: string | null;
    base_unit: string;
    standard_cost: string | null;
    archived_at: string | null;
  };
  purchase_orders: {
    id: Id;
    company_id: string;
    po_number: string;
    vendor_id: string;
    delivery_location_id: string;
    status: string;
    ordered_at: string | null;
    ordered_on: string | null;
    expected_on: string | null;
    currency: string;
    external_ref: string | null;
    archived_at: string | null;
  };
  receipt_lines: {
    id: Id;
    company_id: string;
    received_on: string;
    delivery_location_id: string;
    vendor_id: string;
    item_id: string | null;
    receipt_id: string;
    po_line_id: string;
    po_number: string;
    line_no: number;
    line_type: string;
    kind: string;
    article_number: string | null;
    description: string;
    category: string | null;
    order_unit: string;
    units_per_order_unit: string;
    ordered_qty: string;
    received_qty: string;
    rejected_qty: string;
    accepted_qty: ColumnType<string, never, never>;
    unit_price: string;
    tax_rate: string;
    net_amount: string;
    tax_amount: string;
    currency: string;
    note: string | null;
  };
  export_jobs: {
    id: string;
    company_id: string;
    created_by: string;
    report_type: JobType;
    file_format: JobFormat;
    /** Written by the database alone, from the engine's state. */
    status: ColumnType<JobStatus, never, never>;
    date_from: string;
    date_to: string;
    filters: Json<Record<string, unknown>>;
    options: Json<ExportOptions>;
    question: string;
    queue: string;
    created_at: string;
    updated_at: string;
    started_at: string | null;
    completed_at: string | null;
    expires_at: string | null;
    attempt: Generated<number>;
    rows_done: string | null;
    rows_total: string | null;
    row_count: string | null;
    file_size: string | null;
    filename: string | null;
    file_key: string | null;
    sha256: string | null;
    control_totals: ColumnType<ControlTotals | null, never, never>;
    /** Of the files in the ZIP, in its order; empty for exports older than this column. */
    files: ColumnType<readonly FileChecksum[], never, never>;
    error_code: string | null;
    error_message: string | null;
    retry_of: string | null;
    file_deleted_at: string | null;
    /** W3C traceparent of the request that created it. */
    trace_context: string | null;
    /** What it was made of; null when that has been deleted since, or it was asked for as it is. */
    saved_report_id: string | null;
    saved_report_name: string | null;
    /** Of its snapshot, written by the database with the file; null: from before there were versions. */
    data_version: ColumnType<string | null, never, never>;
    snapshot_at: ColumnType<string | null, never, never>;
    csv_form: ColumnType<string | null, never, never>;
    /** Asked for at creation, with what "now" is then. */
    as_of_version: string | null;
    as_of_instant: string | null;
    /** Whoever asked is told by mail when it has ended. */
    notify: Generated<boolean>;
    /** Of a member: its pack, and its place in it from 0. */
    pack_id: ColumnType<string | null, string | null | undefined, string | null>;
    pack_place: ColumnType<number | null, number | null | undefined, number | null>;
    /** Of a pack: every company it has something of. */
    pack_companies: ColumnType<string[] | null, string[] | null | undefined, never>;
  };
  export_changes_known: { job_id: string; user_id: string; seen: string };
  export_changes: {
    job_id: string;
    data_version: string;
    lines: string;
    wording_lines: string;
    totals: Json<{ currency: string; net_difference: string }[]>;
  };
  closings: {
    company_id: string;
    closed_until: string | null;
    policy: Generated<ClosingPolicy>;
    closed_by: string | null;
    closed_at: string | null;
  };
  closing_changes: {
    id: Id;
    company_id: string;
    at: Instant;
    user_id: string | null;
    kind: 'closed' | 'reopened' | 'policy';
    closed_until_before: string | null;
    closed_until: string | null;
    policy: ClosingPolicy;
    reason: string | null;
    month: string | null;
    blocking: Generated<readonly CloseKey[]>;
    figures: Json<readonly Record<string, unknown>[]> | null;
  };
  closed_writes: {
    id: Id;
    company_id: string;
    at: Instant;
    user_id: string | null;
    import_id: string | null;
    reason: string;
    rows: number;
    date_from: string;
    date_to: string;
    closed_until: string;
  };
  export_job_archive: {
    id: string;
    company_id: string;
    sha256: string | null;
    files: Json<readonly FileChecksum[]> | null;
    job: Json<Record<string, unknown>>;
    attempts: Json<readonly Record<string, unknown>[]>;
    archived_at: Instant;
  };
  /** A view: every completed export, listed or archived. */
  export_records: {
    id: string;
    company_id: string;
    created_by: string;
    report_type: JobType;
    file_format: JobFormat;
    date_from: string;
    date_to: string;
    filters: Json<Record<string, unknown>>;
    created_at: string;
    completed_at: string | null;
    expires_at: string | null;
    file_deleted_at: string | null;
    row_count: string | null;
    control_totals: ColumnType<ControlTotals | null, never, never>;
    filename: string | null;
    sha256: string | null;
    files: ColumnType<readonly FileChecksum[], never, never>;
    pack_companies: string[] | null;
  };
  signing_keys: { key_id: string; public_key: string; first_used_at: Instant };
  idempotency_keys: {
    /** Null: the operator. */
    user_id: string | null;
    key: string;
    question: string | null;
    /** Of whatever was made, not of jobs alone. */
    job_id: string | null;
    kept: Json<Record<string, unknown>> | null;
    created_at: Instant;
  };
  export_attempts: {
    job_id: string;
    attempt: number;
    company_id: string;
    file_key: string;
    worker: string;
    started_at: Instant;
    ended_at: string | null;
    outcome: string | null;
    swept_at: string | null;
  };
  export_turns: { job_id: string; queue: string; company_id: string; turn: number; started: Generated<boolean> };
  export_job_changes: {
    seq: Id;
    company_id: string | null;
    job_id: string | null;
    deleted: boolean;
    state: unknown;
    xid: Generated<string>;
    snapshot: Generated<string>;
    at: Instant;
  };
}
