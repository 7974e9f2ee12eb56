/** The question to the audit log, as the address has it: administrators ask about the organization, others of a company. */
import { addDays, startOfDay } from '#contract/calendar.ts';
import type { AuditQuestion } from '#web/api/audit.ts';
import type { Company } from '#web/api/me.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { type OwnOrganization, useOrganization, useView } from '../use-view.ts';
import { topicActions } from './topics.ts';

interface Activity {
  /** Null when the person may see none of it. */
  readonly question: AuditQuestion | null;
  /** Whose activity may be seen. */
  readonly companies: readonly Company[];
  readonly organization: OwnOrganization | null;
}

export function useActivity(): Activity {
  const me = useMe();
  const company = useCompany();
  const organization = useOrganization();
  const { search } = useView();
  const companies = me.companies.filter(
    ({ organization_id, capabilities }) =>
      organization_id === company.organization_id && capabilities.includes('manage_company'),
  );
  const asked = companies.find(({ id }) => id === search.in);
  const own = companies.find(({ id }) => id === company.id) ?? companies[0];
  const isAll = !asked && (organization?.isAdministrator ?? false);
  const zone = (asked ?? company).time_zone;
  const question: AuditQuestion = {
    ...(isAll ? { organization_id: company.organization_id } : { company_id: (asked ?? own)?.id }),
    action: search.what && topicActions[search.what],
    user_id: search.who,
    from: search.from && startOfDay(search.from, zone).toISOString(),
    // both ends of the log's question are included: the last millisecond of the day
    to: search.to && new Date(startOfDay(addDays(search.to, 1), zone).getTime() - 1).toISOString(),
  };
  return { question: companies.length > 0 ? question : null, companies, organization };
}
