/** Where an export was sent, and what became of it: for whoever may send. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ExportJob } from '#contract/export-jobs.ts';
import { deliveriesOfQuery } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { DeliveryMark } from '#web/pages/schedules/marks.tsx';
import { dueText, scheduleWords as t } from '#web/words/en/schedules.ts';

export function SentTo({ job }: { job: ExportJob }) {
  const { time_zone: timeZone } = useCompany();
  const { data } = useQuery(deliveriesOfQuery(job.company_id, job.id));
  if (!data || data.total === 0) return null;
  return (
    <section>
      <h3 className="h4">{t('sentTo')}</h3>
      <ul className="log">
        {data.results.map(({ id, recipient, destination_name: name, status, attempts, next_at, sent_at }) => (
          <li key={id}>
            <span className="wraps">
              {recipient ?? name}
              <span className="sub">
                {status === 'sent'
                  ? sent_at && dueText(sent_at, timeZone)
                  : [
                      attempts.at(-1)?.detail,
                      next_at && attempts.length > 0 && t('tryNext', { at: dueText(next_at, timeZone) }),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
              </span>
            </span>
            <DeliveryMark status={status} />
          </li>
        ))}
      </ul>
      <Link className="link" to="/schedules" search={{ company: job.company_id, view: 'deliveries' }}>
        {t('openDeliveries')}
      </Link>
    </section>
  );
}
