/** The members of one company: search, the matrix, what is changed but not saved, and leaving without saving. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { CompanyMember, OrganizationMember } from '#contract/organization.ts';
import { meQuery, type Company } from '#web/api/me.ts';
import { companyMembersQuery, organizationsKey, removeFromCompany } from '#web/api/organization.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { SearchInput } from '#web/parts/search-input.tsx';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { stringifySearch } from '#web/url-search.ts';
import { useView } from '../use-view.ts';
import { Legend } from './capability-cell.tsx';
import { Matrix, type MatrixRow } from './matrix.tsx';
import { SaveBar } from './save-bar.tsx';
import { useDrafts } from './use-drafts.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

const defaultPageSize = 50;
/** Fewer members are found by looking. */
const searchWorthIt = 12;

interface CompanyMembersProps {
  readonly company: Company;
  /** Of the organization; null for somebody who may not see them. */
  readonly people: readonly OrganizationMember[] | null;
}

export function CompanyMembers({ company, people }: CompanyMembersProps) {
  const me = useMe();
  const { search, change } = useView();
  const drafts = useDrafts(company.id);
  const [removed, setRemoved] = useState<MatrixRow | null>(null);
  const list = useQuery(
    companyMembersQuery(company.id, {
      page: search.page ?? 0,
      page_size: search.page_size ?? defaultPageSize,
      search: search.member,
    }),
  );
  const hasChanges = drafts.changed.length > 0;
  const blocker = useBlocker({
    // another page of the members, or a search among them, leaves the changes as they are
    shouldBlockFn: ({ current, next }) => {
      const [from, to] = [current.search, next.search] as Record<string, unknown>[];
      const stays = ['company', 'tab', 'members_of'].every((name) => from?.[name] === to?.[name]);
      return hasChanges && !(stays && current.pathname === next.pathname);
    },
    enableBeforeUnload: hasChanges,
    withResolver: true,
  });
  const organizationRole = me.organizations.find(({ id }) => id === company.organization_id)?.role ?? null;
  const actor = { capabilities: company.capabilities, organizationRole };
  const page = list.data;
  const ask = (row: MatrixRow): void => (row.isNew ? drafts.drop(row.member.user_id) : setRemoved(row));
  if (list.isError && !page) {
    return (
      <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
    );
  }
  return (
    <>
      <MembersBar
        hasSearch={search.member !== undefined || (page?.total ?? 0) > searchWorthIt}
        others={othersOf(people, company.id, drafts.changed)}
        onAdd={drafts.add}
      />
      {!page ? (
        <>
          <output className="vh">Loading members</output>
          <div className="scroll" inert>
            <table className="table matrix">
              <SkeletonRows rows={[1, 2, 3].map(() => [160, 96, ...Array<number>(9).fill(16), 0])} />
            </table>
          </div>
        </>
      ) : (
        <Matrix
          caption={`Members of ${company.name} and what they may do`}
          rows={drafts.rows(page.results)}
          actor={actor}
          onDraft={drafts.set}
          onRemove={ask}
        />
      )}
      {page?.total === 0 && <p className="muted no-member">No member by that name.</p>}
      <Legend />
      {page && page.total_pages > 1 && (
        <Pager
          page={page.page}
          pageSize={page.page_size}
          total={page.total}
          totalPages={page.total_pages}
          hrefOf={(number) => `/organization${stringifySearch({ ...search, page: number || undefined })}`}
          onPage={(number) => change({ page: number || undefined })}
          onPageSize={(page_size) => change({ page_size })}
        />
      )}
      {hasChanges && <SaveBar drafts={drafts} />}
      <Suspense>
        {removed && (
          <RemoveQuestion company={company} row={removed} onClose={() => setRemoved(null)} onGone={drafts.drop} />
        )}
        {blocker.status === 'blocked' && (
          <Confirm
            title="Leave without saving?"
            yes="Leave"
            no="Stay"
            onYes={async () => blocker.proceed()}
            onClose={blocker.reset}
          >
            Changes to the access of members of {company.name} are not saved yet.
          </Confirm>
        )}
      </Suspense>
    </>
  );
}

interface MembersBarProps {
  readonly hasSearch: boolean;
  readonly others: readonly OrganizationMember[];
  readonly onAdd: (member: CompanyMember) => void;
}

function MembersBar({ hasSearch, others, onAdd }: MembersBarProps) {
  const { search, change } = useView();
  if (!hasSearch && others.length === 0) return null;
  return (
    <div className="bar">
      {hasSearch && (
        <SearchInput
          label="Search members"
          placeholder="Name or e-mail"
          value={search.member}
          onSearch={(member) => change({ member }, { replace: true })}
        />
      )}
      <span className="grow" />
      {others.length > 0 && (
        <MenuButton
          className="btn s"
          label="Add somebody of the organization"
          placement="bottom end"
          entries={others.map(({ user_id, name, email }) => ({ id: user_id, label: name, detail: email }))}
          onChoose={(id) => {
            const person = others.find(({ user_id }) => user_id === id);
            if (person) onAdd(asMember(person));
          }}
        >
          <Icon name="person" />
          Add from the organization
        </MenuButton>
      )}
    </div>
  );
}

/** Members of the organization who have no role in the company; owners and administrators are in every company. */
function othersOf(
  people: readonly OrganizationMember[] | null,
  companyId: string,
  changed: readonly MatrixRow[],
): OrganizationMember[] {
  return (people ?? []).filter(
    ({ user_id, role, companies }) =>
      role === 'member' &&
      !companies.some(({ company_id }) => company_id === companyId) &&
      !changed.some(({ member }) => member.user_id === user_id),
  );
}

const asMember = ({ user_id, name, email, role }: OrganizationMember): CompanyMember => ({
  user_id,
  name,
  email,
  organization_role: role,
  role: null,
  granted: [],
  denied: [],
  capabilities: [],
});

interface RemoveQuestionProps {
  readonly company: Company;
  readonly row: MatrixRow;
  readonly onClose: () => void;
  readonly onGone: (userId: string) => void;
}

function RemoveQuestion({ company, row: { member }, onClose, onGone }: RemoveQuestionProps) {
  const queryClient = useQueryClient();
  const remove = async (): Promise<void> => {
    try {
      await removeFromCompany(company.id, member.user_id);
      onGone(member.user_id);
      showToast({ title: `${member.name} is removed from ${company.name}`, icon: 'check' });
    } catch (error) {
      showToast(problemToast(error, `${member.name} was not removed`));
    }
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: organizationsKey }),
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
    ]);
  };
  return (
    <Confirm
      title={`Remove ${member.name} from ${company.name}?`}
      yes="Remove from company"
      no="Keep"
      onYes={remove}
      onClose={onClose}
    >
      {member.organization_role === 'admin'
        ? 'As an administrator of the organization they keep every permission here; only what is denied to them goes.'
        : 'They lose every permission in this company at once, and stay in the organization. Their exports stay.'}
    </Confirm>
  );
}
