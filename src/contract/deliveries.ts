/** Schedules, destinations, runs and deliveries as every door answers them. Instants are RFC 3339 in UTC. */
import type { Condition, DeliveryStatus, DestinationType, Recurrence, RunStatus, WebhookEvent } from './schedules.ts';

export interface PlannedOccurrence {
  /** A local date. */
  readonly occurrence: string;
  readonly due_at: string;
  readonly date_from: string;
  readonly date_to: string;
}

export interface Schedule {
  readonly id: string;
  readonly company_id: string;
  readonly name: string;
  /** Null when it has been deleted since, or a pack is sent. */
  readonly saved_report_id: string | null;
  readonly saved_report_name: string | null;
  readonly pack_id: string | null;
  readonly pack_name: string | null;
  readonly recurrence: Recurrence;
  /** HH:MM in the company's zone. */
  readonly at: string;
  readonly condition: Condition;
  readonly destination_ids: readonly string[];
  readonly is_paused: boolean;
  /** Why it was paused, when nobody did it by hand. */
  readonly paused_reason: string | null;
  /** Whose right everything is made and sent with; null: nobody's any more. */
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly next: PlannedOccurrence | null;
  readonly last_run: {
    readonly occurrence: string;
    readonly status: RunStatus;
    readonly reason: string | null;
  } | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ScheduleRun {
  readonly schedule_id: string;
  readonly occurrence: string;
  readonly due_at: string;
  readonly date_from: string | null;
  readonly date_to: string | null;
  readonly status: RunStatus;
  /** Why it was skipped, failed, or went out in part. */
  readonly reason: string | null;
  readonly job_id: string | null;
  readonly pack_id: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly deliveries: readonly Delivery[];
}

export interface DeliveryAttempt {
  readonly at: string;
  /** Null while it is under way; unknown: whoever tried it died, and the receiver may have it. */
  readonly outcome: 'sent' | 'failed' | 'refused' | 'unknown' | null;
  readonly detail: string | null;
}

export interface Delivery {
  readonly id: string;
  readonly company_id: string;
  readonly job_id: string | null;
  readonly pack_id: string | null;
  readonly schedule_id: string | null;
  readonly occurrence: string | null;
  readonly destination_id: string;
  readonly destination_name: string;
  /** Of a mail, the address. */
  readonly recipient: string | null;
  /** Of a webhook, what it tells. */
  readonly event: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: readonly DeliveryAttempt[];
  /** When it is tried next; null when it is not. */
  readonly next_at: string | null;
  readonly sent_at: string | null;
  readonly created_at: string;
  /** Of a guest's own link to the file. */
  readonly link: { readonly opened: number; readonly expires_at: string; readonly is_revoked: boolean } | null;
}

export interface MailSettings {
  readonly recipients: readonly string[];
  readonly attach: 'never' | 'when_it_fits';
}
export interface WebhookSettings {
  readonly url: string;
  /** Told of the whole company, besides what is scheduled to it. */
  readonly events: readonly WebhookEvent[];
}
export interface SftpSettings {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** `SHA256:…`, or the key itself as `ssh-ed25519 AAAA…`: no other server is spoken to. */
  readonly host_key: string;
  readonly folder: string;
}
export interface S3Settings {
  readonly bucket: string;
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly prefix?: string | undefined;
  readonly access_key_id: string;
}

export type DestinationSettings =
  | { readonly type: 'mail'; readonly settings: MailSettings }
  | { readonly type: 'webhook'; readonly settings: WebhookSettings }
  | { readonly type: 'sftp'; readonly settings: SftpSettings }
  | { readonly type: 's3'; readonly settings: S3Settings };

export interface Destination {
  readonly id: string;
  readonly company_id: string;
  readonly name: string;
  readonly type: DestinationType;
  /** Without what is secret. */
  readonly settings: DestinationSettings['settings'];
  readonly has_secret: boolean;
  /** Why nothing is sent there any more. */
  readonly disabled_reason: string | null;
  readonly created_by: { readonly id: string; readonly name: string } | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Guest {
  readonly id: string;
  readonly email: string;
  readonly created_at: string;
  /** Null: nothing is sent there yet. */
  readonly approved_at: string | null;
  readonly approved_by: { readonly id: string; readonly name: string } | null;
}

export interface DestinationTest {
  readonly ok: boolean;
  readonly steps: readonly { readonly step: string; readonly ok: boolean; readonly detail: string }[];
}

/** Whether the person who asks is told by mail that an export has ended. */
export interface TellMe {
  readonly notify: boolean;
  /** Null: nobody can be told, because this installation sends no mail. */
  readonly to: string | null;
}

/** Letters that nobody asked for, each kind to be ended by whoever has them. */
export interface MailWishes {
  readonly slow_exports: boolean;
}

export interface DeliveryRules {
  readonly attachments: boolean;
  readonly guest_domains: readonly string[] | null;
  readonly ignore_after_days: number | null;
}
