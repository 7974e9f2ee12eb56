/** Month end: one month of one company, ticking itself from the data; then one press. Or all companies at once. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { monthOf } from '#contract/calendar.ts';
import { closeListQuery, tieOutSheetUrl } from '#web/api/close.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { dayText, monthAround, monthName } from '#web/words/days.ts';
import { closeWords as t } from '#web/words/en/close.ts';
import { Checklist } from './checklist.tsx';
import { GroupView } from './group-view.tsx';
import { History } from './history.tsx';
import { Press } from './press.tsx';
import { TieOutTable } from './tie-out-table.tsx';
import { Views } from './views.tsx';
import '#web/styles/settings.css';
import '#web/styles/close.css';

const PacksPage = lazy(() => import('./packs/packs-page.tsx'));

export function ClosePage() {
  const { view } = useSearch({ from: '/app/close' });
  const maySee = useMay('view_financials');
  if (!maySee) return <NoAccess capability="view_financials" what={t('documents')} why={t('why')} />;
  if (view === 'packs') {
    return (
      <Suspense>
        <PacksPage />
      </Suspense>
    );
  }
  return view === 'group' ? <GroupView /> : <OneMonth />;
}

function OneMonth() {
  const company = useCompany();
  const today = useToday();
  const search = useSearch({ from: '/app/close' });
  const month = search.month ?? monthAround(today, -1).from.slice(0, 7);
  const { data, isError, refetch } = useQuery(closeListQuery(company.id, month));
  const [name, { from, to }] = [monthName(month), monthOf(month)];
  const isClosed = data?.closed_until !== null && data !== undefined && data.closed_until >= to;
  return (
    <>
      <PageHead title={t('title')} lead={t('lead', { month: name, company: company.name })}>
        <a className="btn" href={tieOutSheetUrl(company.id, month)} download>
          <Icon name="download" />
          {t('sheet')}
        </a>
        {data && <Press list={data} isClosed={isClosed} isOver={to <= today} />}
      </PageHead>
      <Views />
      <nav className="bar" aria-label={t('months')}>
        {[-1, 1].map((shift) => (
          <Link
            key={shift}
            to="/close"
            className="btn"
            search={(known) => ({ company: known.company, month: monthAround(from, shift).from.slice(0, 7) })}
          >
            {shift < 0 ? t('previous') : t('next')}
          </Link>
        ))}
        <b>{name}</b>
        {data && (
          <span className={isClosed ? 'badge completed' : 'badge pending'}>
            <Icon name={isClosed ? 'lock' : 'clock'} />
            {data.closed_until === null ? t('nothingClosed') : t('closedUntil', { day: dayText(data.closed_until) })}
          </span>
        )}
      </nav>
      {isError && (
        <Blank
          alert
          art="apart"
          title={t('unread')}
          actions={
            <button type="button" className="btn" onClick={() => void refetch()}>
              {t('again')}
            </button>
          }
        >
          {t('nothingChanged')}
        </Blank>
      )}
      {data && <Checklist list={data} shown={search.item} />}
      <TieOutTable month={month} />
      <History />
    </>
  );
}
