/** The schedules of the company: what, when, next, how the last went, whose. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Schedule } from '#contract/deliveries.ts';
import { savedReportsQuery } from '#web/api/saved-reports.ts';
import { changeSchedule, deleteSchedule, runSchedule, schedulesQuery } from '#web/api/schedules.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { ApiProblem } from '#web/api/problem.ts';
import { Blank } from '#web/parts/blank.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { dayText } from '#web/words/days.ts';
import { dueText, recurrenceText, scheduleWords as t } from '#web/words/en/schedules.ts';
import { RunMark } from './marks.tsx';
import { useAct } from './use-act.ts';

const ScheduleForm = lazy(() => import('./schedule-form.tsx'));
const RunsDrawer = lazy(() => import('./runs-drawer.tsx'));
const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

const columns = ['name', 'when', 'next', 'last', 'owner'] as const;

export function ScheduleList() {
  const company = useCompany();
  const act = useAct();
  const { edit, runs } = useSearch({ from: '/app/schedules' });
  const navigate = useNavigate({ from: '/schedules' });
  const change = (patch: { edit?: string | undefined; runs?: string | undefined }): void =>
    void navigate({ search: (known) => ({ ...known, ...patch }), resetScroll: false });
  const list = useQuery(schedulesQuery(company.id));
  const saved = useQuery(savedReportsQuery(company.id));
  const [asked, setAsked] = useState<Schedule | null>(null);
  const all = list.data;
  const opened = all?.find(({ id }) => id === edit);
  const shown = all?.find(({ id }) => id === runs);
  const hasSaved = (saved.data?.length ?? 0) > 0;
  return (
    <>
      <div className="bar">
        <p className="muted grow">{saved.data && !hasSaved ? t('noSaved') : ''}</p>
        <button
          type="button"
          className="btn primary"
          aria-haspopup="dialog"
          aria-disabled={!hasSaved || undefined}
          onClick={() => hasSaved && change({ edit: 'new' })}
        >
          <Icon name="plus" />
          {t('newSchedule')}
        </button>
      </div>
      {list.isError && !all ? (
        <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
      ) : all?.length === 0 ? (
        <Blank art="first" title={t('noneTitle')}>
          {t('noneText')}
        </Blank>
      ) : (
        <table className="table mid stack" role="table" inert={!all}>
          <caption className="vh">{t('title')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((name) => (
                <th key={name} scope="col" role="columnheader">
                  {t(name)}
                </th>
              ))}
              <th scope="col" role="columnheader">
                <span className="vh">{t('edit')}</span>
              </th>
            </tr>
          </thead>
          {all ? (
            <tbody role="rowgroup">
              {all.map((schedule) => (
                <ScheduleRow
                  key={schedule.id}
                  schedule={schedule}
                  onRuns={() => change({ runs: schedule.id })}
                  onChoose={(verb) => {
                    if (verb === 'edit') change({ edit: schedule.id });
                    else if (verb === 'delete') setAsked(schedule);
                    else if (verb === 'run') void act(() => runSchedule(schedule), t('running'));
                    else if (verb === 'resume-now')
                      void act(async () => {
                        // then it is somebody's own pause, of which nothing is made up for
                        await changeSchedule(schedule, { is_paused: true });
                        await changeSchedule(schedule, { is_paused: false });
                      });
                    else void act(() => changeSchedule(schedule, { is_paused: verb === 'pause' }));
                  }}
                />
              ))}
            </tbody>
          ) : (
            <SkeletonRows rows={[1, 2].map(() => [140, 200, 100, 80, 80])} isTwoLined />
          )}
        </table>
      )}
      <Suspense>
        {edit !== undefined && (edit === 'new' || opened) && (
          <ScheduleForm key={edit} schedule={opened ?? null} onClose={() => change({ edit: undefined })} />
        )}
        {shown && <RunsDrawer schedule={shown} onClose={() => change({ runs: undefined })} />}
        {asked && (
          <Confirm
            title={t('deleteAsk', { name: asked.name })}
            yes={t('deleteYes')}
            no={t('keep')}
            onYes={() => act(() => deleteSchedule(asked))}
            onClose={() => setAsked(null)}
          >
            {t('deleteText')}
          </Confirm>
        )}
      </Suspense>
    </>
  );
}

interface RowProps {
  readonly schedule: Schedule;
  readonly onRuns: () => void;
  readonly onChoose: (verb: string) => void;
}

function ScheduleRow({ schedule, onRuns, onChoose }: RowProps) {
  const { time_zone: timeZone } = useCompany();
  const {
    name,
    saved_report_name: report,
    recurrence,
    at,
    next,
    last_run: last,
    is_paused: isPaused,
    owner,
  } = schedule;
  const { user } = useMe();
  const isHeld = schedule.paused_reason !== null;
  return (
    <tr role="row" className={isPaused ? 'off-row' : undefined}>
      <th scope="row" role="rowheader">
        {name}
        <span className="sub">{report ?? t('reportGone')}</span>
      </th>
      <td role="cell" data-l={t('when')}>
        <span>{recurrenceText(recurrence, at, timeZone)}</span>
      </td>
      <td role="cell" data-l={t('next')}>
        <span>
          {isPaused ? (
            <>
              {t('paused')}
              {schedule.paused_reason !== null && <span className="sub">{schedule.paused_reason}</span>}
            </>
          ) : next ? (
            dueText(next.due_at, timeZone)
          ) : (
            t('never')
          )}
        </span>
      </td>
      <td role="cell" data-l={t('last')}>
        <span>
          {last ? (
            <>
              <RunMark status={last.status} />
              <span className="sub">{dayText(last.occurrence)}</span>
            </>
          ) : (
            t('never')
          )}
        </span>
      </td>
      <td role="cell" data-l={t('owner')}>
        <span>{owner?.name ?? t('nobody')}</span>
      </td>
      <td role="cell" className="end right">
        <button type="button" className="btn s" aria-label={t('runsOf', { name })} onClick={onRuns}>
          {t('runs')}
        </button>
        <MenuButton
          className="icon-btn"
          label={t('more', { name })}
          isLabelHidden
          placement="bottom end"
          entries={[
            { id: 'edit', label: t('edit'), icon: 'edit' },
            { id: 'run', label: t('runNow'), icon: 'again' },
            isPaused
              ? { id: 'resume', label: owner?.id === user.id || !isHeld ? t('resume') : t('takeOver'), icon: 'check' }
              : { id: 'pause', label: t('pause'), icon: 'minus' },
            ...(isPaused && isHeld ? [{ id: 'resume-now', label: t('resumeFromNow'), icon: 'check' } as const] : []),
            { id: 'delete', label: t('delete'), icon: 'trash' },
          ]}
          onChoose={onChoose}
        >
          <Icon name="more" />
        </MenuButton>
      </td>
    </tr>
  );
}
