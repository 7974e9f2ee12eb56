/**
 * The frame around every page behind the sign-in: navigation, company, account; one live region, the toasts.
 * Moving to another page moves the focus to its beginning.
 */
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { Company } from '#web/api/me.ts';
import { useSession } from '#web/api/session.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { Blank } from '#web/parts/blank.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import { BrandMark } from '#web/parts/icon.tsx';
import { LiveProvider, useLive } from '#web/live/live-provider.tsx';
import { Account } from './account.tsx';
import { afterFirstData } from './after-first-data.ts';
import { Announcer } from './announcer.tsx';
import { CompanyContext, useMe } from './company-context.tsx';
import { CompanySwitcher } from './company-switcher.tsx';
import { FrameShortcuts } from './frame-shortcuts.tsx';
import { Navigation } from './navigation.tsx';
import { useEndedToast } from './ended-toast.ts';
import { Toasts } from './toasts.tsx';
import { Tray } from './tray.tsx';
import { TopBar } from './top-bar.tsx';

const SessionOver = lazy(() => import('#web/pages/sign-in/session-over.tsx'));

export function AppFrame() {
  const me = useMe();
  const search = useSearch({ from: '/app' });
  const company = me.companies.find(({ id }) => id === search.company) ?? null;
  const maySee = company?.capabilities.includes('view_financials') ?? false;
  useReportsWhenIdle();
  const session = useSession();
  const maySeeAny = me.companies.some(({ capabilities }) => capabilities.includes('view_financials'));
  return (
    <LiveProvider
      companyId={company && maySee ? company.id : null}
      userId={maySeeAny ? me.user.id : null}
      session={session.count}
      onEnded={useEndedToast()}
    >
      {/* a session that is over shows nothing; what was open is kept */}
      <div className={session.isOver ? 'frame is-closed' : 'frame'}>
        <Frame company={company} first={me.companies[0]} />
      </div>
      <FrameShortcuts />
      <Announcer />
      <Toasts />
      {session.isOver && (
        <Suspense>
          <SessionOver email={me.user.email} />
        </Suspense>
      )}
    </LiveProvider>
  );
}

/** What report pages are made of comes when there is time: who loses the connection can still turn to them. */
function useReportsWhenIdle(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    afterFirstData(() => void queryClient.prefetchQuery(reportListQuery), { ahead: true });
  }, [queryClient]);
}

function Frame({ company, first }: { company: Company | null; first: Company | undefined }) {
  const { unfinished } = useLive();
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TopBar company={company} unfinished={unfinished} />
      <div className="app">
        <header className="side">
          <Link className="brand" to="/">
            <BrandMark />
            Mathership
          </Link>
          <CompanySwitcher companyId={company?.id ?? null} />
          <Navigation label="Main" unfinished={unfinished} />
          <Tray />
          <Account company={company} />
        </header>
        <PageArea company={company} first={first} />
      </div>
    </>
  );
}

function PageArea({ company, first }: { company: Company | null; first: Company | undefined }) {
  const main = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
  return (
    <main className="main" id="main" ref={main} tabIndex={-1}>
      {company ? (
        <CompanyContext value={company}>
          <Outlet />
        </CompanyContext>
      ) : (
        <NoCompany first={first} />
      )}
    </main>
  );
}

/** One answer for a company that does not exist and for one of somebody else. */
function NoCompany({ first }: { first: Company | undefined }) {
  usePageTitle('No access');
  if (!first) {
    return (
      <Blank alert isWholePage art="lock" title="You belong to no company yet">
        Somebody who manages members has to add you to one.
      </Blank>
    );
  }
  return (
    <Blank
      alert
      isWholePage
      art="lock"
      title="You have no access to this company"
      actions={
        <Link className="btn primary" to="/export-history" search={{ company: first.id }}>
          Open {first.name}
        </Link>
      }
    >
      It does not exist, or nobody has added you to it. Choose one of yours.
    </Blank>
  );
}
