/** The tables of schedules and deliveries as the query builder sees them; see `tables.ts`. */
import type { ColumnType, Generated } from 'kysely';
import type { DestinationSettings } from '#contract/deliveries.ts';
import type { Condition, DeliveryStatus, DestinationType, Recurrence, RunStatus } from '#contract/schedules.ts';

type Instant = ColumnType<string, string | undefined, string>;
type MaybeInstant = ColumnType<string | null, string | null | undefined, string | null>;
type MaybeText = ColumnType<string | null, string | null | undefined, string | null>;
type Json<T> = ColumnType<T, string, string>;
type MaybeJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
type MaybeBytes = ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;

export interface DeliveryTables {
  closed_days: { company_id: string; day: string };
  delivery_rules: {
    company_id: string;
    attachments: Generated<boolean>;
    guest_domains: string[] | null;
    ignore_after_days: number | null;
  };
  guests: {
    id: Generated<string>;
    company_id: string;
    email: string;
    created_by: string | null;
    created_at: Instant;
    approved_by: MaybeText;
    approved_at: MaybeInstant;
  };
  destinations: {
    id: Generated<string>;
    company_id: string;
    name: string;
    type: DestinationType;
    settings: Json<DestinationSettings['settings']>;
    secret: MaybeBytes;
    previous_secret: MaybeBytes;
    previous_until: MaybeInstant;
    created_by: string | null;
    disabled_at: MaybeInstant;
    disabled_reason: MaybeText;
    deleted_at: MaybeInstant;
    created_at: Instant;
    updated_at: Instant;
  };
  unsubscriptions: { destination_id: string; email: string; at: Instant };
  schedules: {
    id: Generated<string>;
    company_id: string;
    name: string;
    owner_id: string | null;
    saved_report_id: string | null;
    pack_id: MaybeText;
    recurrence: Json<Recurrence>;
    at: string;
    condition: Condition;
    paused_at: MaybeInstant;
    paused_reason: MaybeText;
    next_occurrence: MaybeText;
    next_due_at: MaybeInstant;
    look_at: MaybeInstant;
    created_at: Instant;
    updated_at: Instant;
  };
  schedule_destinations: { schedule_id: string; destination_id: string; place: number };
  schedule_runs: {
    schedule_id: string;
    occurrence: string;
    company_id: string;
    due_at: string;
    status: RunStatus;
    reason: MaybeText;
    date_from: MaybeText;
    date_to: MaybeText;
    job_id: MaybeText;
    pack_id: MaybeText;
    fingerprint: MaybeText;
    asked_for: Generated<boolean>;
    missing: MaybeJson<readonly { readonly key: string; readonly count: number }[]>;
    started_at: MaybeInstant;
    ended_at: MaybeInstant;
    created_at: Instant;
  };
  deliveries: {
    id: Generated<string>;
    company_id: string;
    destination_id: string;
    recipient: MaybeText;
    schedule_id: MaybeText;
    occurrence: MaybeText;
    job_id: MaybeText;
    pack_id: MaybeText;
    event: MaybeText;
    details: MaybeJson<Record<string, unknown>>;
    on_behalf_of: string | null;
    message_id: Generated<string>;
    status: Generated<DeliveryStatus>;
    tries: Generated<number>;
    tries_now: Generated<number>;
    next_at: Instant;
    lease_until: MaybeInstant;
    created_at: Instant;
    sent_at: MaybeInstant;
  };
  delivery_attempts: {
    delivery_id: string;
    attempt: number;
    at: Instant;
    outcome: 'sent' | 'failed' | 'refused' | 'unknown' | null;
    detail: MaybeText;
  };
  guest_links: {
    token_hash: Buffer;
    delivery_id: string;
    created_at: Instant;
    expires_at: string;
    opened: Generated<number>;
    opened_at: MaybeInstant;
    revoked_at: MaybeInstant;
  };
  changes_told: { company_id: string; data_version: string; looked_at: Instant };
  people_present: { user_id: string; seen_at: Instant };
  export_listeners: { job_id: string; user_id: string };
  mail_refused: { user_id: string; kind: 'slow_exports'; at: Instant };
  notices: {
    id: Generated<string>;
    company_id: string;
    user_id: string;
    kind: string;
    details: Json<Record<string, unknown>>;
    tries: Generated<number>;
    next_at: Instant;
    created_at: Instant;
    sent_at: MaybeInstant;
    failed_at: MaybeInstant;
  };
}
