/** Schedules: what goes out by itself, what became of it, where to, and on which days the company does not work. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { scheduleWords as t } from '#web/words/en/schedules.ts';
import { ScheduleList } from './schedule-list.tsx';
import '#web/styles/settings.css';

const DeliveriesTab = lazy(() => import('./deliveries-tab.tsx'));
const DestinationsTab = lazy(() => import('./destinations-tab.tsx'));
const CalendarTab = lazy(() => import('./calendar-tab.tsx'));

const tabs = [
  [undefined, 'tabSchedules'],
  ['deliveries', 'tabDeliveries'],
  ['destinations', 'tabDestinations'],
  ['calendar', 'tabCalendar'],
] as const;

export function SchedulesPage() {
  const company = useCompany();
  const mayManage = useMay('manage_deliveries');
  const { view, page = 0 } = useSearch({ from: '/app/schedules' });
  const navigate = useNavigate({ from: '/schedules' });
  return (
    <>
      <PageHead title={t('title')} lead={t('lead', { company: company.name })} />
      {!mayManage ? (
        <NoAccess capability="manage_deliveries" what={t('refused')} why={t('why')} />
      ) : (
        <>
          <nav className="tabs" aria-label={t('tabs')}>
            {tabs.map(([of, name]) => (
              <Link
                key={name}
                to="/schedules"
                search={{ company: company.id, view: of }}
                activeOptions={{ explicitUndefined: true }}
              >
                {t(name)}
              </Link>
            ))}
          </nav>
          <Suspense>
            {view === undefined && <ScheduleList />}
            {view === 'deliveries' && (
              <DeliveriesTab
                pageNumber={page}
                onPage={(next) => void navigate({ search: (known) => ({ ...known, page: next || undefined }) })}
              />
            )}
            {view === 'destinations' && <DestinationsTab />}
            {view === 'calendar' && <CalendarTab />}
          </Suspense>
        </>
      )}
    </>
  );
}
