/** Members and access: the matrix of one company at a time, for whoever manages members there. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { peopleQuery } from '#web/api/organization.ts';
import { useOrganization, useView } from '../use-view.ts';
import { CompanyMembers } from './company-members.tsx';

const InviteDialog = lazy(() => import('../people/invite-dialog.tsx'));

/** More companies than this are chosen from a list. */
const sideBySideMax = 4;

export function MembersBlock() {
  const company = useCompany();
  const me = useMe();
  const organization = useOrganization();
  const { search, change } = useView();
  const [isInviting, setInviting] = useState(false);
  const managed = me.companies.filter(
    ({ organization_id, capabilities }) =>
      organization_id === company.organization_id && capabilities.includes('manage_members'),
  );
  const shown =
    managed.find(({ id }) => id === (search.members_of ?? company.id)) ??
    managed.find(({ id }) => id === company.id) ??
    managed[0];
  const isAdministrator = organization?.isAdministrator ?? false;
  const people = useQuery({ ...peopleQuery(company.organization_id), enabled: isAdministrator });
  const choose = (id: string): void => change({ members_of: id === company.id ? undefined : id, member: undefined });
  return (
    <section className="block" aria-labelledby="members-title">
      <div className="top">
        <div>
          <h2 id="members-title">Members and access</h2>
          {shown && <p>Changes take effect at once. A download link already handed out works for at most one hour.</p>}
        </div>
        {isAdministrator && (
          <button type="button" className="btn primary" aria-haspopup="dialog" onClick={() => setInviting(true)}>
            <Icon name="plus" />
            Invite member
          </button>
        )}
      </div>
      {!shown ? (
        <NoAccess
          capability="manage_members"
          what="members"
          why="Members and their permissions are shown to those who manage them."
        />
      ) : (
        <>
          {managed.length > sideBySideMax ? (
            <div className="bar">
              <select
                aria-label="Company"
                className="company-select"
                value={shown.id}
                onChange={({ target }) => choose(target.value)}
              >
                {managed.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </div>
          ) : (
            managed.length > 1 && (
              <div className="bar">
                <fieldset className="seg" aria-label="Company">
                  {managed.map(({ id, name }) => (
                    <button key={id} type="button" aria-pressed={id === shown.id} onClick={() => choose(id)}>
                      {name}
                    </button>
                  ))}
                </fieldset>
              </div>
            )
          )}
          <CompanyMembers key={shown.id} company={shown} people={people.data ?? null} />
        </>
      )}
      <Suspense>
        {isInviting && organization && <InviteDialog organization={organization} onClose={() => setInviting(false)} />}
      </Suspense>
    </section>
  );
}
