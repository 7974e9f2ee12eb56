/**
 * Chooses the company. The choice is a navigation: what means the same everywhere stays (days, order, page size, states),
 * ids of the old company and the page number are left behind.
 */
import { useNavigate } from '@tanstack/react-router';
import { Avatar } from '#web/parts/avatar.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { frameWords as t } from '#web/words/en/frame.ts';
import { useMe } from './company-context.tsx';

/** Opens the switcher that is on screen (at the side, or in the top bar). */
export function openCompanySwitcher(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.switcher')) {
    if (button.offsetParent === null) continue;
    button.focus();
    button.click();
  }
}

/** As many are seen at once; more are searched. */
const companiesSeen = 7;

const universalFields = [
  'date_from',
  'date_to',
  'ordering',
  'page_size',
  'columns',
  'compare_to',
  'status',
  'file_format',
  'report_type',
  'created_from',
  'created_to',
  'period_from',
  'period_to',
  'activity',
  'movement_types',
  'states',
  'ingredient',
  'tab',
  'of',
];

export const universal = (search: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(search).filter(([name]) => universalFields.includes(name)));

export function CompanySwitcher({ companyId }: { companyId: string | null }) {
  const me = useMe();
  const navigate = useNavigate();
  const companies = [...me.companies].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const company = companies.find(({ id }) => id === companyId);
  const organization = me.organizations.find(({ id }) => id === company?.organization_id);
  return (
    <MenuButton
      className="switcher"
      label="Companies"
      search={companies.length > companiesSeen ? t('findCompany') : undefined}
      selected={company?.id ?? null}
      onChoose={(id) =>
        void navigate({
          to: '.',
          search: ((known: Record<string, unknown>) => ({ ...universal(known), company: id })) as never,
        })
      }
      entries={companies.map(({ id, name, currency, time_zone }) => ({
        id,
        label: name,
        detail: `${currency}, ${time_zone}`,
      }))}
    >
      <Avatar of="company" name={company?.name ?? '?'} />
      <span className="t">
        <span className="vh">Change company, now </span>
        <b className="trunc">{company?.name ?? 'No company'}</b>
        <span className="trunc">{organization?.name ?? 'Choose one'}</span>
      </span>
      <Icon name="updown" />
    </MenuButton>
  );
}
