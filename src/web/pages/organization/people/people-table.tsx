/** The people of the organization: their role in it, where they may work, and removing them from all of it. */
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { organizationRoles, type OrganizationRole } from '#contract/access.ts';
import type { OrganizationMember } from '#contract/organization.ts';
import { meQuery } from '#web/api/me.ts';
import { changeOrganizationRole, organizationsKey, removeFromOrganization } from '#web/api/organization.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Avatar } from '#web/parts/avatar.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { organizationRoleNames, roleNames } from '#web/words/access.ts';
import { dayText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';
import type { OwnOrganization } from '../use-view.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));
const ResetLinkDialog = lazy(() => import('./reset-link-dialog.tsx'));

interface PeopleTableProps {
  readonly organization: OwnOrganization;
  readonly people: readonly OrganizationMember[] | undefined;
  readonly nameOf: (companyId: string) => string;
}

type Asked = { person: OrganizationMember; role: OrganizationRole } | { person: OrganizationMember; role: null };

export function PeopleTable({ organization, people, nameOf }: PeopleTableProps) {
  const me = useMe();
  const { time_zone: timeZone } = useCompany();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [reset, setReset] = useState<OrganizationMember | null>(null);
  const owners = people?.filter(({ role }) => role === 'owner').length ?? 0;
  return (
    <>
      <table className="table mid stack" role="table" inert={!people}>
        <caption className="vh">People of {organization.name}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {['Person', 'Role in the organization', 'Companies', 'Joined'].map((name) => (
              <th key={name} scope="col" role="columnheader">
                {name}
              </th>
            ))}
            <th scope="col" role="columnheader">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        {people ? (
          <tbody role="rowgroup">
            {people.map((person) => {
              const isLastOwner = person.role === 'owner' && owners === 1;
              const isLocked = isLastOwner || (person.role === 'owner' && organization.role !== 'owner');
              return (
                <tr role="row" key={person.user_id}>
                  <th scope="row" role="rowheader" className="person">
                    <span className="p">
                      <Avatar name={person.name} />
                      <span>
                        <span className="nm">{person.name}</span>{' '}
                        {person.user_id === me.user.id && <span className="tag">You</span>}
                        <small>{person.email}</small>
                      </span>
                    </span>
                  </th>
                  <td role="cell" data-l="Role">
                    <span>
                      <select
                        className="s role-select"
                        aria-label={`Role of ${person.name} in the organization`}
                        disabled={isLocked}
                        title={isLocked ? whyLocked(isLastOwner) : undefined}
                        value={person.role}
                        onChange={({ target }) => setAsked({ person, role: target.value as OrganizationRole })}
                      >
                        {organizationRoles.map((role) => (
                          <option key={role} value={role} disabled={role === 'owner' && organization.role !== 'owner'}>
                            {organizationRoleNames[role]}
                          </option>
                        ))}
                      </select>
                    </span>
                  </td>
                  <td role="cell" data-l="Companies">
                    <span>{companiesText(person, nameOf)}</span>
                  </td>
                  <td role="cell" data-l="Joined">
                    <span className="nowrap">{dayText(localDay(person.joined_at, timeZone))}</span>
                  </td>
                  <td role="cell" className="end right">
                    {!isLocked && (
                      <MenuButton
                        className="icon-btn"
                        label={`More for ${person.name}`}
                        isLabelHidden
                        placement="bottom end"
                        entries={[
                          ...(organization.role === 'owner' && person.user_id !== me.user.id
                            ? [{ id: 'reset', label: 'Make a password reset link…', icon: 'key' } as const]
                            : []),
                          {
                            id: 'remove',
                            label: 'Remove from the organization…',
                            icon: 'trash',
                            isDanger: true,
                          } as const,
                        ]}
                        onChoose={(id) => (id === 'reset' ? setReset(person) : setAsked({ person, role: null }))}
                      >
                        <Icon name="more" />
                      </MenuButton>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        ) : (
          <SkeletonRows rows={[1, 2, 3].map(() => [150, 110, 180, 76, 0])} isTwoLined />
        )}
      </table>
      <Suspense>
        {reset && <ResetLinkDialog organization={organization} person={reset} onClose={() => setReset(null)} />}
        {asked && <Question organization={organization} asked={asked} onClose={() => setAsked(null)} />}
      </Suspense>
    </>
  );
}

const whyLocked = (isLastOwner: boolean): string =>
  isLastOwner ? 'The only owner: make somebody else an owner first.' : 'Only an owner can change an owner.';

function companiesText({ role, companies }: OrganizationMember, nameOf: (id: string) => string): string {
  if (role !== 'member') return 'All of them';
  if (companies.length === 0) return 'None';
  const shown = companies.slice(0, 3).map((one) => `${nameOf(one.company_id)} (${roleNames[one.role]})`);
  return `${shown.join(', ')}${companies.length > 3 ? ` and ${companies.length - 3} more` : ''}`;
}

interface QuestionProps {
  readonly organization: OwnOrganization;
  readonly asked: Asked;
  readonly onClose: () => void;
}

function Question({ organization, asked: { person, role }, onClose }: QuestionProps) {
  const me = useMe();
  const queryClient = useQueryClient();
  const isSelf = person.user_id === me.user.id;
  const act = async (): Promise<void> => {
    try {
      if (role) await changeOrganizationRole(organization.id, person.user_id, role);
      else await removeFromOrganization(organization.id, person.user_id);
      showToast({
        title: role
          ? `${person.name} is ${withArticle(role)} now`
          : `${person.name} is removed from ${organization.name}`,
        icon: 'check',
        tone: 'good',
      });
    } catch (error) {
      showToast(problemToast(error, role ? 'The role was not changed' : `${person.name} was not removed`));
    }
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: organizationsKey }),
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
    ]);
  };
  const who = isSelf ? 'yourself' : person.name;
  return (
    <Confirm
      title={role ? `Make ${who} ${withArticle(role)}?` : `Remove ${who} from ${organization.name}?`}
      yes={role ? `Make ${organizationRoleNames[role].toLowerCase()}` : 'Remove from organization'}
      no="Leave as it is"
      onYes={act}
      onClose={onClose}
    >
      {role
        ? whatRoleMeans[role]
        : 'They lose every permission in every company at once. Their exports and what they did stay.'}
      {isSelf && ' You may no longer be able to undo this yourself.'}
    </Confirm>
  );
}

const withArticle = (role: OrganizationRole): string =>
  `${role === 'member' ? 'a' : 'an'} ${organizationRoleNames[role].toLowerCase()}`;

const whatRoleMeans: Readonly<Record<OrganizationRole, string>> = {
  owner: 'An owner may do everything in every company, and nothing can be denied to them there.',
  admin: 'An administrator may do everything in every company, unless it is denied to them there.',
  member: 'A member may do only what their roles in single companies allow.',
};
