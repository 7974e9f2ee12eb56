/** What became of each occurrence of a schedule, with its deliveries. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Heading } from 'react-aria-components/Heading';
import type { Schedule, ScheduleRun } from '#contract/deliveries.ts';
import { runsQuery, sendAgain } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { CloseButton, Drawer } from '#web/parts/modal.tsx';
import { dayText, periodText } from '#web/words/days.ts';
import { dueText, scheduleWords as t } from '#web/words/en/schedules.ts';
import { DeliveryMark, RunMark } from './marks.tsx';
import { useAct } from './use-act.ts';

export default function RunsDrawer({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { data } = useQuery(runsQuery(schedule));
  return (
    <Drawer isOpen onClose={onClose}>
      <div className="dlg-h">
        <div>
          <Heading slot="title" level={2}>
            {t('runsOf', { name: schedule.name })}
          </Heading>
        </div>
        <CloseButton onClose={onClose} />
      </div>
      <div className="dlg-b">
        {data?.results.length === 0 && <p className="muted">{t('noRuns')}</p>}
        {data?.results.map((run) => (
          <Run key={run.occurrence} run={run} />
        ))}
      </div>
    </Drawer>
  );
}

function Run({ run }: { run: ScheduleRun }) {
  const { id, time_zone: timeZone } = useCompany();
  const act = useAct();
  return (
    <section aria-label={dayText(run.occurrence)}>
      <h3>
        {dayText(run.occurrence)} <RunMark status={run.status} />
      </h3>
      <p className="muted">
        {run.date_from && run.date_to && periodText(run.date_from, run.date_to)} · {dueText(run.due_at, timeZone)}
        {run.job_id && (
          <>
            {' · '}
            <Link to="/export-history" search={{ company: id, job: run.job_id }}>
              {t('openExport')}
            </Link>
          </>
        )}
      </p>
      {run.reason && <p>{run.reason}</p>}
      <ul>
        {run.deliveries.map((each) => (
          <li key={each.id}>
            {each.recipient ?? each.destination_name} <DeliveryMark status={each.status} />{' '}
            {(each.status === 'failed' || each.status === 'refused') && (
              <button type="button" className="btn s" onClick={() => void act(() => sendAgain(each))}>
                {t('sendAgain')}
              </button>
            )}
            {each.status !== 'sent' && <span className="sub">{each.attempts.at(-1)?.detail}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
