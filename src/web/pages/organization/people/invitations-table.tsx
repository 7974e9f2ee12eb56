/** Invitations nobody has accepted yet. Withdrawing one ends its link at once. */
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Invitation } from '#contract/organization.ts';
import { organizationsKey, withdrawInvitation } from '#web/api/organization.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { organizationRoleNames, roleNames } from '#web/words/access.ts';
import { dayAndTime } from '#web/words/instants.ts';
import type { OwnOrganization } from '../use-view.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

interface InvitationsTableProps {
  readonly organization: OwnOrganization;
  readonly invitations: readonly Invitation[];
  readonly nameOf: (companyId: string) => string;
}

export function InvitationsTable({ organization, invitations, nameOf }: InvitationsTableProps) {
  const { time_zone: timeZone } = useCompany();
  const today = useToday();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<Invitation | null>(null);
  const withdraw = async ({ id, email }: Invitation): Promise<void> => {
    try {
      await withdrawInvitation(organization.id, id);
      showToast({ title: `The invitation of ${email} is withdrawn`, icon: 'check' });
    } catch (error) {
      showToast(problemToast(error, 'The invitation was not withdrawn'));
    }
    await queryClient.invalidateQueries({ queryKey: organizationsKey });
  };
  return (
    <>
      <table className="table mid stack" role="table">
        <caption className="vh">Invitations</caption>
        <thead role="rowgroup">
          <tr role="row">
            {['E-mail', 'Will be', 'Invited by', 'Link works until'].map((name) => (
              <th key={name} scope="col" role="columnheader">
                {name}
              </th>
            ))}
            <th scope="col" role="columnheader">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {invitations.map((invitation) => (
            <tr role="row" key={invitation.id} className={invitation.expired ? 'off-row' : undefined}>
              <th scope="row" role="rowheader">
                {invitation.email}
              </th>
              <td role="cell" data-l="Will be">
                <span>{willBe(invitation, nameOf)}</span>
              </td>
              <td role="cell" data-l="Invited by">
                <span>
                  {invitation.invited_by?.name ?? 'The operator'}
                  <span className="sub">{dayAndTime(invitation.created_at, timeZone, today)}</span>
                </span>
              </td>
              <td role="cell" data-l="Link works until">
                <span className={invitation.expired ? 'warn-t' : undefined}>
                  {invitation.expired ? 'Expired ' : ''}
                  {dayAndTime(invitation.expires_at, timeZone, today)}
                </span>
              </td>
              <td role="cell" className="end right">
                <button
                  type="button"
                  className="btn s danger"
                  aria-label={`Withdraw the invitation of ${invitation.email}`}
                  onClick={() => setAsked(invitation)}
                >
                  Withdraw…
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Suspense>
        {asked && (
          <Confirm
            title={`Withdraw the invitation of ${asked.email}?`}
            yes="Withdraw"
            no="Keep"
            onYes={() => withdraw(asked)}
            onClose={() => setAsked(null)}
          >
            Its link stops working at once. You can invite the person again.
          </Confirm>
        )}
      </Suspense>
    </>
  );
}

function willBe({ role, company_roles: roles }: Invitation, nameOf: (id: string) => string): string {
  if (role !== 'member') return `${organizationRoleNames[role]} of the organization`;
  if (roles.length === 0) return 'Member of the organization, in no company yet';
  return roles.map((one) => `${roleNames[one.role]} in ${nameOf(one.company_id)}`).join(', ');
}
