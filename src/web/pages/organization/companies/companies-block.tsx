/** The companies of the organization that one may see; administrators add and archive, managers of a company edit it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { CompanyEntry } from '#contract/organization.ts';
import { meQuery } from '#web/api/me.ts';
import { changeCompany, companiesQuery, organizationsKey } from '#web/api/organization.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Avatar } from '#web/parts/avatar.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { count } from '#web/words/figures.ts';
import type { OwnOrganization } from '../use-view.ts';

const CompanyDialog = lazy(() => import('./company-dialog.tsx'));
const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

type Asked = { what: 'add' } | { what: 'edit' | 'archive'; company: CompanyEntry };

export function CompaniesBlock({ organization }: { organization: OwnOrganization }) {
  const list = useQuery(companiesQuery(organization.id));
  const [asked, setAsked] = useState<Asked | null>(null);
  const { archive, restore } = useArchiving();
  const companies = list.data;
  return (
    <section className="block" aria-labelledby="companies-title">
      <div className="top">
        <h2 id="companies-title">Companies</h2>
        {organization.isAdministrator && (
          <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setAsked({ what: 'add' })}>
            <Icon name="plus" />
            Add company
          </button>
        )}
      </div>
      {list.isError && !companies ? (
        <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
      ) : (
        <table className="table companies" role="table" inert={!companies}>
          <caption className="vh">Companies</caption>
          <thead role="rowgroup">
            <tr role="row">
              {['Company', 'Currency', 'Time zone', 'Locations', 'Members'].map((name, column) => (
                <th key={name} scope="col" role="columnheader" className={column > 2 ? 'num' : undefined}>
                  {name}
                </th>
              ))}
              <th scope="col" role="columnheader">
                <span className="vh">Actions</span>
              </th>
            </tr>
          </thead>
          {companies ? (
            <tbody role="rowgroup">
              {companies.map((company) => (
                <CompanyRow
                  key={company.id}
                  company={company}
                  isAdministrator={organization.isAdministrator}
                  isLast={companies.filter(({ archived_at }) => archived_at === null).length === 1}
                  onEdit={() => setAsked({ what: 'edit', company })}
                  onArchive={() => setAsked({ what: 'archive', company })}
                  onRestore={() => void restore(company)}
                />
              ))}
            </tbody>
          ) : (
            <SkeletonRows rows={[1, 2, 3].map(() => [180, 32, 96, 16, 16, 0])} />
          )}
        </table>
      )}
      <Suspense>
        {asked && asked.what !== 'archive' && (
          <CompanyDialog
            of={organization}
            company={asked.what === 'edit' ? asked.company : null}
            onClose={() => setAsked(null)}
          />
        )}
        {asked?.what === 'archive' && (
          <Confirm
            title={`Archive ${asked.company.name}?`}
            yes="Archive company"
            no="Keep"
            onYes={() => archive(asked.company)}
            onClose={() => setAsked(null)}
          >
            Nobody can open it until it is brought back: no reports, no exports, no imports. Nothing in it is deleted.
          </Confirm>
        )}
      </Suspense>
    </section>
  );
}

function useArchiving() {
  const me = useMe();
  const selected = useCompany();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const set = async (company: CompanyEntry, archived: boolean): Promise<void> => {
    try {
      await changeCompany(company.id, { archived });
      const other = me.companies.find(({ id }) => id !== company.id);
      // one cannot stay in a company that is no longer open
      if (archived && company.id === selected.id && other) {
        await navigate({ to: '/organization', search: { company: other.id } });
      }
      showToast({
        title: archived ? `${company.name} is archived` : `${company.name} is open again`,
        icon: archived ? 'archive' : 'check',
        ...(archived && { links: [{ label: 'Bring back', onPress: () => void set(company, false) }] }),
      });
    } catch (error) {
      showToast(problemToast(error, `${company.name} was not changed`));
    }
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: organizationsKey }),
    ]);
  };
  return {
    archive: (company: CompanyEntry) => set(company, true),
    restore: (company: CompanyEntry) => set(company, false),
  };
}

interface CompanyRowProps {
  readonly company: CompanyEntry;
  readonly isAdministrator: boolean;
  /** The only one that is open: without it nobody could reach this page. */
  readonly isLast: boolean;
  readonly onEdit: () => void;
  readonly onArchive: () => void;
  readonly onRestore: () => void;
}

function CompanyRow({ company, isAdministrator, isLast, onEdit, onArchive, onRestore }: CompanyRowProps) {
  const me = useMe();
  const navigate = useNavigate();
  const own = me.companies.find(({ id }) => id === company.id);
  const isArchived = company.archived_at !== null;
  const mayManage = own?.capabilities.includes('manage_company') ?? (isArchived && isAdministrator);
  const entries: MenuEntry[] = [];
  if (own) entries.push({ id: 'open', label: 'Open', icon: 'right' });
  if (mayManage && !isArchived) entries.push({ id: 'edit', label: 'Edit…', icon: 'edit' });
  if (mayManage && isArchived) entries.push({ id: 'restore', label: 'Bring back', icon: 'again' });
  if (mayManage && !isArchived && !isLast) {
    entries.push({ id: 'archive', label: 'Archive…', icon: 'archive', isDanger: true, startsGroup: true });
  }
  const choose = (id: string): void => {
    if (id === 'open') void navigate({ to: '/organization', search: { company: company.id } });
    if (id === 'edit') onEdit();
    if (id === 'archive') onArchive();
    if (id === 'restore') onRestore();
  };
  return (
    <tr role="row" className={isArchived ? 'off-row' : undefined}>
      <th scope="row" role="rowheader">
        <span className="co">
          <Avatar of="company" name={company.name} />
          <span>
            {company.name} {isArchived && <span className="tag">Archived</span>}
          </span>
        </span>
      </th>
      <td role="cell">{company.currency}</td>
      <td role="cell">{company.time_zone}</td>
      <td role="cell" className="num" data-l={company.location_count === 1 ? 'location' : 'locations'}>
        {count(company.location_count)}
      </td>
      <td role="cell" className="num" data-l={company.member_count === 1 ? 'member' : 'members'}>
        {count(company.member_count)}
      </td>
      <td role="cell" className="num">
        {entries.length > 0 && (
          <MenuButton
            className="icon-btn"
            label={`Actions for ${company.name}`}
            isLabelHidden
            placement="bottom end"
            entries={entries}
            onChoose={choose}
          >
            <Icon name="more" />
          </MenuButton>
        )}
      </td>
    </tr>
  );
}
