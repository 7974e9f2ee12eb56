/**
 * Organization: its companies and who may do what in them, and beside that one's own keys and sessions, and what was
 * done. Each part shows what the person may see, and says what is missing for the rest.
 */
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { CompaniesBlock } from './companies/companies-block.tsx';
import { MembersBlock } from './members/members-block.tsx';
import { PeopleBlocks } from './people/people-blocks.tsx';
import type { Tab } from './search.ts';
import { useOrganization, useView } from './use-view.ts';
import '#web/styles/settings.css';
import '#web/styles/organization.css';

const KeysTab = lazy(() => import('./account/keys-tab.tsx'));
const AccountTab = lazy(() => import('./account/account-tab.tsx'));
const ActivityTab = lazy(() => import('./activity/activity-tab.tsx'));
const RenameDialog = lazy(() => import('./companies/rename-dialog.tsx'));
const CompanyDialog = lazy(() => import('./companies/company-dialog.tsx'));

const tabNames: readonly (readonly [Tab | undefined, string])[] = [
  [undefined, 'Companies and access'],
  ['keys', 'API keys'],
  ['activity', 'Activity'],
  ['account', 'Signing in'],
];

export function OrganizationPage() {
  const company = useCompany();
  const organization = useOrganization();
  const { search } = useView();
  const [dialog, setDialog] = useState<'rename' | 'found' | null>(null);
  return (
    <>
      <PageHead title="Organization Settings" lead={organization?.name ?? company.name}>
        {organization?.isAdministrator && (
          <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setDialog('rename')}>
            Rename
          </button>
        )}
        <MenuButton
          className="icon-btn"
          label="More"
          isLabelHidden
          placement="bottom end"
          entries={[
            { id: 'found', label: 'New organization…', icon: 'org', detail: 'With companies and people of its own' },
          ]}
          onChoose={() => setDialog('found')}
        >
          <Icon name="more" />
        </MenuButton>
      </PageHead>
      <nav className="tabs" aria-label="Organization">
        {tabNames.map(([tab, name]) => (
          <Link
            key={name}
            to="/organization"
            search={{ company: company.id, tab }}
            activeOptions={{ explicitUndefined: true }}
          >
            {name}
          </Link>
        ))}
      </nav>
      <Suspense>
        {search.tab === undefined && (
          <>
            {organization && <CompaniesBlock organization={organization} />}
            <MembersBlock />
            {organization?.isAdministrator && <PeopleBlocks organization={organization} />}
          </>
        )}
        {search.tab === 'keys' && <KeysTab />}
        {search.tab === 'activity' && <ActivityTab />}
        {search.tab === 'account' && <AccountTab />}
        {dialog === 'rename' && organization && (
          <RenameDialog organization={organization} onClose={() => setDialog(null)} />
        )}
        {dialog === 'found' && <CompanyDialog of="new organization" company={null} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}
