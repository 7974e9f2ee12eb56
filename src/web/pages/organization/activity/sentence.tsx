/** What an audit event says: who, what, and under it the old and the new. */
import type { ReactNode } from 'react';
import type { AuditEvent } from '#contract/organization.ts';
import type { SessionMethod } from '#contract/sign-in.ts';
import { dayText } from '#web/words/days.ts';
import { count, counted } from '#web/words/figures.ts';
import { sessionMethods } from '#web/words/sign-in.ts';
import {
  capabilityChanges,
  type Change,
  changesOf,
  fieldName,
  reportText,
  roleName,
  scopeText,
  textOf,
  valueText,
} from './details.ts';

interface Sentence {
  /** After the name of who did it. */
  readonly did: ReactNode;
  readonly more?: ReactNode;
}

/** The operator of the installation, or somebody who was not signed in, where there is no person. */
export function actorName(event: AuditEvent): string {
  if (event.user) return event.user.name;
  return textOf(event, 'via') === 'operator' ? 'The operator' : 'Somebody';
}

const subject = (event: AuditEvent): ReactNode => (
  <b>{event.subject_name ?? textOf(event, 'name') ?? textOf(event, 'email') ?? 'somebody'}</b>
);

type Teller = (event: AuditEvent) => Sentence;

const simple =
  (before: string, after = ''): Teller =>
  (event) => ({
    did: (
      <>
        {before} {subject(event)}
        {after}
      </>
    ),
  });

const withChanges =
  (verb: string): Teller =>
  (event) => ({ ...simple(verb)(event), more: <Changes changes={changesOf(event)} /> });

/** Entries written before they named the report say that it was one. */
const ofExport =
  (verb: string): Teller =>
  (event) => ({ did: `${verb} ${reportText(event) ?? 'an export'}`, more: scopeText(event) });

/** The last closed day before and after, and why. */
function closedDays(verb: string, event: AuditEvent): Sentence {
  const { to } = (event.details['changes'] as { closed_until?: { to: string | null } } | undefined)?.closed_until ?? {};
  return { did: `${verb} ${to ? dayText(to) : 'nothing'}`, more: textOf(event, 'reason') };
}

const tellers: Readonly<Record<string, Teller>> = {
  'installation.set_up': () => ({ did: 'set up this installation' }),
  'organization.created': simple('founded the organization'),
  'organization.changed': withChanges('renamed the organization to'),
  'company.created': simple('added the company'),
  'company.changed': withChanges('changed the company'),
  'company.archived': simple('archived the company'),
  'company.restored': simple('brought back the company'),
  'member.added': (event) =>
    simple('added', ` to the organization as ${roleName(event.details['role']).toLowerCase()}`)(event),
  'member.changed': withChanges('changed the role of'),
  'member.removed': simple('removed', ' from the organization'),
  'company_member.added': (event) => memberAdded(event),
  'company_member.changed': (event) => accessChanged(event),
  'company_member.removed': simple('removed', ' from the company'),
  'invitation.created': (event) => ({
    did: (
      <>
        invited <b>{textOf(event, 'email')}</b>
        {textOf(event, 'role') !== 'member' && ` as ${roleName(event.details['role']).toLowerCase()}`}
      </>
    ),
  }),
  'invitation.accepted': (event) => ({
    did: 'accepted the invitation',
    more: event.details['new_account'] === true && 'With a new account',
  }),
  'invitation.revoked': (event) => ({
    did: (
      <>
        withdrew the invitation of <b>{textOf(event, 'email')}</b>
      </>
    ),
  }),
  'export.noted': simple('wrote a note on an export'),
  'export.note_deleted': simple('took back a note on an export'),
  'export.changes_known': simple('marked the changes of an export as known'),
  'export.changes_unknown': simple('wants to be told of the changes of an export again'),
  'export.notice_wanted': ofExport('wants to be told by mail of the end of'),
  'export.notice_unwanted': ofExport('no longer wants to be told by mail of the end of'),
  'user.slow_exports_unsubscribed': () => ({ did: 'ended letters about slow exports' }),
  'user.slow_exports_wanted': () => ({ did: 'turned letters about slow exports on again' }),
  'report.starred': simple('starred a report'),
  'report.unstarred': simple('took a star from a report'),
  'saved_report.created': simple('saved a report'),
  'saved_report.changed': simple('changed a saved report'),
  'saved_report.deleted': simple('deleted a saved report'),
  'delivery_location.created': simple('added the location'),
  'delivery_location.changed': withChanges('changed the location'),
  'delivery_location.archived': simple('archived the location'),
  'delivery_location.restored': simple('brought back the location'),
  'delivery_location.deleted': simple('deleted the location'),
  'export.created': ofExport('requested'),
  'export.canceled': ofExport('canceled'),
  'export.deleted': ofExport('deleted'),
  'export.downloaded': ofExport('downloaded'),
  'export.download_continued': ofExport('went on downloading'),
  'access.refused': (event) => refused(event),
  'report.downloaded': (event) => ({ did: <>downloaded {reportText(event)} directly</>, more: scopeText(event) }),
  'import.completed': (event) => imported(event),
  'period.closed': (event) => closedDays('closed the days up to', event),
  'period.reopened': (event) => closedDays('reopened days: closed up to', event),
  'closing.changed': () => ({ did: 'changed what happens to writes into closed days' }),
  'data_version.undone': (event) => ({ did: `undid change ${String(event.details['version'])} of the data` }),
  'import_profile.created': ofProfile('saved'),
  'import_profile.changed': ofProfile('changed'),
  'import_profile.deleted': ofProfile('deleted'),
  'sign_in.failed': (event) => ({
    did: (
      <>
        was refused signing in as {subject(event)}
        {textOf(event, 'step') === 'code' && ': the code was wrong'}
      </>
    ),
  }),
  'sign_in.refused': (event) => ({
    did: <>was kept from signing in as {subject(event)}</>,
    more: `Too many failed sign-ins ${textOf(event, 'limit') === 'address' ? 'from this address' : 'for this account'}`,
  }),
  'sign_in.succeeded': (event) => ({ did: 'signed in', more: methodOf(event) }),
  sign_out: () => ({ did: 'signed out' }),
  'session.ended': () => ({ did: 'signed out another browser' }),
  'password.refused': () => ({ did: 'gave a wrong current password' }),
  'password.changed': (event) => ({ did: 'changed their password', more: endedBy(event) }),
  'password_reset.created': simple('made a password reset link for'),
  'password_reset.requested': simple('asked for a password reset link for'),
  'password_reset.refused': simple('was refused another password reset link for'),
  'password.reset': (event) => ({ ...simple('chose a new password by link for')(event), more: endedBy(event) }),
  'second_factor.refused': (event) => ({
    did: `gave a wrong ${textOf(event, 'step') === 'code' ? 'code' : 'password'} to change their second factor`,
  }),
  'address.proven': simple('proved the address of', ' by the link in a letter'),
  'second_factor.enabled': () => ({ did: 'set up a second factor' }),
  'second_factor.disabled': simple('switched off the second factor of'),
  'recovery_codes.renewed': () => ({ did: 'made new recovery codes' }),
  'identity.linked': () => ({ did: 'linked their account to single sign-on' }),
  'member.joined': () => ({ did: 'joined the organization by single sign-on' }),
  'api_key.created': () => ({ did: 'made an API key' }),
  'api_key.deleted': () => ({ did: 'revoked an API key' }),
};

/** An action the page does not know yet is told by its own name rather than not at all. */
export const sentenceOf = (event: AuditEvent): Sentence =>
  tellers[event.action]?.(event) ?? { did: event.action.replaceAll(/[._]/g, ' ') };

/** What a new password ended; entries from before it was counted say nothing. */
function endedBy({ details }: AuditEvent): string | undefined {
  const [sessions, keys] = [details['sessions_ended'], details['api_keys_ended']];
  const parts = [
    typeof sessions === 'number' && sessions > 0 && counted(sessions, 'session'),
    typeof keys === 'number' && keys > 0 && counted(keys, 'API key'),
  ].filter((part) => part !== false);
  return parts.length > 0 ? `Ended ${parts.join(' and ')}` : undefined;
}

function methodOf(event: AuditEvent): string | undefined {
  const method = textOf(event, 'method');
  return method === undefined || method === 'password' ? undefined : sessionMethods[method as SessionMethod];
}

function memberAdded(event: AuditEvent): Sentence {
  const changes = changesOf(event);
  const role = changes.find(({ field }) => field === 'role')?.to ?? event.details['role'];
  const given = changes.length > 0 ? changes : asChanges(event);
  return {
    did: (
      <>
        gave {subject(event)} access as <b>{roleName(role)}</b>
      </>
    ),
    more: <CapabilityLines changes={given} />,
  };
}

/** What was given on joining, as if nothing had been there before. */
const asChanges = (event: AuditEvent): Change[] =>
  ['granted', 'denied'].map((field) => ({ field, from: [], to: event.details[field] ?? [] }));

/** One thing granted or denied is told in one line; more of it as a list. */
function accessChanged(event: AuditEvent): Sentence {
  const changes = changesOf(event);
  const [first, ...others] = capabilityChanges(changes);
  const hasRole = changes.some(({ field }) => field === 'role');
  if (first && others.length === 0 && !hasRole && (first.verb === 'granted' || first.verb === 'denied')) {
    return {
      did: (
        <>
          {first.verb} <b>{first.names.join(', ')}</b> to {subject(event)}
        </>
      ),
    };
  }
  return {
    did: <>changed the access of {subject(event)}</>,
    more: (
      <>
        <Changes changes={changes.filter(({ field }) => field === 'role')} />
        <CapabilityLines changes={changes} />
      </>
    ),
  };
}

function CapabilityLines({ changes }: { changes: readonly Change[] }) {
  const lines = capabilityChanges(changes);
  if (lines.length === 0) return null;
  return (
    <span className="sub">
      {lines.map(({ verb, names }, index) => (
        <span key={verb}>
          {index > 0 && ', '}
          {index === 0 ? verb.charAt(0).toUpperCase() + verb.slice(1) : verb} <ins>{names.join(', ')}</ins>
        </span>
      ))}
    </span>
  );
}

/** `Customer number HG-10446 HG-10447`, the old struck out; those who hear it are told which is which. */
function Changes({ changes }: { changes: readonly Change[] }) {
  return changes.map(({ field, from, to }) => {
    const [before, after] = [valueText(field, from), valueText(field, to)];
    return (
      <span className="sub" key={field}>
        {fieldName(field)}{' '}
        {before === undefined ? (
          'changed'
        ) : (
          <>
            <span className="vh">was </span>
            <del>{before ?? 'nothing'}</del> <span className="vh">and is now </span>
            <ins>{after ?? 'nothing'}</ins>
          </>
        )}
      </span>
    );
  });
}

function refused(event: AuditEvent): Sentence {
  const [what, code] = [textOf(event, 'route'), textOf(event, 'code')];
  const why = code === 'missing_capability' || code === 'capability_lost' ? 'without the capability' : 'without access';
  return { did: <>was refused: {why}</>, more: what };
}

function imported(event: AuditEvent): Sentence {
  const { files } = event.details;
  const list = Array.isArray(files)
    ? (files as { file?: string; rows?: number; created?: number; updated?: number }[])
    : [];
  const sum = (name: 'rows' | 'created' | 'updated'): number =>
    list.reduce((total, file) => total + (file[name] ?? 0), 0);
  return {
    did: `imported ${counted(sum('rows'), 'row')} from ${counted(list.length, 'file')}`,
    more: `${count(sum('created'))} new, ${count(sum('updated'))} changed: ${list.map(({ file }) => file).join(', ')}`,
  };
}

function ofProfile(verb: string): (event: AuditEvent) => Sentence {
  return (event) => ({
    did: (
      <>
        {verb} the import profile <b>{textOf(event, 'name')}</b>
      </>
    ),
  });
}
