/**
 * Inviting somebody by a link: what they will be able to do is shown before anything is made. The link is mailed where
 * mail is configured, and otherwise shown once, to be copied.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  capabilities,
  type Capability,
  companyRoles,
  type CompanyRole,
  effectiveCapabilities,
  organizationRoles,
  type OrganizationRole,
} from '#contract/access.ts';
import type { NewInvitation } from '#contract/organization.ts';
import { signInOptionsQuery } from '#web/api/me.ts';
import { companiesQuery, invite, organizationsKey } from '#web/api/organization.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { Field, SelectField, TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { organizationRoleNames, roleNames } from '#web/words/access.ts';
import type { OwnOrganization } from '../use-view.ts';
import { InvitationLink } from './invitation-link.tsx';
import { type Assignments, Preview } from './preview.tsx';

interface InviteDialogProps {
  readonly organization: OwnOrganization;
  readonly onClose: () => void;
}

export default function InviteDialog({ organization, onClose }: InviteDialogProps) {
  const queryClient = useQueryClient();
  const [made, setMade] = useState<NewInvitation | null>(null);
  if (made) return <InvitationLink invitation={made} onClose={onClose} />;
  const finish = async (invitation: NewInvitation): Promise<void> => {
    setMade(invitation);
    await queryClient.invalidateQueries({ queryKey: organizationsKey });
  };
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={false}>
      <InviteForm organization={organization} onClose={onClose} onMade={(invitation) => void finish(invitation)} />
    </CenterDialog>
  );
}

const fields = [
  { name: 'email', id: 'invite-email', label: 'E-mail' },
  { name: 'role', id: 'invite-role', label: 'In the organization' },
  { name: 'company_roles', id: 'invite-companies', label: 'Companies' },
];

interface InviteFormProps extends InviteDialogProps {
  readonly onMade: (invitation: NewInvitation) => void;
}

function InviteForm({ organization, onClose, onMade }: InviteFormProps) {
  const me = useMe();
  const { data: options } = useQuery(signInOptionsQuery);
  const isMailed = options?.password_reset === true;
  const list = useQuery(companiesQuery(organization.id));
  const companies = (list.data ?? []).filter(({ archived_at }) => archived_at === null);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<OrganizationRole>('member');
  const [assignments, setAssignments] = useState<Assignments>({});
  const form = useForm({
    names: fields.map(({ name }) => name),
    check: () => ({ ...(!/^\S+@\S+$/.test(email.trim()) && { email: 'Enter an e-mail address.' }) }),
    send: async () => {
      const company_roles = companies.flatMap(({ id }) => {
        const given = assignments[id];
        return given && role === 'member' ? [{ company_id: id, ...given }] : [];
      });
      onMade(await invite(organization.id, { email: email.trim(), role, company_roles }));
    },
  });
  const heldIn = (companyId: string): readonly Capability[] =>
    me.companies.find(({ id }) => id === companyId)?.capabilities ?? [];
  /** Nobody gives more than they hold themselves. */
  const mayGive = (companyId: string, companyRole: CompanyRole): boolean =>
    effectiveCapabilities({ organizationRole: 'member', companyRole, granted: [], denied: [] }).every((capability) =>
      heldIn(companyId).includes(capability),
    );
  const mayGiveRole = (wanted: OrganizationRole): boolean =>
    wanted === 'member' ||
    (wanted === 'owner'
      ? organization.role === 'owner'
      : companies.every(({ id }) => capabilities.every((capability) => heldIn(id).includes(capability))));
  return (
    <form onSubmit={form.submit} noValidate>
      <DialogHead title="Invite member" lead={organization.name} onClose={onClose} />
      <div className="dlg-b">
        <FormProblem form={form} title="Not invited" fields={fields} />
        <div className="form">
          <TextField
            id="invite-email"
            label="E-mail"
            type="email"
            width="w4 w6-s"
            maxLength={320}
            isFirst
            value={email}
            message={form.messages['email']}
            onChange={(value) => {
              setEmail(value);
              form.forget('email');
            }}
          />
          <SelectField
            id="invite-role"
            label="In the organization"
            width="w2 w6-s"
            value={role}
            message={form.messages['role']}
            onChange={(value) => setRole(value as OrganizationRole)}
            options={organizationRoles.toReversed().map((value) => ({
              value,
              label: organizationRoleNames[value],
              isDisabled: !mayGiveRole(value),
            }))}
          />
          {role === 'member' &&
            companies.map(({ id, name }) => (
              <Field key={id} id={`invite-company-${id}`} label={name} width="w2 w6-s">
                {(control) => (
                  <select
                    {...control}
                    value={assignments[id]?.role ?? ''}
                    onChange={({ target }) =>
                      setAssignments((known) => withRole(known, id, target.value as CompanyRole | ''))
                    }
                  >
                    <option value="">No access</option>
                    {companyRoles.map((one) => (
                      <option key={one} value={one} disabled={!mayGive(id, one)}>
                        {roleNames[one]}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            ))}
        </div>
        <Preview
          role={role}
          companies={companies}
          assignments={assignments}
          heldIn={heldIn}
          onAssign={(id, given) => setAssignments((known) => ({ ...known, [id]: given }))}
        />
      </div>
      <div className="dlg-f">
        <p>
          {isMailed
            ? 'The link is mailed, and good for 7 days.'
            : 'The link is good for 7 days, and is shown once for you to copy and send.'}
        </p>
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
          {isMailed ? (form.isBusy ? 'Inviting…' : 'Invite') : form.isBusy ? 'Making the link…' : 'Make the link'}
        </button>
      </div>
    </form>
  );
}

/** A new role starts without exceptions; no role is no access. */
function withRole(known: Assignments, companyId: string, role: CompanyRole | ''): Assignments {
  const others = Object.fromEntries(Object.entries(known).filter(([id]) => id !== companyId));
  return role === '' ? others : { ...others, [companyId]: { role, granted: [], denied: [] } };
}
