/** Whether the log of activity is whole, for those who administer the organization. */
import { useQuery } from '@tanstack/react-query';
import { auditChainQuery } from '#web/api/audit.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { count, counted } from '#web/words/figures.ts';
import { dayName, localTime } from '#web/words/instants.ts';
import { useActivity } from './use-activity.ts';

export function ActivityChain() {
  const company = useCompany();
  const today = useToday();
  const { organization } = useActivity();
  const isAsked = organization?.isAdministrator ?? false;
  const { data: chain } = useQuery({ ...auditChainQuery(company.organization_id), enabled: isAsked });
  if (!isAsked || !chain || (chain.is_whole && chain.sealed === 0)) return null;
  if (!chain.is_whole) {
    const [first] = chain.faults;
    return (
      <div className="banner bad" role="alert">
        <div>
          <b>This log is not whole.</b> Entry {first?.event_id}: {first?.reason}. Tell whoever runs this installation;{' '}
          <code>mathership doctor</code> says more.
        </div>
      </div>
    );
  }
  return (
    <p className="muted chain" title={chain.end?.hash}>
      This log is whole: {counted(chain.sealed, 'entry', 'entries')} sealed, each as it was written
      {chain.waiting > 0 && `, and ${count(chain.waiting)} newer`}
      {chain.end?.sealed_at && `. Sealed ${sealedText(chain.end.sealed_at, company.time_zone, today)}`}.
    </p>
  );
}

/** In the middle of a sentence: `today at 14:32`, `on 16 Nov 2026 at 18:40`. */
function sealedText(instant: string, timeZone: string, today: string): string {
  const day = dayName(instant, timeZone, today);
  return `${day === 'Today' ? 'today' : `on ${day}`} at ${localTime(instant, timeZone)}`;
}
