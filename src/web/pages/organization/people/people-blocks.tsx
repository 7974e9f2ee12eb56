/** For administrators: invitations nobody has accepted yet, and the people of the organization with their role in it. */
import { useQuery } from '@tanstack/react-query';
import type { CompanyEntry } from '#contract/organization.ts';
import { companiesQuery, invitationsQuery, peopleQuery } from '#web/api/organization.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';
import type { OwnOrganization } from '../use-view.ts';
import { InvitationsTable } from './invitations-table.tsx';
import { PeopleTable } from './people-table.tsx';

export function PeopleBlocks({ organization }: { organization: OwnOrganization }) {
  const people = useQuery(peopleQuery(organization.id));
  const invitations = useQuery(invitationsQuery(organization.id));
  const { data: companies = [] } = useQuery(companiesQuery(organization.id));
  const failed = [people, invitations].find(({ isError, data }) => isError && !data);
  const nameOf = companyNames(companies);
  return (
    <>
      {invitations.data && invitations.data.length > 0 && (
        <section className="block" aria-labelledby="invitations-title">
          <div className="top">
            <div>
              <h2 id="invitations-title">Invitations</h2>
              <p>Not accepted yet. The link was shown once; to get another one, invite the person again.</p>
            </div>
          </div>
          <InvitationsTable organization={organization} invitations={invitations.data} nameOf={nameOf} />
        </section>
      )}
      <section className="block" aria-labelledby="people-title">
        <div className="top">
          <div>
            <h2 id="people-title">People of the organization</h2>
            <p>
              Owners and administrators may do everything in every company. An organization keeps at least one owner.
            </p>
          </div>
        </div>
        {failed ? (
          <Unreachable
            problem={failed.error instanceof ApiProblem ? failed.error : null}
            onTry={() => void Promise.all([people.refetch(), invitations.refetch()])}
          />
        ) : (
          <PeopleTable organization={organization} people={people.data} nameOf={nameOf} />
        )}
      </section>
    </>
  );
}

const companyNames = (companies: readonly CompanyEntry[]) => {
  const names = new Map(companies.map(({ id, name }) => [id, name]));
  return (id: string): string => names.get(id) ?? 'another company';
};
