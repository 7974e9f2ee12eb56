/**
 * What a person sees instead of data they may not see: which permission is missing, and whom to ask. Nothing else.
 */
import { useQuery } from '@tanstack/react-query';
import { capabilityLabels, type Capability } from '#contract/access.ts';
import type { OwnCompanyAccess } from '#contract/organization.ts';
import { companyAccessQuery } from '#web/api/company.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { openCompanySwitcher } from '#web/frame/company-switcher.tsx';
import { Blank } from './blank.tsx';

interface NoAccessProps {
  readonly capability: Capability;
  /** `exports`, `inventory`: "You cannot see … of <company>". */
  readonly what?: string;
  /** Instead of that, where it is not about seeing. */
  readonly title?: string;
  /** Why a permission is needed: a whole sentence. */
  readonly why: string;
}

export function NoAccess({ capability, what = 'this', title, why }: NoAccessProps) {
  const company = useCompany();
  const me = useMe();
  const { data: access } = useQuery(companyAccessQuery(company.id));
  const [first] = access?.administrators ?? [];
  const organization = me.organizations.find(({ id }) => id === company.organization_id);
  return (
    <Blank
      alert
      art="lock"
      title={title ?? `You cannot see ${what} of ${company.name}`}
      actions={
        <>
          {first && (
            <a className="btn primary" href={mailTo(first.email, company.name, capabilityLabels[capability])}>
              Ask {first.name}
            </a>
          )}
          {me.companies.length > 1 && (
            <button type="button" className="btn" onClick={openCompanySwitcher}>
              Switch company
            </button>
          )}
        </>
      }
      fine={access && whoCanGrant(access.administrators, organization?.name)}
    >
      {why} For that you need the <b>{capabilityLabels[capability]}</b> permission in this company.
    </Blank>
  );
}

function whoCanGrant(administrators: OwnCompanyAccess['administrators'], organization = 'the organization'): string {
  const names = administrators.slice(0, 3).map(({ name }) => name);
  if (names.length === 0) return `An owner of ${organization} can grant it under Organization.`;
  const listed = names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names[0];
  return `${listed} can grant it under Organization of ${organization}.`;
}

function mailTo(address: string, company: string, permission: string): string {
  const subject = `${permission} in ${company}`;
  const body = `I need the ${permission} permission in ${company}.\n\n${location.origin}/organization`;
  return `mailto:${address}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
