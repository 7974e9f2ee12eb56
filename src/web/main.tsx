/** Entry of the browser application. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider, type AnyRoute } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { meQuery } from './api/me.ts';
import { createQueryClient } from './api/query-client.ts';
import { endSession } from './api/session.ts';
import { afterFirstData, watchFirstData } from './frame/after-first-data.ts';
import { createAppRouter } from './router.tsx';
import './styles/index.css';

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  // whoever was signed in goes on where they were; whoever never was needs no explanation
  if (queryClient.getQueryData(meQuery.queryKey) !== undefined) return endSession();
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { return: href }, replace: true });
});
const router = createAppRouter(queryClient);

// the code of the page comes while the first answer is awaited, not after it
const routes: Readonly<Record<string, AnyRoute>> = router.routesById;
for (const { routeId } of router.matchRoutes(router.latestLocation) as { routeId: string }[]) {
  const route = routes[routeId];
  if (route) void router.loadRouteChunk(route);
}
// and that of the other pages when the first answers are there: who loses the connection can still turn to them
watchFirstData(queryClient);
afterFirstData(
  () => {
    for (const route of Object.values(routes)) void router.loadRouteChunk(route);
  },
  { ahead: true },
);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
// what stands in the HTML stays until there is something to put in its place
void router.load().finally(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
