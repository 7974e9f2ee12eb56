/**
 * Every address of the application. Pages are loaded when they are first opened; what their addresses mean
 * is in each page's `search.ts`.
 */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import * as z from 'zod/mini';
import { meQuery } from './api/me.ts';
import { isProblem } from './api/problem.ts';
import { firstRunQuery } from './api/set-up.ts';
import { AppFrame } from './frame/app-frame.tsx';
import { Loading } from './frame/loading.tsx';
import { NothingHere } from './frame/nothing-here.tsx';
import { StartFailed } from './frame/start-failed.tsx';
import { deliveryLocationsSearch } from './pages/delivery-locations/search.ts';
import { closeSearch } from './pages/close/search.ts';
import { documentsSearch } from './pages/documents/search.ts';
import { exportHistorySearch } from './pages/export-history/search.ts';
import { importSearch } from './pages/import/search.ts';
import { organizationSearch } from './pages/organization/search.ts';
import { reportSearch } from './pages/report/search.ts';
import { schedulesSearch } from './pages/schedules/search.ts';
import { signInSearch } from './pages/sign-in/search.ts';
import { verifySearch } from './pages/verify/search.ts';
import { parseSearch, stringifySearch, idField } from './url-search.ts';

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NothingHere });

/** Whether nobody has an account yet; false when it cannot be asked, since signing in then says why. */
const isFirstRun = (queryClient: QueryClient): Promise<boolean> =>
  queryClient.fetchQuery({ ...firstRunQuery, retry: false }).then(
    ({ needed }) => needed,
    () => false,
  );

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: signInSearch,
  beforeLoad: async ({ context }) => {
    if (await isFirstRun(context.queryClient)) throw redirect({ to: '/first-run', replace: true });
  },
  component: lazyRouteComponent(() => import('./pages/sign-in/page.tsx'), 'SignInPage'),
});

const firstRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/first-run',
  beforeLoad: async ({ context }) => {
    if (!(await isFirstRun(context.queryClient))) throw redirect({ to: '/', replace: true });
  },
  component: lazyRouteComponent(() => import('./pages/first-run/page.tsx'), 'FirstRunPage'),
});

/** The token of the invitation is the fragment. */
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation/page.tsx'), 'InvitationPage'),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./pages/password-reset/forgot-page.tsx'), 'ForgotPasswordPage'),
});

/** The token of the link is the fragment. */
const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./pages/password-reset/reset-page.tsx'), 'ResetPasswordPage'),
});

/** Everything behind the sign-in. The selected company is part of every address; without one the first is taken. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  validateSearch: z.object({ company: idField() }),
  search: { middlewares: [retainSearchParams(['company'])] },
  beforeLoad: async ({ context, location, search }) => {
    const me = await context.queryClient.ensureQueryData(meQuery).catch((error: unknown) => {
      if (isProblem(error, 'not_signed_in')) {
        throw redirect({ to: '/sign-in', search: { return: location.href }, replace: true });
      }
      throw error;
    });
    const [first] = me.companies;
    if (search.company === undefined && first) {
      const found = stringifySearch({ ...location.search, company: first.id });
      throw redirect({ href: location.pathname + found + (location.hash && `#${location.hash}`), replace: true });
    }
  },
  component: AppFrame,
  pendingComponent: Loading,
  errorComponent: StartFailed,
});

const indexRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    const company = me.companies.find(({ id }) => id === search.company);
    const may = company?.capabilities ?? ['view_financials'];
    // a page that may be seen: exports, stock without amounts, or what every member sees
    const to = may.includes('view_financials')
      ? '/export-history'
      : may.includes('view_inventory')
        ? '/reports/inventory'
        : '/delivery-locations';
    throw redirect({ href: to + stringifySearch(search), replace: true });
  },
});

const exportHistoryRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/export-history',
  validateSearch: exportHistorySearch,
  component: lazyRouteComponent(() => import('./pages/export-history/page.tsx'), 'ExportHistoryPage'),
});

const reportsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/reports',
  component: lazyRouteComponent(() => import('./pages/reports/page.tsx'), 'ReportsPage'),
});

const documentsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/documents',
  validateSearch: documentsSearch,
  component: lazyRouteComponent(() => import('./pages/documents/page.tsx'), 'DocumentsPage'),
});

const reportRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/reports/$report',
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import('./pages/report/page.tsx'), 'ReportPage'),
});

const closeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/close',
  validateSearch: closeSearch,
  component: lazyRouteComponent(() => import('./pages/close/page.tsx'), 'ClosePage'),
});

/** Where two of the reports were before each had a page: links from then go on to work. */
const formerRoutes = (['purchase-orders', 'inventory'] as const).map((report) =>
  createRoute({
    getParentRoute: () => appRoute,
    path: `/${report}`,
    beforeLoad: ({ location }) => {
      throw redirect({ href: `/reports${location.href}`, replace: true });
    },
  }),
);

const changesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/changes',
  component: lazyRouteComponent(() => import('./pages/changes/page.tsx'), 'ChangesPage'),
});

const verifyRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/verify',
  validateSearch: verifySearch,
  component: lazyRouteComponent(() => import('./pages/verify/page.tsx'), 'VerifyPage'),
});

const deliveryLocationsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/delivery-locations',
  validateSearch: deliveryLocationsSearch,
  component: lazyRouteComponent(() => import('./pages/delivery-locations/page.tsx'), 'DeliveryLocationsPage'),
});

const schedulesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/schedules',
  validateSearch: schedulesSearch,
  component: lazyRouteComponent(() => import('./pages/schedules/page.tsx'), 'SchedulesPage'),
});

const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/import',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('./pages/import/page.tsx'), 'ImportPage'),
});

const organizationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/organization',
  validateSearch: organizationSearch,
  component: lazyRouteComponent(() => import('./pages/organization/page.tsx'), 'OrganizationPage'),
});

const elsewhereRoute = createRoute({ getParentRoute: () => appRoute, path: '$', component: NothingHere });

const routeTree = rootRoute.addChildren([
  signInRoute,
  firstRunRoute,
  invitationRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  appRoute.addChildren([
    indexRoute,
    exportHistoryRoute,
    reportsRoute,
    reportRoute,
    ...formerRoutes,
    documentsRoute,
    closeRoute,
    changesRoute,
    verifyRoute,
    deliveryLocationsRoute,
    schedulesRoute,
    importRoute,
    organizationRoute,
    elsewhereRoute,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
