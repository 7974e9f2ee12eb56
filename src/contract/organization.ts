/** Organizations, their companies and people, as browser and server agree on them. Ids are opaque strings. */
import type { Capability, CompanyRole, OrganizationRole } from './access.ts';
import type { MailState, SessionMethod } from './sign-in.ts';

export interface OrganizationEntry {
  id: string;
  name: string;
  /** Of the person who asks. */
  role: OrganizationRole;
  created_at: string;
}

export interface CompanyEntry {
  id: string;
  organization_id: string;
  name: string;
  /** IANA. Business days are decided in it when a record is written; changing it moves none that exist. */
  time_zone: string;
  /** ISO 4217. */
  currency: string;
  /** BCP 47. */
  locale: string;
  archived_at: string | null;
  created_at: string;
  /** Rises by one with each change of what reports can show; 0 while there is nothing. */
  data_version: number;
  /** Delivery locations in use. */
  location_count: number;
  /** People who may do something here, owners and administrators of the organization included. */
  member_count: number;
}

export interface OrganizationMember {
  user_id: string;
  name: string;
  email: string;
  role: OrganizationRole;
  joined_at: string;
  companies: { company_id: string; role: CompanyRole }[];
}

export interface CompanyMember {
  user_id: string;
  name: string;
  email: string;
  organization_role: OrganizationRole | null;
  /** Null for an owner or administrator of the organization who has no role in the company itself. */
  role: CompanyRole | null;
  granted: Capability[];
  denied: Capability[];
  /** What all of it comes to. */
  capabilities: Capability[];
}

/** What a new member gets in one company. */
export interface CompanyAssignment {
  company_id: string;
  role: CompanyRole;
  granted?: Capability[];
  denied?: Capability[];
}

export interface Invitation {
  id: string;
  email: string;
  role: OrganizationRole;
  company_roles: CompanyAssignment[];
  invited_by: { id: string; name: string } | null;
  created_at: string;
  expires_at: string;
  expired: boolean;
}

/** The answer to creating one: the only time the link is shown, and only where no mail is configured. */
export type NewInvitation = Invitation & { link: string | null; mail: MailState };

/** What somebody with the link may know before accepting. */
export interface InvitationPreview {
  organization: string;
  email: string;
  invited_by: string | null;
  expires_at: string;
  /** Null where the link was handed over by whoever invited: it does not tell them who has an account. */
  has_account: boolean | null;
  /** Accepting with a name and a password makes an account; otherwise one signs in first. */
  may_make_account: boolean;
  /** Whoever asks is signed in as the person invited: accepting joins that account. */
  is_self: boolean;
}

/** `GET /api/v1/companies/{id}/access`: what I may do, and whom to ask for more. */
export interface OwnCompanyAccess {
  role: CompanyRole | null;
  organization_role: OrganizationRole | null;
  capabilities: Capability[];
  administrators: { name: string; email: string }[];
}

export interface AuditEvent {
  id: string;
  at: string;
  /** `noun.verb` in the past, such as `company_member.changed`. */
  action: string;
  /** Null for the operator of the installation, and for somebody who was not signed in. */
  user: { id: string; name: string } | null;
  organization_id: string | null;
  company: { id: string; name: string } | null;
  subject_type: string | null;
  subject_id: string | null;
  /** The subject's name as it is now, where it has one. */
  subject_name: string | null;
  /** Of an export: the locations it was narrowed to, by their names as they are now; null where it was of all of them. */
  location_names: string[] | null;
  /** `changes` holds old and new: `{name: {from, to}}`. */
  details: Record<string, unknown>;
  address: string | null;
  request_id: string | null;
}

/** What breaks a chain: the first entry that does not fit. */
export interface AuditChainFault {
  event_id: string;
  reason: string;
}

/** `GET /api/v1/organizations/{id}/audit-chain`: whether the audit log is as it was written. */
export interface AuditChain {
  is_whole: boolean;
  /** Entries in the chain. */
  sealed: number;
  /** Entries of the last seconds, not in it yet. */
  waiting: number;
  /** To note elsewhere: a log that was cut off later no longer holds it. Null while nothing is sealed. */
  end: { position: number; hash: string; sealed_at: string | null; key_id: string | null } | null;
  faults: AuditChainFault[];
}

/** A browser that is signed in as you. */
export interface SessionEntry {
  id: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  address: string | null;
  user_agent: string | null;
  method: SessionMethod;
  /** The one this very request came with. */
  current: boolean;
}
