/** Everything that was sent or is to be, newest first, with its attempts. */
import { useQuery } from '@tanstack/react-query';
import type { Delivery } from '#contract/deliveries.ts';
import { deliveriesQuery, sendAgain, takeLinkBack } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { ApiProblem } from '#web/api/problem.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { Steps } from '#web/pages/organization/account/steps.tsx';
import { dayText } from '#web/words/days.ts';
import { dueText, scheduleWords as t } from '#web/words/en/schedules.ts';
import { localDay } from '#web/words/instants.ts';
import { DeliveryMark } from './marks.tsx';
import { useAct } from './use-act.ts';

interface DeliveriesTabProps {
  readonly pageNumber: number;
  readonly onPage: (page: number) => void;
}

export default function DeliveriesTab({ pageNumber, onPage }: DeliveriesTabProps) {
  const company = useCompany();
  const list = useQuery(deliveriesQuery(company.id, pageNumber));
  const page = list.data;
  if (list.isError && !page)
    return (
      <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
    );
  if (!page) return null;
  if (page.total === 0) return <p className="muted">{t('noDeliveries')}</p>;
  return (
    <>
      <table className="table mid stack" role="table">
        <caption className="vh">{t('tabDeliveries')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {(['to', 'status', 'attempts'] as const).map((name) => (
              <th key={name} scope="col" role="columnheader">
                {t(name)}
              </th>
            ))}
            <th scope="col" role="columnheader">
              <span className="vh">{t('sendAgain')}</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {page.results.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </tbody>
      </table>
      <Steps page={page} onPage={onPage} />
    </>
  );
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { time_zone: timeZone } = useCompany();
  const act = useAct();
  const { recipient, destination_name: destination, occurrence, event, status, attempts, next_at, link } = delivery;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {recipient ?? destination}
        <span className="sub">
          {[recipient && destination, occurrence && dayText(occurrence), event].filter(Boolean).join(' · ')}
        </span>
      </th>
      <td role="cell" data-l={t('status')}>
        <span>
          <DeliveryMark status={status} />
          {next_at !== null && attempts.length > 0 && (
            <span className="sub">{t('tryNext', { at: dueText(next_at, timeZone) })}</span>
          )}
          {link && (
            <span className="sub">
              {link.is_revoked
                ? t('linkRevoked')
                : t('linkOpened', { n: link.opened, day: dayText(localDay(link.expires_at, timeZone)) })}
            </span>
          )}
        </span>
      </td>
      <td role="cell" data-l={t('attempts')}>
        <span>
          {attempts.map((attempt) => (
            <span className="sub" key={attempt.at}>
              {dueText(attempt.at, timeZone)}: {attempt.detail ?? attempt.outcome}
            </span>
          ))}
        </span>
      </td>
      <td role="cell" className="end right">
        {link && !link.is_revoked && (
          <button type="button" className="btn s" onClick={() => void act(() => takeLinkBack(delivery))}>
            {t('takeBack')}
          </button>
        )}
        {status !== 'sending' && (
          <button type="button" className="btn s" onClick={() => void act(() => sendAgain(delivery))}>
            {t('sendAgain')}
          </button>
        )}
      </td>
    </tr>
  );
}
